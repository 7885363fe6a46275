"""What `/timeliness` says in words: who is lowest only where one surely is, and nine of ten only where that is reached."""

import numpy as np
import pandas as pd
import pytest

from pages.timeliness_panels.on_time import lowest
from pages.timeliness_panels.rows import most
from ui.words import all_words, speaker


def ranked(**places: tuple[float, int]) -> pd.DataFrame:
    """Departments as `rank_on_time` has them, best first: the share of each, and the best place chance allows it."""
    return pd.DataFrame(
        {"key": list(places), "share": [p[0] for p in places.values()], "first": [p[1] for p in places.values()]}
    )


@pytest.mark.parametrize(
    ("rows", "zh", "en"),
    [
        (ranked(甲=(0.95, 1), 乙=(0.9, 1), 丙=(0.2, 3)), "；最低：丙 20.0%", "; lowest: 丙, 20.0%"),
        (
            ranked(甲=(0.95, 1), 乙=(0.2, 2), 丙=(0.2, 2)),
            "；最低的分不出：2 个部门的区间相交",
            "; no single lowest: 2 departments cannot be told apart",
        ),
        (
            ranked(甲=(0.3, 1), 乙=(0.25, 1), 丙=(0.2, 1)),
            "；最低的分不出：3 个部门的区间相交",
            "; no single lowest: 3 departments cannot be told apart",
        ),
        (ranked(甲=(0.2, 1)), "", ""),
        (ranked(), "", ""),
    ],
    ids=["one stands apart", "two tie", "all intervals meet", "one alone", "none"],
)
def test_the_lowest_is_named_only_where_chance_does_not_decide_it(rows: pd.DataFrame, zh: str, en: str):
    assert lowest(rows, speaker("zh")) == zh
    assert lowest(rows, speaker("en")) == en


@pytest.mark.parametrize(
    ("hours", "zh", "en"),
    [
        (12.0, "九成在 12 小时内", "90 % within 12 h"),
        (np.inf, "九成：尚未到达", "90 %: not reached yet"),
        (np.nan, "九成：–", "90 %: –"),
    ],
)
def test_nine_of_ten_are_through_within_hours_or_not_yet(hours: float, zh: str, en: str):
    assert most(hours, speaker("zh")) == zh
    assert most(hours, speaker("en")) == en


def test_the_words_of_a_stage_take_nine_of_ten_as_a_whole():
    for key in ("stages_note", "hover_stage"):
        assert all("{most}" in text and "{p90}" not in text for text in all_words()[f"timeliness.{key}"].values())
