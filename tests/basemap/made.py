"""Files of tiles, made for a test."""

import sqlite3
from pathlib import Path

import mapbox_vector_tile
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import write
from shapely.geometry import LineString, Polygon

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
LAYERS = [
    {"name": "water", "features": [{"geometry": Polygon([(0, 0), (10, 0), (10, 10)]), "properties": {"class": "lake"}}]},
    {"name": "landcover", "features": [{"geometry": Polygon([(0, 0), (9, 0), (9, 9)]), "properties": {"class": kind}} for kind in ("wood", "ice")]},
    {"name": "transportation", "features": [{"geometry": LineString([(0, 0), (4096, 4096)]), "properties": {"class": kind}} for kind in ("motorway", "rail", "path")]},
    {"name": "poi", "features": [{"geometry": LineString([(0, 0), (1, 1)]), "properties": {}}]},
]  # fmt: skip
VECTOR_TILE = mapbox_vector_tile.encode(LAYERS, default_options={"y_coord_down": True})


def mbtiles(path: Path, tiles: dict[tuple[int, int, int], bytes], form: str = "png") -> Path:
    """A file with these tiles, numbered by (zoom, x, y from the north)."""
    with sqlite3.connect(path) as connection:
        connection.execute("create table metadata (name text, value text)")
        connection.executemany("insert into metadata values (?, ?)", [("format", form), ("attribution", "the office")])
        connection.execute(
            "create table tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)"
        )
        rows = [(z, x, 2**z - 1 - y, body) for (z, x, y), body in tiles.items()]
        connection.executemany("insert into tiles values (?, ?, ?, ?)", rows)
    return path


def pmtiles(path: Path, tiles: dict[tuple[int, int, int], bytes], kind: TileType = TileType.PNG) -> Path:
    with write(str(path)) as file:
        for (z, x, y), body in sorted(tiles.items(), key=lambda one: zxy_to_tileid(*one[0])):
            file.write_tile(zxy_to_tileid(z, x, y), body)
        degrees = {f"{side}_{axis}_e7": 0 for side in ("min", "max", "center") for axis in ("lon", "lat")}
        file.finalize({"tile_type": kind, "tile_compression": Compression.GZIP if kind == TileType.MVT else Compression.NONE, "min_zoom": 3, "max_zoom": 4, "center_zoom": 3, **degrees}, {"attribution": "the office"})  # fmt: skip
    return path
