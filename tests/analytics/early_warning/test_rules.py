"""What an office may set about a rule, and what it may not, is said in one line."""

import pytest

from analytics.early_warning.rules import RuleError, default_rules, rule_with, rules_in_force

ABSURD = {
    "per_day": [0, -1, float("nan"), float("inf"), 1e9, "many"],
    "least_observed": [-1, float("inf")],
    "level": ["moon", ""],
    "limits": [
        {"days": -1},
        {"days": float("nan")},
        {"days": 1e12},
        {"days": "x"},
        {"days": 0},
        {"days": 0.5},
        {"hours": 0},
        {"most_often": 7},
    ],
    "answer_within_minutes": [{"blue": 0}, {"red": -5}, {"red": 10**15}, {"purple": 5}],
    "colour": ["red"],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in ABSURD.items() for value in values])
def test_what_no_rule_can_have_is_refused_in_one_line_that_names_it(field: str, value: object):
    with pytest.raises(RuleError, match=f"^Rule counts: {field}[^\n]*$"):
        rule_with(default_rules()[0], {field: value})


@pytest.mark.parametrize("name", ["counts_district", "counts_district_week"])
def test_the_district_is_counted_by_the_day_or_the_week_and_by_nothing_between(name: str):
    one = next(rule for rule in default_rules() if rule.name == name)
    assert {rule_with(one, {"limits": {"days": days}}).limits["days"] for days in (1, 7)} == {1, 7}
    with pytest.raises(RuleError, match="days"):
        rule_with(one, {"limits": {"days": 3}})


def test_a_change_that_cannot_be_leaves_the_rule_as_delivered_and_is_in_the_log(caplog: pytest.LogCaptureFixture):
    first, second, *others = default_rules()
    found = rules_in_force({first.name: {"per_day": -1}, second.name: {"per_day": 2.5}})
    assert found == (first, second.model_copy(update={"per_day": 2.5}), *others)
    assert f"Rule {first.name}: per_day" in caplog.text


def test_limits_that_an_office_kept_leave_it_those_that_came_later():
    slow = next(rule for rule in rules_in_force({"slow": {"limits": {"days": 7}}}) if rule.name == "slow")
    assert slow.limits == {"days": 7, "least_times": 1.25, "least_confidence": 0}


def test_every_rule_as_delivered_has_minutes_for_every_grade():
    assert all(set(rule.answer_within_minutes) == {"blue", "yellow", "orange", "red"} for rule in default_rules())
