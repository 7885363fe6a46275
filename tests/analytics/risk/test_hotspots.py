"""Hot spots: Gi* and Moran's I are those of PySAL, chance maps have none, planted ones are found with what became of them."""

import esda
import libpysal
import numpy as np
import pytest

from analytics.risk.history import History
from analytics.risk.hotspots import gi_chance, gi_star, hot, kinds, pattern
from tests.analytics.risk.places import FIRST, cells

SQUARE = cells(20)
CORNER = (SQUARE.x < 1000) & (SQUARE.y < 1000)


@pytest.fixture(scope="module")
def neighbours() -> libpysal.weights.W:
    return libpysal.weights.W(dict(enumerate(SQUARE.nearest.tolist())), silence_warnings=True)


def test_scores_are_those_of_pysal(neighbours: libpysal.weights.W):
    values = np.random.default_rng(1).poisson(2.0, len(SQUARE)).astype(float)
    theirs = esda.G_Local(values, neighbours, transform="B", star=True, permutations=0)
    assert np.allclose(gi_star(values, SQUARE), theirs.Zs)
    assert pattern(values, SQUARE, shuffles=1).moran == pytest.approx(esda.Moran(values, neighbours, permutations=0).I)


def test_maps_of_chance_have_hardly_a_hot_cell_and_no_pattern():
    rng = np.random.default_rng(5)
    maps = [rng.poisson(2.0, len(SQUARE)).astype(float) for _ in range(40)]
    assert np.mean([hot(one, SQUARE).any() for one in maps]) <= 0.15
    chances = np.concatenate([gi_chance(one, SQUARE) for one in maps])
    assert np.mean(chances <= 0.01) == pytest.approx(0.01, abs=0.004)
    assert np.mean([pattern(one, SQUARE, shuffles=99).chance <= 0.05 for one in maps]) <= 0.15


def test_few_and_very_uneven_counts_dealt_out_at_random_are_hardly_ever_hot():
    rng = np.random.default_rng(6)
    counts = rng.poisson(rng.gamma(0.15, 2.0, len(SQUARE))).astype(float)
    assert np.mean([hot(rng.permutation(counts), SQUARE).any() for _ in range(150)]) <= 0.06


def test_chance_is_told_as_drawing_without_replacement_finds_it_and_never_far_too_small():
    for seed in (1, 2, 3):
        rng = np.random.default_rng(seed)
        counts = rng.poisson(rng.gamma(0.15, 2.0, len(SQUARE))).astype(float)
        dealt = np.argsort(rng.random((20_000, len(SQUARE))), axis=1)[:, : SQUARE.nearest.shape[1] + 1]
        drawn, came = np.sort(counts[dealt].sum(1)), counts[SQUARE.nearest].sum(1) + counts
        chance = (len(drawn) - np.searchsorted(drawn, came)) / len(drawn)
        told = gi_chance(counts, SQUARE)[(chance > 0.005) & (chance < 0.1)]
        apart = told / chance[(chance > 0.005) & (chance < 0.1)]
        assert len(apart) > 10 and apart.min() > 0.8 and apart.max() < 1.3


def test_a_planted_corner_is_hot_and_a_pattern():
    values = np.random.default_rng(5).poisson(np.where(CORNER, 8.0, 2.0)).astype(float)
    found = hot(values, SQUARE)
    assert found[CORNER].mean() > 0.7 and found[~CORNER].mean() < 0.05
    assert pattern(values, SQUARE, shuffles=199).chance <= 0.01


@pytest.mark.parametrize(
    ("hot_weeks", "kind"),
    [
        (range(8), "persistent"),
        ([0], "emerging"),
        ([0, 1], "emerging"),
        (range(2, 8), "fading"),
        ([0, 4], "sporadic"),
        ([], ""),
    ],
)
def test_what_became_of_a_hot_corner(hot_weeks: list[int], kind: str):
    rng = np.random.default_rng(5)
    rate = [np.where(CORNER & (week in hot_weeks), 3.0, 0.3) for week in range(8)][::-1]
    counts = np.vstack([rng.poisson(one, (7, len(SQUARE))) for one in rate]).astype(np.float32)
    found = np.array(kinds(History.of(SQUARE, FIRST, counts), periods=8, days=7))
    assert (found[CORNER] == kind).mean() > 0.6 and (found[~CORNER] != "").mean() < 0.1


def test_a_map_of_nothing_has_nothing_hot():
    nothing = np.zeros(len(SQUARE))
    assert not hot(nothing, SQUARE).any() and pattern(nothing, SQUARE).chance == 1.0
