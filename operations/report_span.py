"""Which days a report is of, and which lie before them: a day, a week from Monday, a calendar month, thirty days."""

from dataclasses import dataclass
from datetime import date, timedelta

from working_time.calendar import day as kind_of_day

MONTH_DAYS = 30
LIKE_DAYS, LIKE_OTHERS = 56, 12
"""What is usual is judged by the like days of eight weeks, or by twelve weeks, months or thirty days before."""


@dataclass(frozen=True)
class Span:
    """Local days from `first` to `last`, both in it."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


def span_of(kind: str, on: date) -> Span:
    """The days of a report on `on`: that day, the week or the month it lies in, or the thirty days up to it."""
    if kind == "daily":
        return Span(on, on)
    if kind == "weekly":
        monday = on - timedelta(days=on.weekday())
        return Span(monday, monday + timedelta(days=6))
    if kind in ("monthly", "performance"):
        first = on.replace(day=1)
        return Span(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
    return Span(on - timedelta(days=MONTH_DAYS - 1), on)


def finished(kind: str, day: date) -> date:
    """The day that a report of this kind is of when it is due on a local day: the last of the newest span that is over."""
    yesterday = day - timedelta(days=1)
    span = span_of(kind, yesterday)
    return yesterday if span.last == yesterday else before(kind, span).last


def before(kind: str, span: Span) -> Span:
    """The span of the same kind that ends the day before."""
    last = span.first - timedelta(days=1)
    return span_of(kind, last)


def like(kind: str, span: Span) -> list[Span]:
    """The spans before it that it is like, newest first: for a day, those that are working days, or free, as it is."""
    if kind == "daily":
        is_free = kind_of_day(span.first).is_free
        days = (span.first - timedelta(days=back) for back in range(1, LIKE_DAYS + 1))
        return [Span(one, one) for one in days if kind_of_day(one).is_free == is_free]
    found = [before(kind, span)]
    while len(found) < LIKE_OTHERS:
        found.append(before(kind, found[-1]))
    return found
