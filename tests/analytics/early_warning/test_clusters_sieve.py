"""A live look follows few zones: the sieve that picks them loses nothing that a scan of all zones finds."""

import numpy as np
import pytest

from analytics.early_warning.clusters_baseline import Background, background, backgrounds
from analytics.early_warning.clusters_evidence import Evidence
from analytics.early_warning.clusters_pick import Place, places
from analytics.early_warning.clusters_sieve import most_times, promising
from analytics.early_warning.clusters_zones import Zones, zones

SIDE, DAYS = 16, 49
WARM_UP = 21


def everywhere() -> Zones:
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    return zones(np.column_stack([column, row]) * 200.0)


ZONES = everywhere()


def stream(seed: int) -> tuple[np.ndarray, Background]:
    """Counts of a stream, rare or busy, calm or lumpy, with a cluster in it: a step, or a ramp on every third seed."""
    random = np.random.default_rng(seed)
    dispersion, rate = random.uniform(1.01, 1.5), 10 ** random.uniform(-2.5, -0.3)
    expected = np.tile(rate * random.gamma(3.0, 1 / 3.0, SIDE * SIDE), (DAYS, 1))
    counts = random.negative_binomial(expected / (dispersion - 1.0), 1.0 / dispersion).astype(float)
    where = ZONES.grids(int(random.choice(len(ZONES.size), p=ZONES.prior)))
    days, added = int(random.integers(2, 15)), random.uniform(2.0, 20.0)
    rises = np.linspace(0.2, 1.8, days) if seed % 3 == 0 else np.ones(days)
    mean = added / days / len(where) * rises
    counts[-days:, where] += random.poisson(np.tile(mean[:, None], (1, len(where))))
    return counts, Background(expected, dispersion)


def followed(kept: Zones, counts: np.ndarray, usual: Background) -> Evidence:
    evidence = Evidence(kept, usual)
    for day in range(DAYS - WARM_UP, DAYS):
        evidence.day(day, counts[day], (day - DAYS + WARM_UP) % 7 == 0)
    return evidence


def found(kept: Zones, counts: np.ndarray, usual: Background) -> list[Place]:
    return places(kept, followed(kept, counts, usual).odds(), 3) if len(kept.size) else []


@pytest.mark.parametrize("seed", range(24))
def test_what_a_scan_of_all_zones_finds_is_found_among_the_few_with_the_same_extent_and_score(seed: int) -> None:
    counts, usual = stream(seed)
    whole = [place for place in found(ZONES, counts, usual) if place.score >= 0.5]
    few = found(promising(ZONES, counts, usual, 0.0), counts, usual)
    for place in whole:
        same = [one for one in few if np.intersect1d(one.grids, place.grids).size]
        assert same and place.score - 0.2 <= same[0].score <= place.score + 1e-3
    if whole and whole[0].score > 3:
        assert np.array_equal(few[0].grids, whole[0].grids)


@pytest.mark.parametrize("seed", range(0, 24, 2))
def test_no_zone_s_odds_rise_beyond_their_bound(seed: int) -> None:
    counts, usual = stream(seed)
    times = followed(ZONES, counts, usual).odds() / ZONES.prior
    assert np.all(times <= np.maximum(most_times(ZONES, counts, usual), 1.0))


def test_in_a_quiet_stream_few_zones_are_left_or_none() -> None:
    random = np.random.default_rng(4)
    usual = Background(np.full((DAYS, SIDE * SIDE), 0.02), 1.01)
    counts = random.poisson(usual.expected).astype(float)
    assert len(promising(ZONES, counts, usual, 0.0).size) < 0.1 * len(ZONES.size)
    assert len(promising(ZONES, counts, usual, 5.0).size) == 0
    assert len(promising(ZONES, np.zeros_like(counts), usual, 0.0).size) == 0


def test_streams_reckoned_side_by_side_are_expected_as_each_by_itself_and_the_last_days_as_among_all() -> None:
    random = np.random.default_rng(8)
    streams = [random.poisson(rate, (120, 40)).astype(float) for rate in (0.01, 0.4, 3.0)]
    town, weekday, people = np.arange(40) // 10, np.arange(120) % 7, np.full(40, 900.0)
    together = backgrounds(streams, people, town, weekday, 119, kept=30)
    for counts, usual in zip(streams, together, strict=True):
        alone = background(counts, people, town, weekday, 119)
        assert usual.dispersion == alone.dispersion
        np.testing.assert_allclose(usual.expected, alone.expected[-30:], rtol=1e-9)
