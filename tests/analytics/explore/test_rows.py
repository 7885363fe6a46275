"""Rows come sorted and sifted as pandas would; nothing typed becomes SQL; what makes no sense is a sentence."""

import operator
from datetime import date, datetime
from functools import reduce

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.explore.rows import PIECE_AT_MOST, one_row, row_count, rows
from analytics.explore.rows_asked import DAYS, NUMBERS, TEXTS, RowsError, Sifting
from analytics.explore.rows_columns import COLUMNS, LISTED
from analytics.explore.selection import Selection
from analytics.view import View, local
from tests.small import NAMES

NONE = Selection()
QUIETLY = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def wide(view: View, request: pytest.FixtureRequest) -> pd.DataFrame:
    """The rows of the view as pandas makes them, from the same incidents by another way."""
    incidents = request.getfixturevalue("rows")
    frame = incidents[(incidents.reported_at >= view.since) & (incidents.reported_at < view.until)].copy()
    frame = frame.assign(**{column.name: None for column in LISTED if column.name not in frame})
    area = frame["area_id"].fillna("")
    frame["town"] = [NAMES.get(code[:9]) if len(code) >= 9 else None for code in area]
    frame["community"] = [NAMES.get(code[:12]) if len(code) >= 12 else None for code in area]
    frame["grid"] = [f"{NAMES[code[:12]]}第{int(code[12:])}网格" if len(code) == 15 else None for code in area]
    lasted = pd.to_datetime(frame["closed_at"]) - frame["reported_at"]
    frame["hours_to_close"] = (lasted.dt.total_seconds() / 3600).round(2)
    return frame


def ids(view: View, sort: object = None, filters: object = None, start: int = 0, end: int = PIECE_AT_MOST) -> list[str]:
    return list(rows(view, NONE, Sifting.from_models(sort, filters), start, end).frame["incident_id"])


@pytest.mark.parametrize("column", [column.name for column in LISTED])
@pytest.mark.parametrize("way", ["asc", "desc"])
def test_every_column_sorts_as_pandas_does_and_ties_are_settled_by_the_number(view, wide, column, way):
    own = wide.assign(_tie=wide["incident_id"]).sort_values(
        [column, "_tie"], ascending=[way == "asc", True], na_position="last"
    )
    assert ids(view, [{"colId": column, "sort": way}]) == list(own["incident_id"])[:PIECE_AT_MOST]


def test_the_newest_come_first_and_pieces_follow_each_other(view, wide):
    own = list(wide.sort_values(["reported_at", "incident_id"], ascending=[False, True])["incident_id"])
    pieces = [ids(view, start=start, end=start + 70) for start in range(0, len(own), 70)]
    assert [one for piece in pieces for one in piece] == own
    assert row_count(view, NONE) == len(own) and ids(view, start=10_000, end=10_050) == []


texts = st.sampled_from(
    ["城", "城管", "APP:1", "b:C", "~", "%", "_", "\\", "'; drop table incident; --", "$until", "9", "", "网格"]
)
text_models = st.builds(
    lambda kind, text: {"filterType": "text", "type": kind, "filter": text}, st.sampled_from(TEXTS), texts
)
number_models = st.builds(
    lambda kind, low, high: {"filterType": "number", "type": kind, "filter": low, "filterTo": high},
    st.sampled_from(NUMBERS), st.integers(-5, 900) | st.floats(0, 900), st.integers(0, 900),
)  # fmt: skip
days = st.dates(date(2026, 9, 10), date(2026, 10, 22)).map(lambda day: f"{day} 00:00:00")
day_models = st.builds(
    lambda kind, low, high: {"filterType": "date", "type": kind, "dateFrom": low, "dateTo": high}, st.sampled_from(DAYS), days, days
)  # fmt: skip
blanks = st.sampled_from(["blank", "notBlank"])


def models(kind: str, simple: st.SearchStrategy[dict]) -> st.SearchStrategy[dict]:
    one = simple | blanks.map(lambda test: {"filterType": kind, "type": test})
    joined = st.builds(
        lambda operator, parts: {"filterType": kind, "operator": operator, "conditions": parts},
        st.sampled_from(["AND", "OR"]), st.lists(one, min_size=1, max_size=3),
    )  # fmt: skip
    return one | joined


