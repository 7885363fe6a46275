"""The map as cells: which of them have one answer for all their points, and which need an exact test.

Cells have two sizes: COARSE x COARSE over the whole map, and each coarse cell that an outline touches is divided into
FINE x FINE small ones. The answer of a cell is a polygon's index, or -1 (outside), or -(n + 2) for the n-th divided
cell, and in a divided cell's block for the n-th border cell. Cells touched within ROUNDING of their edge count as
touched, so rounding never makes a cell look surer than it is.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Polygons = NDArray[np.object_]

COARSE = 1024
FINE = 8
SIDE = COARSE * FINE
ROUNDING = 1e-6  # of a small cell's side
OUTSIDE = -1
DIVIDED = -2
CHUNK = 1 << 17


@dataclass(frozen=True)
class Raster:
    """The map as cells."""

    frame: Floats  # west, south, small cells a degree east, small cells a degree north
    coarse: Ints  # COARSE * COARSE answers, row by row from the south
    blocks: Ints  # a row of FINE * FINE answers for every divided cell
    starts: Longs  # border cell n has candidates[starts[n]:starts[n + 1]]
    candidates: Ints  # polygon indices, in rising order within a border cell

    def look_up(self, x: Floats, y: Floats) -> tuple[Ints, Longs, Longs]:
        """Answers (-1 if outside), which points need an exact test, and the border cell of each of those."""
        west, south, per_x, per_y = self.frame
        column, row = (x - west) * per_x, (y - south) * per_y
        on_map = (column >= 0) & (column < SIDE) & (row >= 0) & (row < SIDE)  # false for NaN
        i = np.where(on_map, column, 0).astype(np.int32)
        j = np.where(on_map, row, 0).astype(np.int32)
        answer = np.where(on_map, self.coarse[(j // FINE) * COARSE + i // FINE], np.int32(OUTSIDE))
        divided = np.flatnonzero(answer <= DIVIDED)
        inner = (j[divided] % FINE) * FINE + i[divided] % FINE
        answer[divided] = self.blocks[DIVIDED - answer[divided], inner]
        unsure = divided[answer[divided] <= DIVIDED]
        cells = (DIVIDED - answer[unsure]).astype(np.int64)
        answer[unsure] = OUTSIDE
        return answer, unsure, cells


def build_raster(polygons: Polygons) -> Raster:
    """The raster of `polygons` (prepared, none of them empty), whose order is the order in which they win."""
    frame = _frame(polygons)
    cells, starts, candidates = _border_cells(polygons, frame)
    tree = shapely.STRtree(polygons)

    def answers(i: Longs, j: Longs) -> Ints:
        return _first_covering(tree, polygons, *_centre(frame, i, j))

    column, row = cells % SIDE, cells // SIDE
    divided, block = np.unique((row // FINE) * COARSE + column // FINE, return_inverse=True)
    coarse = np.zeros(COARSE * COARSE, dtype=np.int32)
    coarse[divided] = DIVIDED - np.arange(len(divided), dtype=np.int32)
    blocks = np.zeros((len(divided), FINE * FINE), dtype=np.int32)
    blocks[block, (row % FINE) * FINE + column % FINE] = DIVIDED - np.arange(len(cells), dtype=np.int32)
    _fill(coarse.reshape(COARSE, COARSE), lambda r, c: answers(c * FINE + FINE // 2, r * FINE + FINE // 2))
    _fill(
        blocks.reshape(-1, FINE),
        lambda r, c: answers(divided[r // FINE] % COARSE * FINE + c, divided[r // FINE] // COARSE * FINE + r % FINE),
    )
    return Raster(frame, coarse, blocks, starts, candidates)


def _frame(polygons: Polygons) -> Floats:
    west, south, east, north = shapely.total_bounds(polygons)
    pad_x, pad_y = (east - west) * 1e-6, (north - south) * 1e-6
    return np.array([west - pad_x, south - pad_y, SIDE / (east - west + 2 * pad_x), SIDE / (north - south + 2 * pad_y)])


def _centre(frame: Floats, i: Longs, j: Longs) -> tuple[Floats, Floats]:
    return frame[0] + (i + 0.5) / frame[2], frame[1] + (j + 0.5) / frame[3]


def _fill(rows: Ints, answers: Callable[[Longs, Longs], Ints]) -> None:
    """Answer every cell that no outline touches: cells side by side share an answer, so each run is asked for once."""
    sure = rows > DIVIDED
    starts = sure.copy()
    starts[:, 1:] &= ~sure[:, :-1]
    row, column = np.nonzero(starts)
    rows[row, column] = answers(row, column)
    position = np.where(starts, np.arange(rows.shape[1]), 0)
    np.maximum.accumulate(position, axis=1, out=position)
    rows[sure] = np.take_along_axis(rows, position, axis=1)[sure]


def _covering(tree: shapely.STRtree, polygons: Polygons, x: Floats, y: Floats) -> tuple[Longs, Longs]:
    """Pairs (point, polygon) of every polygon that covers a point."""
    point, polygon = tree.query(shapely.points(x, y))  # by bounding box; the exact test uses prepared polygons
    covers = shapely.intersects_xy(polygons[polygon], x[point], y[point])
    return point[covers], polygon[covers]


def _first_covering(tree: shapely.STRtree, polygons: Polygons, x: Floats, y: Floats) -> Ints:
    first = np.full(len(x), len(polygons), dtype=np.int32)
    for start in range(0, len(x), CHUNK):
        point, polygon = _covering(tree, polygons, x[start : start + CHUNK], y[start : start + CHUNK])
        np.minimum.at(first, point + start, polygon.astype(np.int32))
    return np.where(first == len(polygons), np.int32(OUTSIDE), first)


def _border_cells(polygons: Polygons, frame: Floats) -> tuple[Longs, Longs, Ints]:
    """Small cells that an outline touches, in order, and for each the polygons that may cover a point of it."""
    keys = _distinct(np.concatenate(list(_touched(polygons, frame))))
    cells = _without_repeats(keys // len(polygons))
    tree = shapely.STRtree(polygons)
    whole = [keys]  # a polygon may also cover a border cell wholly, where grids overlap
    for start in range(0, len(cells), CHUNK):
        part = cells[start : start + CHUNK]
        point, polygon = _covering(tree, polygons, *_centre(frame, part % SIDE, part // SIDE))
        whole.append(part[point] * len(polygons) + polygon)
    keys = _distinct(np.concatenate(whole))
    starts = np.searchsorted(keys, np.append(cells, SIDE * SIDE) * len(polygons))
    return cells, starts.astype(np.int64), (keys % len(polygons)).astype(np.int32)


def _touched(polygons: Polygons, frame: Floats) -> Iterator[Longs]:
    """Keys (cell * number of polygons + polygon) of every small cell that a polygon's outline touches."""
    polygon, u0, v0, u1, v1 = _segments(polygons, frame)
    yield from _keys(polygon, u0, v0, len(polygons))
    for start in range(0, len(polygon), CHUNK):
        part = slice(start, start + CHUNK)
        ends = (u0[part], v0[part], u1[part], v1[part])
        yield from _crossings(polygon[part], *ends, len(polygons))


