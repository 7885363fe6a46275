"""In which area is each row of a batch? By its point, else by the code or the name the source wrote."""

from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from etl.locate import Locator
from etl.places import LEVELS, Found, Gazetteer, crosswalk
from etl.points import Points, extent_of
from etl.profile import Profile
from settings import Settings

ASKED = ("lon", "lat", "recorded_grid", "recorded_community", "recorded_town", "recorded_area")
"""What tells where a row is."""
FOUND = ("_lon", "_lat", "_grid", "_place", "_place_grid", "_place_by", "_recorded")


@dataclass
class Map:
    """The areas in force: outlines to find points in, codes and names to look up."""

    areas: pd.DataFrame
    locator: Locator
    bounds: tuple[float, float, float, float] | None

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, site: Settings) -> "Map":
        """The map of the warehouse as it is."""
        areas = connection.execute("select area_id, level, name, town_id, geometry from area").df()
        return cls.from_areas(areas, site)

    @classmethod
    def from_areas(cls, areas: pd.DataFrame, site: Settings) -> "Map":
        """The map that these rows of `area` make."""
        grids = areas[areas["level"] == "grid"]
        locator = Locator.from_areas(grids, site.work / "locator")
        bounds = (
            tuple(float(edge) for edge in shapely.total_bounds(locator.polygons)) if len(locator.polygons) else None
        )
        return cls(areas, locator, bounds)  # type: ignore[arg-type]

    def points(self, crs: str) -> Points:
        """A judge of points written in `crs`."""
        return Points(crs, extent_of(self.bounds, crs))


class Whereabouts:
    """Finds the areas of one source's rows."""

    def __init__(self, known: Map, profile: Profile) -> None:
        self.map, self.points = known, known.points(profile.place.crs)
        self._gazetteer = Gazetteer(known.areas, crosswalk(profile))
        self._found: dict[str, Found] = {}

    def found(self, rows: pa.Table) -> dict[str, pa.Array]:
        """Where the rows are: a column of each name in `FOUND`, the points in WGS84 and null where unusable."""
        count = rows.num_rows
        if "lon" in rows.column_names and "lat" in rows.column_names:
            lon, lat = self.points.usable(_floats(rows["lon"]), _floats(rows["lat"]))
        else:
            lon = lat = np.full(count, np.nan)
        at = self.map.locator.locate(lon, lat)
        ids = pa.array(self.map.locator.grid_ids.astype(object), pa.string())
        grid = pa.DictionaryArray.from_arrays(pa.array(at, pa.int32(), mask=at < 0), ids)
        return {"_lon": _nulls(lon), "_lat": _nulls(lat), "_grid": grid, **self._recorded(rows)}

    def _recorded(self, rows: pa.Table) -> dict[str, pa.Array]:
        """The recorded area of every row, looked up once for each text."""
        texts = []
        for level in LEVELS:
            name = f"recorded_{level}"
            column = rows[name] if name in rows.column_names else pa.array([""] * rows.num_rows, pa.string())
            texts.append(pc.fill_null(column, ""))
        if "recorded_area" in rows.column_names and not any(
            f"recorded_{level}" in rows.column_names for level in LEVELS
        ):
            texts[0] = pc.fill_null(rows["recorded_area"], "")
        joined = pc.binary_join_element_wise(*texts, "\x1f")
        joined = joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
        coded = joined.dictionary_encode()
        found = [self._find(text) for text in coded.dictionary.to_pylist()]
        return {
            name: pa.DictionaryArray.from_arrays(coded.indices, pa.array(values, pa.string()))
            for name, values in {
                "_place": [place.area_id for place in found],
                "_place_grid": [place.area_id if self._gazetteer.is_grid(place.area_id) else None for place in found],
                "_place_by": [place.located_by for place in found],
                "_recorded": [place.recorded for place in found],
            }.items()
        }

    def _find(self, joined: str) -> Found:
        if joined not in self._found:
            grid, community, town = joined.split("\x1f")
            self._found[joined] = self._gazetteer.find(grid, community, town)
        return self._found[joined]


def _floats(column: pa.ChunkedArray) -> np.ndarray:
    return column.cast(pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)


def _nulls(values: np.ndarray) -> pa.Array:
    return pa.array(values, pa.float64(), mask=np.isnan(values))
