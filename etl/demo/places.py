"""Where exactly things happen: spots well inside each grid, so that no rounding carries one into the neighbour."""

import numpy as np
import shapely

from etl.demo.geography import Geography
from etl.demo.plane import KM_PER_DEGREE

SPOTS_A_GRID = 80
MARGIN_M = 9.0
JITTER_M = 5.0


def grid_spots(place: Geography, seed: int) -> np.ndarray:
    """`SPOTS_A_GRID` spots in each grid, at least `MARGIN_M` from its border: degrees, shape (grids, spots, 2)."""
    rng = np.random.default_rng([seed, 4])
    core = shapely.buffer(place.polygons, -MARGIN_M / 1000 / (0.8 * KM_PER_DEGREE))
    shapely.prepare(core)
    box = shapely.bounds(core)
    tries = SPOTS_A_GRID * 4
    points = rng.uniform(0, 1, (len(core), tries, 2)) * (box[:, 2:] - box[:, :2])[:, None] + box[:, :2][:, None]
    inside = shapely.contains_xy(core[:, None], points[..., 0], points[..., 1])
    order = np.argsort(~inside, axis=1, kind="stable")[:, :SPOTS_A_GRID]
    found = np.take_along_axis(points, order[..., None], axis=1)
    is_good = np.take_along_axis(inside, order, axis=1)
    safe = shapely.get_coordinates(shapely.point_on_surface(core))[:, None]
    return np.where(is_good[..., None], found, safe)


def somewhere(spots: np.ndarray, grid: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A point in each of these grids: one of its spots, the nearer ones to the list's head more often, and a few metres off."""
    spot = (SPOTS_A_GRID * rng.random(len(grid)) ** 1.6).astype(int)
    return nudged(spots[grid, spot], JITTER_M, rng)


def nudged(points: np.ndarray, metres: float, rng: np.random.Generator) -> np.ndarray:
    """The points, each moved by at most so many metres."""
    angle, away = (
        rng.uniform(0, 2 * np.pi, len(points)),
        metres * np.sqrt(rng.random(len(points))) / 1000 / KM_PER_DEGREE,
    )
    east = away * np.cos(angle) / np.cos(np.radians(points[:, 1]))
    return points + np.column_stack([east, away * np.sin(angle)])
