"""Each day of each open case as one trial: will it be closed today? What slowdowns, queues and late cases are read from.

A case counts from the day it was reported to the day it was closed (both included) or to the last full day, for 90 days at
most. Days are the local calendar's, as numbers since 1970; working days come from the working calendar.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answers import question
from analytics.early_warning.found import Look
from analytics.view import local_day
from working_time.workdays import every_day, workdays

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
MOST_DAYS = 90
NEVER = 10**6
AGES = np.array([0, 1, 2, 3, 4, 5, 6, 7, 9, 12, 17, 24, 40])
"""First day of each class of age, in days."""
LEFT = np.array([-NEVER, 0, 1, 2, 3, 5, 8, NEVER // 2])
"""First of each class of working days left: past due, due today, … no due time at all."""
YEAR = 364
MICROSECONDS_A_DAY = 86_400_000_000


@question
def history(cursor: duckdb.DuckDBPyConnection, look: Look) -> pd.DataFrame:
    """`department, category, reported, closed, due, is_by_due, n`: how many such cases, as they were known at the look.

    Days as numbers since 1970; `closed` and `due` are `NEVER` where there is none. Two years of working at them.
    """
    since = look.until - timedelta(days=2 * YEAR)
    frame = cursor.execute(
        f"""select department, category, reported_on - date '1970-01-01' as reported,
            case when closed_at < $until then closed_on - date '1970-01-01' else {NEVER} end::bigint as closed,
            coalesce(due_on - date '1970-01-01', {NEVER})::bigint as due,
            coalesce(closed_at < $until and closed_at <= due_at, false) as is_by_due, count(*) as n
        from incident_fact where reported_at < $until and reported_at >= $since and department is not null
        group by all order by all""",
        {"until": look.until, "since": since},
    ).df()
    return frame.astype({"department": "category", "category": "category", "reported": np.int64})


def last_full_day(look: Look) -> int:
    """Number of the last local day that is over at the look."""
    return number(local_day(look.until)) - 1


def number(day: date) -> int:
    """Days since 1970."""
    return (day - date(1970, 1, 1)).days


def on(day: int) -> date:
    """The date of a day's number."""
    return date(1970, 1, 1) + timedelta(days=int(day))


def worked_before(days: npt.ArrayLike) -> Ints:
    """Working days before each day, since 1990: differences are working days in between."""
    first, counts = _worked()
    return np.asarray(counts[np.clip(np.asarray(days) - first, 0, len(counts) - 1)], dtype=np.int64)


@lru_cache(maxsize=1)
def _worked() -> tuple[int, Ints]:
    """The number of the first day known, and how many working days there were before it and each day after."""
    every, worked = every_day() // MICROSECONDS_A_DAY, workdays() // MICROSECONDS_A_DAY
    counts = np.searchsorted(worked, np.append(every, every[-1] + 1))
    return int(every[0]), np.asarray(counts, dtype=np.int64)


def is_free(days: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether each day is a weekend or holiday."""
    return worked_before(np.asarray(days) + 1) == worked_before(days)


@dataclass(frozen=True)
class Trials:
    """One entry a case and day: the case's row, the day, its cell (age, time left, kind of day), did it close, how many cases."""

    row: Ints
    day: Ints
    cell: Ints
    is_closed: npt.NDArray[np.bool_]
    n: Floats


def summed(place: Ints, weights: npt.ArrayLike, places: int) -> Floats:
    """The sum of the weights at each place, 0 to `places` - 1."""
    return np.bincount(place, np.asarray(weights, dtype=np.float64), places).astype(np.float64)


CELLS = len(AGES) * len(LEFT) * 2


def cells(age: Ints, day: Ints, due: Ints) -> Ints:
    """The class of a case of this age on this day, due on that day: age, working days left, workday or not."""
    left = np.where(due >= NEVER, NEVER, np.where(due < day, -1, worked_before(due) - worked_before(day)))
    by_age = np.searchsorted(AGES, age, side="right") - 1
    by_left = np.searchsorted(LEFT, left, side="right") - 1
    return (by_age * len(LEFT) + by_left) * 2 + is_free(day)


def trials(cases: pd.DataFrame, first: int, last: int) -> Trials:
    """The trials of the days `first` to `last`. On the day it is due a case counts as closed only if it was by its due time."""
    reported, closed, due = (cases[name].to_numpy(np.int64) for name in ("reported", "closed", "due"))
    begin = np.maximum(reported, first)
    end = np.minimum(np.minimum(closed, last), reported + MOST_DAYS)
    lengths = np.maximum(end - begin + 1, 0)
    row = np.repeat(np.arange(len(cases)), lengths)
    day = begin[row] + np.arange(len(row)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    is_closed = (closed[row] == day) & (cases["is_by_due"].to_numpy(bool)[row] | (due[row] != day))
    n = cases["n"].to_numpy(np.float64)[row]
    return Trials(row, day, cells(day - reported[row], day, due[row]), is_closed, n)
