"""The questions of `/` and `/data` against the small district."""

from datetime import timedelta

from analytics import coverage, freshness, loads, overview
from analytics.area import find, next_level
from analytics.view import View, facts
from tests.small import NOW


def test_the_last_thirty_days_are_thirty_and_know_the_national_holiday(ask):
    days = overview.daily(View.from_query({}))
    own = ask("select count(*) from incident where reported_at >= timestamp '2026-09-20 16:00'")[0][0]
    assert (len(days), days["count"].sum()) == (30, own)
    assert set(days.loc[days["holiday_en"] == "National Day", "day"].dt.strftime("%m-%d")) >= {"10-01", "10-02"}


def test_shares_settled_at_each_level_add_up_with_those_not_stated(ask):
    levels = overview.settled_levels(View.from_query({}))
    assert list(levels["level"]) == ["grid", "community", "town", "district", "unknown"]
    assert levels["count"].sum() == levels["total"].iloc[0]


def test_areas_are_ranked_within_the_chosen_one_with_their_interval(ask):
    found = overview.busiest_areas(View.from_query({"area": "370116001"}))
    assert set(found.rows["key"]) == {"370116001001", "370116001002"}
    assert (found.rows["low"] < found.rows["count"]).all() and (found.rows["count"] < found.rows["high"]).all()
    assert found.rows["count"].is_monotonic_decreasing


def test_areas_with_too_few_are_counted_and_not_ranked(ask):
    found = overview.busiest_areas(View.from_query({"area": "370116001001", "period": "today"}))
    assert found.rows.empty and found.too_few > 0


def test_today_is_compared_with_yesterday_up_to_the_same_hour(ask):
    change = overview.with_change(overview.today(View.from_query({})), "incident_count")
    own = ask(
        "select count(*) from incident where reported_at between timestamp '2026-10-18 16:00' and timestamp '2026-10-19 04:00'"
    )
    assert change.before.numerator == own[0][0] > 0


def test_a_source_is_fresh_then_late_then_stale_and_says_since_when(ask):
    states = {
        hours: next(s for s in freshness.by_source(None, NOW + timedelta(hours=hours)) if s.source == "grid_app")
        for hours in (1, 27, 75)
    }
    assert [s.state for s in states.values()] == ["fresh", "late", "stale"]
    assert states[75].since == NOW + timedelta(hours=74)


def test_no_source_at_all_is_stale():
    assert freshness.worst([]) == "stale"


def test_grids_that_said_nothing_are_found(ask):
    grids = coverage.coverage(View.from_query({})).set_index("area_id")
    assert grids.loc["370116101201002", "incidents"] == 0
    assert len(grids) == 6
    assert len(coverage.coverage(View.from_query({"area": "370116001"}))) == 4


def test_rejects_come_page_by_page_and_none_is_missing(ask):
    lines = []
    for page in (1, 2, 3):
        total, frame = loads.rejects(None, 2, 12, page)
        lines += list(frame["line"])
    assert (total, lines) == (30, list(range(2, 32)))


def test_the_grid_map_s_findings_are_read(ask):
    assert list(loads.findings(None)["area_id"]) == ["370116001001001"]


def test_an_area_is_found_by_name_within_another_and_by_code(ask):
    assert find(None, "凤城 胜利")[0].area_id == "370116001002"
    assert find(None, "37011600100200")[0].level == "grid"
    assert find(None, "没有这个地方") == []


def test_the_next_level_below_the_top_is_the_towns(ask):
    assert (next_level(None, None), next_level(None, "370116001001")) == ("town", "grid")


def test_whatever_category_is_chosen_there_is_one_to_rank_below_it_or_itself(ask):
    for category in facts(None).categories:
        view = View.from_query({"category": category, "period": "all"})
        rows = overview.busiest_categories(view, 100)
        own = ask(f"select count(*) from incident where category = '{category}' or starts_with(category, '{category}/')")[0][0]  # fmt: skip
        assert (rows.rows["key"] == category).any() or rows.rows["key"].str.startswith(f"{category}/").all()
        assert rows.rows["count"].sum() + rows.elsewhere <= own and (rows.too_few or rows.rows["count"].sum() + rows.elsewhere == own)  # fmt: skip
