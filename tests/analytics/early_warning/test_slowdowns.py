"""Offices that slow down, pile up or are about to miss due times are found; those that only sway are not."""

import numpy as np
import pandas as pd
import pytest

from analytics.early_warning import late, queue, slow
from analytics.early_warning.case_days import NEVER, trials
from analytics.early_warning.finding import Grade
from tests.analytics.early_warning.scenes import LAST, history, rule, scene, waiting_of

WHERE = scene(2, 2)


def test_an_office_that_takes_twice_as_long_is_found_with_the_day_it_began():
    found = slow.detect(history(slow_from=21, slow=2.0), LAST, WHERE, rule("slow"))
    assert [one.subject for one in found] == ["局0"]
    assert found[0].reason["times"] > 1.4
    assert abs((found[0].until - found[0].since).days - 21) <= 7
    assert found[0].grade >= Grade.yellow
    assert found[0].reason["who"] == "局0"
    assert found[0].series[-1].observed > found[0].series[-1].upper


def test_open_cases_count_an_office_that_closes_nothing_is_found_though_none_of_its_recent_cases_is_closed():
    cases = history()
    stuck = (cases["department"] == "局0") & (cases["closed"] > LAST - 14)
    cases.loc[stuck, ["closed", "is_by_due"]] = [NEVER, False]
    found = slow.detect(cases, LAST, WHERE, rule("slow"))
    assert [one.subject for one in found] == ["局0"]
    assert found[0].observed == 0


def test_offices_that_only_sway_are_quiet_within_the_budget():
    alarms = [len(slow.detect(history(seed=seed, a_day=8, sway=0.3), LAST, WHERE, rule("slow"))) for seed in range(20)]
    assert np.mean(alarms) <= 0.2


def test_the_probability_of_a_slowdown_holds_its_level_where_nothing_slows_down():
    chance = []
    for seed in range(30):
        found = slow.detect(
            history(seed=seed, a_day=6, sway=0.2, offices=6),
            LAST,
            WHERE,
            rule("slow", per_day=1000.0, limits={"days": 14, "false_share": 1.0, "least_times": 0.0}),
        )
        chance += [one.probability for one in found]
    assert len(chance) == 180
    assert np.mean(np.array(chance) <= 0.1) <= 0.15
    assert np.mean(np.array(chance) <= 0.01) <= 0.03


@pytest.mark.parametrize("detect", [slow.detect, queue.detect])
def test_a_short_history_says_nothing(detect):
    cases = history(days=100, slow_from=20, slow=3.0)
    assert detect(cases, LAST, WHERE, rule("slow")) == []
    assert detect(cases.iloc[:0], LAST, WHERE, rule("slow")) == []


def test_a_matter_that_slows_down_is_found_by_its_category():
    cases = history(slow_from=21, slow=2.5)
    names = np.where(cases["department"] == "局0", "公用事业/供水/停水", "城乡建设/环境卫生/垃圾清运")
    cases = cases.assign(category=pd.Categorical(names))
    assert slow.detect(cases, LAST, WHERE, rule("slow_category")) == [], "it is the office's, and told of it"
    others = [f"局{1 + n % 4}" for n in range(len(cases))]
    shared = cases.assign(department=np.where(cases["department"] == "局0", others, cases["department"]))
    found = slow.detect(shared, LAST, WHERE, rule("slow_category"))
    assert [(one.subject, one.subject_kind) for one in found] == [("公用事业/供水", "category")]


def test_an_office_whose_cases_pile_up_is_found_and_one_with_a_steady_queue_is_not():
    found = queue.detect(history(slow_from=21, slow=4.0), LAST, WHERE, rule("queue"))
    assert [one.subject for one in found] == ["局0"]
    assert found[0].observed > found[0].expected
    assert found[0].reason["came"] > found[0].reason["went"]
    assert queue.detect(history(), LAST, WHERE, rule("queue")) == []


def test_queues_that_only_sway_are_quiet_within_the_budget():
    alarms = [
        len(queue.detect(history(seed=seed, a_day=8, sway=0.3), LAST, WHERE, rule("queue"))) for seed in range(25)
    ]
    assert np.mean(alarms) <= 0.2


def test_the_chances_to_be_late_are_as_often_true_as_they_say():
    rng, told = np.random.default_rng(9), []
    cases = history(days=450, a_day=40)
    open_ = waiting_of(cases)
    chance = late.late_chances(cases, open_, LAST)
    left = (open_["due"] - LAST).to_numpy()
    really = np.exp(-left / 3.0)  # days left of an exponential wait of three days on average
    assert len(open_) > 300
    for low, high in ((0.0, 0.3), (0.3, 0.6), (0.6, 1.0)):
        own = (chance >= low) & (chance < high)
        if own.sum() >= 30:
            told.append((chance[own].mean(), np.mean(rng.random(own.sum()) < really[own])))
    assert all(abs(said - seen) < 0.12 for said, seen in told), told


def test_an_office_about_to_miss_due_times_is_found_with_the_likeliest_cases_first():
    cases = history(slow_from=20, slow=4.0, mean_days=2.0)
    found = late.detect(cases, waiting_of(cases), LAST, WHERE, rule("late"))
    assert [one.subject for one in found] == ["局0"]
    chances = list(found[0].reason["chances"].values())
    assert chances == sorted(chances, reverse=True)
    assert found[0].incident_ids[0] == next(iter(found[0].reason["chances"]))
    assert late.detect(history(), waiting_of(history()), LAST, WHERE, rule("late")) == []


def test_a_short_history_or_nothing_open_forecasts_nothing():
    cases = history(days=100)
    assert late.detect(cases, waiting_of(cases), LAST, WHERE, rule("late")) == []
    whole = history()
    assert late.detect(whole, waiting_of(whole).iloc[:0], LAST, WHERE, rule("late")) == []


def test_each_day_of_a_case_is_one_trial_and_the_due_day_asks_for_its_hour():
    cases = pd.DataFrame(
        {"reported": [LAST - 3, LAST - 1], "closed": [LAST - 1, NEVER], "due": [LAST - 1, LAST + 3], "is_by_due": [False, False], "n": 1}
    )  # fmt: skip
    seen = trials(cases, LAST - 2, LAST)
    assert seen.day.tolist() == [LAST - 2, LAST - 1, LAST - 1, LAST]
    assert not seen.is_closed.any()  # closed on its due day, but after its hour
    assert trials(cases.assign(is_by_due=[True, False]), LAST - 2, LAST).is_closed.tolist() == [
        False,
        True,
        False,
        False,
    ]