filter_models = st.fixed_dictionaries(
    {},
    optional={
        "department": models("text", text_models),
        "incident_id": models("text", text_models),
        "grid": models("text", text_models),
        "hours_to_close": models("number", number_models),
        "closed_at": models("date", day_models),
        "reported_at": models("date", day_models),
        "channel": st.builds(
            lambda values: {"filterType": "set", "values": values},
            st.lists(st.sampled_from(["hotline", "grid_app", "nobody's", None]), max_size=4),
        ),
    },
)


@QUIETLY
@given(filters=filter_models)
def test_every_filter_keeps_the_rows_that_pandas_keeps(view, wide, filters):
    kept = reduce(
        operator.and_, [keeps(wide[name], model) for name, model in filters.items()], pd.Series(True, wide.index)
    )
    own = wide[kept].sort_values(["reported_at", "incident_id"], ascending=[False, True])
    assert ids(view, None, filters) == list(own["incident_id"])[:PIECE_AT_MOST]
    assert rows(view, NONE, Sifting.from_models(None, filters), 0, 1).total == len(own)


def keeps(cells: pd.Series, model: dict) -> pd.Series:
    """The same in pandas, written from AG Grid's own description of its filters."""
    if "operator" in model:
        parts = [keeps(cells, {**part, "filterType": model["filterType"]}) for part in model["conditions"]]
        return reduce(operator.and_ if model["operator"] == "AND" else operator.or_, parts)
    if model["filterType"] == "set":
        return pd.Series([(None if pd.isna(cell) else cell) in model["values"] for cell in cells], cells.index)
    return pd.Series(
        [bool(KEEPS[model["filterType"]](None if pd.isna(cell) else cell, model)) for cell in cells], cells.index
    )


def keeps_text(cell: str | None, model: dict) -> bool:
    text, typed = (cell or "").lower(), model.get("filter", "").lower()
    return {
        "contains": lambda: cell is not None and typed in text, "notContains": lambda: cell is None or typed not in text,
        "equals": lambda: cell is not None and typed == text, "notEqual": lambda: cell is None or typed != text,
        "startsWith": lambda: cell is not None and text.startswith(typed),
        "endsWith": lambda: cell is not None and text.endswith(typed),
        "blank": lambda: not cell, "notBlank": lambda: bool(cell),
    }[model["type"]]()  # fmt: skip


def keeps_number(cell: float | None, model: dict) -> bool:
    if model["type"] in ("blank", "notBlank", "notEqual"):
        return {"blank": cell is None, "notBlank": cell is not None, "notEqual": cell != model.get("filter")}[
            model["type"]
        ]
    low = model["filter"]
    return cell is not None and {
        "equals": cell == low, "lessThan": cell < low, "lessThanOrEqual": cell <= low, "greaterThan": cell > low,
        "greaterThanOrEqual": cell >= low, "inRange": low <= cell <= model["filterTo"],
    }[model["type"]]  # fmt: skip


def keeps_day(cell: datetime | None, model: dict) -> bool:
    if model["type"] in ("blank", "notBlank"):
        return (cell is None) == (model["type"] == "blank")
    day, first = None if cell is None else local(cell).date(), date.fromisoformat(model["dateFrom"][:10])
    if model["type"] == "notEqual":
        return day != first
    return day is not None and {
        "equals": day == first, "lessThan": day < first, "greaterThan": day > first,
        "inRange": first <= day <= date.fromisoformat(model["dateTo"][:10]),
    }[model["type"]]  # fmt: skip


KEEPS = {"text": keeps_text, "number": keeps_number, "date": keeps_day}


def test_a_selection_narrows_the_rows(view, wide):
    found = rows(view, Selection(channels=("hotline", None)), Sifting(), 0, PIECE_AT_MOST)
    own = wide[wide["channel"].isna() | (wide["channel"] == "hotline")]
    assert set(found.frame["incident_id"]) == set(own["incident_id"]) and found.total == len(own)


@pytest.mark.parametrize(
    "name",
    ["incident_id; drop table incident", "1", "raw_title", "load_id", "i.title", "", None, 3, ["title"], "__class__"],
)
def test_unknown_columns_are_refused_in_one_line(name):
    for sort, filters in (
        ([{"colId": name, "sort": "asc"}], None),
        (None, {name if not isinstance(name, list) else "x": {"filterType": "text"}}),
    ):
        with pytest.raises(RowsError, match="no column") as caught:
            Sifting.from_models(sort, filters)
        assert "\n" not in str(caught.value) and len(str(caught.value)) < 600


