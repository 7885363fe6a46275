"""A view is what the address says; what makes no sense is left out, and said."""

from datetime import datetime

import pytest

from analytics.answers import cursor
from analytics.view import View, facts, used_categories
from tests import small
from tests.small import NOW
from warehouse.connect import writer


def test_now_is_the_newest_time_the_incidents_know(ask):
    assert facts(None).now == NOW


@pytest.mark.parametrize(
    ("period", "since", "previous"),
    [
        ("today", datetime(2026, 10, 19, 16), datetime(2026, 10, 18, 16)),
        ("7d", datetime(2026, 10, 13, 16), datetime(2026, 10, 6, 16)),
        ("30d", datetime(2026, 9, 20, 16), datetime(2026, 8, 21, 16)),
        ("year", datetime(2025, 12, 31, 16), datetime(2024, 12, 31, 16)),
    ],
)
def test_a_period_begins_at_midnight_in_shanghai_and_is_compared_with_an_equally_long_one(ask, period, since, previous):
    view = View.from_query({"period": period})
    assert (view.since, view.previous[0]) == (since, previous)
    assert view.previous[1] - view.previous[0] == view.until - view.since
    assert view.since <= NOW < view.until


def test_a_custom_period_holds_both_its_days(ask):
    view = View.from_query({"period": "custom", "from": "2026-10-01", "to": "2026-10-02"})
    assert (view.since, view.until) == (datetime(2026, 9, 30, 16), datetime(2026, 10, 2, 16))


def test_a_custom_period_that_is_not_over_ends_now(ask):
    view = View.from_query({"period": "custom", "from": "2026-10-19", "to": "2026-10-20"})
    assert NOW < view.until < datetime(2026, 10, 20, 16)
    assert view.previous[1] - view.previous[0] == view.until - view.since


@pytest.mark.parametrize(
    "query",
    [
        {"area": "<script>alert(1)</script>"},
        {"area": "' or 1=1 --"},
        {"category": "没有的类别"},
        {"channel": "\x00"},
        {"period": "forever"},
        {"period": "custom", "from": "2026-02-30", "to": "x"},
        {"period": "custom", "from": "2026-03-02", "to": "2026-03-01"},
        {"as_of": "-1"},
        {"as_of": "999999999999999999999"},
        {"as_of": "²"},
    ],
)
def test_what_makes_no_sense_is_ignored_and_named(ask, query):
    view = View.from_query(query)
    assert view.ignored == (next(iter(query)),)
    assert (view.area_id, view.category, view.channel, view.as_of, view.period) == (None, None, None, None, "30d")


def test_an_empty_address_ignores_nothing(ask):
    assert View.from_query({}).ignored == ()


@pytest.mark.parametrize(
    ("query", "own_sql"),
    [
        ({"area": "370116001"}, "grid_id like '370116001%'"),
        ({"area": "370116001002001"}, "grid_id = '370116001002001'"),
        ({"category": "城乡建设"}, "category like '城乡建设/%'"),
        (
            {"category": "城乡建设/环境卫生", "channel": "hotline"},
            "category like '城乡建设/环境卫生/%' and channel = 'hotline'",
        ),
    ],
)
def test_the_condition_keeps_exactly_the_rows_of_the_filter(ask, query, own_sql):
    from analytics.answers import cursor

    where = View.from_query({**query, "period": "7d"}).where()
    counted = cursor(None).execute(f"select count(*) from incident where {where.sql}", where.values).fetchone()[0]
    own = ask(f"select count(*) from incident where {own_sql} and reported_at >= timestamp '2026-10-13 16:00'")[0][0]
    assert counted == own > 0


def test_an_empty_category_in_the_lake_shifts_no_filter(home):
    small.build()
    with writer() as connection:
        connection.execute("update incident set category = '' where channel = 'hotline'")
    for category in used_categories(None):
        seen = View.from_query({"period": "all", "category": category})
        where, fact = seen.where(), seen.facts()
        lake = cursor(None).execute(f"select count(*) from incident where {where.sql}", where.values).fetchone()
        counted = cursor(None).execute(f"select count(*) from {seen.fact_table} where {fact.sql}", fact.values)
        assert counted.fetchone() == lake > (0,), category
