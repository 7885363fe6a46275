"""What happened, cell by day: the one thing that every forecast is made from."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.spatial import KDTree

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Counts = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.floating[Any]]

METRES_A_DEGREE = (111_320.0, 110_950.0)
NEAREST = 8
REACH = 3.0
"""So many bandwidths away a neighbour still counts."""


def metres(lon: Floats, lat: Floats, middle: float) -> tuple[Floats, Floats]:
    """Degrees as metres east and north, true at the latitude `middle`."""
    return lon * METRES_A_DEGREE[0] * np.cos(np.radians(middle)), lat * METRES_A_DEGREE[1]


@dataclass(frozen=True, eq=False)
class Cells:
    """Places that are forecast: their codes, centres in metres, and residents where those are known; lattice cells or grids."""

    ids: tuple[str, ...]
    x: Floats
    y: Floats
    residents: Floats | None = None

    def __len__(self) -> int:
        return len(self.ids)

    @cached_property
    def tree(self) -> KDTree:
        """The centres, ready to be asked for neighbours."""
        return KDTree(np.column_stack([self.x, self.y]))

    @cached_property
    def nearest(self) -> Ints:
        """The nearest cells of each cell, itself left out, `[cell, neighbour]`."""
        return np.asarray(self.tree.query(self.tree.data, k=min(NEAREST + 1, len(self)))[1][:, 1:], dtype=np.int64)

    @cached_property
    def spacing(self) -> float:
        """Metres from a cell to its nearest neighbour, the middle one of all."""
        return float(np.median(self.tree.query(self.tree.data, k=min(2, len(self)))[0][:, -1])) or 1.0

    def kernel(self, bandwidth: float) -> csr_matrix:
        """A Gaussian of so many metres, cut at three, as weights of cells on cells; made once for each bandwidth."""
        made = self._kernels.get(bandwidth)
        if made is None:
            pairs = self.tree.query_pairs(REACH * bandwidth, output_type="ndarray")
            apart = ((self.tree.data[pairs[:, 0]] - self.tree.data[pairs[:, 1]]) ** 2).sum(1)
            weight, own = np.exp(-0.5 * apart / bandwidth**2), np.arange(len(self))
            rows = np.concatenate([pairs[:, 0], pairs[:, 1], own])
            columns = np.concatenate([pairs[:, 1], pairs[:, 0], own])
            values = np.concatenate([weight, weight, np.ones(len(self))])
            made = csr_matrix((values, (rows, columns)), (len(self), len(self)))
            self._kernels[bandwidth] = made
        return made

    @cached_property
    def _kernels(self) -> dict[float, csr_matrix]:
        return {}


@dataclass(frozen=True, eq=False)
class History:
    """Incidents of one matter: `counts[day, cell]` from `first` on, and their sums up to each day, `summed[day + 1, cell]`.

    `free[day]`, also of the days ahead: weekends and holidays, make-up workdays left out; None where the calendar is not known.
    """

    cells: Cells
    first: date
    counts: Counts
    summed: Floats
    free: npt.NDArray[np.bool_] | None = None
    made: dict[tuple, Any] = field(default_factory=dict)
    """What has been made of days before some day, by name and day: the same whatever came later, so all of `before` share it."""

    @classmethod
    def of(cls, cells: Cells, first: date, counts: Counts, free: npt.NDArray[np.bool_] | None = None) -> "History":
        """The history of these counts."""
        summed = np.zeros((len(counts) + 1, len(cells)))
        np.cumsum(counts, axis=0, out=summed[1:])
        return cls(cells, first, counts, summed, free)

    def __len__(self) -> int:
        return len(self.counts)

    def on(self, day: int) -> date:
        """The date of a day's number."""
        return self.first + timedelta(days=day)

    def before(self, day: int) -> "History":
        """What was known before the day of this number began."""
        return History(self.cells, self.first, self.counts[:day], self.summed[: day + 1], self.free, self.made)

    def between(self, since: int, until: int) -> Floats:
        """Incidents of each cell from day `since` on, before day `until`; days that are not known have none."""
        low, high = (min(max(day, 0), len(self)) for day in (since, until))
        return self.summed[max(high, low)] - self.summed[low]

    def faded(self, day: int, half_life: float, most: int) -> Floats:
        """Incidents of each cell before a day, each worth half as much every `half_life` days, of the `most` days before it."""
        past = self.counts[max(0, day - most) : day]
        weights = 0.5 ** (np.arange(len(past), 0, -1) / half_life)
        return np.asarray(weights.astype(np.float32) @ past, dtype=np.float64)
