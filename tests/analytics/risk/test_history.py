"""Counts of any stretch of days, weights of neighbours: against sums made by hand."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.analytics.risk.places import SPACING, cells, town

TOWN = town(days=60)


@given(since=st.integers(-5, 70), until=st.integers(-5, 70), cut=st.integers(1, 60))
def test_between_counts_what_is_known_of_those_days(since: int, until: int, cut: int):
    known = TOWN.before(cut)
    days = [day for day in range(since, until) if 0 <= day < cut]
    assert np.allclose(known.between(since, until), TOWN.counts[days].sum(0))


@given(day=st.integers(1, 60), half_life=st.floats(0.5, 50), most=st.integers(1, 60))
def test_an_incident_is_worth_half_as_much_after_each_half_life(day: int, half_life: float, most: int):
    by_hand = sum(TOWN.counts[past] * 0.5 ** ((day - past) / half_life) for past in range(max(0, day - most), day))
    assert np.allclose(TOWN.faded(day, half_life, most), by_hand, rtol=1e-4, atol=1e-4)


def test_a_kernel_weighs_by_distance_and_reaches_three_bandwidths():
    square = cells()
    weights = square.kernel(SPACING).toarray()
    apart = np.hypot(square.x[:, None] - square.x, square.y[:, None] - square.y)
    by_hand = np.where(apart <= 3 * SPACING, np.exp(-0.5 * (apart / SPACING) ** 2), 0)
    assert np.allclose(weights, by_hand) and square.kernel(SPACING) is square.kernel(SPACING)
    assert square.spacing == SPACING


def test_the_nearest_leave_the_cell_itself_out():
    square = cells()
    assert all(n not in near and len(set(near)) == 8 for n, near in enumerate(square.nearest.tolist()))
