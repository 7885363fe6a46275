"""How the jagged edges of mesh faces become smooth borders that neighbouring grids share to the last digit."""

import numpy as np
import shapely

from etl.demo.plane import GRAIN


def grid_polygons(faces: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """One polygon a grid, in order: its faces joined, inner borders smoothed, the outline untouched."""
    order = np.argsort(grid, kind="stable")
    parts = np.split(faces[order], np.cumsum(np.bincount(grid))[:-1])
    joined = np.array([shapely.coverage_union_all(part) for part in parts], dtype=object)
    joined = np.array([_single(each) for each in joined], dtype=object)
    for strength in (0.5, 0.35, 0.2, 0.1):  # the strongest smoothing that leaves no border crossing another
        smooth = _smoothed(joined, strength)
        if shapely.is_valid(smooth).all() and shapely.coverage_is_valid(smooth):
            return smooth
    return joined


def _single(shape: shapely.Geometry) -> shapely.Polygon:
    return shape if shape.geom_type == "Polygon" else shapely.get_parts(shape)[0]


def _smoothed(polygons: np.ndarray, strength: float, rounds: int = 3) -> np.ndarray:
    """Each vertex that joins just two edges moves towards the middle of its neighbours; junctions stay."""
    xy = shapely.get_coordinates(polygons)
    whole, vertex = np.unique(np.round(xy / GRAIN).astype(np.int64), axis=0, return_inverse=True)
    vertex, position = vertex.ravel(), whole * GRAIN
    edges = _edges(polygons, vertex)
    degree = np.bincount(edges.ravel(), minlength=len(position))
    outer = np.zeros(len(position), dtype=bool)
    outer[_outer_vertices(polygons, vertex)] = True
    free = (degree == 2) & ~outer
    for _ in range(rounds):
        pull = np.zeros_like(position)
        np.add.at(pull, edges[:, 0], position[edges[:, 1]])
        np.add.at(pull, edges[:, 1], position[edges[:, 0]])
        position[free] += strength * (pull[free] / 2 - position[free])
    return shapely.set_coordinates(polygons.copy(), np.round(position, 7)[vertex])


def _edges(polygons: np.ndarray, vertex: np.ndarray) -> np.ndarray:
    """Every edge of the coverage once, as two vertex numbers."""
    return np.unique(np.sort(_ring_edges(polygons, vertex), axis=1), axis=0)


def _outer_vertices(polygons: np.ndarray, vertex: np.ndarray) -> np.ndarray:
    edge, times = np.unique(np.sort(_ring_edges(polygons, vertex), axis=1), axis=0, return_counts=True)
    return np.unique(edge[times == 1])


def _ring_edges(polygons: np.ndarray, vertex: np.ndarray) -> np.ndarray:
    rings = shapely.get_rings(polygons)
    owner = np.repeat(np.arange(len(rings)), shapely.get_num_coordinates(rings))
    same = owner[:-1] == owner[1:]
    return np.column_stack([vertex[:-1][same], vertex[1:][same]])
