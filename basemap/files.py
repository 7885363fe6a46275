"""Tiles in one file: MBTiles (SQLite) and PMTiles."""

import sqlite3
import threading
import zlib
from contextlib import closing
from pathlib import Path

from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, TileType

from basemap.ground import RASTER, VECTOR, About, BasemapError, mark_of

MOST_ZOOM = 22
LARGEST_TILE = 16 * 2**20
"""Unpacked; a larger one is not a tile but an attack or a fault."""
UNREADABLE = (OSError, ValueError, KeyError, IndexError, EOFError, zlib.error, sqlite3.Error)


class MbTiles:
    """A file of the MBTiles specification 1.3; its rows are numbered from the south."""

    def __init__(self, path: Path, by: str) -> None:
        self._path = path
        try:
            with closing(self._connection()) as connection:
                told = dict(connection.execute("select name, value from metadata"))
                least, most = connection.execute("select min(zoom_level), max(zoom_level) from tiles").fetchone()
        except sqlite3.Error as error:
            raise _wrong(path, error) from None
        if least is None:
            raise BasemapError(f"map_tiles: {path.name} holds no tile. Name another file, or none.")
        kind = VECTOR if told.get("format") == "pbf" else RASTER
        self.about = About(kind, int(least), int(most), by or str(told.get("attribution") or ""), mark_of(path))

    def _connection(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{self._path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """As in `Ground`."""
        try:
            with closing(self._connection()) as connection:
                row = connection.execute(
                    "select tile_data from tiles where zoom_level = ? and tile_column = ? and tile_row = ?",
                    (zoom, x, 2**zoom - 1 - y),
                ).fetchone()
            return unpacked(bytes(row[0])) if row else None
        except UNREADABLE as error:
            raise _wrong(self._path, error) from None


class PmTiles:
    """A file of the PMTiles specification 3."""

    def __init__(self, path: Path, by: str) -> None:
        self._path, self._lock = path, threading.Lock()
        try:
            with path.open("rb") as file:
                self._reader = Reader(MmapSource(file))
            found, told = self._reader.header(), self._reader.metadata()
        except Exception as error:  # the library raises plain exceptions of its own
            raise _wrong(path, error) from None
        if found["tile_compression"] not in (Compression.NONE, Compression.GZIP, Compression.UNKNOWN):
            raise BasemapError(
                f"map_tiles: the tiles of {path.name} are packed with something other than gzip. Pack them with gzip."
            )
        kind = VECTOR if found["tile_type"] == TileType.MVT else RASTER
        self.about = About(
            kind,
            int(found["min_zoom"]),
            int(found["max_zoom"]),
            by or str(told.get("attribution") or ""),
            mark_of(path),
        )

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """As in `Ground`."""
        try:
            with self._lock:
                body = self._reader.get(zoom, x, y)
            return unpacked(body) if body else None
        except Exception as error:  # as above
            raise _wrong(self._path, error) from None


def unpacked(body: bytes) -> bytes:
    """Tiles may be gzipped or not, whatever their file says; `BasemapError` for one that is far too large."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    plain = zlib.decompressobj(16 + zlib.MAX_WBITS)
    found = plain.decompress(body, LARGEST_TILE)
    if plain.unconsumed_tail:
        raise ValueError("a tile is larger than 16 MiB")
    return found


def _wrong(path: Path, error: Exception) -> BasemapError:
    return BasemapError(
        f"map_tiles: {path.name} is no file of tiles: {' '.join(str(error).split())[:200]}. Name another file, or none."
    )
