"""What each area is worth on the map agrees with plain SQL, and no data is never taken for zero."""

import pandas as pd
import pytest

from analytics.answers import cursor
from analytics.map_devices import sensor_states
from analytics.map_rank import rank_among_peers
from analytics.map_teams import team_gaps
from analytics.map_values import map_metric, values_by_area
from analytics.points import POINTS_AT_MOST, incident_count, incident_points, last_incidents
from analytics.staffing import StaffingError, standard
from analytics.view import View
from settings import settings
from tests.analytics.map_district import SILENT, fill


@pytest.fixture(scope="module", autouse=True)
def district(tmp_path_factory: pytest.TempPathFactory):
    """One district for every test here; nobody writes to it."""
    patch = pytest.MonkeyPatch()
    patch.setenv("ZHILI_HOME", str(tmp_path_factory.mktemp("map") / "home"))
    settings.cache_clear()
    fill(incidents=6000)
    yield
    patch.undo()
    settings.cache_clear()


def asked(sql: str, **values: object) -> pd.DataFrame:
    return cursor(None).execute(sql, values).df()


@pytest.fixture
def view() -> View:
    return View.from_query({"period": "30d"})


def test_every_area_of_every_level_has_the_count_that_sql_finds(view: View):
    found = values_by_area(view, "incident_count")["value"]
    sql = """select a.{level}_id as area, count(*) as n from incident join area a using (area_id)
        where reported_at >= $since and reported_at < $until group by 1"""
    for level in ("district", "town", "community"):
        for row in asked(sql.format(level=level), since=view.since, until=view.until).itertuples():
            assert found[row.area] == row.n
    grids = asked(
        "select grid_id as area, count(*) as n from incident where grid_id is not null and reported_at >= $since "
        "and reported_at < $until group by 1", since=view.since, until=view.until,
    )  # fmt: skip
    assert len(grids) > 900
    assert all(found[row.area] == row.n for row in grids.itertuples())


def test_a_grid_from_which_nothing_ever_came_has_no_data_and_a_quiet_one_has_zero(view: View):
    found = values_by_area(view, "incident_count")["value"]
    assert pd.isna(found[SILENT])
    quiet = asked(
        """select area_id from area where level = 'grid' and area_id in (select grid_id from incident)
        and area_id not in (select grid_id from incident where grid_id is not null and reported_at >= $since)""",
        since=view.since,
    )
    assert len(quiet) and all(found[area] == 0 for area in quiet["area_id"])


def test_per_10000_residents_divides_by_the_register(view: View):
    found = values_by_area(view, "overdue_count:per_10k").loc["370116002"]
    people = asked("select population as n from area where area_id = '370116002'")["n"].item()
    assert found["denominator"] == people
    assert found["value"] == pytest.approx(10_000 * found["numerator"] / people)


def test_a_rate_out_of_few_is_no_data_but_keeps_its_numbers(view: View):
    found = values_by_area(view, "on_time_rate")
    few = found[(found["denominator"] > 0) & (found["denominator"] < 5)]
    assert len(few) and few["value"].isna().all()
    enough = found[found["denominator"] >= 5]
    assert enough["value"].between(0, 100).all()


def test_the_chosen_area_does_not_narrow_the_map_but_category_does(view: View):
    town = View.from_query({"period": "30d", "area": "370116003"})
    pd.testing.assert_frame_equal(values_by_area(town, "open_count"), values_by_area(view, "open_count"))
    part = values_by_area(View.from_query({"period": "30d", "category": "政法"}), "incident_count")["value"]
    assert 0 < part["370116"] < values_by_area(view, "incident_count")["value"]["370116"]


@pytest.mark.parametrize(("key", "name"), [("nonsense", "incident_count"), (None, "incident_count"), ("on_time_rate:per_10k", "on_time_rate")])  # fmt: skip
def test_an_address_that_asks_for_no_known_metric_gets_the_plain_one(key: str | None, name: str):
    assert map_metric(key).key == name


def test_sensors_are_told_apart_by_what_was_heard(view: View):
    states = sensor_states(view).set_index("sensor_id")["state"].to_dict()
    assert states == {"heard": "online", "silent": "silent", "never": "unknown", "alarming": "alarm"}


def test_team_gaps_name_the_missing_post_and_keep_the_unknown_apart():
    gaps = team_gaps(None).reset_index(drop=True)
    assert gaps["missing"].iloc[2] == 1 and gaps["missing_grid_police"].iloc[2] == 1
    assert pd.isna(gaps["missing"].iloc[3])
    assert (gaps["missing"].drop([2, 3]) == 0).all()


def test_a_wrong_staffing_standard_says_what_is_wrong(tmp_path):
    path = tmp_path / "staffing.toml"
    path.write_text('name = "x"\n[at_least]\nwizard = 1\n', encoding="utf-8")
    with pytest.raises(StaffingError, match="wizard"):
        standard(path)


def test_points_are_bounded_and_the_rest_is_counted(view: View):
    everything = View.from_query({"period": "all"})
    counted = incident_count(everything)
    assert counted.total == 6000 and counted.with_point == 5400
    assert len(incident_points(everything)) == POINTS_AT_MOST


def test_a_rank_comes_with_the_places_chance_allows(view: View):
    rank = rank_among_peers(View.from_query({"period": "30d", "area": "370116005"}), "incident_count")
    values = values_by_area(view, "incident_count")["value"]
    towns = values[[f"370116{n:03d}" for n in range(1, 16)]]
    assert rank is not None and rank.of == 15
    assert rank.place == int((towns > towns["370116005"]).sum()) + 1
    assert rank.first <= rank.place <= rank.last
    assert rank_among_peers(view, "incident_count") is None


@pytest.mark.parametrize("period", ["today", "30d", "all", "custom"])
def test_the_last_incidents_of_any_place_and_category_are_those_of_the_lake(period: str):
    days = {"from": "2026-09-01", "to": "2026-10-20"} if period == "custom" else {}
    grids = asked("select distinct area_id from incident where area_id is not null order by hash(area_id) limit 4")
    codes = [None, *grids["area_id"], *{code[:9] for code in grids["area_id"]}]
    for code in codes:
        for category in (None, "城乡建设", "城乡建设/市政设施"):
            seen = View.from_query({"period": period, **days, "area": code, "category": category})
            where = seen.where()
            rows = asked(
                f"select incident_id from incident where {where.sql} order by reported_at desc, incident_id limit 6",
                **where.values,
            )
            assert list(last_incidents(seen, 6)["incident_id"]) == list(rows["incident_id"]), (code, category)
    assert len(last_incidents(View.from_query({"period": period, **days}), 6)) == (0 if period == "today" else 6)


def test_the_last_incidents_are_of_the_areas_that_may_be_seen():
    codes = asked("select distinct area_id[:9] as town from incident where area_id is not null order by 1")["town"]
    seen = View.from_query({"period": "30d"}, allowed=(codes[0],))
    where = seen.where()
    rows = asked(
        f"select incident_id from incident where {where.sql} order by reported_at desc, incident_id limit 6",
        **where.values,
    )
    assert list(last_incidents(seen, 6)["incident_id"]) == list(rows["incident_id"]) != []
