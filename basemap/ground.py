"""What every ground can do, whatever its tiles come from."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from warehouse.errors import ZhiliError

RASTER, VECTOR = "raster", "vector"
MEDIA = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"RIFF": "image/webp", b"GIF8": "image/gif"}
"""How a picture begins, and what it is then."""


class BasemapError(ZhiliError):
    """Tiles that cannot be had; one line."""


@dataclass(frozen=True)
class About:
    """`kind` is raster or vector; zooms from `least` to `most` are there; `by` is whom they are from; `mark` changes when they do."""

    kind: str
    least: int
    most: int
    by: str
    mark: str


class Ground(Protocol):
    """Tiles in Web Mercator, numbered as in XYZ: y from the north."""

    about: About

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """The tile's bytes: a picture, or an unpacked vector tile; None where there is none; `BasemapError`."""


def degrees(zoom: int, x: int, y: int) -> tuple[float, float]:
    """Longitude and latitude of the tile's north-western corner."""
    return 360 * x / 2**zoom - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / 2**zoom))))


def mark_of(path: Path) -> str:
    """A text that changes when the file does."""
    found = path.stat()
    return f"{found.st_mtime_ns:x}-{found.st_size:x}"


def media_of(body: bytes) -> str | None:
    """What kind of picture the bytes are; None if they are none."""
    return next((media for start, media in MEDIA.items() if body.startswith(start)), None)
