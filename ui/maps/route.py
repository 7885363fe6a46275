"""How outlines are fetched: under a name made from their content, packed once, and kept by the browser for good."""

from collections.abc import Callable

from flask import Flask, Response, abort, request

from ui.maps.geometry import MapVersion

FOREVER = "public, max-age=31536000, immutable"


def serve_outlines(server: Flask, find: Callable[[str, int | None], MapVersion | None]) -> None:
    """Adds `/geometry/<digest>/grids.json`; `find` gives the map of that digest and snapshot (None: newest), or
    None for 404.
    """

    @server.get("/geometry/<digest>/grids.json")
    def outlines(digest: str) -> Response:
        found = find(digest, request.args.get("as_of", type=int))
        if found is None:
            abort(404)
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        answer = Response(found.packed if packed else found.body, mimetype="application/json")
        if packed:
            answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"
        answer.headers["Cache-Control"] = FOREVER
        return answer
