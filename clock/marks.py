"""What of the past came late or was corrected: a mark of each hour's matters, compared with the marks of the look before.

A mark changes when a matter of that hour is added, taken away, or says another time, place, category or office than before; not
when a case only goes on, since nearly every load moves cases on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb

from analytics.answers import question
from analytics.view import local_day, start_of
from clock.states import DataState

DAYS_BACK = 14
"""So far back a rule looks again at what was missed or corrected; what is older stays as it was judged."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Past:
    """Which days a rule has to look at (again), and from which hour on what it has seen is not so any more (None: all is)."""

    days: tuple[date, ...]
    corrected_from: datetime | None


NOTHING_GONE_BY = Past((), None)


def marks_of(state: DataState) -> dict[str, str]:
    """The mark of each hour of the last days that has matters, by the hour in UTC as text."""
    return _marks(state.snapshot_id, state.until)


def past(before: Mapping[str, str], looked_until: datetime | None, state: DataState) -> Past:
    """What of the past is not as it was when the rule last looked, up to `looked_until`; nothing if it never did."""
    if looked_until is None:
        return NOTHING_GONE_BY
    oldest = _oldest(max(state.until, looked_until))  # of what is older after an undo there are marks of now only
    now = marks_of(state)
    changed = sorted(
        at
        for hour in before.keys() | now.keys()
        if before.get(hour) != now.get(hour) and (at := datetime.fromisoformat(hour)) >= oldest
    )
    today = local_day(state.until)
    days = sorted(
        {day for at in changed if (day := local_day(at)) < today}
    )  # after an undo later days have no data to look at
    corrected = [at for at in changed if at + HOUR <= looked_until]
    return Past(tuple(days), corrected[0] if corrected else None)


def end_of(day: date) -> datetime:
    """The UTC moment at which a local day ends."""
    return start_of(day + timedelta(days=1))


def _oldest(until: datetime) -> datetime:
    return start_of(local_day(until) - timedelta(days=DAYS_BACK))


@question
def _marks(cursor: duckdb.DuckDBPyConnection, _as_of: int | None, until: datetime) -> dict[str, str]:
    since = _oldest(until)
    rows = cursor.execute(
        """select date_trunc('hour', reported_at) as hour, count(*),
            bit_xor(hash(incident_id, reported_at, category, department, channel, area_id, grid_id))
        from incident where reported_at >= $since and reported_at < $until group by 1 order by 1""",
        {"since": since, "until": until},
    ).fetchall()
    return {hour.isoformat(): f"{n}:{mark:x}" for hour, n, mark in rows}
