"""How the script of `/warnings` asks and acts: plain JSON, never kept by the browser, one line where something fails.

What changes anything is a POST of `application/json`: another site's page cannot send that without being asked first, and this
server gives no such leave.
"""

from collections.abc import Callable, Mapping

from flask import Flask, Response, jsonify, request

from operations.errors import NoSuchWarningError
from pages.panels import why
from pages.warning_acts import act
from pages.warning_list import Asked, extents, listing, pulse, whole_number
from pages.warning_one import one
from pages.warning_outcomes import mute, outcome_tables, try_again, unmute
from pages.warning_preview import PREVIEWS, begin, progress
from pages.warning_rules import change, rules_answer
from ui.words import speaker


def serve_warnings(server: Flask) -> None:
    """Adds the addresses below `/warnings/` to the server."""
    get, post = ["GET"], ["POST"]
    for path, name, answer, methods in (
        ("list", "list", lambda: _answered(lambda: listing(Asked.of(request.args))), get),
        ("extents", "extents", lambda: _answered(lambda: extents(Asked.of(request.args))), get),
        ("pulse", "pulse", lambda: _answered(lambda: pulse(Asked.of(request.args))), get),
        ("outcomes", "outcomes", lambda: _answered(lambda: outcome_tables(_lang())), get),
        ("rules", "rules", lambda: _answered(lambda: rules_answer(_lang())), get),
        ("act", "act", lambda: _posted(lambda asked: act(asked, _lang())), post),
        ("rules/change", "rules_change", lambda: _posted(lambda asked: change(asked, _lang())), post),
        ("preview", "preview", lambda: _posted(lambda asked: begin(asked, _lang())), post),
        ("preview/stop", "preview_stop", lambda: _posted(_stop), post),
        ("mutes/begin", "mutes_begin", lambda: _posted(lambda asked: mute(asked, _lang())), post),
        (
            "mutes/end",
            "mutes_end",
            lambda: _posted(lambda asked: unmute(asked.get("id"), asked.get("by"), _lang())),
            post,
        ),
        ("letters/again", "letters_again", lambda: _posted(lambda asked: try_again(asked.get("id"), _lang())), post),
    ):
        server.add_url_rule(f"/warnings/{path}", f"warnings_{name}", answer, methods=methods)
    server.add_url_rule("/warnings/one", "warnings_one", _one)
    server.add_url_rule("/warnings/preview/<token>", "warnings_progress", _progress)


def _lang() -> str:
    return "en" if request.args.get("lang") == "en" else "zh"


def _one() -> Response:
    """One warning, `?id=`; a number that is none, or of no warning, is said."""
    asked = request.args.get("id", "")

    def made() -> dict[str, object]:
        theme = "light" if request.args.get("theme") == "light" else "dark"
        scale = min(8.0, max(0.5, request.args.get("scale", 1.0, type=float)))
        number = whole_number(asked)
        try:
            return one(number if number is not None else 0, _lang(), theme, scale)
        except NoSuchWarningError:
            return {"missing": speaker(_lang())("warnings.no_such", n=asked[:20])}

    return _answered(made)


def _progress(token: str) -> Response:
    return _answered(lambda: progress(token, _lang()))


def _stop(asked: Mapping[str, object]) -> dict[str, object]:
    PREVIEWS.stop(str(asked.get("token") or ""))
    return {}


def _answered(make: Callable[[], Mapping[str, object]]) -> Response:
    try:
        made = make()
    except Exception as error:  # said in its place on the page
        made = {"failed": why(error, speaker(_lang()))}
    answer = jsonify(made)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _posted(make: Callable[[Mapping[str, object]], Mapping[str, object]]) -> Response:
    try:
        asked = request.get_json(silent=True) if request.is_json else None
    except RecursionError:  # brackets in brackets in brackets
        asked = None
    if not isinstance(asked, dict):
        return Response("Say what is to be done as application/json.\n", 400, mimetype="text/plain")
    return _answered(lambda: make(asked))
