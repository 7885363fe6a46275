"""The outlines that pages draw areas with, made once for each version of the map, and the address they are at."""

from functools import lru_cache

from flask import Flask

from analytics.answers import cursor
from analytics.places import outlines, outlines_mark
from ui.maps.geometry import MapVersion, map_version
from ui.maps.route import serve_outlines
from warehouse.errors import WarehouseError


@lru_cache(maxsize=8)
def _drawn_map(_mark: str, as_of: int | None) -> MapVersion:
    return map_version(outlines(cursor(as_of)))


def current_map(as_of: int | None) -> MapVersion:
    """The outlines of a snapshot, drawn anew only when an area has changed."""
    return _drawn_map(outlines_mark(as_of), as_of)


def serve_maps(server: Flask) -> None:
    """Adds the address of the outlines to the server."""
    serve_outlines(server, _find_map)


def _find_map(digest: str, as_of: int | None) -> MapVersion | None:
    """The map of a snapshot if it has that name; any web process can answer, whoever named it."""
    try:
        found = current_map(as_of)
    except WarehouseError:
        return None
    return found if found.digest == digest else None
