"""Limits in a profile: what cannot be meant is refused in one line that says what, where and what to do."""

import pytest

from etl.profile import ProfileError, read_profile
from tests.etl.conftest import Site
from tests.etl.test_due import DUE, PROFILE, hotline  # noqa: F401


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("days = 5", "days = 0"), "[due] days = 0 is no limit. Write 1 to 1826."),
        (("days = 5", "days = 5\nhours = 3"), "[due] has hours and days. Keep one of them."),
        (("hours = 24", "hours = -1"), "[due.rules.0] hours = -1 is no limit"),
        (("days = 5", "days = 1.5"), "[due.days]"),
        (("days = 5", 'days = 5\ncalendar = "lunar"'), "[due.calendar] Input should be 'working' or 'natural'"),
        (("days = 5", 'days = 5\noffice_hours = ["09:00-08:00"]'), "[due.office_hours] must be spans of one day in order"),
        (("days = 5", 'days = 5\noffice_hours = ["nine to five"]'), '"nine to five" is no span of office hours'),
        (("days = 5", "days = 5\nlimit = 3"), "[due.limit]"),
        (('urgency = "特急"', ""), "[due.rules.0] names no case"),
        (("hours = 24\n", ""), "特急: has no limit. Give it hours or days."),
        (('category = "城乡建设/环境卫生"', 'category = "城乡建设"'), "the rule for 城乡建设 never comes into play"),
        (('urgency = "紧急程度"\n', ""), "due: asks for urgency, which no column fills"),
        (('resumed_at = "恢复"\n', ""), "paused_at and resumed_at go together"),
        (('basis = "site default, not the law"\n', ""), "[due.basis] Field required"),
        (("[due]", '[time]\nzone = "America/Chicago"\n[due]'), "runs on China's working calendar"),
        (('[due]\nbasis = "site default, not the law"\ndays = 5', '[due]\nbasis = ""\n'), None),
    ],
)  # fmt: skip
def test_a_wrong_limit_is_refused_in_one_line_that_says_where(hotline: Site, change: tuple, says: str | None):  # noqa: F811
    text = PROFILE + DUE
    assert change[0] in text
    hotline.profile("hotline", text.replace(*change, 1))
    path = hotline.settings.sources / "hotline.toml"
    if says is None:
        assert read_profile(path).due
        return
    with pytest.raises(ProfileError) as error:
        read_profile(path)
    assert says in str(error.value) and "\n" not in str(error.value) and str(path) in str(error.value)


def test_extended_days_need_a_calendar(hotline: Site):  # noqa: F811
    hotline.profile("hotline", PROFILE)
    with pytest.raises(ProfileError, match=r"extended_days are counted on a calendar. Say which in \[due\]"):
        read_profile(hotline.settings.sources / "hotline.toml")
