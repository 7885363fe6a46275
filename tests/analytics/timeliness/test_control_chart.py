"""A chart marks what changed and keeps quiet about the usual coming and going."""

from datetime import timedelta
from math import inf, isnan

import numpy as np
import pandas as pd
import pytest

from analytics.timeliness.control_chart import median_chart, share_chart
from analytics.timeliness.weekly_charts import weekly_median_chart, weekly_on_time_chart
from tests.analytics.timeliness.conftest import hours, view


def shares(values: list[float], n: int = 1000) -> pd.DataFrame:
    return pd.DataFrame({"key": range(len(values)), "hits": [round(v * n) for v in values], "n": n})


def medians(values: list[float]) -> pd.DataFrame:
    return pd.DataFrame({"key": range(len(values)), "n": 50, "value": values})


def swinging(weeks: int, seed: int, spread: float = 0.06, n: int = 1000) -> pd.DataFrame:
    """A rate of 80 % that swings by `spread` besides chance: over-dispersed."""
    chance = np.random.default_rng(seed)
    return pd.DataFrame(
        {"key": range(weeks), "hits": chance.binomial(n, chance.normal(0.8, spread, weeks).clip(0, 1)), "n": n}
    )


def test_limits_are_laneys_by_hand():
    points = shares([0.80, 0.84] * 10)
    chart = share_chart(points)
    centre = 0.82
    sigma = (centre * (1 - centre) / 1000) ** 0.5
    spread = (0.04 / sigma) / 1.128
    assert (chart.centre, chart.spread) == pytest.approx((centre, spread))
    assert chart.points["high"].iloc[0] == pytest.approx(centre + 3 * sigma * spread)
    assert chart.baseline == (0, 9)


def test_the_limits_widen_where_n_is_small():
    points = shares([0.8, 0.81] * 10).assign(n=[1000, 250] * 10)
    width = share_chart(points.assign(hits=(points["n"] * 0.8).astype(int))).points.eval("high - low")
    assert width[1] == pytest.approx(2 * width[0])


def test_a_rate_that_always_swings_is_not_alarmed_at_where_plain_limits_would_be():
    charts = [share_chart(swinging(52, seed)) for seed in range(40)]
    points = pd.concat([chart.points.assign(plain=chart.spread) for chart in charts])
    centre = (points["high"] + points["low"]) / 2
    plain = (points["value"] - centre).abs() > (points["high"] - centre) / points["plain"]
    assert points["is_beyond"].mean() < 0.02 < 0.3 < plain.mean()


def test_a_fall_is_marked_and_what_came_before_it_is_not():
    steady = [0.80, 0.81, 0.79, 0.80, 0.82, 0.80, 0.79, 0.81] * 4
    chart = share_chart(shares([*steady, 0.70, 0.80]))
    assert chart.points.index[chart.points["is_beyond"]].tolist() == [32]


def test_eight_in_a_row_on_one_side_are_a_change_from_the_eighth_on():
    steady = [0.80, 0.82] * 10
    chart = share_chart(shares([*steady, *[0.815] * 9]))
    assert chart.points.index[chart.points["is_run"]].tolist() == [26, 27, 28]
    assert not chart.points["is_beyond"].any()


def test_too_few_weeks_judge_nothing():
    chart = share_chart(shares([0.8] * 7 + [0.1] * 8))
    assert chart.baseline is None and isnan(chart.centre) and not chart.points["is_change"].any()
    assert median_chart(medians([10.0] * 15)).baseline is None


def test_a_baseline_without_any_swing_keeps_the_binomials_own_limits():
    chart = share_chart(shares([0.8] * 20))
    assert chart.spread == 1 and not chart.points["is_beyond"].any()


def test_a_baseline_of_nothing_but_hits_alarms_at_a_miss():
    chart = share_chart(shares([1.0] * 20 + [0.9]))
    assert chart.points["is_beyond"].tolist() == [False] * 20 + [True]


def test_a_doubled_median_is_a_change_and_the_centre_is_the_geometric_mean():
    chart = median_chart(medians([20.0, 22.0, 19.0, 21.0] * 6 + [42.0]))
    assert chart.points.index[chart.points["is_beyond"]].tolist() == [24]
    assert chart.centre == pytest.approx((20 * 22 * 19 * 21) ** 0.25)


def test_a_median_not_reached_is_shown_and_judges_nothing():
    chart = median_chart(medians([20.0, 22.0, inf, 19.0, 21.0] * 5))
    assert chart.points["value"].isin([inf]).sum() == 5 and not chart.points["is_change"].any()
    assert np.isfinite(chart.points["high"]).all()


def test_the_weekly_charts_hold_whole_weeks_only(hold):
    cases = []
    for week in range(30):
        for n in range(20):
            at = hours(week * 168 + n * 8)
            took = timedelta(hours=10 + n + (40 if week == 25 else 0))
            cases.append({"reported_at": at, "closed_at": at + took, "due_at": at + timedelta(hours=48)})
    hold(cases)
    seen = view(29 * 168, 29 * 168 + 50)
    chart = weekly_median_chart(seen)
    assert len(chart.points) == 29 and chart.points["n"].eq(20).all()
    assert chart.points.index[chart.points["is_beyond"]].tolist() == [25]
    late = weekly_on_time_chart(seen, weeks=28)
    assert len(late.points) == 28 and late.points["is_beyond"].sum() >= 1
    assert late.points.loc[late.points["value"].idxmin(), "is_beyond"]
