"""Residents' messages in Chinese, their texts over many lines, with the official reply and its time."""

from collections.abc import Callable

import pytest

from tests.real.conftest import Site

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def messages(loaded: Callable[..., Site]) -> Site:
    return loaded("messages_zh/fujian4_messages_with_reply_times.csv.gz")


def test_every_message_comes_in_with_its_text_over_many_lines(messages):
    assert messages.one("select rows_read, rows_loaded, rows_rejected from load") == {
        "rows_read": 2816, "rows_loaded": 2816, "rows_rejected": 0,
    }  # fmt: skip
    row = messages.one(
        "select count(title) as titles, count(description) as texts, count(reply) as replies from incident"
    )
    assert row == {"titles": 2816, "texts": 2816, "replies": 2816}


def test_the_reply_closes_it_and_takes_the_days_it_took(messages):
    row = messages.one(
        """select count(closed_at) as closed, median(epoch(closed_at - reported_at)) / 86400 as median_days,
           quantile_cont(epoch(closed_at - reported_at), 0.9) / 86400 as slow_days from incident where status = 'closed'"""
    )
    assert row["closed"] == 2816
    assert row["median_days"] == pytest.approx(11.2, abs=0.1)
    assert row["slow_days"] == pytest.approx(41, abs=1)


def test_what_the_export_does_not_say_stays_unknown(messages):
    row = messages.one(
        "select count(category) as categories, count(lon) as points, count(area_id) as areas, any_value(located_by) as by from incident"
    )
    assert row == {"categories": 0, "points": 0, "areas": 0, "by": "none"}


def test_no_mobile_number_or_identity_number_is_left_in_a_text(messages):
    pattern = r"(^|[^0-9])1[3-9][0-9]{9}([^0-9]|$)|(^|[^0-9])[1-9][0-9]{16}[0-9Xx]([^0-9]|$)"
    row = messages.one(
        f"""select count(*) as n from incident where regexp_matches(concat_ws(' ', title, description, reply), '{pattern}')"""
    )
    assert row["n"] == 0
