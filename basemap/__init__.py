"""The ground under the grids: tiles from a file of the site's, or from Tianditu by setting, or none (then it is drawn)."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from basemap.files import MbTiles, PmTiles
from basemap.ground import BasemapError, Ground
from basemap.tianditu import Tianditu
from settings import settings

__all__ = ["BasemapError", "Ground", "ground"]

KINDS: dict[str, Callable[[Path, str], Ground]] = {".mbtiles": MbTiles, ".pmtiles": PmTiles}


def ground() -> Ground | None:
    """The site's ground, opened once for each version of its file; None where none is set; `BasemapError` in one line."""
    site = settings()
    if site.map_tiles:
        path = site.home / site.map_tiles
        try:
            return _opened(path, path.stat().st_mtime_ns, site.map_tiles_by)
        except OSError as error:
            raise BasemapError(
                f"map_tiles: {path} cannot be read: {error.strerror}. Put the file there, or leave the setting empty."
            ) from None
    key = site.map_tianditu_key.get_secret_value()
    return _tianditu(key, site.map_tianditu_layer, site.home / "basemap") if key else None


@lru_cache(maxsize=1)
def _tianditu(key: str, layer: str, folder: Path) -> Ground:
    return Tianditu(key, layer, folder)


@lru_cache(maxsize=1)
def _opened(path: Path, _changed_ns: int, by: str) -> Ground:
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise BasemapError(
            f"map_tiles: {path.name} ends in neither .pmtiles nor .mbtiles. Name a file of one of these kinds."
        )
    return kind(path, by)
