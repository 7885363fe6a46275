"""When is a case due, and how much working time lies between two times? On China's working calendar, in office hours.

Times are UTC without a zone, as in the tables; office hours and days are Shanghai's. Holidays and make-up workdays come from
`working_time.calendar`; in years it does not know, only weekends are free, and `is_known` says so. Working time is a
straight line between the corners of one table of office spans, so a million questions are one binary search each.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from warehouse.errors import ZhiliError
from working_time.office_spans import OfficeSpans, tick_of_day
from working_time.workdays import (
    DAY,
    FIRST_YEAR,
    HOUR,
    LAST_YEAR,
    MISSING,
    SECOND,
    Ticks,
    Times,
    every_day,
    known_years,
    local_ticks,
    utc_times,
    workdays,
)

OFFICE_HOURS = ((time(8, 30), time(12, 0)), (time(13, 30), time(17, 30)))
"""A default, usual in Shandong's offices; give your own to `WorkingTime`."""
TOO_LATE = f"A due time would lie after {LAST_YEAR}. Look at the limits."


class WorkingTimeError(ZhiliError):
    """Office hours, pauses, limits or times that cannot be reckoned with."""


@dataclass(frozen=True)
class WorkingTime:
    """A working calendar: the office hours of a workday, and pauses (from, to; UTC) that do not count as working time.

    On a natural one every hour of every day counts, and office hours mean nothing.
    """

    office_hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    pauses: tuple[tuple[datetime, datetime], ...] = ()
    is_natural: bool = False

    def __post_init__(self) -> None:
        edges = [edge for span in self.office_hours for edge in span]
        if not edges or any(a >= b for a, b in pairwise(edges)):
            raise WorkingTimeError("Office hours must be spans of one day in order, such as 08:30–12:00, 13:30–17:30.")
        if any(end < start for start, end in self.pauses):
            raise WorkingTimeError("A pause ends before it begins. Swap its two times.")

    def hours_between(self, start: npt.ArrayLike, end: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Working hours from each start to each end; negative where the end is first, NaN where either is missing."""
        begun, ended = np.broadcast_arrays(_ticks(start), _ticks(end))
        missing = (begun == MISSING) | (ended == MISSING)
        return np.where(missing, np.nan, (self._spans.worked(ended) - self._spans.worked(begun)) / HOUR)

    def due_after_hours(self, reported_at: npt.ArrayLike, hours: npt.ArrayLike) -> Times:
        """The first moment by which so many working hours (0 or more) have passed since the report; NaT for NaT.

        Seven and a half hours from 08:30 end at 17:30 of the same day, not the next morning.
        """
        limit = np.asarray(hours, dtype=np.float64)
        if not (limit >= 0).all():
            raise WorkingTimeError("A limit in working hours must be a number of nought or more.")
        return self._after(*np.broadcast_arrays(_ticks(reported_at), np.round(limit * HOUR).astype(np.int64)))

    def due_after_days(self, reported_at: npt.ArrayLike, days: npt.ArrayLike) -> Times:
        """The close of business on the so-many-th workday (1 or more) after the day of the report; NaT for NaT.

        The day of the report does not count, and the last one ends with business (Civil Code, articles 201 and 203).
        On a natural calendar every day counts, but a last day that is free gives way to the next workday (article 203),
        and the last one ends a second before midnight, so that its date is the last day's.
        Pauses push it back by exactly their working time.
        """
        limit = np.asarray(days)
        if limit.dtype.kind not in "iu" or not (limit >= 1).all():
            raise WorkingTimeError("A limit in working days must be a whole number of one or more.")
        begun, limit = np.broadcast_arrays(_ticks(reported_at), limit)
        begun_or_first = np.where(begun == MISSING, workdays()[0], begun)
        closes = self._last_day(begun_or_first // DAY * DAY, limit.astype(np.int64)) + self._hours[-1][1]
        closes -= SECOND if self.is_natural else 0
        return self._after(begun, self._unpaused.worked(closes) - self._unpaused.worked(begun_or_first))

    def pushed_back(
        self, due_at: npt.ArrayLike, of: npt.ArrayLike, paused_at: npt.ArrayLike, resumed_at: npt.ArrayLike
    ) -> Times:
        """The due times, each moved back by exactly the working time of its case's own pauses; NaT stays NaT.

        Pause n, from `paused_at[n]` to `resumed_at[n]`, is one of the case in row `of[n]` of `due_at`. A case's pauses may come
        in any order and overlap; one that begins when the case is due, or later, moves nothing.
        """
        due, rows, begun, ended = _ticks(due_at).copy(), np.asarray(of, np.int64), _ticks(paused_at), _ticks(resumed_at)
        if (begun == MISSING).any() or (ended < begun).any():
            raise WorkingTimeError("A pause has no beginning, no end, or ends before it begins.")
        counted = np.full(len(due), MISSING)
        for nth in _in_turn(rows, begun):
            row = rows[nth]
            start = np.maximum(begun[nth], counted[row])
            end = counted[row] = np.maximum(ended[nth], start)
            lost = np.where(begun[nth] < due[row], self._spans.worked(end) - self._spans.worked(start), 0)
            moves = lost > 0
            due[row[moves]] = self._moment(self._spans.worked(due[row[moves]]) + lost[moves])
        return utc_times(due)

    def is_known(self, start: npt.ArrayLike, end: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Whether the holidays of every year from start to end are known; where not, only weekends were taken as free."""
        first, last = known_years()
        begun, ended = (
            ticks.view("datetime64[us]").astype("datetime64[Y]").astype(int) + 1970
            for ticks in (_ticks(start), _ticks(end))
        )
        return np.asarray((np.minimum(begun, ended) >= first) & (np.maximum(begun, ended) <= last))

    def _last_day(self, midnight: Ticks, days: Ticks) -> Ticks:
        """Midnight of the so-many-th day that counts after the day that begins at `midnight`."""
        if self.is_natural:
            at = np.searchsorted(workdays(), midnight + days * DAY)
        else:
            at = np.searchsorted(workdays(), midnight + DAY) + days - 1
        if (at >= len(workdays())).any():
            raise WorkingTimeError(TOO_LATE)
        return workdays()[at]

    def _after(self, begun: Ticks, ticks: Ticks) -> Times:
        missing = begun == MISSING
        target = np.where(missing, 0, self._spans.worked(begun) + ticks)
        due = np.where(ticks == 0, begun, np.maximum(begun, self._moment(target)))
        return utc_times(np.where(missing, MISSING, due))

    def _moment(self, worked: Ticks) -> Ticks:
        if (worked > self._spans.total).any():
            raise WorkingTimeError(TOO_LATE)
        return self._spans.moment(worked)

    @property
    def _hours(self) -> tuple[tuple[int, int], ...]:
        if self.is_natural:
            return ((0, DAY),)
        return tuple((tick_of_day(start), tick_of_day(end)) for start, end in self.office_hours)

    @cached_property
    def _spans(self) -> OfficeSpans:
        return OfficeSpans.of(every_day() if self.is_natural else workdays(), self._hours, self.pauses)

    @cached_property
    def _unpaused(self) -> OfficeSpans:
        return replace(self, pauses=())._spans if self.pauses else self._spans


def _in_turn(rows: npt.NDArray[np.int64], begun: Ticks) -> Iterator[npt.NDArray[np.intp]]:
    """Which pauses are the first of their cases, which the second, and so on."""
    order = np.lexsort((begun, rows))
    nth = np.arange(len(rows)) - np.searchsorted(rows[order], rows[order])
    by_turn = order[np.argsort(nth, kind="stable")]
    yield from np.split(by_turn, np.cumsum(np.bincount(nth))[:-1]) if len(rows) else ()


def _ticks(times: npt.ArrayLike) -> Ticks:
    ticks = local_ticks(np.asarray(times, dtype="datetime64[us]"))
    outside = (ticks != MISSING) & ((ticks < workdays()[0]) | (ticks > workdays()[-1]))
    if outside.any():
        raise WorkingTimeError(f"A time lies outside {FIRST_YEAR}–{LAST_YEAR}. Look for slips in the data.")
    return ticks
