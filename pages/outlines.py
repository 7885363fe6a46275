"""The outlines that pages draw areas with, made once for each version of the map."""

from functools import lru_cache

from analytics.answers import cursor
from analytics.places import outlines, outlines_mark
from ui.maps.geometry import MapVersion, map_version


@lru_cache(maxsize=8)
def _drawn_map(_mark: str, as_of: int | None) -> MapVersion:
    return map_version(outlines(cursor(as_of)))


def current_map(as_of: int | None) -> MapVersion:
    """The outlines of a snapshot, drawn anew only when an area has changed."""
    return _drawn_map(outlines_mark(as_of), as_of)
