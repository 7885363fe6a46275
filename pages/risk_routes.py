"""How the script of `/risk` asks: plain JSON, and the patrols as a CSV that spreadsheets open in Chinese."""

from urllib.parse import quote

import orjson
from flask import Flask, Response, request

from pages.risk_answers import Asked, patrol_answer, patrol_rows, risk_answer
from ui.words import speaker
from warehouse.spreadsheet import neutralised

JSON = "application/json"


def serve_risk(server: Flask) -> None:
    """Adds the addresses below `/risk/` to the server."""
    server.add_url_rule("/risk/data", "risk_data", lambda: _json(risk_answer(Asked.of(request.args))))
    server.add_url_rule("/risk/patrol", "risk_patrol", lambda: _json(patrol_answer(Asked.of(request.args))))
    server.add_url_rule("/risk/patrol.csv", "risk_patrol_file", _file)


def _json(found: object) -> Response:
    answer = Response(orjson.dumps(found), mimetype=JSON)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _file() -> Response:
    asked = Asked.of(request.args)
    body = "\ufeff" + neutralised(patrol_rows(asked)).to_csv(index=False)
    name = quote(f"{speaker(asked.lang)('risk_said.file')}.csv")
    return Response(
        body,
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}", "Cache-Control": "no-store"},
    )
