"""Rows to take away: `POST /api/exports` begins a file, `GET` says how far it is, `DELETE` stops it, `…/file` hands it out.

Only our own pages may begin or stop one: the body is JSON and the browser says that the request comes from here. Whoever
has the token, which nobody can guess, has the file, for an hour.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, request, send_file
from werkzeug.exceptions import HTTPException

from analytics.explore.rows import row_count, source_names
from analytics.explore.rows_asked import Sifting
from analytics.explore.rows_columns import COLUMNS
from analytics.explore.rows_export import EXPORTS, Export, TooManyExportsError
from analytics.explore.selection import Selection
from analytics.view import ZONE, View, local
from api.answers import as_json
from ui.row_words import headers, terms
from ui.words import speaker
from warehouse.errors import WarehouseError, ZhiliError
from warehouse.spreadsheet import MOST_ROWS
from warehouse.takeaway import FORMATS, Speech

log = logging.getLogger("zhili.api")

MOST_BYTES = 200_000
KINDS = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


class RefusedError(ZhiliError):
    """A request that gets a status of its own; `reason` is a word for programs."""

    def __init__(self, status: int, reason: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.status, self.reason, self.more = status, reason, more


def serve_exports(server: Flask) -> None:
    """Adds the addresses to the server."""
    server.add_url_rule("/api/exports", "begin_export", _answered(_begin), methods=["POST"])
    server.add_url_rule("/api/exports/<token>", "export_state", _answered(_state), methods=["GET"])
    server.add_url_rule("/api/exports/<token>", "cancel_export", _answered(_cancel), methods=["DELETE"])
    server.add_url_rule("/api/exports/<token>/file", "export_file", _answered(_file), methods=["GET"])


def _answered(answer: Callable[..., Response]) -> Callable[..., Response]:
    def safely(**place: str) -> Response:
        try:
            return _private(answer(**place))
        except RefusedError as error:
            return _private(as_json({"error": str(error), "reason": error.reason, **error.more}, error.status))
        except HTTPException:
            raise
        except WarehouseError as error:
            return _private(as_json({"error": str(error), "reason": "warehouse"}, 503))
        except ZhiliError as error:
            return _private(as_json({"error": str(error), "reason": "asked"}, 400))
        except Exception:
            log.exception("a request failed")
            return _private(as_json({"error": "The answer failed; the server's log says why.", "reason": "fault"}, 500))

    return safely


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _begin() -> Response:
    _check_it_is_from_here()
    asked = _body()
    kind, lang = asked.get("format"), "en" if asked.get("lang") == "en" else "zh"
    if kind not in FORMATS:
        raise RefusedError(400, "asked", f"format is one of {', '.join(FORMATS)}.")
    view, selection = _view(asked.get("query", {}))
    sifting = Sifting.from_models(asked.get("sort"), asked.get("filter"))
    total = row_count(view, selection, sifting.conditions)
    if kind == "xlsx" and total > MOST_ROWS:
        raise RefusedError(
            422,
            "too_long",
            f"An Excel sheet holds {MOST_ROWS:,} rows, and there are {total:,}.",
            total=total,
            most=MOST_ROWS,
        )
    export = Export(kind, file_name(view, lang, kind), total)
    speech = Speech(str(ZONE), headers(speaker(lang), tuple(COLUMNS)), terms(lang, source_names(view.as_of)))
    try:
        EXPORTS.begin(view, selection, sifting, export, speech)
    except TooManyExportsError as error:
        raise RefusedError(429, "too_many", str(error)) from error
    return as_json(_said(export), 202)


def _check_it_is_from_here() -> None:
    """A page of another site can make a browser send a form, but neither JSON nor these headers."""
    if request.mimetype != "application/json":
        raise RefusedError(415, "asked", "The request is JSON (Content-Type: application/json).")
    _check_its_site()


def _check_its_site() -> None:
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none") or (
        origin is not None and urlsplit(origin).netloc != request.host
    ):
        raise RefusedError(403, "elsewhere", "Files are begun and stopped from our own pages.")


def _body() -> Mapping[str, Any]:
    if (request.content_length or 0) > MOST_BYTES:
        raise RefusedError(413, "asked", f"The request has more than {MOST_BYTES:,} bytes.")
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        raise RefusedError(400, "asked", "The request is a JSON object: format, lang, query, sort, filter.")
    return asked


def _view(query: object) -> tuple[View, Selection]:
    if not isinstance(query, dict) or not all(isinstance(value, str) for value in query.values()):
        raise RefusedError(400, "asked", "query holds what stands in the page's address, as texts.")
    view = View.from_query(query)
    return view, Selection.from_text(query.get("sel")).known_to(view)


def file_name(view: View, lang: str, format: str) -> str:
    """Name of the file: what it holds, its days, and the version of the data."""
    say = speaker(lang)
    first, last = local(view.since), local(view.until - timedelta(seconds=1))
    parts = (
        say("explore_rows.file_name"),
        f"{first:%Y-%m-%d}",
        f"{last:%Y-%m-%d}",
        say("explore_rows.version", n=view.snapshot),
    )
    return f"{'_'.join(parts)}.{format}"


def _found(token: str) -> Export:
    export = EXPORTS.find(token)
    if export is None:
        raise RefusedError(404, "gone", "There is no such file (any more): files are kept for an hour.")
    return export


def _said(export: Export) -> dict[str, object]:
    return {name: getattr(export, name) for name in ("token", "state", "name", "written", "total", "message")}


def _state(token: str) -> Response:
    return as_json(_said(_found(token)))


def _cancel(token: str) -> Response:
    _check_its_site()
    export = _found(token)
    export.cancel()
    return as_json(_said(export))


def _file(token: str) -> Response:
    export = _found(token)
    if export.state != "done":
        raise RefusedError(409, export.state, "The file is not ready.")
    return send_file(export.path, mimetype=KINDS[export.format], as_attachment=True, download_name=export.name)
