"""Which outline the demo district has: a schematic drawn here, or a real one from a GeoJSON file.

A file is taken as GCJ-02 if it says so in a `crs` property or name (`GCJ02`, `GCJ-02`), if its own name has `gcj` in it,
or if it is a DataV file (its features carry `adcode`), because DataV draws on AMap's base. Anything else is WGS84.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from pyproj import Geod

from etl.demo.coordinates import wgs84_from_gcj02
from etl.demo.plane import GRAIN, Bends, Plane
from warehouse.errors import ZhiliError

AREA_KM2 = 1716.0
SMALLEST_KM2 = 20.0
"""Below this, 1,251 grids would be smaller than a block."""
ELLIPSOID = Geod(ellps="WGS84")

# Drawn by hand, clockwise from the north: the district's rough shape, no survey and nobody's file.
_DRAWN = (
    "117.62,36.55 117.68,36.53 117.745,36.522 117.74,36.49 117.76,36.46 117.765,36.442 117.82,36.44 117.838,36.41 "
    "117.862,36.39 117.905,36.35 117.925,36.33 117.918,36.28 117.87,36.26 117.84,36.28 117.805,36.25 117.775,36.22 "
    "117.755,36.19 117.765,36.165 117.72,36.155 117.69,36.14 117.70,36.09 117.70,36.055 117.66,36.05 117.60,36.078 "
    "117.55,36.088 117.53,36.11 117.46,36.09 117.448,36.12 117.475,36.155 117.455,36.175 117.44,36.215 117.40,36.215 "
    "117.39,36.235 117.41,36.255 117.395,36.28 117.38,36.31 117.385,36.34 117.35,36.38 117.335,36.43 117.36,36.455 "
    "117.385,36.442 117.42,36.468 117.475,36.478 117.505,36.508 117.56,36.515"
)


class OutlineError(ZhiliError):
    """The outline file cannot be used."""


@dataclass(frozen=True)
class Outline:
    """One district's outline in WGS84, its vertices rounded to `GRAIN`, and where it came from."""

    polygon: shapely.Polygon
    drawn: str


def outline(file: Path | None = None) -> Outline:
    """The outline in `file`, or the demo's own schematic."""
    if file is None:
        return Outline(_rounded(_schematic()), "schematic drawn for the demo / 为演示绘制的示意轮廓")
    return Outline(_rounded(_from_file(file)), f"tessellated from {file.name} / 由 {file.name} 剖分")


def area_km2(polygon: shapely.Geometry) -> float:
    """Area on the WGS84 ellipsoid."""
    return abs(float(ELLIPSOID.geometry_area_perimeter(polygon)[0])) / 1e6


def _schematic() -> shapely.Polygon:
    corners = np.array([tuple(map(float, pair.split(","))) for pair in _DRAWN.split()])
    polygon = shapely.Polygon(_wiggled(_smoothed(corners)))
    for _ in range(3):  # scaling about the centre changes the area by almost exactly the square
        factor = np.sqrt(AREA_KM2 / area_km2(polygon))
        centre = shapely.get_coordinates(polygon.centroid)[0]
        polygon = shapely.transform(polygon, lambda xy, f=factor, c=centre: c + (xy - c) * f)
    return polygon


def _smoothed(ring: np.ndarray, rounds: int = 3) -> np.ndarray:
    for _ in range(rounds):  # Chaikin: cut every corner at a quarter
        following = np.roll(ring, -1, axis=0)
        ring = np.stack([0.75 * ring + 0.25 * following, 0.25 * ring + 0.75 * following], axis=1).reshape(-1, 2)
    return ring


def _wiggled(ring: np.ndarray) -> np.ndarray:
    """The ring with the small bends a border along ridges and streams has."""
    plane = Plane(*ring.mean(axis=0))
    km = shapely.get_coordinates(shapely.segmentize(shapely.LinearRing(plane.km(ring)), 0.35))
    return plane.degrees(Bends.drawn(np.random.default_rng(370116), 9.0, 0.9, 0.02).bent(km))


def _from_file(file: Path) -> shapely.Polygon:
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
        pieces = shapely.get_parts(shapely.from_geojson(json.dumps(content)))
        if not shapely.is_valid(pieces).all():
            raise OutlineError(f"{file}: the outline crosses itself. Mend it in a GIS first.")
        shape = shapely.union_all(pieces)
    except (OSError, ValueError, shapely.errors.ShapelyError) as error:
        raise OutlineError(f"{file}: not a GeoJSON outline: {error}. Give a Polygon or MultiPolygon.") from error
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    if not parts:
        raise OutlineError(f"{file}: no polygon in it. Give a Polygon or MultiPolygon.")
    largest = max(parts, key=lambda part: part.area)
    if area_km2(largest) < SMALLEST_KM2:
        raise OutlineError(
            f"{file}: {area_km2(largest):.3g} km² is too small for a district ({SMALLEST_KM2:g} at least)."
        )
    if _is_gcj02(file, content):
        return shapely.transform(largest, lambda xy: np.column_stack(wgs84_from_gcj02(xy[:, 0], xy[:, 1])))
    return largest


def _is_gcj02(file: Path, content: dict) -> bool:
    features = content.get("features") or [content]
    properties = [feature.get("properties") or {} for feature in features]
    said = " ".join([file.stem, json.dumps(content.get("crs")), *(str(each.get("crs")) for each in properties)])
    return "gcj" in said.lower() or any("adcode" in each for each in properties)


def _rounded(polygon: shapely.Polygon) -> shapely.Polygon:
    exact = shapely.set_precision(polygon, GRAIN)
    if exact.geom_type != "Polygon" or not exact.is_valid:
        raise OutlineError("the outline crosses itself. Mend it in a GIS first.")
    return shapely.Polygon(exact.exterior)  # lakes inside belong to the district
