"""What the conversion between coordinate systems promises."""

import numpy as np
import pytest
from pyproj import Geod

from etl.coordinates import CoordinateError, from_wgs84, to_wgs84

EARTH = Geod(ellps="WGS84")


def _points_over_china(n: int = 200_000) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(7)
    return random.uniform(73.5, 135.1, n), random.uniform(3.8, 53.6, n)


def _metres(lon_a, lat_a, lon_b, lat_b) -> np.ndarray:
    return EARTH.inv(lon_a, lat_a, lon_b, lat_b)[2]


@pytest.mark.parametrize("crs", ["WGS84", "CGCS2000", "GCJ-02", "BD-09"])
def test_there_and_back_is_less_than_a_centimetre_off_all_over_china(crs):
    lon, lat = _points_over_china()
    back = to_wgs84(*from_wgs84(lon, lat, crs), crs)
    assert _metres(lon, lat, *back).max() < 0.01


@pytest.mark.parametrize(
    ("wgs", "gcj"),
    # (lat, lon) pairs of the tests of https://github.com/googollee/eviltransform
    [
        ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
        ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
        ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
    ],
)
def test_gcj_02_agrees_with_the_published_implementation(wgs, gcj):
    lon, lat = from_wgs84(wgs[1], wgs[0], "GCJ-02")
    assert (float(lat), float(lon)) == pytest.approx(gcj, abs=1e-9)


def test_gcj_02_moves_points_in_laiwu_by_some_five_hundred_metres():
    lon, lat = from_wgs84([117.66], [36.21], "GCJ-02")
    assert 300 < _metres([117.66], [36.21], lon, lat)[0] < 700


def test_outside_china_gcj_02_changes_nothing():
    lon, lat = np.array([-87.6, 14.4, 0.0]), np.array([41.8, 50.1, 0.0])
    for convert in (to_wgs84, from_wgs84):
        x, y = convert(lon, lat, "GCJ-02")
        np.testing.assert_array_equal(x, lon)
        np.testing.assert_array_equal(y, lat)


@pytest.mark.parametrize("crs", ["WGS84", "CGCS2000", "GCJ-02", "BD-09"])
def test_a_missing_coordinate_stays_missing_and_spoils_no_other(crs):
    lon, lat = to_wgs84([np.nan, 117.66, 117.66], [36.2, 36.2, np.nan], crs)
    whole_lon, whole_lat = to_wgs84([117.66], [36.2], crs)
    assert np.isnan(lon[0]) and np.isnan(lat[2])
    assert _metres(lon[1:2], lat[1:2], whole_lon, whole_lat)[0] < 0.001


def test_no_points_give_no_points():
    assert [len(part) for part in to_wgs84([], [], "GCJ-02")] == [0, 0]


def test_what_comes_back_is_a_new_array():
    lon = np.array([117.0])
    to_wgs84(lon, np.array([36.0]), "WGS84")[0][0] = 0.0
    assert lon[0] == 117.0


def test_an_unknown_system_is_refused_with_the_known_ones():
    with pytest.raises(CoordinateError, match="GCJ-02"):
        to_wgs84([1.0], [1.0], "EPSG:4214")
