"""Where is this point in WGS84? Conversion between the coordinate systems that exports in China use.

- CGCS2000 differs from WGS84 by centimetres (both realise ITRS; the ellipsoids' flattening differs in the ninth
  digit), so it passes unchanged.
- GCJ-02 is the obfuscated system of Chinese web maps (AMap, Tencent). Its formula was never published officially;
  this is the one everybody uses ("EvilTransform", https://on4wp7.codeplex.com, kept at
  https://github.com/googollee/eviltransform), on the Krasovsky 1940 ellipsoid. Outside a rectangle around China it
  leaves points as they are.
- BD-09 is Baidu's further shift of GCJ-02, from the same sources.

Neither shift has a closed inverse, so both are inverted by fixed-point iteration: the shift changes by less than one
part in a hundred per degree, so every step gains at least two digits.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from warehouse.errors import ZhiliError

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]

SYSTEMS = ("WGS84", "CGCS2000", "GCJ-02", "BD-09")
CLOSE_ENOUGH_DEGREES = 1e-8  # 1 mm
MOST_STEPS = 8
CHUNK = 1 << 15  # points at a time: the temporary arrays stay in the processor's cache

_AXIS_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
_BAIDU = np.pi * 3000.0 / 180.0


class CoordinateError(ZhiliError):
    """A coordinate system nobody here knows."""


def to_wgs84(lon: ArrayLike, lat: ArrayLike, crs: str) -> Pair:
    """Longitudes and latitudes in WGS84, degrees, of points given in `crs`; NaN stays NaN, outside China GCJ-02 = WGS84."""
    if crs == "GCJ-02":
        return _in_chunks(_gcj_to_wgs, lon, lat)
    if crs == "BD-09":
        return _in_chunks(lambda x, y: _gcj_to_wgs(*_baidu_to_gcj(x, y)), lon, lat)
    return _unchanged(lon, lat, crs)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, crs: str) -> Pair:
    """Longitudes and latitudes in `crs`, degrees, of points given in WGS84: what a source platform would export."""
    if crs == "GCJ-02":
        return _in_chunks(_wgs_to_gcj, lon, lat)
    if crs == "BD-09":
        return _in_chunks(lambda x, y: _gcj_to_baidu(*_wgs_to_gcj(x, y)), lon, lat)
    return _unchanged(lon, lat, crs)


def _unchanged(lon: ArrayLike, lat: ArrayLike, crs: str) -> Pair:
    if crs not in SYSTEMS:
        raise CoordinateError(f"Unknown coordinate system '{crs}': [place] crs must be one of {', '.join(SYSTEMS)}.")
    return np.array(lon, dtype=np.float64), np.array(lat, dtype=np.float64)


def _in_chunks(convert: Callable[[Floats, Floats], Pair], lon: ArrayLike, lat: ArrayLike) -> Pair:
    x, y = np.broadcast_arrays(np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64))
    shape, x, y = x.shape, x.ravel(), y.ravel()
    out_x, out_y = np.empty_like(x), np.empty_like(y)
    with np.errstate(invalid="ignore"):
        for start in range(0, len(x), CHUNK):
            part = slice(start, start + CHUNK)
            out_x[part], out_y[part] = convert(x[part], y[part])
    return out_x.reshape(shape), out_y.reshape(shape)


def _is_shifted(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Whether GCJ-02 moves the point: it lies in the formula's rectangle around China."""
    return (lon >= 72.004) & (lon <= 137.8347) & (lat >= 0.8293) & (lat <= 55.8271)


def _gcj_shift(lon: Floats, lat: Floats) -> Pair:
    """How far GCJ-02 moves a WGS84 point, in degrees."""
    x, y = lon - 105.0, lat - 35.0
    x_12, x_3, x_1, x_half, x_sixth = _waves(x)
    y_12, y_3, y_1, _, _ = _waves(y)
    common = 20.0 * (x_sixth + x_half)
    east = common + 20.0 * x_1 + 40.0 * x_3 + 150.0 * x_12 + 300.0 * np.sin(x * (np.pi / 30.0))
    north = common + 20.0 * y_1 + 40.0 * y_3 + 160.0 * y_12 + 320.0 * np.sin(y * (np.pi / 30.0))
    root, product = np.sqrt(np.abs(x)), 0.1 * x * y
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + product + 0.1 * root + east * (2.0 / 3.0)
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + product + 0.2 * root + north * (2.0 / 3.0)
    return _degrees(east_m, north_m, lat)


def _waves(x: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Sines of πx/12, πx/3, πx, 2πx and 6πx, from one sine and one cosine by the rules for multiple angles."""
    twelfth, cosine = np.sin(x * (np.pi / 12.0)), np.cos(x * (np.pi / 12.0))
    sixth, cosine = 2.0 * twelfth * cosine, 1.0 - 2.0 * twelfth * twelfth
    third, cosine = 2.0 * sixth * cosine, 1.0 - 2.0 * sixth * sixth
    whole, cosine = third * (3.0 - 4.0 * third * third), cosine * (4.0 * cosine * cosine - 3.0)
    double = 2.0 * whole * cosine
    return twelfth, third, whole, double, double * (3.0 - 4.0 * double * double)


def _degrees(east_m: Floats, north_m: Floats, lat: Floats) -> Pair:
    """Metres as degrees on the formula's ellipsoid."""
    phi = np.radians(lat)
    flat = 1.0 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    across = _AXIS_M / np.sqrt(flat)
    return (
        np.degrees(east_m / (across * np.cos(phi))),
        np.degrees(north_m * flat / (across * (1.0 - _ECCENTRICITY_SQUARED))),
    )


def _wgs_to_gcj(lon: Floats, lat: Floats) -> Pair:
    inside = _is_shifted(lon, lat)
    east, north = _gcj_shift(lon, lat)
    return np.where(inside, lon + east, lon), np.where(inside, lat + north, lat)


def _gcj_to_wgs(lon: Floats, lat: Floats) -> Pair:
    inside = _is_shifted(lon, lat)
    x, y = _inverse(lambda p, q: _moved(p, q, *_gcj_shift(p, q)), lon, lat)
    return np.where(inside, x, lon), np.where(inside, y, lat)


def _moved(lon: Floats, lat: Floats, east: Floats, north: Floats) -> Pair:
    return lon + east, lat + north


def _gcj_to_baidu(lon: Floats, lat: Floats) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def _baidu_to_gcj(lon: Floats, lat: Floats) -> Pair:
    return _inverse(_gcj_to_baidu, lon, lat)


def _inverse(forward: Callable[[Floats, Floats], Pair], lon: Floats, lat: Floats) -> Pair:
    """The point that `forward` moves to (lon, lat), to a millimetre."""
    x, y = lon, lat
    for _ in range(MOST_STEPS):
        there_x, there_y = forward(x, y)
        off_x, off_y = there_x - lon, there_y - lat
        x, y = x - off_x, y - off_y
        worst = np.fmax(np.abs(off_x), np.abs(off_y))
        # the step just made left less than a hundredth of what was off before it
        if not np.any(_is_shifted(lon, lat) & (worst > 100 * CLOSE_ENOUGH_DEGREES)):
            break
    return x, y
