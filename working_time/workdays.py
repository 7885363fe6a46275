"""Which days between 1990 and 2060 are workdays, as numbers to reckon with? Microseconds of Shanghai's clock."""

from datetime import date
from functools import lru_cache

import chinese_calendar
import numpy as np
import numpy.typing as npt

from working_time.calendar import day

Times = npt.NDArray[np.datetime64]
Ticks = npt.NDArray[np.int64]
FIRST_YEAR, LAST_YEAR = 1990, 2060
SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
AHEAD_OF_UTC = np.timedelta64(8, "h")
MISSING = np.iinfo(np.int64).min
"""What NaT is as a number."""


def local_ticks(utc: Times) -> Ticks:
    """Microseconds on Shanghai's clock, of UTC times without a zone; `MISSING` for NaT."""
    return np.asarray((utc + AHEAD_OF_UTC).astype("datetime64[us]").view(np.int64))


def utc_times(ticks: Ticks) -> Times:
    """The UTC times of local ticks, `datetime64[us]`."""
    return np.asarray(np.asarray(ticks, dtype=np.int64).view("datetime64[us]") - AHEAD_OF_UTC)


@lru_cache(maxsize=1)
def every_day() -> Ticks:
    """Midnight of every day from 1990 to 2060."""
    return np.arange(f"{FIRST_YEAR}-01-01", f"{LAST_YEAR + 1}-01-01", dtype="M8[D]").astype("M8[us]").view(np.int64)


@lru_cache(maxsize=1)
def workdays() -> Ticks:
    """Midnight of every workday from 1990 to 2060; weekends only are free in years whose holidays are not known."""
    days: list[date] = every_day().view("M8[us]").astype("M8[D]").tolist()
    return every_day()[[not day(on).is_free for on in days]]


@lru_cache(maxsize=1)
def known_years() -> tuple[int, int]:
    """The first and last year whose holidays the calendar knows."""
    known = [year for year in range(FIRST_YEAR, LAST_YEAR + 1) if _is_known(year)]
    return known[0], known[-1]


def _is_known(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
