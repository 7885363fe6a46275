"""How many points become one small picture: counted in cells, smoothed, and painted in one colour by its strength."""

import base64
import struct
import zlib
from dataclasses import dataclass

import numpy as np

WIDTH = 560
STEPS = 64
"""Strengths the eye is shown; a picture of few colours is a small one."""
SPREAD_CELLS = 5
RAMPS = {
    "dark": ((17, 94, 89), (45, 212, 191), (236, 255, 250)),
    "light": ((94, 170, 160), (15, 118, 110), (4, 47, 46)),
}


@dataclass(frozen=True)
class Picture:
    """A PNG as a data address, and where it lies: west, south, east, north in degrees."""

    url: str
    bounds: tuple[float, float, float, float]
    counted: int


def density_picture(lon: np.ndarray, lat: np.ndarray, theme: str) -> Picture | None:
    """The density of points as a picture in the map's projection; None if there is no point.

    Points far from the rest (beyond the inner 99.8 % by twice its width) are not counted: one stray must not stretch it.
    """
    inside = _near(lon) & _near(lat)
    x, y = np.asarray(lon[inside], float), _mercator(np.asarray(lat[inside], float))
    if not len(x):
        return None
    pad = max(np.ptp(x), np.ptp(y), 0.002) * 0.02
    west, east, south, north = x.min() - pad, x.max() + pad, y.min() - pad, y.max() + pad
    height = max(16, min(2 * WIDTH, round(WIDTH * (north - south) / (east - west))))
    cells, _, _ = np.histogram2d(y, x, bins=(height, WIDTH), range=((south, north), (west, east)))
    image = _strength(_smooth(cells)[::-1])
    bounds = (float(west), float(_latitude(south)), float(east), float(_latitude(north)))
    return Picture("data:image/png;base64," + base64.b64encode(_png(image, RAMPS[theme])).decode(), bounds, len(x))


def _near(degrees: np.ndarray) -> np.ndarray:
    if not len(degrees):
        return np.zeros(0, bool)
    low, high = np.quantile(degrees, (0.001, 0.999))
    room = 2 * max(high - low, 0.002)
    return np.asarray((degrees >= low - room) & (degrees <= high + room))


def _mercator(lat: np.ndarray) -> np.ndarray:
    return np.degrees(np.arcsinh(np.tan(np.radians(lat))))


def _latitude(y: float) -> float:
    return float(np.degrees(np.arctan(np.sinh(np.radians(y)))))


def _smooth(cells: np.ndarray) -> np.ndarray:
    """Three running means each way: close to a bell of about `SPREAD_CELLS`."""
    kernel = np.ones(SPREAD_CELLS) / SPREAD_CELLS
    for _ in range(3):
        for axis in (0, 1):
            cells = np.apply_along_axis(np.convolve, axis, cells, kernel, "same")
    return cells


def _strength(cells: np.ndarray) -> np.ndarray:
    """Each cell as a step from 0, nothing, to `STEPS` - 1."""
    top = np.quantile(cells[cells > 0], 0.995) if (cells > 0).any() else 1.0
    return np.round(np.sqrt(np.clip(cells / top, 0, 1)) * (STEPS - 1)).astype(np.uint8)


def _palette(ramp: tuple[tuple[int, int, int], ...]) -> tuple[bytes, bytes]:
    """Colour and opacity of every step."""
    steps, at = np.linspace(0, 1, STEPS), np.linspace(0, 1, len(ramp))
    colours = np.stack([np.interp(steps, at, [colour[band] for colour in ramp]) for band in range(3)], axis=-1)
    return colours.astype(np.uint8).tobytes(), (np.clip(steps * 1.6, 0, 1) * 235).astype(np.uint8).tobytes()


def _png(image: np.ndarray, ramp: tuple[tuple[int, int, int], ...]) -> bytes:
    height, width = image.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), image], axis=1)
    colours, opacity = _palette(ramp)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    data = zlib.compress(rows.tobytes(), 9)
    parts = ((b"IHDR", header), (b"PLTE", colours), (b"tRNS", opacity), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