def _segments(polygons: Polygons, frame: Floats) -> tuple[Longs, Floats, Floats, Floats, Floats]:
    """Every outline's segments in small-cell units, each with its polygon."""
    parts, polygon_of_part = shapely.get_parts(polygons, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    u, v = (points[:, 0] - frame[0]) * frame[2], (points[:, 1] - frame[1]) * frame[3]
    first = np.flatnonzero(ring[1:] == ring[:-1])
    return polygon_of_part[part_of_ring[ring[first]]], u[first], v[first], u[first + 1], v[first + 1]


def _crossings(polygon: Longs, u0: Floats, v0: Floats, u1: Floats, v1: Floats, n: int) -> Iterator[Longs]:
    """Keys of the cells on both sides wherever a segment crosses a line of the raster."""
    segment, line, v = _cuts(u0, v0, u1, v1)
    yield from _keys(polygon[segment], line - 0.5, v, n)
    yield from _keys(polygon[segment], line + 0.5, v, n)
    segment, line, u = _cuts(v0, u0, v1, u1)
    yield from _keys(polygon[segment], u, line - 0.5, n)
    yield from _keys(polygon[segment], u, line + 0.5, n)


def _cuts(a0: Floats, b0: Floats, a1: Floats, b1: Floats) -> tuple[Longs, Floats, Floats]:
    """Segments, whole numbers a at which they are cut, and b there."""
    lowest, highest = np.ceil(np.minimum(a0, a1)), np.floor(np.maximum(a0, a1))
    count = np.maximum(highest - lowest + 1, 0).astype(np.int64)
    segment = np.repeat(np.arange(len(count)), count)
    before = np.cumsum(count) - count
    line = (lowest[segment] + np.arange(len(segment)) - before[segment]).astype(np.float64)
    length = a1 - a0
    share = (line - a0[segment]) / np.where(length == 0, 1.0, length)[segment]
    return segment, line, b0[segment] + share * (b1 - b0)[segment]


def _keys(polygon: Longs, u: Floats, v: Floats, n: int) -> Iterator[Longs]:
    """Keys of the cells at (u, v), and of their neighbours where (u, v) is on an edge but for rounding."""
    i, j = np.floor(u - ROUNDING).astype(np.int64), np.floor(v - ROUNDING).astype(np.int64)
    right, up = np.floor(u + ROUNDING).astype(np.int64) > i, np.floor(v + ROUNDING).astype(np.int64) > j
    yield _without_repeats((j * SIDE + i) * n + polygon)
    yield ((j * SIDE + i + 1) * n + polygon)[right]
    yield (((j + 1) * SIDE + i) * n + polygon)[up]
    yield (((j + 1) * SIDE + i + 1) * n + polygon)[right & up]


def _distinct(keys: Longs) -> Longs:
    """The keys in order, each once (numpy's own `unique` hashes, which is ten times slower here)."""
    return _without_repeats(np.sort(keys))


def _without_repeats(keys: Longs) -> Longs:
    return keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys
