"""How every area's outline travels to the browser: once, small, under a name made from its content.

Coordinates become whole numbers of 1e-5 degrees (about a metre) and are simplified as one coverage, so that
neighbours still share their border. Outlines of the levels above are unions of the simplified grids, so they fit too.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

UNITS_PER_DEGREE = 100_000
DETAIL = 4000
"""The map's longer side is cut into this many steps; finer wiggles are dropped. A wall is 3,840 pixels wide."""
LEVELS = ("district", "town", "community", "grid")


@dataclass(frozen=True)
class MapVersion:
    """One state of the map: `body` is its JSON, `area_ids` the order in which values are sent for it."""

    body: bytes
    area_ids: tuple[str, ...]
    is_grid: tuple[bool, ...]
    has_outline: bool

    @cached_property
    def digest(self) -> str:
        """Name of this content; the same areas give the same name."""
        return hashlib.sha256(self.body).hexdigest()[:16]

    @cached_property
    def packed(self) -> bytes:
        """The body, gzipped once for everybody."""
        return gzip.compress(self.body, 9, mtime=0)

    def url(self, as_of: int | None = None) -> str:
        """Where the browser fetches it; `as_of` names the snapshot it is from, if that is not the newest."""
        return f"/geometry/{self.digest}/grids.json" + ("" if as_of is None else f"?as_of={as_of}")


def map_version(areas: pd.DataFrame) -> MapVersion:
    """The map made of `areas` (`area_id`, `level`, `name`, `parent_id`, `population`, `area_km2`, `geometry` as WKB).

    Areas without an outline of their own or below them are left out of the drawing but keep their place in the tree.
    """
    areas = areas.assign(rank=areas["level"].map({level: rank for rank, level in enumerate(LEVELS)}))
    areas = areas.sort_values(["rank", "area_id"], ignore_index=True)
    shapes = _with_parents(areas, _simplified(areas))
    body = json.dumps(_document(areas, shapes), ensure_ascii=False, separators=(",", ":")).encode()
    drawn = not shapely.is_missing(shapes).all()
    return MapVersion(body, tuple(areas["area_id"]), tuple(areas["level"] == "grid"), bool(drawn))


def _simplified(areas: pd.DataFrame) -> np.ndarray:
    """Outlines in whole units; null where an area has none."""
    shapes = shapely.from_wkb(areas["geometry"].to_numpy())
    shapes = shapely.transform(shapes, lambda degrees: np.round(degrees * UNITS_PER_DEGREE))
    drawn = np.flatnonzero((areas["level"] == "grid") & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    if len(drawn):
        west, south, east, north = shapely.total_bounds(shapes[drawn])
        step = max(east - west, north - south) / DETAIL
        shapes[drawn] = shapely.coverage_simplify(_whole(shapes[drawn]), step)
    return shapes


def _whole(shapes: np.ndarray) -> np.ndarray:
    """The same shapes, those that rounding has tied into a knot untied."""
    knotted = ~shapely.is_valid(shapes)
    if knotted.any():
        shapes = shapes.copy()
        shapes[knotted] = shapely.make_valid(shapes[knotted], method="structure", keep_collapsed=False)
    return shapes


def _with_parents(areas: pd.DataFrame, shapes: np.ndarray) -> np.ndarray:
    """The shapes, each area above the grids outlined by what lies in it, where something does."""
    place = {area_id: index for index, area_id in enumerate(areas["area_id"])}
    below: dict[int, list[int]] = {}
    for index, parent_id in enumerate(areas["parent_id"]):
        if isinstance(parent_id, str) and parent_id in place:
            below.setdefault(place[parent_id], []).append(index)
    for index in reversed(range(len(areas))):
        parts = [shapes[child] for child in below.get(index, ()) if shapes[child] is not None]
        if parts and areas["level"].iat[index] != "grid":
            shapes[index] = _union(np.array(parts, dtype=object))
    return shapes


def _union(parts: np.ndarray) -> shapely.Geometry:
    if shapely.coverage_is_valid(parts):
        return shapely.coverage_union_all(parts)
    return shapely.union_all(_whole(parts), grid_size=1)


def _document(areas: pd.DataFrame, shapes: np.ndarray) -> dict:
    place = {area_id: index for index, area_id in enumerate(areas["area_id"])}
    return {
        "units": UNITS_PER_DEGREE,
        "id": list(areas["area_id"]),
        "name": [str(name) for name in areas["name"].fillna(areas["area_id"])],
        "level": [LEVELS.index(level) for level in areas["level"]],
        "parent": [place.get(parent_id, -1) for parent_id in areas["parent_id"]],
        "shape": [_rings(shape) for shape in shapes],
        "label": [_label_point(shape) for shape in shapes],
    }


def _label_point(shape: shapely.Geometry | None) -> list[int] | None:
    """A point well inside the largest part, where a name may stand."""
    if shape is None or shape.is_empty:
        return None
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    inside = shapely.get_point(shapely.maximum_inscribed_circle(largest, tolerance=max(1.0, largest.length / 200)), 0)
    return [round(inside.x), round(inside.y)]


def _rings(shape: shapely.Geometry | None) -> list[list[list[int]]]:
    """Polygons as lists of rings, each ring a flat list: first corner, then steps to the next."""
    if shape is None:
        return []
    polygons = (part for part in shapely.get_parts(shape) if part.geom_type == "Polygon")
    return [[_steps(ring) for ring in (part.exterior, *part.interiors)] for part in polygons if not part.is_empty]


def _steps(ring: shapely.LinearRing) -> list[int]:
    corners = np.round(shapely.get_coordinates(ring)[:-1]).astype(int)
    return np.concatenate([corners[:1], np.diff(corners, axis=0)]).ravel().tolist()
