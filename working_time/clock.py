"""When is a case due, and how much working time lies between two times? On China's working calendar, in office hours.

Times are UTC without a zone, as in the tables; office hours and days are Shanghai's. Holidays and make-up workdays come from
`working_time.calendar`; in years it does not know, only weekends are free, and `is_known` says so. Working time is a
straight line between the corners of one table of office spans, so a million questions are one binary search each.
"""

from dataclasses import dataclass
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
    Ticks,
    Times,
    known_years,
    local_ticks,
    utc_times,
    workdays,
)

OFFICE_HOURS = ((time(8, 30), time(12, 0)), (time(13, 30), time(17, 30)))
"""A default, usual in Shandong's offices; give your own to `WorkingTime`."""


class WorkingTimeError(ZhiliError):
    """Office hours, pauses, limits or times that cannot be reckoned with."""


@dataclass(frozen=True)
class WorkingTime:
    """A working calendar: the office hours of a workday, and pauses (from, to; UTC) that do not count as working time."""

    office_hours: tuple[tuple[time, time], ...] = OFFICE_HOURS
    pauses: tuple[tuple[datetime, datetime], ...] = ()

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
        Pauses push it back by exactly their working time.
        """
        limit = np.asarray(days)
        if limit.dtype.kind not in "iu" or not (limit >= 1).all():
            raise WorkingTimeError("A limit in working days must be a whole number of one or more.")
        begun, limit = np.broadcast_arrays(_ticks(reported_at), limit)
        begun_or_first = np.where(begun == MISSING, workdays()[0], begun)
        next_workday = np.searchsorted(workdays(), begun_or_first // DAY * DAY + DAY)
        at = next_workday + limit - 1
        if (at >= len(workdays())).any():
            raise WorkingTimeError(f"A due time would lie after {LAST_YEAR}. Look at the limits.")
        closes = workdays()[at] + tick_of_day(self.office_hours[-1][1])
        return self._after(begun, self._unpaused.worked(closes) - self._unpaused.worked(begun_or_first))

    def is_known(self, start: npt.ArrayLike, end: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Whether the holidays of every year from start to end are known; where not, only weekends were taken as free."""
        first, last = known_years()
        begun, ended = (
            ticks.view("datetime64[us]").astype("datetime64[Y]").astype(int) + 1970
            for ticks in (_ticks(start), _ticks(end))
        )
        return np.asarray((np.minimum(begun, ended) >= first) & (np.maximum(begun, ended) <= last))

    def _after(self, begun: Ticks, ticks: Ticks) -> Times:
        missing = begun == MISSING
        target = self._spans.worked(begun) + ticks
        if (target[~missing] > self._spans.total).any():
            raise WorkingTimeError(f"A due time would lie after {LAST_YEAR}. Look at the limits.")
        due = np.where(ticks == 0, begun, np.maximum(begun, self._spans.moment(target)))
        return utc_times(np.where(missing, MISSING, due))

    @cached_property
    def _spans(self) -> OfficeSpans:
        return OfficeSpans.of(self.office_hours, self.pauses)

    @cached_property
    def _unpaused(self) -> OfficeSpans:
        return OfficeSpans.of(self.office_hours, ()) if self.pauses else self._spans


def _ticks(times: npt.ArrayLike) -> Ticks:
    ticks = local_ticks(np.asarray(times, dtype="datetime64[us]"))
    outside = (ticks != MISSING) & ((ticks < workdays()[0]) | (ticks > workdays()[-1]))
    if outside.any():
        raise WorkingTimeError(f"A time lies outside {FIRST_YEAR}–{LAST_YEAR}. Look for slips in the data.")
    return ticks
