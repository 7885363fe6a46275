"""Where a cluster may lie: zones over the grid map, round ones and long ones.

Round zones are a grid with those nearest to it: by the way over neighbouring grids where it is known which touch, so that every
zone hangs together and none leaps over a reservoir or a hole of the map; as the crow flies where only points are known.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from analytics.early_warning.clusters_district import Floats, Ints

CIRCLES = (1, 2, 3, 4, 6, 9, 12, 17, 24, 35, 46)
"""Sizes in grids, each about √2 times the one before."""
LONG = (3, 6, 12, 24)
AXES = 4
STRETCH = 3.0
"""Long zones are three times as long as wide, along so many axes."""
LONG_WEIGHT = 0.1
"""How likely a long zone is against a circle, before anything is seen."""


@dataclass(frozen=True)
class Zones:
    """`member[zones, grids]` of 0 and 1, `size[zones]` in grids, `prior[zones]` summing to 1: each size as likely as another."""

    member: csr_matrix
    size: Floats
    prior: Floats

    def grids(self, zone: int) -> Ints:
        """The grids of a zone, ascending."""
        return self.member.indices[self.member.indptr[zone] : self.member.indptr[zone + 1]].astype(np.int64)

    def only(self, some: Ints) -> "Zones":
        """Some of the zones, each with the prior it had among all."""
        return Zones(self.member[some], self.size[some], self.prior[some])


def zones(points: Floats, neighbours: Ints | None = None) -> Zones:
    """All zones over grids at `points[grids, 2]` in metres; `neighbours[pairs, 2]` are indices of grids that touch."""
    circles = _nearest(points, CIRCLES) if neighbours is None else _nearest_by_way(points, neighbours)
    long = [part for axis in range(AXES) for part in _nearest(_squeezed(points, np.pi * axis / AXES), LONG)]
    rows = dict.fromkeys(circles, 1.0)
    rows.update({row: LONG_WEIGHT for row in long if row not in rows})
    size = np.array([len(row) for row in rows], dtype=float)
    weight = np.fromiter(rows.values(), dtype=float) * _by_size(size)
    index = np.concatenate([np.array(row) for row in rows])
    ends = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    member = csr_matrix((np.ones(len(index), np.float32), index, ends), shape=(len(rows), len(points)))
    return Zones(member, size, weight / weight.sum())


def _nearest(points: Floats, sizes: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Around each grid the sets of so many nearest grids, itself among them."""
    most = min(max(sizes), len(points))
    _, order = cKDTree(points).query(points, k=[*range(1, most + 1)])
    kept = [size for size in sizes if size <= most]
    return [tuple(sorted(row[:size].tolist())) for size in kept for row in order]


def _nearest_by_way(points: Floats, neighbours: Ints) -> list[tuple[int, ...]]:
    """The same by the way from grid to touching grid; fewer than the size where no more can be reached."""
    first, second = neighbours.T
    length = np.maximum(np.linalg.norm(points[first] - points[second], axis=1), 1e-6)
    way = dijkstra(csr_matrix((length, (first, second)), shape=(len(points), len(points))), directed=False)
    order = np.argsort(way, axis=1, kind="stable")
    reached = np.isfinite(way).sum(axis=1)
    return [
        tuple(sorted(row[: min(size, most)].tolist()))
        for size in CIRCLES
        for row, most in zip(order, reached, strict=True)
    ]


def _squeezed(points: Floats, angle: float) -> Floats:
    """The points as they lie if the map is pressed together along an axis: circles there are long zones here."""
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    return np.column_stack([points @ along / np.sqrt(STRETCH), points @ across * np.sqrt(STRETCH)])


def _by_size(size: Floats) -> Floats:
    """One over how many zones are about as large."""
    nearest = np.abs(np.log(size)[:, None] - np.log(CIRCLES)).argmin(axis=1)
    return 1.0 / np.bincount(nearest, minlength=len(CIRCLES))[nearest]
