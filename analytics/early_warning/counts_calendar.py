"""What the calendar alone explains of a count: season, weekday, holidays and trend, as columns of a design matrix.

Two things about a series cannot be known beforehand, so both readings are kept and the series itself decides between them
(`counts_baseline`): whether its year has 365.25 days or 52 reporting weeks, and whether a holiday multiplies the weekday's
count or takes its place, as where a surgery that is closed on Sundays is closed on holidays too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

Step = Literal["hour", "day", "week"]
Numbers = npt.NDArray[np.float64]

DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0}
YEARS = (365.25, 364.0)
HARMONICS = {"hour": 1, "day": 6, "week": 2}
SEASON_SD, TREND_SD_A_YEAR, WEEKDAY_SD, HOLIDAY_SD, HOUR_SD, LEVEL_SD = 0.8, 0.3, 0.7, 0.7, 1.0, 10.0
"""How large each effect on the logarithm of the mean is thought to be before anything was seen: standard deviations."""


@dataclass(frozen=True)
class Calendar:
    """Designs to choose from, `columns[m, t, k]` of periods t, and the variance that each column's effect is given at first."""

    columns: Numbers
    variance: Numbers

    @property
    def readings(self) -> int:
        """How many readings of the calendar there are."""
        return self.columns.shape[0]


def calendar(
    dates: pd.DatetimeIndex,
    step: Step,
    holidays: Mapping[pd.Timestamp, str] | None = None,
    harmonics: int | None = None,
) -> Calendar:
    """The readings of the calendar for the periods that begin at `dates`; `holidays` gives kinds by day.

    With `harmonics` given, the season has so many and there is one reading: the year of the sun, holidays in the weekday's place.
    """
    kinds = _kinds(dates, step, dict(holidays or {}))
    week = _weekdays(dates, step)
    apart = week * (1.0 - np.minimum(kinds.sum(axis=1, keepdims=True), 1.0))
    weekdays = [week, apart] if step != "week" and kinds.size else [week]
    readings = [(columns, days) for columns in weekdays for days in YEARS] if harmonics is None else [(apart, YEARS[0])]
    waves = harmonics or HARMONICS[step]
    designs = [_design(dates, waves, weekdays, kinds, days_a_year) for weekdays, days_a_year in readings]
    variance = np.concatenate(
        [
            [LEVEL_SD**2, TREND_SD_A_YEAR**2],
            np.tile(SEASON_SD**2 / np.arange(1, waves + 1), 2),
            np.full(week.shape[1], WEEKDAY_SD**2 if step == "day" else HOUR_SD**2),
            np.full(kinds.shape[1], HOLIDAY_SD**2),
        ]
    )
    return Calendar(np.stack(designs), variance)


def _design(dates: pd.DatetimeIndex, waves: int, weekdays: Numbers, kinds: Numbers, days_a_year: float) -> Numbers:
    days = (dates - dates[0]) / pd.Timedelta(days=1)
    years = np.asarray(days, dtype=float) / days_a_year
    angles = 2 * np.pi * years[:, None] * np.arange(1, waves + 1)
    ones = np.ones((len(dates), 1))
    return np.hstack([ones, years[:, None], np.cos(angles), np.sin(angles), weekdays, kinds])


def _weekdays(dates: pd.DatetimeIndex, step: Step) -> Numbers:
    """Columns of the weekday (and of the hour, in two harmonics for working days and weekends) against their mean."""
    if step == "week":
        return np.zeros((len(dates), 0))
    weekday = dates.day_of_week.to_numpy()
    marks = (weekday[:, None] == np.arange(7)).astype(float)
    columns = marks
    if step == "day":
        return columns
    angles = 2 * np.pi * dates.hour.to_numpy()[:, None] / 24 * np.arange(1, 4)
    hours = np.hstack([np.cos(angles), np.sin(angles)])
    return np.hstack([columns, hours, hours * (weekday >= 5)[:, None]])


def _kinds(dates: pd.DatetimeIndex, step: Step, holidays: dict[pd.Timestamp, str]) -> Numbers:
    """For each kind of holiday the share of each period that is one."""
    names = sorted(set(holidays.values()))
    if not names:
        return np.zeros((len(dates), 0))
    length = max(1, round(DAYS[step]))
    known = pd.Series(holidays)
    days = dates.normalize()
    shares = np.zeros((len(dates), len(names)))
    for ahead in range(length):
        kind = known.reindex(days + pd.Timedelta(days=ahead)).to_numpy()
        shares += np.stack([kind == name for name in names], axis=1) / length
    return shares
