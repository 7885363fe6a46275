"""Kaplan–Meier against exact fractions in plain Python, and against published figures."""

from fractions import Fraction
from math import inf, isnan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.timeliness.survival import (
    SurvivalError,
    kaplan_meier,
    life_table,
    quantile,
    quantiles,
    resolution_times,
    restricted_means,
)

# Weeks in remission under 6-MP, a plus for those still in it (Freireich et al. 1963, Blood 21, 699–716).
SIX_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+".split()
WEEKS, IS_OVER = [float(w.rstrip("+")) for w in SIX_MP], [not w.endswith("+") for w in SIX_MP]
CASES = st.lists(st.tuples(st.integers(0, 12), st.booleans(), st.integers(1, 4)), min_size=1, max_size=40)


def plain(cases: list[tuple[int, bool, int]]) -> dict[int, tuple[Fraction, Fraction]]:
    """Survival and Greenwood's sum after each time, by the definition."""
    survival, greenwood, steps = Fraction(1), Fraction(0), {}
    for time in sorted({t for t, _, _ in cases}):
        at_risk = sum(n for t, _, n in cases if t >= time)
        closed = sum(n for t, is_closed, n in cases if t == time and is_closed)
        survival *= Fraction(at_risk - closed, at_risk)
        greenwood += Fraction(closed, at_risk * (at_risk - closed)) if at_risk > closed else 0
        steps[time] = survival, greenwood
    return steps


def plain_quantile(cases: list[tuple[int, bool, int]], share: Fraction) -> float:
    return next((float(t) for t, (survival, _) in plain(cases).items() if survival <= 1 - share), inf)


def columns(cases):
    return tuple(zip(*cases, strict=True)) if cases else ((), (), ())


@settings(max_examples=30, deadline=None)
@given(CASES)
def test_the_curve_is_the_product_of_exact_fractions_whatever_the_ties(cases):
    table, own = kaplan_meier(*columns(cases)), plain(cases)
    assert list(table["hours"]) == list(own)
    assert table["survival"].to_numpy() == pytest.approx([float(s) for s, _ in own.values()], abs=1e-12)
    assert table["variance"].to_numpy() == pytest.approx([float(s * s * g) for s, g in own.values()], abs=1e-12)
    assert table["at_risk"].iloc[0] == sum(n for _, _, n in cases)


@settings(max_examples=30, deadline=None)
@given(CASES)
def test_a_quantile_is_the_first_time_by_which_that_share_is_closed(cases):
    table = kaplan_meier(*columns(cases))
    for share in (Fraction(1, 4), Fraction(1, 2), Fraction(9, 10)):
        assert quantile(table, float(share)).hours == plain_quantile(cases, share)


@settings(max_examples=30, deadline=None)
@given(CASES)
def test_limits_enclose_the_curve_and_the_quantile(cases):
    table = kaplan_meier(*columns(cases))
    known = table.dropna()
    assert (known["low"] <= known["survival"] + 1e-12).all() and (known["survival"] <= known["high"] + 1e-12).all()
    median = quantile(table, 0.5)
    assert (isnan(median.low) or median.low <= median.hours) and median.hours <= median.high


@settings(max_examples=30, deadline=None)
@given(CASES)
def test_a_count_of_cases_is_the_same_as_so_many_cases(cases):
    each = [(t, is_closed) for t, is_closed, n in cases for _ in range(n)]
    pd.testing.assert_frame_equal(kaplan_meier(*columns(cases)), kaplan_meier(*zip(*each, strict=True)))


@settings(max_examples=30, deadline=None)
@given(st.lists(CASES, min_size=1, max_size=5))
def test_many_groups_at_once_are_each_group_alone(groups):
    rows = [
        (name, t, n * is_closed, n * (not is_closed)) for name, cases in enumerate(groups) for t, is_closed, n in cases
    ]
    counts = pd.DataFrame(rows, columns=["group", "hours", "closed", "open"]).sample(frac=1, random_state=1)
    together = resolution_times(counts).set_index("group")
    for name, cases in enumerate(groups):
        table = kaplan_meier(*columns(cases))
        median, ninetieth = quantile(table, 0.5), quantile(table, 0.9)
        n, events = sum(n for _, _, n in cases), sum(n for _, is_closed, n in cases if is_closed)
        own = [n, events, median.hours, median.low, median.high, ninetieth.hours, ninetieth.low, ninetieth.high]
        assert list(together.loc[name]) == pytest.approx(own, nan_ok=True)


