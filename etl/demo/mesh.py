"""The fine mesh of small faces that grids are put together from: it tiles the outline exactly, with shared vertices."""

from dataclasses import dataclass

import numpy as np
import shapely

from etl.demo.partition import largest_part_kept, power_labels
from etl.demo.plane import GRAIN, Bends, Plane

FACES_PER_GRID = 30


@dataclass(frozen=True)
class Mesh:
    """Faces of the mesh: `polygons` in degrees, their centres in km, area in km², town, and neighbouring pairs."""

    polygons: np.ndarray
    centres: np.ndarray
    area: np.ndarray
    town: np.ndarray
    pairs: np.ndarray


@dataclass(frozen=True)
class Towns:
    """Which town lies where: the nearest seat (km) on the bent plane, each with a handicap that gives it its area."""

    seats: np.ndarray
    bends: Bends
    weights: np.ndarray

    def of(self, km: np.ndarray) -> np.ndarray:
        """The town's row number for each point."""
        distance = ((self.bends.bent(km)[:, None] - self.bends.bent(self.seats)[None]) ** 2).sum(axis=2)
        return (distance - self.weights).argmin(axis=1)


def mesh(
    outline: shapely.Polygon, plane: Plane, seats: np.ndarray, areas: np.ndarray, grids: np.ndarray, seed: int
) -> Mesh:
    """The mesh of a district whose towns have these seats (km), areas and numbers of grids."""
    rng = np.random.default_rng([seed, 2])
    bends = Bends.drawn(rng)
    sample = plane.km(_points_inside(outline, outline.bounds, 20_000, rng))
    weights = power_labels(bends.bent(sample), bends.bent(seats), areas / areas.sum(), rounds=100)[1]
    towns = Towns(seats, bends, weights)
    points = _spread(outline, plane, towns, sample, grids, rng)
    polygons = _faces(outline, points)
    centres = plane.km(shapely.get_coordinates(shapely.centroid(polygons)))
    pairs = _pairs(polygons)
    area = shapely.area(polygons) * float(np.prod(plane.km_per_degree))
    return Mesh(polygons, centres, area, largest_part_kept(towns.of(centres), pairs), pairs)


def _points_inside(outline: shapely.Polygon, box: tuple[float, ...], n: int, rng: np.random.Generator) -> np.ndarray:
    """About n points of the part of the outline that lies in this box (degrees)."""
    west, south, east, north = box
    shapely.prepare(outline)
    share = shapely.clip_by_rect(outline, *box).area / ((east - west) * (north - south))
    points = rng.uniform((west, south), (east, north), (int(n / share), 2))
    return points[shapely.contains_xy(outline, points)]


def _spread(
    outline: shapely.Polygon,
    plane: Plane,
    towns: Towns,
    sample: np.ndarray,
    grids: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Points (degrees) that become faces: each town as many as its grids need, closer together near its seat."""
    chosen, label = [], towns.of(sample)
    for town, count in enumerate(grids * FACES_PER_GRID):
        known = plane.degrees(sample[label == town])
        box = (*known.min(axis=0), *known.max(axis=0))
        share = len(known) / max(
            1, ((sample >= plane.km(known.min(axis=0))) & (sample <= plane.km(known.max(axis=0)))).all(axis=1).sum()
        )
        points = _points_inside(outline, box, int(3 * count / share), rng)
        own = points[towns.of(plane.km(points)) == town]
        away = np.linalg.norm(plane.km(own) - towns.seats[town], axis=1)
        dense = 1.0 / (0.35 + away / (away.mean() + 1e-9)) ** 1.3
        order = np.argsort(rng.exponential(size=len(own)) / dense)  # weighted sampling without replacement
        chosen.append(own[order[:count]])
    return np.concatenate(chosen)


def _faces(outline: shapely.Polygon, points: np.ndarray) -> np.ndarray:
    """Voronoi cells cut at the outline. Noding on one rounding grid makes neighbours share every vertex."""
    for _ in range(1):  # one Lloyd round evens the sizes out
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=outline))
        inside = shapely.get_coordinates(shapely.centroid(cells))
        points = inside[shapely.contains_xy(outline, inside)]
    edges = shapely.voronoi_polygons(shapely.MultiPoint(points), only_edges=True, extend_to=outline)
    noded = shapely.union_all([edges, outline.exterior], grid_size=GRAIN)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return faces[shapely.contains(outline, shapely.point_on_surface(faces))]


def _pairs(polygons: np.ndarray) -> np.ndarray:
    """Every two faces that share an edge, as an n×2 array of their numbers."""
    xy, owner = shapely.get_coordinates(shapely.get_exterior_ring(polygons), return_index=True)
    vertex = np.unique(np.round(xy / GRAIN).astype(np.int64), axis=0, return_inverse=True)[1].ravel()
    same = owner[:-1] == owner[1:]
    start, end, face = vertex[:-1][same], vertex[1:][same], owner[:-1][same]
    key = np.minimum(start, end) * (vertex.max() + 1) + np.maximum(start, end)
    order = np.argsort(key, kind="stable")
    twin = key[order][:-1] == key[order][1:]
    return np.column_stack([face[order][:-1][twin], face[order][1:][twin]])
