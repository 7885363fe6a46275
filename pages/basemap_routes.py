"""`GET /basemap/<z>/<x>/<y>`: the tiles under the grids, if the site has any; pictures as they are, vector tiles as lines to draw."""

import gzip
import logging
from typing import Any

import orjson
from flask import Flask, Response

from analytics.places import box
from basemap import BasemapError, ground
from basemap.files import MOST_ZOOM
from basemap.ground import VECTOR, degrees, media_of
from basemap.vector import drawn
from ui.serving import packed_json
from warehouse.errors import ZhiliError

log = logging.getLogger("zhili.web")
LEAST_DEGREES = 0.1
A_DAY = "private, max-age=86400"


def serve_basemap(server: Flask) -> None:
    """Adds the address to the server."""
    server.add_url_rule("/basemap/<int:zoom>/<int:x>/<int:y>", "basemap", _tile)


def ground_or_none() -> dict[str, Any] | None:
    """What a map has to know to lay its ground: address, kind, zooms, whom it is from; None without one.

    A ground that cannot be had is said in the log, and the map is drawn without.
    """
    try:
        found = ground()
    except BasemapError as error:
        log.error("%s", error)
        return None
    if found is None:
        return None
    about = found.about
    return {
        "url": f"/basemap/{{z}}/{{x}}/{{y}}?m={about.mark}", "kind": about.kind, "least": about.least, "most": about.most, "by": about.by,
    }  # fmt: skip


def _tile(zoom: int, x: int, y: int) -> Response:
    """204 where there is no such tile or nobody's grids are near, which is no fault; 404 where there is no ground; 502 where it cannot be had."""
    if zoom > MOST_ZOOM or max(x, y) >= 2**zoom:
        return Response(status=404)
    try:
        found = ground()
        if found is None:
            return Response(status=404)
        body = found.tile(zoom, x, y) if zoom <= found.about.most and _is_near(zoom, x, y) else None
        answer = Response(status=204) if not body else _answer(body, found.about.kind)
    except BasemapError as error:
        log.error("%s", error)
        return Response(status=502)
    answer.headers["Cache-Control"] = A_DAY
    return answer


def _is_near(zoom: int, x: int, y: int) -> bool:
    """Whether a tile touches the district and as much again around it: nobody is to use up the site's key on the rest of the world."""
    try:
        found = box(None)
    except ZhiliError:  # no warehouse yet, so no grids
        found = None
    if found is None:
        return False
    west, south, east, north = found
    wide, tall = max(east - west, LEAST_DEGREES), max(north - south, LEAST_DEGREES)
    left, top = degrees(zoom, x, y)
    right, bottom = degrees(zoom, x + 1, y + 1)
    return left <= east + wide and right >= west - wide and bottom <= north + tall and top >= south - tall


def _answer(body: bytes, kind: str) -> Response:
    if kind == VECTOR:
        return packed_json(gzip.compress(orjson.dumps(drawn(body)), 6, mtime=0))
    media = media_of(body)
    if media is None:
        raise BasemapError("map_tiles: a tile is no picture. Make the file anew.")
    return Response(body, mimetype=media)