@settings(max_examples=30, deadline=None)
@given(CASES, st.integers(1, 15))
def test_the_restricted_mean_is_the_area_under_the_curve(cases, horizon):
    own = plain(cases)
    curve = [next((own[t][0] for t in sorted(own, reverse=True) if t <= hour), Fraction(1)) for hour in range(horizon)]
    mean = restricted_means(kaplan_meier(*columns(cases)), horizon)["mean_hours"].iloc[0]
    assert mean == pytest.approx(float(sum(curve)))


def test_the_remission_times_of_1963_come_out_as_published():
    table = kaplan_meier(WEEKS, IS_OVER).set_index("hours")
    assert table.loc[[6, 7, 10, 13, 16, 22, 23], "survival"].round(3).tolist() == [
        0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448,
    ]  # fmt: skip
    assert np.sqrt(table.loc[[6, 10, 23], "variance"]).round(4).tolist() == [0.0764, 0.0963, 0.1346]


@pytest.mark.parametrize(("interval", "low", "high"), [("log-log", 13, inf), ("log", 16, inf), ("plain", 13, inf)])
def test_the_median_remission_has_the_limits_that_r_gives(interval, low, high):
    median = quantile(kaplan_meier(WEEKS, IS_OVER, interval=interval), 0.5)
    assert (median.hours, median.low, median.high) == (23, low, high)


def test_log_log_limits_are_those_of_r():
    at_23 = kaplan_meier(WEEKS, IS_OVER).set_index("hours").loc[23]
    assert (at_23["low"], at_23["high"]) == pytest.approx((0.18805200596, 0.6801426285), rel=1e-6)


def test_a_half_that_floats_do_not_hit_exactly_is_a_half():
    for n in (2, 10, 98, 198, 398, 1000):
        assert quantile(kaplan_meier(range(1, n + 1), [True] * n), 0.5).hours == n / 2


def test_where_all_are_open_nothing_is_reached():
    row = resolution_times(pd.DataFrame({"group": ["a"], "hours": [5.0], "closed": [0], "open": [40]})).iloc[0]
    assert (row["n"], row["events"]) == (40, 0)
    assert all(row[name] == inf for name in ("p50", "p50_low", "p50_high", "p90", "p90_low", "p90_high"))


def test_one_closed_case_has_a_median_and_no_limits():
    median = quantile(kaplan_meier([12.5], [True]), 0.5)
    assert median.hours == 12.5 and isnan(median.low) and median.high == inf


def test_a_case_closed_at_once_lasted_nought_hours():
    table = kaplan_meier([0, 0, 4], [True, False, True])
    assert table["survival"].round(4).tolist() == [0.6667, 0.0]


def test_nothing_in_is_nothing_out():
    none = pd.DataFrame({"group": [], "hours": [], "closed": [], "open": []})
    assert life_table(none).empty and resolution_times(none).empty and quantiles(life_table(none), 0.5).empty
    assert restricted_means(life_table(none), 24).empty
    assert quantile(kaplan_meier([], []), 0.5).hours == inf


def test_cases_without_a_group_are_a_group():
    counts = pd.DataFrame({"group": ["b", None, "b"], "hours": [1.0, 2.0, 3.0], "closed": [1, 1, 1], "open": [0, 0, 0]})
    rows = resolution_times(counts)
    assert rows["n"].tolist() == [2, 1] and rows["group"].isna().tolist() == [False, True]


@pytest.mark.parametrize("hours", [-1.0, float("nan")])
def test_a_duration_that_cannot_be_is_refused(hours):
    with pytest.raises(SurvivalError, match="negative"):
        kaplan_meier([1.0, hours], [True, True])


def test_a_mean_nobody_was_watched_for_says_so():
    rows = restricted_means(kaplan_meier([2, 10], [True, False]), 24)
    assert rows.iloc[0]["mean_hours"] == pytest.approx(2 + 0.5 * 22) and not rows.iloc[0]["is_followed"]
    assert restricted_means(kaplan_meier([2, 10], [True, True]), 24).iloc[0]["is_followed"]
