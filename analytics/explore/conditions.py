"""The SQL of a selection: everything here that names a column of incidents, and nothing else does.

A condition is written beside that of the `View`, and keeps what the view's own period and filters keep. It reads rows of
`incident`, whose names are text, or of `incident_fact` (`FACTS`), whose names are enumerations and whose times lie ready.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from analytics.timeliness.cases import MINUTES
from analytics.view import ABOVE, Where, categories_inside, start_of


@dataclass(frozen=True)
class Columns:
    """How a table says what conditions ask. `cell` is 24 for Monday at midnight, 191 for Sunday at eleven at night;
    `lasted` is hours from report to close in full minutes: what is open at the period's end has lasted until then.
    """

    cell: str
    lasted: str
    is_fact: bool

    def cast(self, column: str) -> str:
        """What turns text into the column's own type."""
        return f"{column.removesuffix('_id')}_name" if self.is_fact else "varchar"


LOCAL = "(reported_at + interval 8 hour)"
ROWS = Columns(
    cell=f"(isodow({LOCAL}) * 24 + hour({LOCAL}))",
    lasted="(epoch_us(least(closed_at, $until)) - epoch_us(reported_at)) // 60000000 / 60.0",
    is_fact=False,
)
FACTS = Columns(cell="(isodow(reported_on) * 24 + reported_hour)", lasted=f"({MINUTES}) / 60.0", is_fact=True)


def in_areas(areas: Sequence[str | None], columns: Columns) -> Where:
    """Inside any of the areas; None: nothing finer than the whole is known."""
    inside = f"select area_id from area where list_has_any([{ABOVE}], $sel_areas)"
    top = "select area_id from area where parent_id is null"
    if columns.is_fact:
        inside, top = (f"select try_cast(area_id as area_name) from ({areas})" for areas in (inside, top))
    return _any_of("sel_areas", areas, f"area_id in ({inside})", f"(area_id is null or area_id in ({top}))")


def on_days(days: tuple[date, date]) -> Where:
    """Reported from the first local day to the last, both included."""
    values: dict[str, object] = {"sel_since": start_of(days[0]), "sel_until": start_of(days[1] + timedelta(days=1))}
    return Where("reported_at >= $sel_since and reported_at < $sel_until", values)


def at_hours(cells: Sequence[tuple[int, int]], columns: Columns) -> Where:
    """Reported at any of these (weekday 1–7 from Monday, hour 0–23) on the local clock."""
    return Where(
        f"{columns.cell} in (select unnest($sel_cells))",
        {"sel_cells": [weekday * 24 + hour for weekday, hour in cells]},
    )


def of_categories(paths: Sequence[str | None], as_of: int | None, columns: Columns) -> Where:
    """Of any of the categories or of what lies below one; None: without a category."""
    used = [name for path in paths if path is not None for name in categories_inside(as_of, path)]
    names = [*used, *([None] if None in paths else [])]
    return _any_of("sel_categories", names, _listed("category", "sel_categories", columns), "category is null")


def of_column(column: str, values: Sequence[str | None], columns: Columns) -> Where:
    """`department` or `channel` is any of these; None: it is not stated."""
    return _any_of(f"sel_{column}", values, _listed(column, f"sel_{column}", columns), f"{column} is null")


def _listed(column: str, name: str, columns: Columns) -> str:
    return f"{column} in (select try_cast(unnest(${name}::varchar[]) as {columns.cast(column)}))"


def lasting(hours: tuple[float, float], until: datetime, columns: Columns) -> Where:
    """Closed, or open at `until`, after at least the first and less than the second number of hours."""
    lasted = columns.lasted.replace("$until", "$sel_end")
    values: dict[str, object] = {"sel_end": until, "sel_low": hours[0], "sel_high": hours[1]}
    return Where(f"{lasted} >= $sel_low and {lasted} < $sel_high", values)


def _any_of(name: str, values: Sequence[str | None], named: str, unknown: str) -> Where:
    given = [value for value in values if value is not None]
    parts = ([named] if given else []) + ([unknown] if None in values else [])
    return Where(f"({' or '.join(parts) or 'false'})", {name: given} if given else {})


def both(*conditions: Where) -> Where:
    """All of the conditions at once."""
    values: dict[str, object] = {}
    for condition in conditions:
        values |= condition.values
    return Where(" and ".join(condition.sql for condition in conditions) or "true", values)
