"""Which days are workdays, weekends or public holidays in China, make-up workdays included."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

SATURDAY = 5
FURTHER_YEARS = 5
NAMES_ZH = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午",
    "Mid-autumn Festival": "中秋",
    "National Day": "国庆",
    "Anti-Fascist 70th Day": "抗战胜利日",
}


@dataclass(frozen=True)
class Day:
    """One day: free or not, and the holiday's name in both languages if it is one."""

    on: date
    is_free: bool
    holiday_zh: str = ""
    holiday_en: str = ""


def day(on: date) -> Day:
    """What kind of day it is; in years the calendar does not know yet, weekends only."""
    try:
        is_free, name = chinese_calendar.get_holiday_detail(on)
    except NotImplementedError:
        return Day(on, on.weekday() >= SATURDAY)
    return Day(on, is_free, NAMES_ZH.get(name, name) if is_free and name else "", name if is_free and name else "")


@lru_cache(maxsize=1)
def free_days() -> tuple[tuple[date, ...], tuple[date, ...]]:
    """All public holidays and all other free days from 2004 to five years past what the calendar knows."""
    first, last = date(min(chinese_calendar.constants.holidays).year, 1, 1), max(chinese_calendar.constants.holidays)
    count = (date(last.year + FURTHER_YEARS, 12, 31) - first).days
    free = [kind for kind in (day(first + timedelta(days=n)) for n in range(count + 1)) if kind.is_free]
    holidays = tuple(kind.on for kind in free if kind.holiday_en)
    return holidays, tuple(kind.on for kind in free if not kind.holiday_en)
