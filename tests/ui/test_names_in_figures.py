"""Names from the data are drawn and told sign for sign: plotly would take what looks like markup in them for ours."""

import json

import pandas as pd
import pytest

from pages.timeliness_panels.rows import QUANTILES, hover_times
from ui.components.panel import message
from ui.drawing import Drawing, literal
from ui.figures.change_parts import change_parts
from ui.figures.interval_dots import interval_dots
from ui.figures.overdue import overdue_ages
from ui.figures.ranking import ranking
from ui.words import speaker

NAMES = ["<b>x</b>", '<a href="http://elsewhere">城管</a>', "A & B", "&lt;局&gt;", "城管局"]
AGES = ["<1天", ">30天"]


def rows(**columns: float) -> pd.DataFrame:
    return pd.DataFrame({"name": NAMES, "key": NAMES, "chosen": NAMES, **columns})


def _ranking() -> Drawing:
    return ranking(rows(count=9.0, low=5.0, high=14.0), NAMES, ["9"] * 5, "dark", 1)


def _dots() -> Drawing:
    return interval_dots(rows(p=9.0, p_low=5.0, p_high=14.0), [("p", "")], NAMES, ["9"] * 5, "h", "dark", 1)


def _overdue() -> Drawing:
    return overdue_ages(rows(total=3).assign(**dict.fromkeys(AGES, 1)), AGES, [NAMES, NAMES], "dark", 1)


def _change() -> Drawing:
    return change_parts(rows(within=1.0, mix=-1.0), NAMES, ["0"] * 5, "h", "zh", "dark", 1)


@pytest.mark.parametrize("draw", [_ranking, _dots, _overdue, _change])
def test_a_name_on_the_axis_holds_no_markup_of_its_own(draw):
    figure = draw()
    for trace in figure.data:
        for name, drawn in zip(NAMES, trace["y"], strict=True):
            assert drawn.startswith(literal(name))
            assert "<" not in drawn.partition("  <b>")[0]
    beside = [note["y"] for note in figure.layout.get("annotations", []) if isinstance(note["y"], str)]
    assert set(beside) <= set(figure.data[0]["y"])


@pytest.mark.parametrize("draw", [_ranking, _dots])
def test_a_click_hands_on_the_name_as_the_data_have_it(draw):
    assert draw().data[0]["customdata"] == NAMES


def test_names_that_only_differ_in_how_they_are_written_stay_apart():
    assert len(set(_ranking().data[0]["y"])) == len(NAMES)


def test_what_is_told_of_a_name_holds_no_markup_of_its_own():
    times = pd.DataFrame({"n": 9, "events": 5, **dict.fromkeys(QUANTILES, 2.0)}, index=range(len(NAMES)))
    told = hover_times(times, NAMES, speaker("zh"), [""] * len(NAMES))
    for name, text in zip(NAMES, told, strict=True):
        assert text.startswith(f"<b>{literal(name)}</b><br>")


def test_a_panel_that_says_why_says_it_sign_for_sign():
    assert "&lt;b&gt;x" in json.dumps(message("no column <b>x</b>", "red").to_plotly_json())
