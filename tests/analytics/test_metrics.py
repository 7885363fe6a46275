"""Every metric against SQL written independently of it."""

import pytest

from analytics import answers
from analytics.metrics import METRICS, MetricError, measure, measure_by, prepare, splits
from analytics.metrics.area_sums import counted_by_area, everywhere
from analytics.metrics.fact_sql import can_be_counted_together
from analytics.view import View

SINCE, NOW = "timestamp '2026-09-20 16:00'", "timestamp '2026-10-20 04:00'"
OWN = {
    "incident_count": (f"select count(*), null from incident where reported_at between {SINCE} and {NOW}", 1),
    "per_10k_residents": (f"select count(*), 6000 from incident where reported_at between {SINCE} and {NOW}", 10_000),
    "open_count": ("select count(*), null from incident where status <> 'closed'", 1),
    "overdue_count": (f"select count(*), null from incident where status <> 'closed' and due_at <= {NOW}", 1),
    "on_time_rate": (
        f"select sum((closed_at is not null and closed_at <= due_at)::int), count(*) from incident where due_at between {SINCE} and {NOW}",
        100,
    ),
    "closing_rate": (
        f"select sum((status = 'closed')::int), count(*) from incident where due_at between {SINCE} and {NOW}",
        100,
    ),
    "settled_in_grid_rate": (
        f"select sum(coalesce(settled_level = 'grid', false)::int), count(*) from incident where settled_at between {SINCE} and {NOW}",
        100,
    ),
    "overdue_age_days": (
        f"select sum(date_diff('second', due_at, {NOW} + interval 1 second)) / 86400, count(*) from incident where status <> 'closed' and due_at <= {NOW}",
        1,
    ),
    "responded_rate": (
        f"select sum(is_responded::int), sum((is_responded is not null)::int) from incident where closed_at between {SINCE} and {NOW}",
        100,
    ),
    "resolved_rate": (
        f"select sum(is_resolved::int), sum((is_resolved is not null)::int) from incident where closed_at between {SINCE} and {NOW}",
        100,
    ),
    "satisfied_rate": (
        f"select sum((satisfaction = 'satisfied')::int), sum((satisfaction is not null)::int) from incident where closed_at between {SINCE} and {NOW}",
        100,
    ),
    "reopened_rate": (
        f"select sum((reopened_count >= 1)::int), count(*) from incident where closed_at between {SINCE} and {NOW}",
        100,
    ),
    "repeat_rate": (
        f"select sum((repeat_of is not null)::int), count(*) from incident where reported_at between {SINCE} and {NOW}",
        100,
    ),
    "load_per_worker": (f"select count(*), 4 from incident where reported_at between {SINCE} and {NOW}", 1),
    "dispute_count": (f"select count(*), null from mediation where opened_at between {SINCE} and {NOW}", 1),
    "mediation_success_rate": (
        f"select sum((outcome = 'agreed')::int), sum((outcome <> 'withdrawn')::int) from mediation where closed_at between {SINCE} and {NOW}",
        100,
    ),
    "alarm_count": ("select 60, null", 1),
    "alarm_response_rate": (
        "select sum((date_diff('minute', raised_at, acknowledged_at) <= 15)::int), 60 from alarm",
        100,
    ),
    "alarm_response_minutes": (
        "select sum(date_diff('minute', raised_at, acknowledged_at)), count(acknowledged_at) from alarm",
        1,
    ),
    "patrol_count": (f"select count(*), null from patrol where started_at between {SINCE} and {NOW}", 1),
    "patrol_coverage_rate": ("select 3, 6", 100),
    "staffing_gap_rate": ("select 2, 3", 100),
}
LEFT_TO_OTHERS = {
    "sensor_online_rate",
    "camera_online_rate",
    "sensor_unknown_count",
    "camera_unknown_count",
    "settled_in_community_rate",
    "settled_in_town_rate",
    "settled_in_district_rate",
}


