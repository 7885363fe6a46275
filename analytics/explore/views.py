"""What each linked view shows: its counts under everything that is selected in the others, never in itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import fact_question, reckoning
from analytics.area import areas
from analytics.explore.conditions import FACTS
from analytics.explore.selection import Selection, chosen_facts
from analytics.timeliness.trends import bin_edges
from analytics.view import View, local_day

DAYS_BY_DAY, DAYS_BY_WEEK = 120, 1000
"""Up to so many days a bar is a day, up to so many a week, else a month: a bar stays wide enough to be clicked."""
BEGIN = {"day": pd.offsets.Day(), "week": pd.offsets.Week(weekday=0), "month": pd.offsets.MonthBegin()}
PART_OF = {"department": "departments", "channel": "channels", "category": "categories"}
COLUMN_OF = {
    "areas": "area_id", "days": "reported_on", "hours": "cell", "categories": "category", "departments": "department",
    "channels": "channel",
}  # fmt: skip
"""What the view of each part is counted by."""


@dataclass(frozen=True)
class Total:
    """How many incidents the selection holds, how many the view, and the hours the longest of the view lasted."""

    selected: int
    whole: int
    longest_hours: float


def total(view: View, selection: Selection) -> Total:
    """The selection's share of the view."""
    hours, closed, still_open = _lasted(view, Selection())
    whole = int(closed.sum() + still_open.sum())
    selected = whole if selection == Selection() else _selected(view, selection)
    return Total(selected, whole, float(hours.max()) if len(hours) else 0.0)


def _selected(view: View, selection: Selection) -> int:
    """How many are selected: any view counts them whose own part nothing is picked in."""
    free = [part for part in COLUMN_OF if selection.without(part) == selection]
    if free:
        return sum(_counts(view, selection, free[0]).values())
    _, closed, still_open = _lasted(view, selection)
    return int(closed.sum() + still_open.sum())


def by_name(view: View, selection: Selection, by: str) -> pd.DataFrame:
    """`key, count` by department, channel or category:1 to :3, most first; what the view has but the selection has not, is 0."""
    column, _, depth = by.partition(":")
    found, every = (_counts(view, picked, PART_OF[column]) for picked in (selection, Selection()))
    if not depth:
        return _most_first(found, every)
    return _most_first(*(_summed(counts, lambda path: _above(path, int(depth))) for counts in (found, every)))


def _above(path: str | None, depth: int) -> str | None:
    return None if path is None else "/".join(path.split("/")[:depth])


def by_area(view: View, selection: Selection, level: str) -> pd.DataFrame:
    """`key, count` by the areas of a level, most first; null: known less exactly."""
    inside = _level_of(view.as_of, level)
    found = _summed(_counts(view, selection, "areas"), inside.get)
    return _most_first(found, found)


@reckoning
def _level_of(as_of: int | None, level: str) -> dict[str | None, str]:
    """For every area the one of this level that it is or lies in; areas above it are not there."""
    known = areas(as_of)
    return {area_id: above for area_id, area in known.items() for above in area.path if known[above].level == level}


def _summed(counts: dict[Any, int], key: Callable[[Any], Any]) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for name, n in counts.items():
        found[key(name)] = found.get(key(name), 0) + n
    return found


def _most_first(found: dict[Any, int], every: Iterable[str | None]) -> pd.DataFrame:
    rows = sorted(((found.get(key, 0), key) for key in every), key=lambda row: (-row[0], row[1] or ""))
    keys = pd.Series([key for _, key in rows], dtype=object)
    return pd.DataFrame({"key": keys, "count": [count for count, _ in rows]})


def grain(view: View) -> str:
    """What a bar of the timeline stands for: day, week or month."""
    days = (view.until - view.since) / timedelta(days=1)
    return "day" if days <= DAYS_BY_DAY else "week" if days <= DAYS_BY_WEEK else "month"


