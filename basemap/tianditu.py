"""Tiles of Tianditu (天地图), fetched by the server with the site's key and kept, so that no browser asks outside and none sees the key."""

import hashlib
import threading
from itertools import count
from pathlib import Path

import requests

from basemap.ground import RASTER, About, BasemapError, media_of

ADDRESS = "https://t{server}.tianditu.gov.cn/{layer}_w/wmts"
SECONDS, SERVERS, LARGEST = 8, 8, 2 * 2**20
KEPT_TILES, LOOK_EVERY = 20_000, 200
"""About so many tiles are kept, some 300 MB, and every so many new ones it is looked whether there are more."""


class Tianditu:
    """The tiles of one layer: vec (map), ter (terrain), img (pictures from above). CGCS2000, which is WGS84 to within a decimetre."""

    def __init__(self, key: str, layer: str, folder: Path, address: str = ADDRESS) -> None:
        self._key, self._layer, self._folder, self._address = key, layer, folder / layer, address
        self.about = About(RASTER, 1, 14 if layer == "ter" else 18, "天地图", layer)
        self._lock, self._new = threading.Lock(), count()

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """As in `Ground`; a tile that was fetched once is not asked for again."""
        kept = self._folder / f"{zoom}-{x}-{y}"
        if kept.is_file():
            return kept.read_bytes()
        body = self._fetched(zoom, x, y)
        self._keep(kept, body)
        return body

    def _fetched(self, zoom: int, x: int, y: int) -> bytes:
        asked: dict[str, str | int] = {
            "SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": self._layer, "STYLE": "default", "TILEMATRIXSET": "w",
            "FORMAT": "tiles", "TILEMATRIX": zoom, "TILEROW": y, "TILECOL": x, "tk": self._key,
        }  # fmt: skip
        address = self._address.format(server=(x + y) % SERVERS, layer=self._layer)
        try:
            answer = requests.get(address, asked, timeout=SECONDS, allow_redirects=False)
        except requests.RequestException as error:  # its text names the address, and so the key
            raise BasemapError(
                f"Tianditu does not answer ({type(error).__name__}). Ask who looks after the network."
            ) from None
        if answer.status_code != requests.codes.ok or media_of(answer.content) is None or len(answer.content) > LARGEST:
            raise BasemapError(
                f"Tianditu answers {answer.status_code} and no tile. Look at the setting map_tianditu_key."
            )
        return answer.content

    def _keep(self, path: Path, body: bytes) -> None:
        """A full disk keeps nothing, and is no reason to show no tile."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if next(self._new) % LOOK_EVERY == 0:
                self._forget()
            part = path.with_name(f".{hashlib.sha256(body).hexdigest()[:16]}")
            part.write_bytes(body)
            part.replace(path)
        except OSError:
            return

    def _forget(self) -> None:
        with self._lock:
            others = sorted(self._folder.iterdir(), key=lambda one: one.stat().st_mtime)
            for old in others[: max(0, len(others) - KEPT_TILES)]:
                old.unlink(missing_ok=True)