def test_no_metric_goes_without_an_independent_count():
    assert set(METRICS) == set(OWN) | LEFT_TO_OTHERS


@pytest.mark.parametrize("name", OWN)
def test_a_metric_equals_what_plain_sql_counts(ask, name):
    sql, scale = OWN[name]
    numerator, denominator = ask(sql)[0]
    got = measure(View.from_query({}), name)
    assert (got.numerator, got.denominator) == (pytest.approx(numerator), denominator)
    assert numerator > 0
    assert got.value == pytest.approx(numerator * scale / denominator if denominator else numerator)


def test_every_metric_can_be_measured_and_says_what_to_beware_of(ask):
    view = View.from_query({})
    for name, metric in METRICS.items():
        assert measure(view, name).numerator >= 0
        assert metric.caveat["zh"] and metric.caveat["en"] and metric.label["zh"] and metric.label["en"]


@pytest.mark.parametrize("by", splits(METRICS["incident_count"]))
def test_the_parts_add_up_to_the_whole(ask, by):
    view = View.from_query({})
    assert measure_by(view, "incident_count", by)["numerator"].sum() == measure(view, "incident_count").numerator


def test_a_day_is_a_day_in_shanghai(ask):
    days = measure_by(View.from_query({}), "incident_count", "day").set_index("key")["numerator"]
    own = ask(
        "select count(*) from incident where reported_at >= timestamp '2026-10-18 16:00' and reported_at < timestamp '2026-10-19 16:00'"
    )
    assert days["2026-10-19"] == own[0][0] > 0


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_can_be_split_by_all_it_says(ask, name):
    view = View.from_query({})
    for by in splits(METRICS[name]):
        frame = measure_by(view, name, by)
        assert list(frame.columns) == ["key", "numerator", "denominator", "value"] and frame["key"].is_unique


@pytest.mark.parametrize(
    ("by", "own"),
    [
        ("hour", "extract(hour from reported_at + interval 8 hour)"),
        (
            "week",
            "(reported_at + interval 8 hour)::date - (extract(isodow from reported_at + interval 8 hour)::int - 1)",
        ),
        ("month", "date_trunc('month', reported_at + interval 8 hour)::date"),
        ("weekday", "extract(isodow from reported_at + interval 8 hour)"),
        (
            "holiday",
            """case when (reported_at + interval 8 hour)::date between date '2026-10-01' and date '2026-10-07' then 'holiday'
            when (reported_at + interval 8 hour)::date = date '2026-10-10' then 'workday'
            when (reported_at + interval 8 hour)::date between date '2026-09-25' and date '2026-09-27' then 'holiday'
            when (reported_at + interval 8 hour)::date = date '2026-09-20' then 'workday'
            when extract(isodow from reported_at + interval 8 hour) >= 6 then 'weekend' else 'workday' end""",
        ),
    ],
)
def test_times_are_local_and_holidays_those_of_the_state(ask, by, own):
    rows = ask(f"select {own} as k, count(*) from incident where reported_at between {SINCE} and {NOW} group by 1")
    got = measure_by(View.from_query({}), "incident_count", by)
    assert {str(k).split(" ")[0].removesuffix(".0"): n for k, n in zip(got["key"], got["numerator"], strict=True)} == {
        str(k).removesuffix(".0"): n for k, n in rows
    }


def test_an_asker_sees_the_allowed_areas_only(ask):
    some = View.from_query({}, allowed=("370116101", "370116001002"))
    for name, metric in METRICS.items():
        whole, seen = measure(View.from_query({}), name), measure(some, name)
        assert seen.numerator <= whole.numerator, name
        assert metric.denominator == "" or seen.denominator <= whole.denominator, name
    towns = measure_by(some, "incident_count", "community").set_index("key")["numerator"]
    assert set(towns.index) == {"370116101201", "370116001002"}
    assert measure(some, "per_10k_residents").denominator == 3000 + 2000
    assert measure(View.from_query({"area": "370116001001"}, allowed=("370116101",)), "incident_count").numerator == 0


