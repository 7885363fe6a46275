"""What a grid asks of rows: its sort and filter models, checked part by part, as values that become parameters.

Nothing of a model becomes SQL text: columns and operators are looked up, everything else is bound.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from analytics.explore.rows_columns import COLUMNS, Kind
from warehouse.errors import ZhiliError

Value = str | float | date | None

BLANKS = ("blank", "notBlank")
TEXTS = ("contains", "notContains", "equals", "notEqual", "startsWith", "endsWith")
NUMBERS = ("equals", "notEqual", "lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual", "inRange")
DAYS = ("equals", "notEqual", "lessThan", "greaterThan", "inRange")
OPERATORS: dict[str, tuple[str, ...]] = {"text": TEXTS, "number": NUMBERS, "date": DAYS, "set": ()}
FILTER_OF: dict[Kind, tuple[str, ...]] = {
    "text": ("text", "set"), "free": ("text",), "choice": ("set", "text"), "number": ("number",), "time": ("date",)
}  # fmt: skip
MOST_TESTS, MOST_VALUES, LONGEST = 10, 1000, 300


class RowsError(ZhiliError):
    """A sort or filter model that no grid of ours sends."""


@dataclass(frozen=True)
class Test:
    """One comparison: an operator of one kind of filter, and the values it compares with."""

    kind: str
    operator: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Condition:
    """What one column must be: any, or all, of some tests."""

    column: str
    tests: tuple[Test, ...]
    is_any: bool = False


@dataclass(frozen=True)
class Sifting:
    """Which rows, in which order: names and directions (`True`: falling), and the conditions, all of which hold."""

    order: tuple[tuple[str, bool], ...] = ()
    conditions: tuple[Condition, ...] = ()

    @classmethod
    def from_models(cls, sort: object = None, filters: object = None) -> "Sifting":
        """The checked form of AG Grid's `sortModel` and `filterModel`; `RowsError` names the part that makes no sense."""
        if not isinstance(sort or [], list) or not isinstance(filters or {}, dict):
            raise RowsError("The sort model is a list, the filter model an object.")
        order = tuple(_order(part) for part in (sort or []))  # type: ignore[attr-defined]
        if len({name for name, _ in order}) < len(order):
            raise RowsError("Each column is sorted by once.")
        return cls(order, tuple(_condition(name, model) for name, model in sorted((filters or {}).items())))  # type: ignore[attr-defined]


def _order(part: object) -> tuple[str, bool]:
    if not isinstance(part, dict) or part.get("sort") not in ("asc", "desc"):
        raise RowsError("A part of the sort model has colId and sort: asc or desc.")
    return _known(part.get("colId")), part["sort"] == "desc"


def _known(name: object) -> str:
    if not isinstance(name, str) or name not in COLUMNS:
        raise RowsError(f"There is no column {str(name)[:40]!r}. There are: {', '.join(COLUMNS)}.")
    return name


def _condition(name: object, model: object) -> Condition:
    column = _known(name)
    if not isinstance(model, dict):
        raise RowsError(f"{column}: a filter is an object.")
    joined = model.get("operator")
    if joined is None:
        return Condition(column, (_test(column, model),))
    parts = list(_parts(column, model))
    if joined not in ("AND", "OR") or not 0 < len(parts) <= MOST_TESTS:
        raise RowsError(f"{column}: 1 to {MOST_TESTS} conditions are joined by AND or OR.")
    return Condition(column, tuple(_test(column, part) for part in parts), joined == "OR")


def _parts(column: str, model: dict) -> Iterator[dict]:
    listed = model.get("conditions")
    for part in listed if isinstance(listed, list) else []:
        if not isinstance(part, dict) or "operator" in part:
            raise RowsError(f"{column}: conditions are simple filters, not joined ones.")
        yield {"filterType": model.get("filterType"), **part}


def _test(column: str, model: dict) -> Test:
    kind, operator = model.get("filterType"), model.get("type")
    if kind not in FILTER_OF[COLUMNS[column].kind]:
        allowed = " or ".join(FILTER_OF[COLUMNS[column].kind])
        raise RowsError(f"{column}: its filter is of type {allowed}, not {str(kind)[:20]!r}.")
    if kind == "set":
        return Test("set", "in", _listed(column, model.get("values")))
    if operator in BLANKS:
        return Test(str(kind), str(operator))
    if operator not in OPERATORS[str(kind)]:
        raise RowsError(f"{column}: {str(operator)[:30]!r} is none of {', '.join((*OPERATORS[str(kind)], *BLANKS))}.")
    return Test(str(kind), str(operator), tuple(_values(column, str(kind), str(operator), model)))


def _values(column: str, kind: str, operator: str, model: dict) -> Iterator[Value]:
    first, second = ("dateFrom", "dateTo") if kind == "date" else ("filter", "filterTo")
    for key in (first, second) if operator == "inRange" else (first,):
        yield READ[kind](column, model.get(key))


def _listed(column: str, values: object) -> tuple[Value, ...]:
    if not isinstance(values, list) or len(values) > MOST_VALUES:
        raise RowsError(f"{column}: values is a list of at most {MOST_VALUES}.")
    return tuple(None if value is None else _text(column, value) for value in values)


def _text(column: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or any("\ud800" <= sign <= "\udfff" for sign in value):
        raise RowsError(f"{column}: a text of at most {LONGEST} characters is compared with.")
    return value


def _number(column: str, value: object) -> float:
    try:
        number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise RowsError(f"{column}: a number is compared with.")
    return number


def _day(column: str, value: object) -> date:
    try:
        day = date.fromisoformat(str(value)[:10])
    except ValueError:
        day = date.min
    if not date(1900, 1, 1) <= day <= date(2200, 1, 1):
        raise RowsError(f"{column}: a day such as 2026-10-07 is compared with.")
    return day


READ: dict[str, Callable[[str, object], Value]] = {"text": _text, "number": _number, "date": _day}
