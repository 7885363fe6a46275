"""Resolution times by key against plain Python on the same rows; open cases are seen as at the view's end."""

from dataclasses import replace
from datetime import datetime
from math import inf

import pytest

from analytics.metrics import MetricError
from analytics.timeliness.trends import bin_edges, resolution_by, resolution_curve
from analytics.view import View
from tests.analytics.timeliness.conftest import hours, view
from tests.analytics.timeliness.test_survival import plain_quantile

KEYS = {
    "week": "date_trunc('week', timezone('Asia/Shanghai', timezone('UTC', reported_at)))::date",
    "month": "date_trunc('month', timezone('Asia/Shanghai', timezone('UTC', reported_at)))::date",
    "department": "department",
    "category:1": "split_part(category, '/', 1)",
    "category:2": "split_part(category, '/', 1) || '/' || split_part(category, '/', 2)",
    "town": "left(grid_id, 9)",
    "community": "left(grid_id, 12)",
    "grid": "grid_id",
}


@pytest.mark.parametrize("by", KEYS)
def test_every_key_has_the_median_of_its_own_cases(ask, by):
    seen = View.from_query({"period": "30d"})
    rows = ask(
        f"""select {KEYS[by]} as key, floor(date_diff('second', reported_at, coalesce(closed_at, ?)) / 60) as minutes,
            closed_at is not null from incident where reported_at >= ?""",
        seen.until, seen.since,
    )  # fmt: skip
    own: dict = {}
    for key, minutes, is_closed in rows:
        own.setdefault(key, []).append((int(minutes), is_closed, 1))
    got = resolution_by(seen, by)
    assert len(got) == len(own) > 0
    for row in got.itertuples():
        key = row.key.date() if by in ("week", "month") else row.key
        assert (row.n, row.events) == (len(own[key]), sum(is_closed for _, is_closed, _ in own[key]))
        assert row.p50 == pytest.approx(plain_quantile(own[key], 0.5) / 60)
        assert row.p50_low <= row.p50 <= row.p50_high and row.p90_low <= row.p90 <= row.p90_high


def test_the_filters_of_the_view_count(ask):
    query = {"area": "370116001", "category": "城乡建设", "channel": "hotline"}
    n = ask(
        """select count(*) from incident where grid_id like '370116001%' and category like '城乡建设/%'
        and channel = 'hotline' and reported_at >= timestamp '2026-09-20 16:00'"""
    )[0][0]
    assert resolution_by(View.from_query(query), "town")["n"].tolist() == [n]


def test_a_case_closed_after_the_views_end_is_open_at_it(hold):
    hold([
        {"reported_at": hours(0), "closed_at": hours(3)},
        {"reported_at": hours(1), "closed_at": hours(30)},
        {"reported_at": hours(2), "closed_at": hours(10)},
    ])  # fmt: skip
    whole = resolution_by(view(0, 10), None).iloc[0]
    assert (whole["n"], whole["events"], whole["p50"]) == (3, 1, inf)
    assert resolution_by(view(0, 40), None).iloc[0]["p50"] == 8


def test_a_week_begins_on_monday_at_midnight_in_shanghai(hold):
    hold([{"reported_at": hours(at)} for at in (-0.01, 0, 167.99, 168)])
    rows = resolution_by(view(-1, 200), "week")
    assert rows["key"].tolist() == [datetime(2026, 2, 23), datetime(2026, 3, 2), datetime(2026, 3, 9)]
    assert rows["n"].tolist() == [1, 2, 1]


def test_the_curve_starts_with_all_cases_at_risk(ask):
    seen = View.from_query({})
    curve = resolution_curve(seen)
    assert curve["at_risk"].iloc[0] == resolution_by(seen, None)["n"].iloc[0]
    assert curve["survival"].is_monotonic_decreasing


def test_bins_begin_at_a_quarter_of_an_hour_double_every_second_time_and_end_above_the_longest():
    assert bin_edges(2)[:5].tolist() == pytest.approx([0, 0.25, 0.25 * 2**0.5, 0.5, 0.5 * 2**0.5])
    assert all(
        bin_edges(longest)[-2] <= max(longest, 0.25) < bin_edges(longest)[-1] for longest in (0, 0.1, 0.25, 1, 8, 1000)
    )


def test_what_cases_cannot_be_told_apart_by_is_said(ask):
    with pytest.raises(MetricError, match="cannot be split"):
        resolution_by(View.from_query({}), "title; drop table incident")


def test_a_view_without_cases_has_no_rows(ask):
    never = replace(View.from_query({}), since=datetime(2020, 1, 1), until=datetime(2020, 1, 2))
    assert resolution_by(never, "week").empty and resolution_curve(never).empty
