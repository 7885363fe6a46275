"""`POST /api/questions/stop` with `{"tab": …}`: a browser tab waits no longer, because somebody said so or closed it."""

from flask import Flask, Response, request

from analytics.answers import stop

LONGEST = 64


def serve_stopping(server: Flask) -> None:
    """Adds the address to the server. Whoever knows a tab's name, which nobody can guess, is that tab."""
    server.add_url_rule("/api/questions/stop", "stop_questions", _stop, methods=["POST"])


def _stop() -> Response:
    asked = request.get_json(silent=True) if request.is_json else None
    tab = asked.get("tab") if isinstance(asked, dict) else None
    if not isinstance(tab, str) or not 0 < len(tab) <= LONGEST:
        return Response('Say which tab: {"tab": "…"} as application/json.\n', 400, mimetype="text/plain")
    stop(tab)
    return Response(status=204)
