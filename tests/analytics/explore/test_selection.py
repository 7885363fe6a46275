"""A selection survives its text, and no text can break it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.explore.selection import PARTS, Selection
from analytics.view import View
from tests.analytics.explore.selections import selections


@given(selections())
def test_a_selection_survives_its_text(selection: Selection):
    again = Selection.from_text(selection.to_text())
    assert again == selection and again.ignored == ()
    assert again.to_text() == selection.to_text()


@given(
    st.text(max_size=200)
    | st.from_regex(r"(area|day|hour|category|department|channel|lasted):[-.~%;0-9a-z]*", fullmatch=True)
)
def test_no_text_breaks_it(text: str):
    selection = Selection.from_text(text)
    assert Selection.from_text(selection.to_text()) == selection


@pytest.mark.parametrize(
    "token",
    ["x:1", "day:2026-02-30..2026-03-01", "day:2026-03-02..2026-03-01", "hour:8.1", "hour:1.24", "hour:2-1.3", "lasted:5..4",
     "lasted:nan..", "lasted:-1..2", "area:", "channel", "day:1500-01-01..2026-01-01"],
)  # fmt: skip
def test_what_makes_no_sense_is_named_and_the_rest_stands(token: str):
    selection = Selection.from_text(f"channel:hotline;{token}")
    assert selection == Selection(channels=("hotline",))
    assert selection.ignored == (token,)


def test_cells_are_written_as_few_blocks():
    cells = tuple((weekday, hour) for weekday in range(1, 6) for hour in range(8, 18))
    assert Selection(hours=(*cells, (6, 3))).to_text() == "hour:1-5.8-17;hour:6.3"


def test_what_a_snapshot_does_not_know_is_left_out_and_named(view: View):
    asked = Selection.from_text(
        "area:370116001;area:999;area:~;category:城乡建设;category:无;department:无;channel:hotline"
    )
    known = asked.known_to(view)
    assert known == Selection(areas=("370116001", None), categories=("城乡建设",), channels=("hotline",))
    assert set(known.ignored) == {"999", "无"}


def test_without_empties_one_part():
    whole = Selection(
        areas=("1",), days=(date(2026, 1, 1), date(2026, 1, 2)), hours=((1, 1),), categories=("a",), departments=("b",),
        channels=(None,), durations=(1.0, 2.0),
    )  # fmt: skip
    for part in PARTS:
        left = whole.without(part)
        assert not getattr(left, part)
        assert all(getattr(left, other) == getattr(whole, other) for other in PARTS if other != part)
    assert hash(whole) != hash(whole.without("days"))
