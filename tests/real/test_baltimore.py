"""Baltimore: 10,000 requests with due times over its 278 neighbourhoods; every seventh without a usable place."""

import json
from collections.abc import Callable

import pytest

from tests.real.conftest import Site

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def baltimore(loaded: Callable[..., Site]) -> Site:
    return loaded("baltimore/neighbourhoods.geojson", "baltimore/baltimore_311_sample_10k.csv.gz")


def test_the_two_invalid_outlines_and_the_two_overlaps_are_mended_and_it_is_said(baltimore):
    findings = json.loads(baltimore.one("select findings from load where kind = 'areas'")["findings"])
    of_kind = {
        what: [each["area_id"] for each in findings if each["what"] == what] for what in ("invalid", "overlapping")
    }
    assert sorted(of_kind["invalid"]) == ["148", "31"]
    assert sorted(of_kind["overlapping"]) == ["51", "87"]
    assert baltimore.one("select count(*) as n from area where level = 'grid' and geometry is not null")["n"] == 278


def test_every_row_is_loaded(baltimore):
    row = baltimore.one("select rows_read, rows_loaded, rows_rejected from load where kind = 'incidents'")
    assert row == {"rows_read": 10_000, "rows_loaded": 10_000, "rows_rejected": 0}


def test_placeholder_and_missing_points_are_flagged_and_none_is_invented(baltimore):
    row = baltimore.one(
        """select count(*) filter (lon is null and lat is null) as pointless, count(*) filter ((lon is null) <> (lat is null)) as half,
           count(*) filter (lon is null and located_by = 'point') as invented,
           count(*) filter (lat = 39 or lon in (-77, -76)) as placeholders from incident"""
    )
    assert row == {"pointless": 590 + 885 + 7, "half": 0, "invented": 0, "placeholders": 0}


def test_a_row_without_a_point_is_placed_by_the_neighbourhood_it_names_or_not_at_all(baltimore):
    row = baltimore.one(
        """select count(*) filter (located_by = 'name') as named, count(*) filter (located_by = 'none') as nowhere,
           count(*) filter (located_by = 'name' and area.name <> recorded_area) as misnamed
           from incident left join area using (area_id) where incident.lon is null"""
    )
    assert row["named"] + row["nowhere"] == 1482
    assert row["named"] > 0 and row["nowhere"] > 0 and row["misnamed"] == 0


def test_a_usable_point_outside_every_neighbourhood_is_kept_and_flagged(baltimore):
    row = baltimore.one(
        "select count(*) as n, count(*) filter (located_by = 'point') as placed from incident where is_outside"
    )
    assert row["n"] > 0 and row["placed"] == 0


def test_the_located_neighbourhood_agrees_with_the_recorded_one(baltimore):
    row = baltimore.one(
        """select count(*) as n, avg((area.name = recorded_area)::int) as agreement from incident join area using (area_id)
           where located_by = 'point' and recorded_area is not null"""
    )
    assert row["n"] > 8000
    assert row["agreement"] >= 0.98


def test_due_times_feed_the_on_time_rate(baltimore):
    row = baltimore.one(
        "select count(due_at) as due, count(*) filter (closed_at <= due_at) as on_time, min(reported_at) as first from incident"
    )
    assert (row["due"], row["on_time"]) == (9714, 7988)
    assert row["first"].startswith("2014-01-01T08:53:10")  # 03:53:10 in Baltimore
