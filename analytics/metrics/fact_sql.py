"""How a metric is counted: its rows grouped by a column as it lies there first, the few groups by what is asked then."""

import re
from collections.abc import Sequence

from analytics.metrics.metric import Metric
from analytics.metrics.relations import relation
from analytics.metrics.splits import Split, values_of
from analytics.view import View, Where, with_used

SUMS = "sum(numerator) as numerator, sum(denominator) as denominator, sum(row_count) as row_count"


def counted_sql(metric: Metric, view: View, split: Split) -> str:
    """`key, numerator, denominator, row_count`, one row a key, in the keys' order."""
    if not metric.adds_up:
        return _at_once(metric, view, split)
    counted = f"select {split.base}, {_parts(metric)} from {_rows(metric, view)} group by base"
    return f"{split.joined(counted, SUMS)} group by 1 order by 1"


def by_area_sql(metric: Metric, view: View, split: Split) -> str:
    """`place` (area), `key` and the parts, one row for each pair that has rows, in the keys' order."""
    counted = f"select area_id as place, {split.base}, {_parts(metric)} from {_rows(metric, view)} group by all"
    return f"{split.joined(counted, f'place::varchar as place, {SUMS}')} group by 1, 2 order by 1"


def _at_once(metric: Metric, view: View, split: Split) -> str:
    """What does not add up, such as how many different grids, is grouped by the key itself."""
    group = "" if split.key == "null" else "group by 1 order by 1"
    return f"{split.joined(f'select *, {split.base} from {_rows(metric, view)}', _parts(metric))} {group}"


def _parts(metric: Metric) -> str:
    denominator = metric.denominator if metric.has_own_denominator else "null"
    return f"coalesce({metric.numerator}, 0) as numerator, {denominator} as denominator, count(*) as row_count"


def _rows(metric: Metric, view: View) -> str:
    time = metric.period or None
    where = view.facts(time).sql if metric.is_fact else view.where(time, incidents=False).sql
    return f"{relation(metric.table, view)} as counted where {where}" + (f" and {metric.only}" if metric.only else "")


def together_sql(look: Sequence[tuple[View, Metric]]) -> Where:
    """`key` (area) and the parts of each metric n as `numerator_n, denominator_n, row_count_n`, and the values.

    All metrics look at the same time column, or all at what was open at an end; each counts the rows of its own period.
    """
    view, time = look[0][0], look[0][1].period
    parts, values = [], dict(view.facts(None).values)
    for n, (mine, metric) in enumerate(look):
        values |= {f"since_{n}": mine.since, f"until_{n}": mine.until}
        own = f"{time} >= $since and {time} < $until" if time else metric.only
        below = _narrowed(metric.denominator, own) if metric.has_own_denominator else "null"
        part = f"""{_narrowed(metric.numerator, own)} as numerator_{n}, {below} as denominator_{n},
            count(*) filter ({own}) as row_count_{n}"""
        parts.append(part.replace("$since", f"$since_{n}").replace("$until", f"$until_{n}"))
    sql = f"""select base::varchar as key, * exclude (base) from (select area_id as base, {", ".join(parts)}
        from {relation("incident", view)} where {view.facts(None).sql} and {_bounds(look, time)} group by base)"""
    return with_used(sql, values)


COUNTS = re.compile(r"(count\([^()]*\))(?: filter \((.*)\))?")


def can_be_counted_together(metric: Metric) -> bool:
    """Whether it only counts incidents, so that a condition more can be said of each of its counts."""
    parts = [metric.numerator, *([metric.denominator] if metric.has_own_denominator else [])]
    return metric.is_fact and metric.adds_up and all(COUNTS.fullmatch(part) for part in parts)


def _narrowed(count: str, own: str) -> str:
    found = COUNTS.fullmatch(count)
    what, condition = found.groups() if found else (count, None)
    return f"{what} filter (({own}) and ({condition or 'true'}))"


def _bounds(look: Sequence[tuple[View, Metric]], time: str) -> str:
    """What no metric's rows lie outside of, so that the warehouse skips the rest."""
    earliest = min(range(len(look)), key=lambda n: look[n][0].since if time else look[n][0].until)
    latest = max(range(len(look)), key=lambda n: look[n][0].until)
    if time:
        return f"{time} >= $since_{earliest} and {time} < $until_{latest}"
    return f"open_until >= $until_{earliest} and reported_at < $until_{latest}"


def values_in(sql: str, view: View, by: str | None) -> dict[str, object]:
    """The values of the parameters that the SQL names."""
    known = {
        **view.where().values,
        **view.facts().values,
        "until": view.until,
        "devices_until": view.devices_until,
        **values_of(by),
    }
    return with_used(sql, known).values
