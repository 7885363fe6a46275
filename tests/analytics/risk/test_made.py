"""A whole risk map: its interval holds what came, it is kept and read again as it was, and patrols are where most is expected."""

from pathlib import Path

import numpy as np
import pytest

from analytics.risk.backtest import OURS, backtested
from analytics.risk.forecast import forecast
from analytics.risk.history import History
from analytics.risk.kept import (
    categories_kept,
    forget_others,
    keep,
    keep_categories,
    keep_effort,
    kept,
    kept_effort,
    place,
)
from analytics.risk.made import WEEKS, made
from analytics.risk.patrol import rounds
from analytics.risk.reasons import drivers
from analytics.risk.scores import Period
from analytics.risk.uncertainty import interval, spread, total_interval
from analytics.risk.whole import Effort, Risk
from tests.analytics.risk.places import cells, town

TOWN = town(days=500, brings=0.5)


@pytest.fixture(scope="module")
def risk() -> Risk:
    return made(TOWN, "", 7)


def test_intervals_hold_four_in_five_of_what_came_and_not_much_more():
    periods = backtested(TOWN, 7, 182)[OURS]
    how = spread(periods[:13])
    held, totals = [], []
    for one in periods[13:]:
        mean = one.expected * how.factor
        low, high = interval(mean, how)
        held.append((low <= one.came) & (one.came <= high))
        whole = total_interval(mean, how)
        totals.append(whole[0] <= one.came.sum() <= whole[1])
    assert 0.75 <= np.mean(held) <= 0.97 and np.mean(totals) >= 0.6


def test_a_map_is_whole(risk: Risk):
    assert risk.last == TOWN.on(len(TOWN) - 1) and (risk.until - risk.first).days == 6
    assert risk.expected.shape == (len(TOWN.cells),) and (risk.low <= risk.high).all()
    assert risk.weeks.shape == risk.foretold.shape == (WEEKS, len(TOWN.cells))
    assert np.array_equal(risk.weeks[-1], TOWN.between(len(TOWN) - 7, len(TOWN)))
    known = ~np.isnan(risk.foretold).all(axis=1)
    assert known.sum() == 26 and known[-26:].all()
    assert risk.foretold[known].sum() == pytest.approx(risk.weeks[known].sum(), rel=0.1)
    assert set(risk.hits["model"]) == {"forecast", "last_period", "long_run_rate", "rolling_density"}


def test_it_is_kept_and_read_again_as_it_was(risk: Risk, home: Path):
    assert kept("", 7) is None
    keep(risk)
    again = kept("", 7)
    assert again is not None and (again.last, again.grids, again.kinds) == (risk.last, risk.grids, risk.kinds)
    assert np.allclose(again.expected, risk.expected, atol=1e-5) and again.hits.round(6).equals(risk.hits.round(6))
    assert set(again.facts) == set(risk.facts)
    place("", 7).write_bytes(b"nothing")
    assert kept("", 7) is None, "a damaged file is none"
    keep(risk)
    with np.load(place("", 7)) as found:
        parts = dict(found)
    parts["about"] = np.array(str(parts["about"]).replace('"sway"', '"of_another_version"'))
    np.savez(place("", 7), **parts)
    assert kept("", 7) is None, "neither is one of another version"
    keep(risk)
    forget_others([("", 1)])
    assert kept("", 7) is None and categories_kept() == []
    keep_categories(["政法", "../城乡"])
    assert categories_kept() == ["政法", "../城乡"] and place("../城乡", 7).parent == place("", 7).parent


@pytest.mark.parametrize("days", [1, 20, 45])
def test_a_short_history_has_a_map_too(days: int):
    found = made(TOWN.before(days), "", 30)
    assert np.isfinite(found.expected).all() and (found.low <= found.high).all()


