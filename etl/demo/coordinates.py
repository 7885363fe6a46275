"""Where the demo's true points lie in the systems that source platforms write: GCJ-02 (AMap) and BD-09 (Baidu).

The formulas are the public reverse-engineered ones (Krasovsky ellipsoid), good to about a metre.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
AXIS_M = 6378245.0
ECCENTRICITY2 = 0.00669342162296594323
BAIDU_TURN = np.pi * 3000.0 / 180.0


def gcj02_from_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """GCJ-02 degrees of points in WGS84 degrees inside China."""
    x, y = lon - 105.0, lat - 35.0
    ripple = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + ripple
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + ripple
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    curve = 1.0 - ECCENTRICITY2 * np.sin(np.radians(lat)) ** 2
    degree_north = AXIS_M * (1.0 - ECCENTRICITY2) / (curve * np.sqrt(curve)) * np.pi / 180.0
    degree_east = AXIS_M / np.sqrt(curve) * np.cos(np.radians(lat)) * np.pi / 180.0
    return lon + east / degree_east, lat + north / degree_north


def wgs84_from_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """WGS84 degrees of points in GCJ-02 degrees, by fixed-point iteration to under a millimetre."""
    guess_lon, guess_lat = lon, lat
    for _ in range(6):
        back_lon, back_lat = gcj02_from_wgs84(guess_lon, guess_lat)
        guess_lon, guess_lat = guess_lon + lon - back_lon, guess_lat + lat - back_lat
    return guess_lon, guess_lat


def bd09_from_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """BD-09 degrees of points in WGS84 degrees inside China."""
    x, y = gcj02_from_wgs84(lon, lat)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * BAIDU_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * BAIDU_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
