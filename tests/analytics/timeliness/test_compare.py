"""A change split into mix and speed adds up, and tells the one from the other."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.metrics import measure
from analytics.timeliness.compare import compare_on_time, compare_resolution, split
from analytics.view import View
from tests.analytics.timeliness.conftest import hours, view

ROWS = st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(1, 50), st.floats(0, 100)), min_size=1)


def frame(rows: dict) -> pd.DataFrame:
    return pd.DataFrame([(key, n, value) for key, (n, value) in rows.items()], columns=["key", "n", "value"])


def mean(rows: dict) -> float:
    return sum(n * value for n, value in rows.values()) / sum(n for n, _ in rows.values())


@settings(max_examples=40, deadline=None)
@given(ROWS, ROWS)
def test_mix_and_within_add_up_to_the_change_whatever_keys_come_and_go(before, now):
    got = split(frame(before), frame(now))
    assert (got.before, got.now) == pytest.approx((mean(before), mean(now)))
    assert got.mix + got.within == pytest.approx(mean(now) - mean(before), abs=1e-9)
    assert got.keys["total"].sum() == pytest.approx(got.now - got.before, abs=1e-9)


def test_other_work_at_the_same_speed_is_all_mix():
    got = split(frame({"quick": (90, 2.0), "slow": (10, 50.0)}), frame({"quick": (50, 2.0), "slow": (50, 50.0)}))
    assert got.within == 0 and got.mix == pytest.approx(0.4 * 48)


def test_the_same_work_at_another_speed_is_all_within():
    got = split(frame({"a": (50, 2.0), "b": (50, 50.0)}), frame({"a": (100, 1.0), "b": (100, 40.0)}))
    assert got.mix == 0 and got.within == pytest.approx(-5.5)


def test_more_of_what_is_slower_than_the_whole_is_told_of_that_key():
    got = split(frame({"quick": (90, 2.0), "slow": (10, 50.0)}), frame({"quick": (80, 2.0), "slow": (20, 50.0)}))
    by_key = got.keys.set_index("key")["mix"]
    assert by_key["slow"] > 0 and by_key["quick"] > 0 and got.keys["key"].iloc[0] == "slow"


@pytest.mark.parametrize("by", ["category:2", "department", "community"])
def test_the_on_time_share_is_the_metrics_in_both_periods(ask, by):
    seen = View.from_query({"period": "custom", "from": "2026-10-01", "to": "2026-10-10"})
    got = compare_on_time(seen, by)
    assert got.now == pytest.approx(measure(seen, "on_time_rate").value / 100)
    assert got.before == pytest.approx(measure(seen.before(), "on_time_rate").value / 100)
    assert got.mix + got.within == pytest.approx(got.now - got.before)


def test_a_long_case_counts_as_the_horizon_and_an_open_one_for_what_is_known(hold):
    cases = [
        {"category": "a", "reported_at": hours(0), "closed_at": hours(10)},
        {"category": "a", "reported_at": hours(0)},
    ]
    cases += [{"category": "a", "reported_at": hours(200), "closed_at": hours(at)} for at in (204, 399)]
    hold(cases)
    got = compare_resolution(view(200, 400, previous=(hours(0), hours(200))), "category:1", 100)
    assert (got.before, got.now) == ((10 + 100) / 2, (4 + 100) / 2)
    assert got.within == got.now - got.before


def test_the_period_before_is_seen_as_at_its_own_end(hold):
    cases = [{"category": "a", "reported_at": hours(0), "closed_at": hours(at)} for at in (10, 250)]
    hold([*cases, {"category": "a", "reported_at": hours(210), "closed_at": hours(211)}])
    got = compare_resolution(view(200, 400, previous=(hours(0), hours(200))), "category:1", 300)
    assert got.before == (10 + 300) / 2


def test_where_nothing_can_be_compared_there_is_no_comparison(ask):
    assert compare_on_time(View.from_query({"period": "all"}), "department") is None
    assert compare_resolution(View.from_query({"period": "all"}), "department") is None
    empty = View.from_query({"period": "custom", "from": "2020-01-01", "to": "2020-01-02"})
    assert compare_on_time(empty, "department") is None and compare_resolution(empty, "department") is None