def test_a_cell_without_incidents_is_expected_to_have_few():
    counts = TOWN.counts.copy()
    counts[:, 5] = 0
    quiet = History.of(TOWN.cells, TOWN.first, counts)
    expected = forecast(quiet, 7).expected(quiet)
    assert expected[5] < np.median(expected)


def test_patrols_go_where_most_is_expected_and_visit_nothing_twice():
    square = cells(12)
    expected = np.random.default_rng(3).gamma(0.3, 1.0, len(square))
    walks = rounds(expected, square, teams=3, visits=6)
    visited = [cell for one in walks for cell in one.cells]
    assert len(walks) == 3 and len(visited) == len(set(visited)) == 18
    assert [one.expected for one in walks] == sorted((one.expected for one in walks), reverse=True)
    assert all(one.expected == pytest.approx(expected[list(one.cells)].sum()) for one in walks)
    assert (
        sum(one.expected for one in walks)
        > 3 * np.sort(np.random.default_rng(4).choice(expected, (200, 18)).sum(1))[100] / 2
    )
    best = max(expected[near].sum() for near in square.tree.query(square.tree.data, k=6)[1])
    assert walks[0].expected >= best


def test_no_more_patrols_than_there_is_something_to_see():
    square = cells(3)
    assert rounds(np.zeros(9), square, 4, 3) == []
    assert [one.cells for one in rounds(np.eye(9)[4], square, 4, 30)] == [(4,)]


def test_what_is_known_of_patrols_is_kept_and_that_nothing_is_too(home: Path):
    assert kept_effort() is None
    keep_effort(Effort(("a", "b"), np.array([1.0, 2.0]), 0.25))
    again = kept_effort()
    assert again is not None and (again.grids, again.patrols.tolist(), again.power) == (("a", "b"), [1.0, 2.0], 0.25)
    keep_effort(None)
    assert kept_effort() is None


def test_a_correction_for_patrols_keeps_the_total_and_lowers_where_they_go_most():
    effort = Effort(("a", "b", "c"), np.array([0.0, 10.0, 40.0]), 0.5)
    expected = np.array([2.0, 2.0, 2.0])
    found = effort.corrected(expected)
    assert found.sum() == pytest.approx(6) and found[0] > found[1] > found[2]
    assert np.allclose(
        Effort(effort.grids, effort.patrols, 0.0).corrected(expected), expected
    ) and effort.doubled == pytest.approx(2**0.5)


@pytest.mark.parametrize(
    ("facts", "first"),
    [
        ({"usual": 5.0}, "usual"),
        ({"usual": 0.5, "recent": 4.0}, "recent"),
        ({"usual": 0.5, "season": 4.0}, "season"),
        ({"usual": 0.5, "around": 9.0}, "around"),
        ({"usual": 0.2, "brought": 0.5}, "brought"),
        ({}, "usual"),
    ],
)
def test_what_drives_a_cell_is_what_stands_out(facts: dict, first: str):
    nothing = {"usual": 0.1, "recent": 0.1, "around": 0.1, "season": float("nan"), "brought": 0.0}
    mean = {"usual": 0.5, "recent": 0.5, "around": 0.5, "season": 0.5, "brought": 0.05}
    assert drivers(nothing | facts, mean)[0] == first


def test_of_some_cells_together_four_in_five_totals_are_held():
    rng, mean = np.random.default_rng(5), np.random.default_rng(4).gamma(0.5, 2.0, 400)
    periods = [
        Period(mean, rng.poisson(mean * rng.gamma(4, 1 / 4, 400) * rng.gamma(100, 1 / 100)).astype(float))
        for _ in range(300)
    ]
    how = spread(periods)
    assert 0.1 < how.over < 0.5 and 0.05 < how.sway < 0.15
    for some in (slice(0, 400), slice(0, 40), slice(0, 8)):
        low, high = total_interval(mean[some] * how.factor, how)
        assert 0.72 <= np.mean([low <= one.came[some].sum() <= high for one in periods]) <= 0.9
