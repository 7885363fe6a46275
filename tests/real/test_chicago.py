"""Chicago: 74,401 complaints over its 77 community areas."""

from collections.abc import Callable

import pytest

from tests.real.conftest import Site

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def chicago(loaded: Callable[..., Site]) -> Site:
    return loaded("chicago/chicago_community_areas_77.geojson", "chicago/chicago_311_sanitation_code_complaints.csv.gz")


def test_its_areas_are_the_grids_of_one_district_and_nothing_had_to_be_mended(chicago):
    levels = {row["level"]: row["n"] for row in chicago.ask("select level, count(*) as n from area group by level")}
    assert levels == {"district": 1, "grid": 77}
    assert chicago.one("select findings from load where kind = 'areas'")["findings"] in (None, "[]")
    # the city's own figure is 234 square miles with its lakefront fill, about 606 km²; its areas leave some water out
    assert 590 < chicago.one("select area_km2 from area where level = 'district'")["area_km2"] < 610


def test_every_row_read_is_loaded_a_duplicate_or_rejected(chicago):
    row = chicago.one("select * exclude (findings) from load where source = 'chicago_complaints'")
    assert row["rows_read"] == 74_401
    assert row["rows_read"] == row["rows_loaded"] + row["rows_duplicate"] + row["rows_rejected"]
    assert row["rows_duplicate"] == 375  # numbers that come twice: the row further down is the newer state
    assert row["rows_rejected"] == 0


def test_the_located_area_agrees_with_the_recorded_one_for_at_least_98_percent(chicago):
    row = chicago.one(
        """select count(*) as n, avg((area_id = recorded_area)::int) as agreement from incident
           where located_by = 'point' and recorded_area is not null"""
    )
    assert row["n"] > 73_000
    assert row["agreement"] >= 0.98


def test_a_row_without_a_point_is_placed_by_its_recorded_area_or_not_at_all(chicago):
    rows = chicago.ask(
        """select lon is not null and lat is not null as has_point, recorded_area is not null as is_recorded, located_by,
           count(*) as n from incident group by all"""
    )
    for row in rows:
        if not row["has_point"]:
            assert row["located_by"] == ("code" if row["is_recorded"] else "none")


def test_completion_closes_and_days_are_days_of_chicago(chicago):
    row = chicago.one(
        """select count(*) filter (status = 'closed') as closed, count(*) filter (status = 'closed' and closed_at is null) as nameless,
           count(distinct status) as kinds, min(reported_at) as first, max(reported_at) as last from incident"""
    )
    assert row["kinds"] == 2 and row["nameless"] == 0
    assert row["first"].startswith("2000-01-03T06:00")
    assert row["last"].startswith("2015-01-01T06:00")


def test_loading_it_again_changes_nothing(chicago, real):
    before = chicago.one("select count(*) as n, max(load_id) as newest from incident")
    chicago.load(real / "chicago/chicago_311_sanitation_code_complaints.csv.gz")
    assert chicago.one("select count(*) as n, max(load_id) as newest from incident") == before
