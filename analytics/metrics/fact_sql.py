"""How a metric is counted: its rows grouped by a column as it lies there first, the few groups by what is asked then."""

import re

from analytics.metrics.metric import Metric
from analytics.metrics.relations import relation
from analytics.metrics.splits import Split, values_of
from analytics.view import View


def counted_sql(metric: Metric, view: View, split: Split) -> str:
    """`key, numerator, denominator, row_count`, one row a key, in the keys' order."""
    if not metric.adds_up:
        return _at_once(metric, view, split)
    parts = "sum(numerator) as numerator, sum(denominator) as denominator, sum(row_count) as row_count"
    return f"""select {split.key.replace("{base}", "base")} as key, {parts}
        from (select {split.base} as base, {_parts(metric)} from {_rows(metric, view)} group by base)
        {split.join.replace("{base}", "base")} group by 1 order by 1"""


def _at_once(metric: Metric, view: View, split: Split) -> str:
    """What does not add up, such as how many different grids, is grouped by the key itself."""
    key = split.key.replace("{base}", "base") if split.key != "null" else "null"
    return f"""select {key} as key, {_parts(metric)} from (select *, {split.base} as base from {_rows(metric, view)})
        {split.join.replace("{base}", "base")} {"" if key == "null" else "group by 1 order by 1"}"""


def _parts(metric: Metric) -> str:
    denominator = metric.denominator if metric.has_own_denominator else "null"
    return f"coalesce({metric.numerator}, 0) as numerator, {denominator} as denominator, count(*) as row_count"


def _rows(metric: Metric, view: View) -> str:
    time = metric.period or None
    where = view.facts(time).sql if metric.is_fact else view.where(time, incidents=False).sql
    return f"{relation(metric.table)} as counted where {where}" + (f" and {metric.only}" if metric.only else "")


def values_in(sql: str, view: View, by: str | None) -> dict[str, object]:
    """The values of the parameters that the SQL names."""
    known = {
        **view.where().values,
        **view.facts().values,
        "until": view.until,
        "devices_until": view.devices_until,
        **values_of(by),
    }
    return {name: value for name, value in known.items() if re.search(rf"\${name}\b", sql)}
