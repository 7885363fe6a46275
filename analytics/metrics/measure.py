"""How every metric is asked: one compiled query with bound values, whole or split, within what the asker may see."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from analytics.answers import metric_question, reckoning
from analytics.area import LEVELS
from analytics.metrics import alarms, devices, incidents, mediations, teams
from analytics.metrics.area_sums import added_up, count_together, counted_by_area, everywhere, whole_of
from analytics.metrics.fact_sql import counted_sql, values_in
from analytics.metrics.metric import REGISTERS, Metric
from analytics.metrics.registers import registered, registered_whole
from analytics.metrics.split_sums import is_worth_keeping, split_by_area, split_within
from analytics.metrics.splits import MetricError, Split, split_of
from analytics.view import View

METRICS: dict[str, Metric] = {
    metric.name: metric for metric in (*incidents.ALL, *mediations.ALL, *teams.ALL, *devices.ALL, *alarms.ALL)
}


@dataclass(frozen=True)
class Measure:
    """One number with what it is made of; `value` is None where the denominator is nought."""

    metric: Metric
    value: float | None
    numerator: float
    denominator: float | None


def prepare(asked: Sequence[tuple[View, str]]) -> None:
    """Count metrics of views that differ in their periods only together: `measure` and splits by area then ask nothing."""
    count_together(asked, METRICS)


def measure(view: View, name: str) -> Measure:
    """The metric for the view as a whole."""
    metric = METRICS.get(name)
    if metric is None or not metric.adds_up:
        row = measure_by(view, name, None).iloc[0]
        parts = float(row["numerator"]), None if pd.isna(row["denominator"]) else float(row["denominator"])
    else:
        parts = _added(view, metric)
    return _measured(METRICS[name], *parts)


def _added(view: View, metric: Metric) -> tuple[float, float | None]:
    """Numerator and denominator, added up over the areas that the view shows."""
    try:
        numerator, denominator = whole_of(view, counted_by_area(everywhere(view, metric), metric.counted))
    except duckdb.CatalogException as error:
        raise MetricError(f"{metric.name}: nothing of this kind was known at this data version.") from error
    return numerator, registered_whole(view, metric.denominator) if metric.denominator in REGISTERS else denominator


def _measured(metric: Metric, numerator: float, denominator: float | None) -> Measure:
    value: float | None = numerator
    if metric.is_rate:
        value = numerator / denominator * metric.scale if denominator and denominator > 0 else None
    return Measure(metric, value, _number(numerator), None if denominator is None else _number(denominator))


def _number(value: float) -> float:
    """A whole number as an int, so that it is written as one."""
    return int(value) if float(value).is_integer() else float(value)


@reckoning
def measure_by(view: View, name: str, by: str | None) -> pd.DataFrame:
    """`key, numerator, denominator, value`, one row a key, by anything in `splits(metric)`, or whole by None.

    Only keys that have rows are there; a null key holds rows that are known less exactly than asked.
    """
    metric = METRICS.get(name)
    if metric is None:
        raise MetricError(f"No metric {name!r} (have: {', '.join(METRICS)}).")
    frame = _counted(metric, view, by)
    if metric.denominator in REGISTERS:
        frame["denominator"] = registered(view, metric.denominator, by, frame["key"])
    base = pd.to_numeric(frame["denominator"]).where(lambda n: n > 0)
    frame["value"] = frame["numerator"] / base * metric.scale if metric.is_rate else frame["numerator"].astype(float)
    return frame


def _counted(metric: Metric, view: View, by: str | None) -> pd.DataFrame:
    split = split_of(metric, by)
    try:
        if metric.adds_up and by in (None, *LEVELS):
            return added_up(view, counted_by_area(everywhere(view, metric), metric.counted), by)
        if by is not None and metric.is_fact and is_worth_keeping(view, by):
            return split_within(view, split_by_area(everywhere(view, metric), metric, by))
        return _counted_by_itself(view, metric, by, split)
    except duckdb.CatalogException as error:  # an earlier data version may be older than the table
        raise MetricError(f"{metric.name}: nothing of this kind was known at this data version.") from error


@metric_question
def _counted_by_itself(
    cursor: duckdb.DuckDBPyConnection, view: View, metric: Metric, by: str | None, split: Split
) -> pd.DataFrame:
    """The metric of one area and nothing else, where that is quicker or cannot be added up."""
    sql = counted_sql(metric, view, split)
    return cursor.execute(sql, values_in(sql, view, by)).df()[["key", "numerator", "denominator"]]