@pytest.mark.parametrize(
    ("column", "model"),
    [
        ("title", "x"), ("title", None), ("title", {}), ("title", {"filterType": "sql", "type": "equals", "filter": "1"}),
        ("title", {"filterType": "text", "type": "like", "filter": "%"}), ("title", {"filterType": "text", "type": "equals"}),
        ("title", {"filterType": "text", "type": "equals", "filter": 5}), ("title", {"filterType": "set", "values": ["a"]}),
        ("title", {"filterType": "text", "type": "equals", "filter": "a" * 301}),
        ("title", {"filterType": "text", "type": "equals", "filter": "\ud800"}), ("title", {"filterType": "text", "type": ["equals"], "filter": "a"}),
        ("title", {"filterType": "text", "operator": "XOR", "conditions": [{"type": "blank"}]}),
        ("title", {"filterType": "text", "operator": "AND", "conditions": []}), ("title", {"filterType": "text", "operator": "AND"}),
        ("title", {"filterType": "text", "operator": "AND", "conditions": [{"type": "blank"}] * 11}),
        ("title", {"filterType": "text", "operator": "OR", "conditions": [{"operator": "OR", "conditions": []}]}),
        ("hours_to_close", {"filterType": "number", "type": "equals", "filter": "1 or 1=1"}),
        ("hours_to_close", {"filterType": "number", "type": "equals", "filter": True}),
        ("hours_to_close", {"filterType": "number", "type": "equals", "filter": float("nan")}),
        ("hours_to_close", {"filterType": "number", "type": "equals", "filter": 10**400}),
        ("hours_to_close", {"filterType": "number", "type": "inRange", "filter": 1}),
        ("due_at", {"filterType": "date", "type": "equals", "dateFrom": "yesterday"}),
        ("due_at", {"filterType": "date", "type": "equals", "dateFrom": "0001-01-01"}),
        ("due_at", {"filterType": "date", "type": "inRange", "dateFrom": "2026-01-01", "dateTo": None}),
        ("channel", {"filterType": "set", "values": "hotline"}), ("channel", {"filterType": "set", "values": [1]}),
        ("channel", {"filterType": "set", "values": ["a"] * 1001}), ("channel", {"filterType": "set", "values": [["a"]]}),
    ],
)  # fmt: skip
def test_models_that_make_no_sense_are_refused_in_one_line(column, model):
    with pytest.raises(RowsError) as caught:
        Sifting.from_models(None, {column: model})
    assert column in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "sort",
    [
        "title",
        {"colId": "title"},
        [{"colId": "title", "sort": "up"}],
        ["title"],
        [{"colId": "title", "sort": "asc"}] * 2,
    ],
)
def test_orders_that_make_no_sense_are_refused(sort):
    with pytest.raises(RowsError):
        Sifting.from_models(sort)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from([*COLUMNS, "filterType", "AND"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*COLUMNS, "filterType", "type", "filter", "operator", "conditions", "values", "colId", "sort"]) | st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(sort=anything, filters=anything)
def test_whatever_is_sent_is_understood_or_refused(sort, filters):
    try:
        Sifting.from_models(sort, filters)
    except RowsError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("text", ["'", "' or '1'='1", "\\", "$now", "%", "_", ";", "--", "\x00", "')"])
def test_what_somebody_types_is_only_a_text(view, text):
    before = row_count(view, NONE)
    model = {
        name: {"filterType": "text", "type": "contains", "filter": text} for name in ("title", "grid", "incident_id")
    }
    assert ids(view, None, model) == []
    assert (
        row_count(view, NONE, Sifting.from_models(None, {"title": {"filterType": "text", "type": "blank"}}).conditions)
        == before
    )


@pytest.mark.parametrize(("start", "end"), [(-1, 10), (5, 5), (0, PIECE_AT_MOST + 1), (10, 0)])
def test_pieces_are_of_a_sensible_size(view, start, end):
    with pytest.raises(RowsError):
        rows(view, NONE, Sifting(), start, end)


def test_one_row_has_its_stages_and_only_if_the_view_holds_it(view, wide):
    first = wide.iloc[0]
    row = one_row(view, first["incident_id"])
    assert row is not None and set(row) == set(COLUMNS)
    assert row["reported_at"] == first["reported_at"] and row["reply"] is None
    assert one_row(view, "nothing") is None
    past = View.from_query({"period": "custom", "from": "2020-01-01", "to": "2020-01-02"})
    assert one_row(past, first["incident_id"]) is None
