"""Which points can be used? Swapped ones are put right, impossible ones dropped, all in WGS84 afterwards."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from etl.coordinates import to_wgs84

Floats = NDArray[np.float64]
AROUND_DEGREES = 2.0
"""A point further than this from the map is a slip of the keyboard, not a place outside the district."""
CHINA = (73.0, 17.0, 136.0, 54.0)
WORLD = (-180.0, -90.0, 180.0, 90.0)


@dataclass
class Points:
    """Judges the points of one load; counts what it mended and dropped."""

    crs: str
    extent: tuple[float, float, float, float]
    swapped: int = field(default=0)
    dropped: int = field(default=0)

    def usable(self, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """The points in WGS84; NaN where there is none, or none that can be meant."""
        given = ~(np.isnan(lon) | np.isnan(lat))
        swapped = given & ~self._within(lon, lat) & self._within(lat, lon)
        lon, lat = np.where(swapped, lat, lon), np.where(swapped, lon, lat)
        good = given & self._within(lon, lat) & ~((lon == 0) & (lat == 0))
        self.swapped += int(swapped.sum())
        self.dropped += int((given & ~good).sum())
        return to_wgs84(np.where(good, lon, np.nan), np.where(good, lat, np.nan), self.crs)

    def _within(self, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
        west, south, east, north = self.extent
        with np.errstate(invalid="ignore"):
            return (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)


def extent_of(bounds: tuple[float, float, float, float] | None, crs: str) -> tuple[float, float, float, float]:
    """Where points may lie: around the map; without a map in China for China's own systems, else anywhere."""
    if bounds is None:
        return CHINA if crs in ("GCJ-02", "BD-09") else WORLD
    west, south, east, north = bounds
    return west - AROUND_DEGREES, south - AROUND_DEGREES, east + AROUND_DEGREES, north + AROUND_DEGREES
