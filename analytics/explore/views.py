"""What each linked view shows: its counts under everything that is selected in the others, never in itself."""

from dataclasses import dataclass
from datetime import timedelta

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import question
from analytics.explore.conditions import FACTS
from analytics.explore.selection import Selection, chosen_facts
from analytics.metrics import METRICS
from analytics.metrics.splits import split_of
from analytics.timeliness.trends import bin_edges
from analytics.view import View, local_day

DAYS_BY_DAY, DAYS_BY_WEEK = 120, 1000
"""Up to so many days a bar is a day, up to so many a week, else a month: a bar stays wide enough to be clicked."""
BEGIN = {"day": pd.offsets.Day(), "week": pd.offsets.Week(weekday=0), "month": pd.offsets.MonthBegin()}
PART_OF = {"department": "departments", "channel": "channels", "category": "categories"}


@dataclass(frozen=True)
class Total:
    """How many incidents the selection holds, how many the view, and the hours the longest of the view lasted."""

    selected: int
    whole: int
    longest_hours: float


@question
def total(cursor: duckdb.DuckDBPyConnection, view: View, selection: Selection) -> Total:
    """The selection's share of the view."""
    counts = f"select count(*), coalesce(max({FACTS.lasted}), 0) from incident_fact where "
    everything = chosen_facts(view, Selection())
    whole, longest = cursor.execute(counts + everything.sql, everything.values).fetchone() or (0, 0.0)
    if selection == Selection():
        return Total(whole, whole, longest)
    narrowed = chosen_facts(view, selection)
    selected, _ = cursor.execute(counts + narrowed.sql, narrowed.values).fetchone() or (0, 0.0)
    return Total(selected, whole, longest)


def by_name(view: View, selection: Selection, by: str) -> pd.DataFrame:
    """`key, count` by department, channel or category:1 to :3, most first; what the view has but the selection has not, is 0."""
    found = _counts(view, selection.without(PART_OF[by.partition(":")[0]]), by)
    every = _counts(view, Selection(), by)["key"]
    return _most_first(found, every)


def by_area(view: View, selection: Selection, level: str) -> pd.DataFrame:
    """`key, count` by the areas of a level, most first; null: known less exactly."""
    found = _counts(view, selection.without("areas"), level)
    return _most_first(found, found["key"])


def _most_first(found: pd.DataFrame, every: pd.Series) -> pd.DataFrame:
    counts = dict(zip(_plain(found["key"]), found["count"], strict=True))
    rows = sorted(((counts.get(key, 0), key) for key in _plain(every)), key=lambda row: (-row[0], row[1] or ""))
    keys = pd.Series([key for _, key in rows], dtype=object)
    return pd.DataFrame({"key": keys, "count": [int(count) for count, _ in rows]})


def _plain(keys: pd.Series) -> list[str | None]:
    return [None if pd.isna(key) else str(key) for key in keys]


def grain(view: View) -> str:
    """What a bar of the timeline stands for: day, week or month."""
    days = (view.until - view.since) / timedelta(days=1)
    return "day" if days <= DAYS_BY_DAY else "week" if days <= DAYS_BY_WEEK else "month"


def over_time(view: View, selection: Selection) -> pd.DataFrame:
    """`first_on, last_on, count, is_partial`: a row a day, week or month of the view's period, those without incidents too.

    A week or month that the period holds only part of is `is_partial`, and its days are those within.
    """
    by = grain(view)
    found = _counts(view, selection.without("days"), by).set_index("key")["count"]
    first, last = local_day(view.since), local_day(max(view.since, view.until - timedelta(seconds=1)))
    starts = pd.date_range(BEGIN[by].rollback(pd.Timestamp(first)), last, freq=BEGIN[by])
    ends = starts + BEGIN[by] - timedelta(days=1)
    counts = found.set_axis(pd.to_datetime(found.index)).reindex(starts, fill_value=0)
    shown = pd.DataFrame({"first_on": starts, "last_on": ends}).clip(pd.Timestamp(first), pd.Timestamp(last))
    is_partial = (shown["first_on"] > starts) | (shown["last_on"] < ends)
    return shown.assign(count=counts.to_numpy(dtype=int), is_partial=is_partial)


def by_hour(view: View, selection: Selection) -> pd.DataFrame:
    """Counts as a table: rows are weekdays 1–7 from Monday, columns the hours 0–23 of the local clock."""
    found = _by_cell(view, selection.without("hours"))
    table = found.pivot(index="weekday", columns="hour", values="count")
    return table.reindex(index=range(1, 8), columns=range(24)).fillna(0).astype(int)


@question
def by_duration(cursor: duckdb.DuckDBPyConnection, view: View, selection: Selection) -> pd.DataFrame:
    """`from_hours, to_hours, closed, open`: how long cases lasted, in the bins of `bin_edges`; open ones will still move on.

    The bins reach to the longest of the whole view, so that they stay where they are while the selection changes.
    """
    where = chosen_facts(view, selection.without("durations"))
    counts = cursor.execute(
        f"""select {FACTS.lasted} as hours, count(*) filter (open_until < $until) as closed,
            count(*) filter (open_until >= $until) as open
        from incident_fact where {where.sql} group by 1""",
        where.values,
    ).df()
    edges = bin_edges(total(view, Selection()).longest_hours)
    closed, open_ = (np.histogram(counts["hours"], edges, weights=counts[name])[0] for name in ("closed", "open"))
    bins = {"from_hours": edges[:-1], "to_hours": edges[1:], "closed": closed, "open": open_}
    return pd.DataFrame(bins).astype({"closed": int, "open": int})


@question
def _counts(cursor: duckdb.DuckDBPyConnection, view: View, selection: Selection, by: str) -> pd.DataFrame:
    where = chosen_facts(view, selection)
    split = split_of(METRICS["incident_count"], by)
    counted = f"select {split.base}, count(*) as count from incident_fact where {where.sql} group by 1"
    return cursor.execute(f"{split.joined(counted, 'sum(count)::bigint as count')} group by 1", where.values).df()


@question
def _by_cell(cursor: duckdb.DuckDBPyConnection, view: View, selection: Selection) -> pd.DataFrame:
    where = chosen_facts(view, selection)
    sql = f"""select isodow(reported_on) as weekday, reported_hour as hour, count(*) as count
        from incident_fact where {where.sql} group by 1, 2"""
    return cursor.execute(sql, where.values).df()
