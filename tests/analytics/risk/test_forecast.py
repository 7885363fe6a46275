"""A forecast knows nothing of what comes after its day, finds what brings about what, and beats the simple ones where it should."""

from dataclasses import replace

import numpy as np
import pytest

from analytics.risk.backtest import OURS, backtested, hit_rates_of
from analytics.risk.baselines import BASELINES
from analytics.risk.excited import excitation
from analytics.risk.features import features
from analytics.risk.forecast import EVENLY, STRONG, drawn_to_even, excitations, forecast, pool, pooled
from analytics.risk.history import History
from tests.analytics.risk.places import FIRST, cells, town

EXCITED = town(brings=0.6)


def test_incidents_that_bring_about_others_are_told_from_those_that_do_not():
    excited, calm = (excitation(town(days=900, brings=brings), 900).brings.sum() for brings in (0.6, 0.0))
    assert excited > 0.3 and calm < 0.15


def test_features_of_a_day_are_the_same_whatever_comes_after():
    day, made = 400, excitations(EXCITED.before(400))
    changed = EXCITED.counts.copy()
    changed[day:] = 9
    other = History.of(EXCITED.cells, FIRST, changed)
    assert np.array_equal(features(EXCITED, day, 7, made), features(other, day, 7, made))
    assert np.array_equal(features(EXCITED, day, 7, made), features(EXCITED.before(day), day, 7, made))


def test_a_forecast_is_the_same_whatever_comes_after():
    changed = EXCITED.counts.copy()
    changed[400:] = 9
    known, other = (History.of(EXCITED.cells, FIRST, counts).before(400) for counts in (EXCITED.counts, changed))
    assert np.array_equal(forecast(known, 7).expected(known), forecast(other, 7).expected(other))


def test_expected_counts_are_right_in_total_and_none_is_below_nought():
    found = backtested(EXCITED, 7, back_days=112)[OURS]
    expected, came = sum(one.expected.sum() for one in found), sum(one.came.sum() for one in found)
    assert expected == pytest.approx(came, rel=0.1)
    assert all((one.expected >= 0).all() for one in found)


def test_it_foretells_at_least_as_well_as_each_simple_forecast():
    rates = hit_rates_of(backtested(town(days=700, brings=0.6, side=12), 7, back_days=56))
    at_ten = rates[rates["top"] == 0.10].set_index("model")["hit"]
    assert all(at_ten[OURS] >= at_ten[name] - 0.005 for name in BASELINES)
    assert at_ten[OURS] > at_ten["rolling_density"]


def test_a_pool_weighs_what_foretold_best_and_its_weights_are_one():
    rng = np.random.default_rng(2)
    rate = rng.gamma(0.5, 1.0, 400)
    tries = [({"right": rate, "flat": np.ones(400)}, rng.poisson(rate).astype(float)) for _ in range(10)]
    weights = pool(tries)
    assert sum(weights.values()) == pytest.approx(1) and weights["right"] > 0.9
    together = pooled(tries[0][0], weights)
    assert together.sum() == pytest.approx(weights["right"] * rate.sum() + weights["flat"] * 400)


def test_half_of_a_pool_is_even_among_the_strong_models_whatever_luck_a_weak_one_had():
    lucky = dict.fromkeys(STRONG, 0.0) | {"density": 1.0}
    drawn = drawn_to_even(lucky)
    assert drawn["density"] == pytest.approx(1 - EVENLY) and sum(drawn.values()) == pytest.approx(1)
    assert {drawn[name] for name in STRONG} == {EVENLY / len(STRONG)}
    few = {"density": 0.4, "excited_365": 0.6}
    assert drawn_to_even(few) == few, "where the learnt ones are not there nothing is drawn to them"


def test_half_a_year_of_incidents_is_foretold_by_what_was_learnt_of_it():
    young = EXCITED.before(190)
    made = forecast(young, 7)
    assert set(made.weights) == set(STRONG) and made.models.learnt


@pytest.mark.parametrize("days", [1, 8, 60, 200])
def test_a_short_history_or_an_empty_one_is_forecast_all_the_same(days: int):
    short = EXCITED.before(days)
    nothing = History.of(cells(), FIRST, np.zeros((days, len(cells())), dtype=np.float32))
    for history in (short, nothing):
        found = forecast(history, 7).expected(history)
        assert np.isfinite(found).all() and (found >= 0).all()


def test_more_is_expected_of_a_holiday_where_holidays_bring_more():
    rng, places = np.random.default_rng(3), cells(6)
    free = rng.random(620) < 0.3
    counts = rng.poisson(np.where(free[:600, None], 0.9, 0.3) * np.ones(len(places))).astype(np.float32)
    expected = {}
    for is_free in (True, False):
        free[600] = is_free
        history = History.of(places, FIRST, counts, free)
        expected[is_free] = forecast(history, 1).expected(history).sum() / len(places)
    assert expected[True] > 1.4 * expected[False]


def test_where_many_live_is_known_where_little_has_happened():
    residents = np.arange(64) * 100.0
    known = History.of(replace(cells(), residents=residents), FIRST, EXCITED.counts)
    mine, plain = (features(one, 400, 7, excitations(one.before(400))) for one in (known, EXCITED))
    assert mine.shape[1] == plain.shape[1] + 1 and np.array_equal(mine[:, -3], residents)
