"""What is told of stays within the office's budget, by share and by day."""

import numpy as np
import pytest

from analytics.early_warning.budget import confidences, false_shares, surest, told, upper_tail
from tests.analytics.early_warning.scenes import rule


def test_false_shares_are_those_of_benjamini_and_hochberg():
    chance = np.array([0.01, 0.04, 0.03, 0.5])
    assert false_shares(chance) == pytest.approx([0.04, 0.05333, 0.05333, 0.5], abs=1e-4)
    assert false_shares(chance, tests=8) == pytest.approx([0.08, 0.10667, 0.10667, 1.0], abs=1e-4)


@pytest.mark.parametrize("per_day", [0.2, 1.0, 5.0])
def test_days_on_which_nothing_is_going_on_bring_no_more_false_alarms_than_the_budget(per_day: float):
    rng, one = np.random.default_rng(3), rule("counts", per_day=per_day, limits={"false_share": 1.0})
    alarms = [int(told(rng.random(2000), one).sum()) for _ in range(400)]
    assert np.mean(alarms) <= per_day * 1.15 + 0.05
    assert per_day < 0.5 or np.mean(alarms) >= per_day * 0.8  # the budget is used where nothing else binds


def test_the_share_of_false_alarms_is_kept_while_much_is_going_on():
    rng, one = np.random.default_rng(4), rule("counts", per_day=1000.0, limits={"false_share": 0.2})
    shares = []
    for _ in range(200):
        chance = np.concatenate([rng.random(900), rng.random(100) * 1e-4])
        alarms = told(chance, one)
        shares.append(alarms[:900].sum() / max(alarms.sum(), 1))
    assert np.mean(shares) <= 0.2


def test_what_is_certain_is_told_and_surer_than_what_is_not():
    chance = np.array([1e-12, 1e-4, 0.5])
    assert told(chance, rule("counts")).tolist() == [True, True, False]
    assert (np.diff(confidences(chance)) <= 0).all()


def test_of_forecasts_the_surest_are_told_until_their_misses_are_the_budget():
    assert surest(np.array([0.5, 0.99, 0.9, 0.2]), 0.2).tolist() == [False, True, True, False]
    assert not surest(np.array([0.5]), 0.2).any()


def test_the_tail_of_a_swaying_past_holds_its_level_and_a_short_past_says_nothing():
    rng = np.random.default_rng(5)
    scale = rng.lognormal(0, 0.5, (4000, 1))
    windows = rng.normal(0, 1, (4000, 27)) * scale
    chance = upper_tail(windows[:, -1], windows[:, :-1])
    assert 0.03 <= np.mean(chance <= 0.05) <= 0.07
    assert np.mean(chance <= 0.001) <= 0.004
    short = np.full((1, 26), np.nan)
    short[0, :5] = 0.1
    assert np.isnan(upper_tail(np.array([9.0]), short)).all()
