"""Prague's bins and the River Wear: readings of sensors that stand in no register."""

from collections.abc import Callable

import pytest

from tests.real.conftest import Site

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def sensors(loaded: Callable[..., Site]) -> Site:
    return loaded(
        "prague_bins/prague_waste_container_fill_levels.csv.gz", "river_levels/ea_river_wear_levels_15min.csv"
    )


@pytest.mark.parametrize(
    ("source", "readings", "sensors_there", "unit"),
    [("prague_bins", 231_457, 30, "percent"), ("river_levels", 14_088, 5, "m")],
)
def test_every_reading_comes_in_though_no_register_knows_its_sensor(sensors, source, readings, sensors_there, unit):
    row = sensors.one(
        f"""select count(*) as n, count(distinct sensor_id) as there, any_value(unit) as unit, count(value) as valued
            from reading where source = '{source}'"""
    )
    assert row == {"n": readings, "there": sensors_there, "unit": unit, "valued": readings}
    assert sensors.one("select count(*) as n from sensor")["n"] == 0


def test_values_and_times_are_those_of_the_files(sensors):
    bins = sensors.one(
        """select round(avg(value), 3) as mean, max(value) as most, min(measured_at) as first, max(measured_at) as last
           from reading where source = 'prague_bins'"""
    )
    assert (bins["mean"], bins["most"]) == (48.694, 100)
    assert bins["first"].startswith("2023-01-01T00:17:54") and bins["last"].startswith("2025-11-03T10:00:26")
    river = sensors.one("select min(value) as least, max(value) as most from reading where source = 'river_levels'")
    assert (river["least"], river["most"]) == (0.274, 1.441)
