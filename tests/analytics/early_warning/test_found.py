"""A finding says its extent, its grade with the points behind it, and its reason in words of two languages."""

from datetime import timedelta

import pytest

from analytics.early_warning import extent
from analytics.early_warning.finding import Grade
from analytics.early_warning.found import Sign, finding
from analytics.early_warning.grading import grade, points
from analytics.early_warning.impact import impact_of_category, impact_of_device
from tests.analytics.early_warning.scenes import UNTIL, grids, rule, scene
from ui.words import all_words
from ui.words.reasons import number, sentence

WHERE = scene(4, 3)
GRIDS = grids(WHERE)


def sign(**changes: object) -> Sign:
    facts = {"days": 14, "compared": "own_year"}
    given = {"kind": "repeats", "subject_kind": "category", "subject": "公用事业/供水/停水", "areas": GRIDS[:1],
             "since": UNTIL - timedelta(days=3), "observed": 9.0, "expected": 0.5, "unit": "incidents", "probability": 2e-9,
             "confidence": 0.999, "impact": 1, "facts": facts}  # fmt: skip
    return Sign(**{**given, **changes})


@pytest.mark.parametrize(
    ("areas", "smallest", "reach"),
    [
        (GRIDS[:1], GRIDS[0], "grid"),
        (GRIDS[:2], GRIDS[0][:12], "grids"),
        ([GRIDS[0], GRIDS[6]], GRIDS[0][:9], "communities"),
        ([GRIDS[0], GRIDS[3]], "370116", "towns"),
        ([GRIDS[0][:12]], GRIDS[0][:12], "grids"),
        ([GRIDS[0][:9]], GRIDS[0][:9], "communities"),
        (["370116"], "370116", "towns"),
        ([], "370116", "grid"),
        (["nobody knows it"], "370116", "grid"),
    ],
)
def test_the_extent_is_the_smallest_area_that_holds_it_all(areas: list[str], smallest: str, reach: str):
    assert extent.holding(WHERE.known, areas) == smallest
    assert extent.spread(WHERE.known, areas) == reach


def test_the_grade_is_the_sum_of_the_points_capped_by_how_sure_it_is():
    one = finding(WHERE, rule("repeats"), sign())
    assert one.reason["points"] == {"probability": 3, "size": 3, "spread": 0, "impact": 1}
    assert one.grade == Grade.red
    assert finding(WHERE, rule("repeats"), sign(confidence=0.7)).grade == Grade.yellow
    assert finding(WHERE, rule("repeats"), sign(confidence=0.4)).grade == Grade.blue
    assert grade(points(1.0, 1, 1, "grid", 0), 1.0) == Grade.blue


def test_the_sentence_says_what_where_how_unusual_compared_with_what_since_when_and_who():
    reason = finding(WHERE, rule("repeats"), sign()).reason
    assert sentence(reason, "zh") == (
        "0镇0社区第0网格反复发生停水：14天内9件，该处通常约0.5件；若无异常，百万次中不到1次；"
        "对照：当地过去一年及全区当前水平；自2026-10-17 00:00起；责任：网格长。"
    )
    assert sentence(reason, "en") == (
        "停水 again and again in 0镇0社区第0网格: 9 in 14 days, where about 0.5 are usual there; by chance alone less than once"
        " in a million; compared with the place's own year and the district now; since 2026-10-17 00:00; for: the grid chief."
    )


KINDS = (
    "counts cluster slow slow_category queue late repeats spot chain crowd dispute dispute_after threshold rising bin_full silent"
    " frozen silent_together camera_gone camera_blind"
).split()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_kind_has_a_sentence_that_needs_no_fact_it_may_lack(kind: str, lang: str):
    facts = {"days": 7, "came": 9, "went": 3, "due": 20, "likely": 4, "radius_m": 50, "petitions": 1, "threshold": 2.5, "count": 3,
             "hours": 6, "level": 2.0, "hours_to_threshold": None, "low": 1.0, "high": None, "emptied_in": None, "every_hours": 1.0,
             "owner": "", "device": "camera", "name": None, "grids": 3, "compared": "nothing known"}  # fmt: skip
    said = sentence(finding(WHERE, rule("repeats"), sign(kind=kind, facts=facts)).reason, lang)
    assert "{" not in said and "None" not in said
    assert said.endswith("。" if lang == "zh" else ".")
    assert f"reason.{kind}" in all_words()


@pytest.mark.parametrize(
    ("value", "text"), [(1234.4, "1,234"), (3.0, "3"), (3.26, "3.3"), (0.5, "0.5"), (0.01, "<0.1"), (0, "0")]
)
def test_numbers_are_said_as_people_say_them(value: float, text: str):
    assert number(value) == text


def test_impact_is_that_of_the_longest_path_written():
    assert impact_of_category("公用事业/通信/信号覆盖") == 0
    assert impact_of_category("公用事业/供水/停水") == 1
    assert impact_of_category("安全生产/燃气安全/燃气泄漏") == 2
    assert impact_of_category("公用事业务") == 0
    assert impact_of_device("level_gauge") == 2
    assert impact_of_device("never heard of") == 0
