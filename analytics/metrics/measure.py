"""How every metric is asked: one compiled query, by nothing, an area level, a category level, a day or a named column."""

from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import question
from analytics.area import LEVELS
from analytics.metrics import devices, incidents
from analytics.metrics.metric import RESIDENTS, Metric
from analytics.metrics.relations import RELATIONS
from analytics.view import View
from warehouse.errors import ZhiliError

METRICS: dict[str, Metric] = {metric.name: metric for metric in (*incidents.ALL, *devices.ALL)}
COLUMNS = ("channel", "department", "settled_level", "kind", "owner", "state")


class MetricError(ZhiliError):
    """A metric is asked for that does not exist, or by something it cannot be split by."""


@dataclass(frozen=True)
class Measure:
    """One number with what it is made of; `value` is None where the denominator is nought."""

    metric: Metric
    value: float | None
    numerator: int
    denominator: int | None


def measure(view: View, name: str) -> Measure:
    """The metric for the view as a whole."""
    row = measure_by(view, name, None).iloc[0]
    denominator = None if pd.isna(row["denominator"]) else int(row["denominator"])
    value = None if pd.isna(row["value"]) else float(row["value"])
    return Measure(METRICS[name], value, int(row["numerator"]), denominator)


@question
def measure_by(cursor: duckdb.DuckDBPyConnection, view: View, name: str, by: str | None) -> pd.DataFrame:
    """`key, numerator, denominator, value`, one row a key, by `district`, `town`, `community`, `grid`, `category:1`
    (first level of the tree, and so on), `day` (local, of the metric's time) or a column of its table.

    Only keys that have rows are there; a null key holds rows that are known less exactly than asked.
    """
    metric = METRICS.get(name)
    if metric is None:
        raise MetricError(f"No metric {name!r} (have: {', '.join(METRICS)}).")
    sql = _sql(metric, view, by)
    frame = cursor.execute(sql, _values(sql, view)).df()
    if metric.denominator == RESIDENTS:
        frame["denominator"] = _residents(cursor, view, by, frame["key"])
    base = pd.to_numeric(frame["denominator"]).where(lambda n: n > 0)
    frame["value"] = frame["numerator"] / base * metric.scale if metric.is_rate else frame["numerator"].astype(float)
    return frame


def _sql(metric: Metric, view: View, by: str | None) -> str:
    where = view.where(metric.period or None, incidents=metric.table == "incident").sql
    if metric.only:
        where += f" and {metric.only}"
    denominator = metric.denominator if metric.denominator not in ("", RESIDENTS) else "null"
    inner = f"(select * from {RELATIONS[metric.table]} where {where}) as counted"
    if by in LEVELS:
        inner += " left join area using (area_id)"
    group = "" if by is None else "group by 1 order by 1"
    return f"""select {_key(metric, by)} as key, {metric.numerator} as numerator, {denominator} as denominator
        from {inner} {group}"""


def _key(metric: Metric, by: str | None) -> str:
    if by is None:
        return "null"
    if by == "grid":
        return "case when area.level = 'grid' then area.area_id end"
    if by == "grid":
        return "case when area.level = 'grid' then area_id end"
    if by in LEVELS:
        return f"area.{by}_id"
    if by == "day" and metric.period:
        return f"({metric.period} + interval 8 hour)::date"
    kind, _, depth = by.partition(":")
    if kind == "category" and depth.isdecimal():
        return f"array_to_string(list_slice(string_split(category, '/'), 1, {int(depth)}), '/')"
    if by in COLUMNS:
        return by
    raise MetricError(f"{metric.name} cannot be split by {by!r}.")


def _values(sql: str, view: View) -> dict[str, object]:
    known = {**view.where().values, "until": view.until, "devices_until": view.devices_until}
    return {name: value for name, value in known.items() if f"${name}" in sql}


def _residents(cursor: duckdb.DuckDBPyConnection, view: View, by: str | None, keys: pd.Series) -> np.ndarray:
    if by is None:
        chosen = "area_id = $area" if view.area_id else "parent_id is null"
        values = {"area": view.area_id} if view.area_id else {}
        row = cursor.execute(f"select sum(population) from area where {chosen}", values).fetchone()
        return np.array([row[0] if row else None], dtype=float)
    if by not in LEVELS:
        raise MetricError(f"Residents are known by area only, not by {by!r}.")
    people = dict(cursor.execute("select area_id, population from area where level = ?", [by]).fetchall())
    return np.array([people.get(key) for key in keys], dtype=float)
