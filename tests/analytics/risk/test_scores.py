"""Hit rate, PAI and PEI are those counted by hand, and calibration tells a forecast that is right from one that is not."""

import numpy as np
import pytest

from analytics.risk.scores import Period, calibration, hit_rates


def test_two_periods_counted_by_hand():
    expected, came = np.arange(10.0), np.array([3.0, 0, 0, 0, 0, 0, 0, 1, 0, 2])
    later = Period(expected, np.array([0.0, 0, 0, 0, 0, 4, 0, 0, 0, 0]))
    found = hit_rates([Period(expected, came), later], tops=(0.1, 0.3)).set_index("top")
    assert found["cells"].tolist() == [1, 3]
    assert found["hit"].tolist() == [2 / 10, 3 / 10]
    assert found["pai"].tolist() == pytest.approx([2, 1])
    assert found["pei"].tolist() == [2 / (3 + 4), 3 / (6 + 4)]
    assert all(found["low"] < found["hit"]) and all(found["hit"] < found["high"])


def test_nothing_that_came_is_no_score():
    (row,) = hit_rates([Period(np.ones(5), np.zeros(5))], tops=(0.2,)).to_dict("records")
    assert np.isnan(row["hit"]) and np.isnan(row["pei"])


def test_ties_are_flagged_by_lot_and_not_by_place():
    came = np.zeros(1000)
    came[:100] = 1
    (row,) = hit_rates([Period(np.ones(1000), came)], tops=(0.1,)).to_dict("records")
    assert 0.03 < row["hit"] < 0.2
    assert hit_rates([Period(np.ones(1000), came)]).equals(hit_rates([Period(np.ones(1000), came)]))


@pytest.mark.parametrize(("times", "is_right"), [(1.0, True), (2.0, False)])
def test_what_came_lies_in_the_interval_of_what_was_expected_or_does_not(times: float, is_right: bool):
    rng = np.random.default_rng(3)
    rate = rng.gamma(0.5, 1.0, 20_000)
    found = calibration([Period(rate * times, rng.poisson(rate).astype(float))])
    within = ((found["low"] <= found["expected"]) & (found["expected"] <= found["high"])).mean()
    assert (within >= 0.8) == is_right and found["n"].sum() == 20_000
