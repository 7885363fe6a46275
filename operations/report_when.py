"""When a report is due, in words an office writes: `weekdays 07:30`, `mon,thu 08:00`, `day 1 08:00`, and as moments. Shanghai time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from operations.errors import BadScheduleError
from working_time.calendar import day as kind_of_day

ZONE = ZoneInfo("Asia/Shanghai")
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FULL = dict(zip(NAMES, ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), strict=True))
CHINESE = {"每天": "every day", "周一至周五": "weekdays", "工作日": "workdays", **{f"周{sign}": name for sign, name in zip("一二三四五六日", NAMES, strict=True)}}  # fmt: skip
LONGEST_WAIT_DAYS = 400
"""However odd a rule, within so many days it is due again."""


@dataclass(frozen=True)
class When:
    """On which local days, and at what local time. `weekdays` are 0 to 6 from Monday; `month_day` 31 is the last of a shorter month.

    `is_official`: the working days of the official calendar, make-up days with them, holidays without.
    """

    at: time
    weekdays: frozenset[int] = frozenset(range(7))
    month_day: int | None = None
    is_official: bool = False

    def holds_on(self, day: date, skips_holidays: bool) -> bool:
        """Whether it is due on the local day."""
        kind = kind_of_day(day)
        if skips_holidays and kind.holiday_zh:
            return False
        if self.is_official:
            return not kind.is_free
        if self.month_day is not None:
            return day.day == self.month_day or ((day + timedelta(days=1)).day == 1 and day.day < self.month_day)
        return day.weekday() in self.weekdays


def parse(text: str) -> When:
    """What the words say; `BadScheduleError` in one line."""
    words = text.strip().lower()
    for chinese, english in CHINESE.items():
        words = words.replace(chinese, english)
    words = re.sub(r"每月(\d{1,2})[日号]", r"day \1", words).replace("、", ",").replace("，", ",").replace("：", ":")
    found = re.fullmatch(r"(.+?)\s*(\d{1,2}):(\d{2})", words)
    if not found or int(found[2]) > 23 or int(found[3]) > 59:
        raise BadScheduleError(
            f"{text!r} says no time. Write it as 'weekdays 07:30', 'mon,thu 08:00' or 'day 1 08:00'."
        )
    days, at = found[1].strip(), time(int(found[2]), int(found[3]))
    if days in ("every day", "daily"):
        return When(at)
    if days == "weekdays":
        return When(at, frozenset(range(5)))
    if days == "workdays":
        return When(at, is_official=True)
    if (numbered := re.fullmatch(r"day (\d{1,2})", days)) and 1 <= int(numbered[1]) <= 31:
        return When(at, month_day=int(numbered[1]))
    named = [part.strip() for part in days.split(",")]
    names = [one[:3] for one in named]
    if all(one in (short, FULL[short]) for one, short in zip(named, names, strict=True) if short in FULL) and set(names) <= set(FULL):  # fmt: skip
        return When(at, frozenset(map(NAMES.index, names)))
    raise BadScheduleError(
        f"{text!r} names no days. Write every day, weekdays, workdays, mon,thu or day 1, then the time."
    )


def due(when: When, skips_holidays: bool, after: datetime, until: datetime) -> Iterator[datetime]:
    """The moments it is due after `after`, up to and with `until`, in their order. All in UTC without a zone."""
    day = _local(after).date()
    while (moment := _utc(day, when.at)) <= until:
        if moment > after and when.holds_on(day, skips_holidays):
            yield moment
        day += timedelta(days=1)


def next_due(when: When, skips_holidays: bool, after: datetime) -> datetime | None:
    """The first moment after `after`; None where there is none within a year."""
    return next(due(when, skips_holidays, after, after + timedelta(days=LONGEST_WAIT_DAYS)), None)


def local_day(moment: datetime) -> date:
    """The local day of a UTC moment."""
    return _local(moment).date()


def _local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC).astimezone(ZONE)


def _utc(day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZONE).astimezone(UTC).replace(tzinfo=None)
