"""How outlines are fetched: under a name made from their content, packed once, and kept by the browser for good."""

from collections.abc import Callable

from flask import Flask, Response, abort, request

from ui.maps.geometry import MapVersion
from ui.serving import FOREVER, packed_json


def serve_outlines(server: Flask, find: Callable[[str, int | None], MapVersion | None]) -> None:
    """Adds `/geometry/<digest>/grids.json`; `find` gives the map of that digest and snapshot (None: newest), or
    None for 404.
    """

    @server.get("/geometry/<digest>/grids.json")
    def outlines(digest: str) -> Response:
        found = find(digest, request.args.get("as_of", type=int))
        if found is None:
            abort(404)
        answer = packed_json(found.packed)
        answer.headers["Cache-Control"] = FOREVER
        return answer
