"""The demo's calendar: which days are worked, how busy each day is for each kind of matter, and when it rained."""

from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
import numpy as np

RUN_UP_DAYS = 90
"""Days known past the end, for due times that fall after it."""
SECONDS_A_DAY = 86_400
SEASONS = ("flat", "summer", "winter", "rain", "spring", "festival", "heating", "school")


@dataclass(frozen=True)
class Days:
    """The days of the demo: `first` and `count` of them; arrays run on past the end by `RUN_UP_DAYS`."""

    first: date
    count: int
    is_workday: np.ndarray
    is_holiday: np.ndarray
    rain_mm: np.ndarray

    @property
    def start(self) -> np.datetime64:
        """Midnight of the first day, Shanghai time."""
        return np.datetime64(self.first, "s")

    @property
    def until(self) -> np.datetime64:
        """The end, exclusive: midnight, Shanghai time."""
        return self.start + self.count * SECONDS_A_DAY

    def day_of(self, moments: np.ndarray) -> np.ndarray:
        """Number of the day each moment falls on."""
        return ((moments - self.start).astype(np.int64) // SECONDS_A_DAY).astype(np.int64)

    def after_workdays(self, moments: np.ndarray, workdays: np.ndarray) -> np.ndarray:
        """The same time of day so many working days later."""
        worked = np.flatnonzero(self.is_workday)
        day = self.day_of(moments)
        place = np.searchsorted(worked, day, side="right") + workdays - 1
        target = worked[np.minimum(place, len(worked) - 1)]
        return moments + (target - day) * np.timedelta64(SECONDS_A_DAY, "s")


def days_until(until: date, count: int, seed: int) -> Days:
    """The calendar of `count` days up to `until`, exclusive."""
    first = until - timedelta(days=count)
    every = [first + timedelta(days=number) for number in range(count + RUN_UP_DAYS)]
    kinds = np.array([_kind(day) for day in every])
    return Days(first, count, kinds == "work", kinds == "holiday", _rain(every, np.random.default_rng([seed, 3])))


def _kind(day: date) -> str:
    """`work`, `weekend` or `holiday`; years the calendar does not know yet fall back to weekends."""
    try:
        if chinese_calendar.is_workday(day):
            return "work"
        return "holiday" if chinese_calendar.get_holiday_detail(day)[1] else "weekend"
    except NotImplementedError:
        return "work" if day.weekday() < 5 else "weekend"


def _rain(every: list[date], rng: np.random.Generator) -> np.ndarray:
    """Millimetres a day: storms in summer, little else."""
    month = np.array([day.month for day in every])
    chance = np.select(
        [np.isin(month, (7, 8)), np.isin(month, (6, 9)), np.isin(month, (4, 5, 10))], [0.42, 0.27, 0.16], 0.06
    )
    amount = rng.gamma(0.8, np.where(np.isin(month, (6, 7, 8, 9)), 22.0, 6.0))
    return np.where(rng.random(len(every)) < chance, amount, 0.0)


def busyness(days: Days, season: str, rng: np.random.Generator) -> np.ndarray:
    """How busy each day is for matters of this season, summing to 1."""
    every = [days.first + timedelta(days=number) for number in range(days.count)]
    year_turn = np.array([day.timetuple().tm_yday for day in every]) / 365.25
    base = np.where(days.is_workday, 1.0, np.where(days.is_holiday, 0.62, 0.74))[: days.count]
    growth = np.linspace(0.9, 1.1, days.count)
    drift = np.exp(_slow_noise(days.count, rng))
    weight = base * growth * drift * _season(season, year_turn, days)
    return weight / weight.sum()


def _season(season: str, turn: np.ndarray, days: Days) -> np.ndarray:
    def peak(at: float, width: float) -> np.ndarray:
        away = np.abs((turn - at + 0.5) % 1.0 - 0.5)
        return np.exp(-((away / width) ** 2))

    wet = np.convolve(days.rain_mm[: days.count], (0.6, 0.3, 0.1))[: days.count]
    shape: dict[str, np.ndarray] = {
        "flat": np.ones(days.count),
        "summer": 0.6 + 1.1 * peak(0.55, 0.17),
        "winter": 0.6 + 1.1 * peak(0.02, 0.17),
        "rain": 0.35 + wet / 12.0,
        "spring": 0.5 + 1.2 * peak(0.27, 0.12),
        "festival": 0.8 + 1.4 * peak(0.06, 0.06) + 0.5 * peak(0.75, 0.04),
        "heating": 0.05 + 2.2 * peak(0.99, 0.13),
        "school": 0.6 + 1.3 * peak(0.67, 0.05) + 0.7 * peak(0.13, 0.05),
    }
    return shape[season]


def _slow_noise(count: int, rng: np.random.Generator, memory: float = 0.75) -> np.ndarray:
    """Noise that remembers yesterday."""
    shock, level = rng.normal(0, 0.06, count), np.zeros(count)
    for day in range(1, count):
        level[day] = memory * level[day - 1] + shock[day]
    return level
