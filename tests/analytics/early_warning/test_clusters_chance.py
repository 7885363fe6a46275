"""The probability that a cluster's score promises holds where nothing is going on."""

import numpy as np
import pytest

from analytics.early_warning.clusters_baseline import Background
from analytics.early_warning.clusters_chance import confidence, probability
from analytics.early_warning.clusters_evidence import TIMES, Evidence, multiple_prior
from analytics.early_warning.clusters_pick import places
from analytics.early_warning.clusters_zones import zones

SIDE = 10
DAYS = 400


@pytest.mark.parametrize(("rate", "dispersion"), [(0.01, 1.2), (0.1, 1.05), (1.0, 1.3)])
def test_a_quiet_stream_exceeds_a_promised_probability_no_more_often_than_promised(
    rate: float, dispersion: float
) -> None:
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    where = zones(np.column_stack([column, row]) * 200.0)
    random = np.random.default_rng(3)
    expected = np.tile(rate * random.gamma(3.0, 1 / 3.0, SIDE * SIDE), (DAYS, 1))
    counts = random.negative_binomial(expected / (dispersion - 1.0), 1.0 / dispersion).astype(float)
    evidence = Evidence(where, Background(expected, dispersion))
    promised = []
    for day in range(1, DAYS):
        evidence.day(day, counts[day], is_refreshed=day == 1)
        if day > 30:
            promised.append(probability(places(where, evidence.odds(), 1)[0].score))
    for level in (0.1, 0.03, 0.01):
        exceeded = np.mean(np.array(promised) <= level)
        assert exceeded <= level + 2 * np.sqrt(level / DAYS * 10), f"{exceeded:.3f} of the days at {level}"


def test_the_mean_odds_of_one_are_spread_over_all_zones_and_multiples() -> None:
    prior = multiple_prior(np.array([0.001, 0.1, 1.0, 10.0, 1000.0]))
    assert prior.shape == (5, len(TIMES))
    assert (prior.sum(axis=1) <= 1.0 + 1e-9).all()


def test_confidence_grows_and_probability_falls_with_the_score() -> None:
    scores = np.linspace(-5, 40, 30)
    assert np.all(np.diff([confidence(score) for score in scores]) >= 0)
    assert np.all(np.diff([probability(score) for score in scores]) <= 0)
    assert 0 < probability(40.0) < 1e-10
