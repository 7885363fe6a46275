"""The SQL of a selection: everything here that names a column of `incident`, and nothing else does.

A condition is written beside `View.where("reported_at")`, and keeps what the view's own period and filters keep.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from analytics.metrics.splits import TIMES
from analytics.view import ABOVE, Where, start_of

TIME = "reported_at"
CELL = f"({TIMES['weekday'].format(time=TIME)} * 24 + {TIMES['hour'].format(time=TIME)})"
"""Weekday and hour as one number: 24 for Monday at midnight, 191 for Sunday at eleven at night."""
LASTED = "(epoch_us(least(closed_at, $until)) - epoch_us(reported_at)) // 60000000 / 60.0"
"""Hours from report to close in full minutes; what is open at the period's end, `$until`, has lasted until then."""
UNPLACED = "(area_id is null or area_id in (select area_id from area where parent_id is null))"


def in_areas(areas: Sequence[str | None]) -> Where:
    """Inside any of the areas; None: nothing finer than the whole is known."""
    named = f"area_id in (select area_id from area where list_has_any([{ABOVE}], $sel_areas))"
    return _any_of("sel_areas", areas, named, UNPLACED)


def on_days(days: tuple[date, date]) -> Where:
    """Reported from the first local day to the last, both included."""
    values: dict[str, object] = {"sel_since": start_of(days[0]), "sel_until": start_of(days[1] + timedelta(days=1))}
    return Where(f"{TIME} >= $sel_since and {TIME} < $sel_until", values)


def at_hours(cells: Sequence[tuple[int, int]]) -> Where:
    """Reported at any of these (weekday 1–7 from Monday, hour 0–23) on the local clock."""
    return Where(
        f"{CELL} in (select unnest($sel_cells))", {"sel_cells": [weekday * 24 + hour for weekday, hour in cells]}
    )


def of_categories(paths: Sequence[str | None]) -> Where:
    """Of any of the categories or of what lies below one; None: without a category."""
    inside = "len(list_filter($sel_categories, p -> category = p or starts_with(category, p || '/'))) > 0"
    return _any_of("sel_categories", paths, inside, "category is null")


def of_column(column: str, values: Sequence[str | None]) -> Where:
    """`department` or `channel` is any of these; None: it is not stated."""
    return _any_of(f"sel_{column}", values, f"list_contains($sel_{column}, {column})", f"{column} is null")


def lasting(hours: tuple[float, float], until: datetime) -> Where:
    """Closed, or open at `until`, after at least the first and less than the second number of hours."""
    lasted = LASTED.replace("$until", "$sel_end")
    values: dict[str, object] = {"sel_end": until, "sel_low": hours[0], "sel_high": hours[1]}
    return Where(f"{lasted} >= $sel_low and {lasted} < $sel_high", values)


def _any_of(name: str, values: Sequence[str | None], named: str, unknown: str) -> Where:
    given = [value for value in values if value is not None]
    parts = ([named] if given else []) + ([unknown] if None in values else [])
    return Where(f"({' or '.join(parts)})", {name: given} if given else {})


def both(*conditions: Where) -> Where:
    """All of the conditions at once."""
    values: dict[str, object] = {}
    for condition in conditions:
        values |= condition.values
    return Where(" and ".join(condition.sql for condition in conditions) or "true", values)
