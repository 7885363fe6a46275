"""How bytes leave the server: scripts compressed once and kept by the browser for good, and headers that close doors."""

import gzip
from collections.abc import Callable

import brotli
from flask import Flask, Response, request

FOREVER = "public, max-age=31536000, immutable"
SCRIPTS = "/_dash-component-suites/"
ASSETS = "/assets/"
TEXT = ("javascript", "css", "json", "svg")
SMALLEST = 1000

Compressor = Callable[[bytes], bytes]
WAYS: dict[str, Compressor] = {
    "br": lambda raw: brotli.compress(raw, quality=9, lgwin=22),
    "gzip": lambda raw: gzip.compress(raw, 9, mtime=0),
}


def serve_scripts_once_compressed(server: Flask) -> None:
    """Scripts and assets are compressed at the first request and then kept; browsers keep for good what has its version
    in its address (plotly and other chunks that are loaded when needed have none, and are asked for by ETag).
    """
    kept: dict[tuple[str, str, str], bytes] = {}

    @server.after_request
    def compress(response: Response) -> Response:
        if not request.path.startswith((SCRIPTS, ASSETS)) or response.status_code != 200:
            return response
        if _is_versioned():
            response.headers["Cache-Control"] = FOREVER
        way = next((name for name in WAYS if name in request.headers.get("Accept-Encoding", "")), None)
        if way is None or not any(kind in (response.mimetype or "") for kind in TEXT):
            return response
        key = (request.path, response.headers.get("ETag", request.query_string.decode("ascii", "replace")), way)
        if key not in kept:
            response.direct_passthrough = False
            raw = response.get_data()
            if len(raw) < SMALLEST:
                return response
            kept[key] = WAYS[way](raw)
        response.direct_passthrough = False
        response.set_data(kept[key])
        response.headers["Content-Encoding"] = way
        response.headers["Vary"] = "Accept-Encoding"
        return response


def packed_json(packed: bytes) -> Response:
    """JSON that has been gzipped once for everybody; unpacked for a browser that does not take it so."""
    takes = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(packed if takes else gzip.decompress(packed), mimetype="application/json")
    if takes:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def _is_versioned() -> bool:
    if request.path.startswith(SCRIPTS):
        return ".v" in request.path
    return request.path.startswith(ASSETS) and "m" in request.args


def send_security_headers(server: Flask, script_hashes: Callable[[], list[str]]) -> None:
    """Every answer says: scripts, pictures and data from here only, no frame but our own, no guessing of types.

    Styles may stand inline, since Dash, Mantine and plotly write them so; `script_hashes` are of Dash's own inline scripts.
    """

    @server.after_request
    def add(response: Response) -> Response:
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        if response.mimetype == "text/html":
            response.headers["Content-Security-Policy"] = _policy(script_hashes())
            response.headers["Cache-Control"] = "no-store"
        return response


def _policy(hashes: list[str]) -> str:
    parts = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in parts.items())
