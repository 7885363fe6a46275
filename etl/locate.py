"""Which grid is this point in? Exact, and some ten times faster than a spatial join.

The map is laid out as a coarse raster whose border cells are divided once more. A cell that no outline touches has one
answer for all its points, worked out once; only points in the small cells along outlines are tested against polygons.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from etl.locate_raster import Raster, build_raster

Ints = NDArray[np.int32]
NOWHERE = -1
CHUNK = 1 << 16  # points at a time: temporary arrays stay in the processor's cache
KEPT_RASTERS = 4  # so many maps' rasters stay in the cache folder


@dataclass(frozen=True)
class Locator:
    """The grids of one map, ready to be asked for points."""

    grid_ids: NDArray[np.str_]
    polygons: NDArray[np.object_]
    raster: Raster | None

    @classmethod
    def from_areas(cls, grids: pd.DataFrame, cache_folder: Path | None = None) -> "Locator":
        """A locator for `grids` (area_id, geometry as WKB); its raster is kept in `cache_folder` for the next time."""
        drawn = grids.loc[grids["geometry"].notna(), ["area_id", "geometry"]].sort_values("area_id", kind="stable")
        outlines = [bytes(outline) for outline in drawn["geometry"]]
        polygons = shapely.from_wkb(np.array(outlines, dtype=object))
        has_area = shapely.area(polygons) > 0
        ids = drawn["area_id"].to_numpy(dtype=str)[has_area]
        polygons = polygons[has_area]
        shapely.prepare(polygons)
        if not len(polygons):
            return cls(ids, polygons, None)
        return cls(ids, polygons, _raster(polygons, _content_hash(outlines), cache_folder))

    def locate(self, lon: ArrayLike, lat: ArrayLike) -> Ints:
        """Index into `grid_ids` of each point's grid, -1 outside all; on shared borders and overlaps the lowest code."""
        x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        found = np.full(len(x), NOWHERE, dtype=np.int32)
        for start in range(0, len(x) if self.raster else 0, CHUNK):
            part = slice(start, start + CHUNK)
            found[part] = self._locate_chunk(x[part], y[part])
        return found

    def _locate_chunk(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Ints:
        if self.raster is None:
            return np.full(len(x), NOWHERE, dtype=np.int32)
        found, unsure, cells = self.raster.look_up(x, y)
        first, last = self.raster.starts[cells], self.raster.starts[cells + 1]
        while len(unsure):  # candidates stand in the order of their codes, so the first that covers the point wins
            candidate = self.raster.candidates[first]
            covers = shapely.intersects_xy(self.polygons[candidate], x[unsure], y[unsure])
            found[unsure[covers]] = candidate[covers]
            first = first + 1
            left = ~covers & (first < last)
            unsure, first, last = unsure[left], first[left], last[left]
        return found


def _content_hash(outlines: Sequence[bytes]) -> str:
    digest = hashlib.sha256(b"raster 1")
    for outline in outlines:
        digest.update(len(outline).to_bytes(8, "little"))
        digest.update(outline)
    return digest.hexdigest()[:32]


def _raster(polygons: NDArray[np.object_], name: str, folder: Path | None) -> Raster:
    """The raster of these polygons: kept from an earlier time, else built and kept."""
    if folder is None:
        return build_raster(polygons)
    path = folder / f"locator-{name}.npz"
    kept = _read(path)
    if kept is None:
        kept = build_raster(polygons)
        _write(kept, path)
    return kept


def _read(path: Path) -> Raster | None:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return Raster(**{name: arrays[name] for name in Raster.__dataclass_fields__})
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):  # missing or damaged: it is only a cache
        return None


def _write(raster: Raster, path: Path) -> None:
    """Keep the raster under its final name only once it is whole, and forget the oldest ones."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    with partial.open("wb") as file:
        np.savez(file, **{name: getattr(raster, name) for name in Raster.__dataclass_fields__})
    partial.replace(path)
    rasters = sorted(path.parent.glob("locator-*.npz"), key=lambda kept: kept.stat().st_mtime)
    for old in rasters[:-KEPT_RASTERS]:
        old.unlink(missing_ok=True)
