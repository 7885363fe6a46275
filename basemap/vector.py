"""What of a vector tile is drawn: a few classes of lines and surfaces, whatever the schema its layers are named by.

Known are the layers of OpenMapTiles, Protomaps and Shortbread; a class of them that is not listed is not drawn.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import mapbox_vector_tile
from google.protobuf.message import DecodeError

from basemap.ground import BasemapError

SURFACES = {
    "water": "water", "ocean": "water", "water_polygons": "water",
    "landcover": "green", "landuse": "green", "land": "green", "park": "green", "natural": "green",
}  # fmt: skip
LINES = {
    "waterway": "river", "water_lines": "river",
    "transportation": "road", "roads": "road", "streets": "road",
    "boundary": "border", "boundaries": "border",
}  # fmt: skip
GREEN = {
    "wood",
    "forest",
    "grass",
    "park",
    "national_park",
    "nature_reserve",
    "scrub",
    "grassland",
    "orchard",
    "garden",
    "farmland",
    "meadow",
}
MAJOR = {"motorway", "trunk", "primary", "highway", "major_road"}
MIDDLE = {"secondary", "tertiary", "medium_road"}
RAIL = {"rail", "transit"}
NAMES = ("class", "subclass", "kind", "pmap:kind", "type")


def drawn(body: bytes) -> dict[str, Any]:
    """The tile as `{"extent": …, "water": [[x, y, …], …], "green": …, "river": …, "major": …, "middle": …, "minor": …, "rail": …}`.

    Each line or ring is one list of whole numbers, y from the north; a class with nothing in it is left out.
    """
    try:
        layers = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})
    except (DecodeError, ValueError, IndexError, KeyError, TypeError):
        raise BasemapError("map_tiles: a tile is no vector tile. Make the file anew.") from None
    found: dict[str, Any] = {"extent": max((layer.get("extent", 4096) for layer in layers.values()), default=4096)}
    for name, layer in layers.items():
        scale = found["extent"] / layer.get("extent", 4096)
        for feature in layer["features"]:
            kind = _class(name, feature)
            if kind:
                found.setdefault(kind, []).extend(_lines(feature["geometry"], scale))
    return found


def _class(layer: str, feature: Mapping[str, Any]) -> str | None:
    told = {str(feature["properties"][name]) for name in NAMES if name in feature["properties"]}
    shape = feature["geometry"]["type"]
    if shape.endswith("Polygon"):
        kind = SURFACES.get(layer)
        return None if kind == "green" and not told & GREEN else kind
    if not shape.endswith("LineString"):
        return None
    if layer == "water":
        return "river"
    kind = LINES.get(layer)
    if kind != "road":
        return kind
    if told & RAIL:
        return "rail"
    return "major" if told & MAJOR else "middle" if told & MIDDLE else "minor"


def _lines(geometry: Mapping[str, Any], scale: float) -> Iterable[list[int]]:
    """Every line or ring of the geometry, flat."""
    nested = geometry["coordinates"]
    depth = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}[geometry["type"]]
    for _ in range(depth - 1):
        nested = [line for part in nested for line in part]
    for line in [nested] if depth == 0 else nested:
        yield [round(number * scale) for point in line for number in point]