def test_residents_are_those_of_each_area(ask):
    towns = measure_by(View.from_query({}), "per_10k_residents", "town").set_index("key")
    n = ask(f"select count(*) from incident where grid_id like '370116101%' and reported_at between {SINCE} and {NOW}")[
        0
    ][0]
    assert towns.loc["370116101", "value"] == pytest.approx(n / 3000 * 10_000)


def test_a_sensor_is_online_within_three_of_its_own_intervals(ask):
    # S0, S2, S4 have no interval (24 h): 20 h, 30 h, 2 h old. S1, S3, S5 report hourly (3 h): 1 h, 4 h, 2 h. Six never did.
    got = measure_by(View.from_query({}), "sensor_online_rate", "state").set_index("key")["denominator"]
    assert dict(got) == {"online": 4, "offline": 2, "unknown": 6}
    assert measure(View.from_query({}), "sensor_online_rate").value == pytest.approx(100 * 4 / 12)
    assert measure(View.from_query({}), "sensor_unknown_count").numerator == 6


def test_a_camera_is_online_when_its_latest_state_shows_a_picture(ask):
    # C0 yes; C1 no picture; C2 not asked; C3 not seen for 30 h; C4 off; C5 never seen.
    got = measure_by(View.from_query({}), "camera_online_rate", "state").set_index("key")["denominator"]
    assert dict(got) == {"online": 1, "offline": 2, "unknown": 3}
    assert measure(View.from_query({}), "camera_unknown_count").numerator == 3


def test_nothing_divided_by_nothing_is_no_value(ask):
    view = View.from_query({"period": "custom", "from": "2020-01-01", "to": "2020-01-02"})
    assert measure(view, "on_time_rate").value is None


def test_what_cannot_be_split_says_so(ask):
    with pytest.raises(MetricError, match="cannot be split"):
        measure_by(View.from_query({}), "incident_count", "title; drop table incident")
    with pytest.raises(MetricError, match="No metric"):
        measure_by(View.from_query({}), "nothing", None)


@pytest.mark.parametrize("query", [{}, {"area": "370116101", "period": "7d"}, {"category": "政法", "period": "90d"}])
def test_metrics_counted_together_are_those_counted_alone(ask, query: dict):
    view = View.from_query(query)
    both = [(each, name) for name, metric in METRICS.items() if metric.is_fact for each in (view, view.before())]
    alone = [measure(each, name) for each, name in both]
    answers._ANSWERS = answers.Answers()
    prepare(both)
    for (each, name), before in zip(both, alone, strict=True):
        after = measure(each, name)
        assert (after.numerator, after.denominator) == (before.numerator, before.denominator), (name, each)
        if can_be_counted_together(METRICS[name]):
            assert counted_by_area.is_kept(everywhere(each, METRICS[name]), METRICS[name].counted)


@pytest.mark.parametrize("name", ["per_10k_residents", "load_per_worker", "patrol_coverage_rate"])
@pytest.mark.parametrize("area", ["370116001", "370116001001", "370116001001001"])
def test_a_level_above_the_chosen_area_divides_by_what_is_chosen(ask, name: str, area: str):
    view = View.from_query({"area": area, "period": "all"})
    whole = measure(view, name)
    for by in ("district", "town"):
        rows = measure_by(view, name, by)
        assert len(rows) == 1
        assert (rows["numerator"].iloc[0], rows["denominator"].iloc[0]) == (whole.numerator, whole.denominator), by


def test_areas_that_nobody_knows_may_be_allowed_and_show_nothing(ask):
    view = View.from_query({"period": "all"}, allowed=("nosuch",))
    assert measure(view, "incident_count").numerator == 0
    assert measure_by(view, "incident_count", "department")["numerator"].sum() == 0
