"""The SQL of rows: names out of the registry of columns, everything that somebody typed as a bound parameter."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast

from analytics.explore.rows_asked import Condition, Sifting, Test
from analytics.explore.rows_columns import COLUMNS, PLACE, RowColumn
from analytics.explore.selection import Selection, chosen
from analytics.view import View, Where, start_of, with_used

NEWEST_FIRST = (("reported_at", True),)
TEXT_SQL = {
    "contains": "contains({0}, {1})", "equals": "{0} = {1}", "startsWith": "starts_with({0}, {1})", "endsWith": "ends_with({0}, {1})",
}  # fmt: skip
OPPOSITE = {"notContains": "contains", "notEqual": "equals"}
"""What is empty contains nothing and equals nothing, so the opposite holds for it."""
SIGNS = {"lessThan": "<", "lessThanOrEqual": "<=", "greaterThan": ">", "greaterThanOrEqual": ">=", "equals": "="}


def rows_sql(
    view: View, selection: Selection, sifting: Sifting, columns: tuple[RowColumn, ...], limit: str = ""
) -> Where:
    """The statement for these columns of the rows in their order, ties settled by incident_id; with its values."""
    base = _base(view, selection, sifting.conditions)
    inner = f"select i.* from {base.sql} order by {_order(sifting)} {limit}" if limit else f"select i.* from {base.sql}"
    shown = ", ".join(f"{column.sql} as {column.name}" for column in columns)
    return with_used(f"select {shown} from ({inner}) i order by {_order(sifting)}", base.values)


def count_sql(view: View, selection: Selection, conditions: tuple[Condition, ...]) -> Where:
    """The statement that counts the rows."""
    base = _base(view, selection, conditions)
    return with_used(f"select count(*) from {base.sql}", base.values)


def _base(view: View, selection: Selection, conditions: tuple[Condition, ...]) -> Where:
    """Incidents as `i`, each beside the names of its places, that meet all conditions."""
    kept = chosen(view, selection)
    places = f"""(select r.*, p.town, p.community, p.grid
        from (select * from incident where {kept.sql}) r left join ({PLACE}) p on p.area_id = r.area_id) i"""
    values, parts = {**kept.values, "now": view.now}, []
    for number, condition in enumerate(conditions):
        part = _condition(condition, f"row_{number}")
        parts.append(part.sql)
        values |= part.values
    return Where(f"{places} where {' and '.join(parts) or 'true'}", values)


def _order(sifting: Sifting) -> str:
    parts = [
        f"{COLUMNS[name].sql} {'desc' if falls else 'asc'} nulls last" for name, falls in sifting.order or NEWEST_FIRST
    ]
    return ", ".join([*parts, "i.incident_id"])


def _condition(condition: Condition, name: str) -> Where:
    column, parts = COLUMNS[condition.column], []
    values: dict[str, object] = {}
    for number, test in enumerate(condition.tests):
        part = compared(column, test, f"{name}_{number}")
        parts.append(f"coalesce({part.sql}, false)")
        values |= part.values
    return Where(f"({' or '.join(parts) if condition.is_any else ' and '.join(parts)})", values)


def compared(column: RowColumn, test: Test, name: str) -> Where:
    """One comparison of a column; parameters begin with `name`."""
    if test.operator in ("blank", "notBlank"):
        return Where(_blank(column, is_blank=test.operator == "blank"), {})
    if test.kind == "set":
        return _listed(column, test, name)
    if test.operator in OPPOSITE:
        same = compared(column, Test(test.kind, OPPOSITE[test.operator], test.values), name)
        return Where(f"not coalesce({same.sql}, false)", same.values)
    return {"text": _text, "number": _number, "date": _day}[test.kind](column, test, name)


def _blank(column: RowColumn, *, is_blank: bool) -> str:
    empty = f"{column.raw} is null" + (f" or {column.raw} = ''" if column.kind in ("text", "free", "choice") else "")
    return f"({empty})" if is_blank else f"not ({empty})"


def _listed(column: RowColumn, test: Test, name: str) -> Where:
    named = [value for value in test.values if value is not None]
    parts = [f"list_contains(${name}, {column.sql})"] if named else []
    parts += [f"{column.sql} is null"] if None in test.values else []
    return Where(f"({' or '.join(parts) or 'false'})", {name: named} if named else {})


def _text(column: RowColumn, test: Test, name: str) -> Where:
    """Whatever the case of the letters. A masked text holds what has no asterisk only where the unmasked does: asked first,
    it spares most rows the masking.
    """
    shape = TEXT_SQL[test.operator]
    sql = shape.format(f"lower({column.sql})", f"lower(${name})")
    if column.kind == "free" and "*" not in str(test.values[0]):
        sql = f"{shape.format(f'lower({column.raw})', f'lower(${name})')} and {sql}"
    return Where(f"({sql})", {name: test.values[0]})


def _number(column: RowColumn, test: Test, name: str) -> Where:
    if test.operator == "inRange":
        return Where(f"{column.sql} between ${name}_a and ${name}_b", dict(_lettered(name, test)))
    return Where(f"{column.sql} {SIGNS[test.operator]} ${name}", {name: test.values[0]})


def _day(column: RowColumn, test: Test, name: str) -> Where:
    """Local days: `equals` is within the day, `inRange` from the first to the last, both included."""
    first, last = cast(date, test.values[0]), cast(date, test.values[-1]) + timedelta(days=1)
    since, until = f"{column.sql} >= ${name}_a", f"{column.sql} < ${name}_b"
    low, high = {f"{name}_a": start_of(first)}, {f"{name}_b": start_of(last)}
    if test.operator == "lessThan":
        return Where(f"{column.sql} < ${name}_a", dict(low))
    if test.operator == "greaterThan":
        return Where(f"{column.sql} >= ${name}_b", dict(high))
    return Where(f"({since} and {until})", {**low, **high})


def _lettered(name: str, test: Test) -> Iterator[tuple[str, object]]:
    return zip((f"{name}_a", f"{name}_b"), test.values, strict=True)
