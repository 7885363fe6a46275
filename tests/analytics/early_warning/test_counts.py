"""Counts: what comes with the calendar is no alarm, what does not is one, and nothing looks ahead."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, poisson

from analytics.early_warning.counts import LAG, count_scores, probability, upper
from analytics.early_warning.counts_baseline import Baseline, fitted
from analytics.early_warning.counts_calendar import calendar
from analytics.early_warning.counts_outbreak import Outbreaks, chance, courses, level_ratios

WEEKS = pd.date_range("2018-01-01", periods=260, freq="7D")
DAYS = pd.date_range("2022-01-03", periods=900)
YEAR = 2 * np.pi / 365.25


def quiet_weeks(mean: float, series: int, seed: int, phi: float = 1.0) -> np.ndarray:
    """Weekly counts with a season, a trend and nothing else, of variance phi × mean."""
    random = np.random.default_rng(seed)
    days = 7 * np.arange(len(WEEKS))
    means = np.tile(mean * np.exp(0.4 * np.cos(YEAR * days) + days / 4000), (series, 1))
    if phi == 1.0:
        return random.poisson(means).astype(float)
    return random.negative_binomial(means / (phi - 1), 1 / phi).astype(float)


def quiet_days(mean: float, series: int, seed: int) -> np.ndarray:
    """Daily counts of an office that is shut on Sundays and every 1st of May."""
    random = np.random.default_rng(seed)
    is_open = (DAYS.day_of_week != 6) & ~((DAYS.month == 5) & (DAYS.day == 1))
    return random.poisson(np.tile(mean * is_open, (series, 1))).astype(float)


@pytest.mark.parametrize("mean", [0.2, 3.0, 80.0])
def test_a_quiet_season_with_a_trend_is_hardly_ever_told_of(mean: float) -> None:
    scores = count_scores(quiet_weeks(mean, 128, 1, phi=1.5), WEEKS, "week")
    judged = scores.confidence[:, scores.first + 52 :]
    assert (judged >= 0.25).mean() <= 0.025
    assert (judged >= 0.8).mean() <= 0.003


@pytest.mark.parametrize("mean", [0.2, 3.0, 80.0])
def test_an_outbreak_is_told_of_and_the_more_the_longer_it_goes_on(mean: float) -> None:
    counts = quiet_weeks(mean, 100, 2)
    before = count_scores(counts, WEEKS, "week").score[:, -3]
    counts[:, -3:] += np.ceil(6.0 * np.sqrt(mean))
    scores = count_scores(counts, WEEKS, "week").score
    assert (scores[:, -1] > np.log(1 / 3)).mean() >= 0.9
    assert np.median(scores[:, -3]) > np.median(before)
    assert np.median(scores[:, -2]) > np.median(scores[:, -3])


def test_one_score_means_the_same_for_rare_and_for_many() -> None:
    shares = [
        (count_scores(quiet_weeks(mean, 128, 3), WEEKS, "week").confidence[:, 160:] >= 0.25).mean()
        for mean in (0.1, 1.0, 10.0, 100.0)
    ]
    assert max(shares) <= 0.015


def test_a_closed_weekday_and_a_holiday_are_foretold() -> None:
    counts = quiet_days(6.0, 20, 4)
    holidays = {day: "labour_day" for day in DAYS if (day.month, day.day) == (5, 1)}
    scores = count_scores(counts, DAYS, "day", holidays)
    sundays = (DAYS.day_of_week == 6) & (np.arange(len(DAYS)) > 500)
    last_of_may = np.flatnonzero((DAYS.month == 5) & (DAYS.day == 1))[-1]
    assert scores.expected[:, sundays].max() < 0.3
    assert DAYS[last_of_may].day_of_week != 6
    assert np.median(scores.expected[:, last_of_may]) < 2.0
    assert np.median(scores.expected[:, last_of_may + 1]) > 4.0


def test_a_level_that_has_changed_for_good_is_learnt() -> None:
    counts = quiet_weeks(5.0, 20, 5)
    counts[:, 160:] += np.random.default_rng(6).poisson(6.0, (20, 100))
    scores = count_scores(counts, WEEKS, "week")
    assert np.median(scores.expected[:, -1]) > 9.0
    assert np.median(scores.confidence[:, -1]) < 0.2


def test_a_past_outbreak_does_not_raise_what_is_expected_later() -> None:
    calm = quiet_weeks(4.0, 40, 7)
    struck = calm.copy()
    struck[:, 180:184] += [10.0, 15.0, 12.0, 6.0]
    a, b = (count_scores(counts, WEEKS, "week").expected[:, 240:].mean() for counts in (calm, struck))
    assert b / a < 1.05


@settings(max_examples=5, deadline=None)
@given(cut=st.integers(120, 259), seed=st.integers(0, 50))
def test_a_score_knows_nothing_of_what_comes_later(cut: int, seed: int) -> None:
    counts = quiet_weeks(2.0, 3, seed)
    whole = count_scores(counts, WEEKS, "week").score[:, :cut]
    part = count_scores(counts[:, :cut], WEEKS[:cut], "week").score
    np.testing.assert_allclose(whole, part, rtol=1e-9, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(
    counts=st.lists(st.lists(st.integers(0, 10**6), min_size=12, max_size=12), min_size=1, max_size=3),
)
def test_any_counts_are_judged_however_wild_and_short_they_are(counts: list[list[int]]) -> None:
    scores = count_scores(np.array(counts, dtype=float), WEEKS[:12], "week")
    assert np.isfinite(scores.score[:, scores.first :]).all()
    assert np.isfinite(scores.expected[:, scores.first :]).all()
    assert (scores.phi[:, scores.first :] >= 1.0).all()


def test_nothing_at_all_is_quiet() -> None:
    scores = count_scores(np.zeros((4, 260)), WEEKS, "week")
    assert (scores.confidence[:, scores.first :] < 0.05).all()


def test_hours_know_day_and_night() -> None:
    hours = pd.date_range("2026-01-05", periods=24 * 60, freq="h")
    means = np.where((hours.hour >= 8) & (hours.hour < 20), 6.0, 0.5)
    counts = np.random.default_rng(8).poisson(np.tile(means, (10, 1))).astype(float)
    counts[0, -6:] += 12.0
    scores = count_scores(counts, hours, "hour")
    assert scores.confidence[0, -1] > 0.95
    assert (scores.confidence[1:, -24:] >= 0.5).mean() < 0.02
    night, noon = scores.expected[5, -22], scores.expected[5, -12]
    assert noon > 4 * night


def test_the_first_fit_is_the_regression_that_a_solver_finds() -> None:
    columns = calendar(WEEKS, "week").columns[0]
    means = np.exp(0.8 + 0.3 * columns[:, 2])
    counts = np.random.default_rng(9).poisson(means, (1, 260)).astype(float)
    effects, covariance, phi = fitted(counts, columns, np.full(6, 1e6))
    weight = np.exp(columns @ effects[0])
    slope = (counts[0] - weight) @ columns
    step = np.linalg.solve((columns * weight[:, None]).T @ columns, slope)
    assert np.abs(step).max() < 0.02
    assert 1.0 <= phi[0] < 1.3
    assert np.sqrt(covariance[0, 2, 2]) == pytest.approx(np.sqrt(phi[0] * 2 / counts.sum()), rel=0.3)


def test_learning_one_by_one_comes_to_what_all_at_once_does() -> None:
    columns = calendar(WEEKS, "week").columns[:1]
    counts = quiet_weeks(8.0, 5, 10)
    variance = np.full(6, 0.5)
    effects, spread, phi = fitted(counts[:, :104], columns[0, :104], variance)
    baseline = Baseline(effects[:, None], spread[:, None], np.zeros(1), phi)
    for t in range(104, 260):
        _, *foretold = baseline.foretell(columns[:, t])
        baseline.learn(columns[:, t], counts[:, t], np.ones(5), (foretold[0], foretold[1]))
    at_once, _, _ = fitted(counts, columns[0], variance)
    seen = np.exp(baseline.effects[:, 0] @ columns[0, 200:].T) / np.exp(at_once @ columns[0, 200:].T)
    assert np.abs(np.log(seen)).max() < 0.12


def test_ratios_are_those_of_two_poissons_where_nothing_is_dispersed() -> None:
    ratios = level_ratios(np.array([9.0]), np.array([4.0]), np.array([1.0]))
    levels = np.concatenate([[0.0], 0.05 * 2.0 ** (np.arange(0, 18) / 2)])
    expected = poisson.logpmf(9, 4.0 + 2.0 * levels) - poisson.logpmf(9, 4.0)
    np.testing.assert_allclose(ratios[:, 0], expected, atol=0.02)


def test_odds_are_bayes_rule_over_all_outbreaks() -> None:
    ways = courses("week")
    outbreaks = Outbreaks(ways, 1)
    counts, mean, phi = [3.0, 9.0, 8.0], np.array([4.0]), np.array([1.3])
    for count in counts:
        outbreaks.take(np.array([count]), mean, phi)
    on, off = 0.0, 1.0
    for begun in range(3):
        for way, prior in enumerate(ways.prior):
            ratio = prior
            for age, count in enumerate(counts[begun:]):
                ratio *= np.exp(level_ratios(np.array([count]), mean, phi)[ways.level[age, way], 0])
            on += ratio * ways.active[2 - begun, way]
            off += ratio * (1 - ways.active[2 - begun, way])
    assert outbreaks.odds()[0] == pytest.approx(on / off, rel=1e-9)


def test_the_chance_of_odds_holds_where_nothing_is_going_on() -> None:
    scores = count_scores(quiet_weeks(5.0, 256, 11), WEEKS, "week").score[:, 160:]
    for odds in (0.3, 1.0, 3.0):
        said = chance(np.array([odds]))[0]
        seen = (np.exp(scores) >= odds).mean()
        assert seen <= said + 3 * np.sqrt(said / scores.size * LAG["week"])


def test_the_band_and_the_tail_are_those_of_the_counts() -> None:
    assert upper(np.array([100.0]), np.array([1.0]))[0] == pytest.approx(100 + norm.ppf(0.99) * 10, abs=1.5)
    assert probability(np.array([8.0]), np.array([3.0]), np.array([1.0]))[0] == pytest.approx(
        poisson.sf(7, 3.0), rel=1e-3
    )