def over_time(view: View, selection: Selection) -> pd.DataFrame:
    """`first_on, last_on, count, is_partial`: a row a day, week or month of the view's period, those without incidents too.

    A week or month that the period holds only part of is `is_partial`, and its days are those within.
    """
    by = grain(view)
    found = pd.Series(
        _summed(_counts(view, selection, "days"), lambda day: _begin(date.fromisoformat(day), by)), dtype=int
    )
    first, last = local_day(view.since), local_day(max(view.since, view.until - timedelta(seconds=1)))
    starts = pd.date_range(BEGIN[by].rollback(pd.Timestamp(first)), last, freq=BEGIN[by])
    ends = starts + BEGIN[by] - timedelta(days=1)
    counts = found.set_axis(pd.to_datetime(found.index)).reindex(starts, fill_value=0)
    shown = pd.DataFrame({"first_on": starts, "last_on": ends}).clip(pd.Timestamp(first), pd.Timestamp(last))
    is_partial = (shown["first_on"] > starts) | (shown["last_on"] < ends)
    return shown.assign(count=counts.to_numpy(dtype=int), is_partial=is_partial)


def _begin(day: date, by: str) -> date:
    """The first day of the day's day, week or month."""
    return day if by == "day" else day - timedelta(days=day.weekday()) if by == "week" else day.replace(day=1)


def by_hour(view: View, selection: Selection) -> pd.DataFrame:
    """Counts as a table: rows are weekdays 1–7 from Monday, columns the hours 0–23 of the local clock."""
    table = np.zeros((7, 24), dtype=int)
    for cell, n in _counts(view, selection, "hours").items():
        weekday, hour = divmod(int(cell), 24)
        table[weekday - 1, hour] = n
    return pd.DataFrame(table, index=range(1, 8), columns=range(24))


def by_duration(view: View, selection: Selection) -> pd.DataFrame:
    """`from_hours, to_hours, closed, open`: how long cases lasted, in the bins of `bin_edges`; open ones will still move on.

    The bins reach to the longest of the whole view, so that they stay where they are while the selection changes.
    """
    hours, *counts = _lasted(view, selection.without("durations"))
    edges = bin_edges(total(view, Selection()).longest_hours)
    closed, open_ = (np.histogram(hours, edges, weights=n)[0] for n in counts)
    bins = {"from_hours": edges[:-1], "to_hours": edges[1:], "closed": closed, "open": open_}
    return pd.DataFrame(bins).astype({"closed": int, "open": int})


@fact_question
def _lasted(cursor: duckdb.DuckDBPyConnection, view: View, selection: Selection) -> tuple[Any, Any, Any]:
    """Hours that cases of the selection lasted, in full minutes, how many of so many are closed, and how many open."""
    where = chosen_facts(view, selection)
    rows = cursor.execute(
        f"""select {FACTS.lasted} as hours, count(*) filter (open_until < $until) as closed,
            count(*) filter (open_until >= $until) as open
        from {view.fact_table} where {where.sql} group by 1""",
        where.values,
    ).fetchnumpy()
    return tuple(np.ma.filled(rows[name], 0) for name in ("hours", "closed", "open"))  # type: ignore[return-value]


def _counts(view: View, selection: Selection, part: str) -> dict[Any, int]:
    """Counts of a part's view by its column, under everything picked but in that part."""
    mine = selection.without(part)
    together = tuple(COLUMN_OF[other] for other in COLUMN_OF if selection.without(other) == mine)
    return _counted_together(view, mine, together)[COLUMN_OF[part]]


@fact_question
def _counted_together(
    cursor: duckdb.DuckDBPyConnection, view: View, selection: Selection, columns: tuple[str, ...]
) -> dict[str, dict[Any, int]]:
    """For each of the columns its values, as text, and how many incidents of the selection have them: in one look."""
    where = chosen_facts(view, selection)
    alone = {2 ** len(columns) - 1 - 2**at: column for at, column in enumerate(reversed(columns))}
    key = " ".join(f"when {mask} then {column}::varchar" for mask, column in alone.items())
    rows = cursor.execute(
        f"""select mask, case mask {key} end, n from (
            select grouping({", ".join(columns)}) as mask, {", ".join(columns)}, count(*) as n
            from (select *, {FACTS.cell} as cell from {view.fact_table} where {where.sql})
            group by grouping sets ({", ".join(f"({column})" for column in columns)}))""",
        where.values,
    ).fetchall()
    found: dict[str, dict[Any, int]] = {column: {} for column in columns}
    for mask, name, n in rows:
        found[alone[mask]][name] = n
    return found
