"""How every metric is asked: one compiled query with bound values, whole or split, within what the asker may see."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd

from analytics.answers import question
from analytics.area import LEVELS
from analytics.metrics import alarms, devices, incidents, mediations, teams
from analytics.metrics.area_sums import added_up, count_together, counted_by_area, everywhere
from analytics.metrics.fact_sql import counted_sql, values_in
from analytics.metrics.metric import REGISTERS, Metric
from analytics.metrics.registers import registered
from analytics.metrics.split_sums import is_worth_keeping, split_by_area, split_within
from analytics.metrics.splits import MetricError, split_of
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
    row = measure_by(view, name, None).iloc[0]
    denominator = None if pd.isna(row["denominator"]) else _number(row["denominator"])
    value = None if pd.isna(row["value"]) else float(row["value"])
    return Measure(METRICS[name], value, _number(row["numerator"]), denominator)


def _number(value: float) -> float:
    """A whole number as an int, so that it is written as one."""
    return int(value) if float(value).is_integer() else float(value)


@question
def measure_by(cursor: duckdb.DuckDBPyConnection, view: View, name: str, by: str | None) -> pd.DataFrame:
    """`key, numerator, denominator, value`, one row a key, by anything in `splits(metric)`, or whole by None.

    Only keys that have rows are there; a null key holds rows that are known less exactly than asked.
    """
    metric = METRICS.get(name)
    if metric is None:
        raise MetricError(f"No metric {name!r} (have: {', '.join(METRICS)}).")
    frame = _counted(cursor, metric, view, by)
    if metric.denominator in REGISTERS:
        frame["denominator"] = registered(cursor, view, metric.denominator, by, frame["key"])
    base = pd.to_numeric(frame["denominator"]).where(lambda n: n > 0)
    frame["value"] = frame["numerator"] / base * metric.scale if metric.is_rate else frame["numerator"].astype(float)
    return frame


def _counted(cursor: duckdb.DuckDBPyConnection, metric: Metric, view: View, by: str | None) -> pd.DataFrame:
    split = split_of(metric, by)
    try:
        if metric.adds_up and by in (None, *LEVELS):
            return added_up(view, counted_by_area(everywhere(view, metric), metric), by)
        if by is not None and metric.is_fact and is_worth_keeping(view, by):
            return split_within(view, split_by_area(everywhere(view, metric), metric, by))
        sql = counted_sql(metric, view, split)
        return cursor.execute(sql, values_in(sql, view, by)).df()[["key", "numerator", "denominator"]]
    except duckdb.CatalogException as error:  # an earlier data version may be older than the table
        raise MetricError(f"{metric.name}: nothing of this kind was known at this data version.") from error
