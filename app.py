"""The web process: `build_app()` makes the Dash app, `build_server()` its Flask server, `ready_server()` is what gunicorn runs."""

import gc
import importlib
import logging
import threading
import warnings
from urllib.parse import quote

import dash
import pandas as pd
from dash import Dash, page_container
from flask import Flask, Response, has_request_context, request
from werkzeug.exceptions import RequestEntityTooLarge

from analytics.area import towns
from analytics.patience import beside
from analytics.view import used_categories
from api.routes import serve_api
from api.stopping import serve_stopping
from operations.errors import OperationsError
from operations.migrate import bring_up_to_date
from pages.ahead import AHEAD, make_ready, opened
from pages.answer_routes import serve_answers
from pages.basemap_routes import serve_basemap
from pages.outlines import serve_maps
from pages.report_routes import serve_reports
from pages.risk_routes import serve_risk
from pages.wall.routes import serve_wall
from pages.warning_routes import serve_warnings
from settings import ROOT, settings
from ui.components.shell import WALL, shell
from ui.language import THEMES, language, theme
from ui.serving import send_security_headers, serve_scripts_once_compressed
from ui.words import LANGUAGES, word

log = logging.getLogger("zhili.web")

MOST_BODY_BYTES = 4 * 1024 * 1024
"""What a browser sends is a page's choices; more is refused with 413, however it comes, before it fills the memory."""

FAVICON = '<link rel="icon" type="image/svg+xml" href="data:image/svg+xml,{}">'
"""Within the page: a browser asks for an icon of its own anew with every filter that goes into the address."""


class App(Dash):
    """Dash, whose frame has its title in the language of whoever asks, until the page sets its own."""

    def interpolate_index(self, **parts: str) -> str:
        """As Dash's."""
        lang = language(request.args.get("lang") if has_request_context() else None)
        return super().interpolate_index(**{**parts, "title": word(lang, "shell.title")})


def build_app() -> Dash:
    """The app with its pages and callbacks; nothing has been asked of the warehouse yet."""
    app = App(
        "zhili",
        use_pages=True,
        pages_folder=str(ROOT / "pages"),
        assets_folder=str(ROOT / "assets"),
        assets_path_ignore=["^wall$"],
        title=word("zh", "shell.title"),
        update_title=None,
        compress=True,
        suppress_callback_exceptions=True,
        meta_tags=[
            {"name": "viewport", "content": "width=device-width, initial-scale=1"},
            {"name": "color-scheme", "content": "dark light"},
        ],
    )
    app.index_string = app.index_string.replace(
        "{%favicon%}", FAVICON.format(quote((ROOT / "ui" / "favicon.svg").read_text(encoding="utf-8")))
    )
    importlib.import_module("pages.shell")
    app.layout = lambda: shell(language(), theme(), _navigation(), page_container)
    _refuse_what_is_too_big(app.server)
    serve_scripts_once_compressed(app.server)
    send_security_headers(app.server, app.csp_hashes)
    serve_api(app.server)
    serve_stopping(app.server)
    serve_answers(app.server)
    serve_maps(app.server)
    serve_basemap(app.server)
    serve_warnings(app.server)
    serve_risk(app.server)
    serve_reports(app.server)
    serve_wall(app.server)
    _remember_language_and_theme(app.server)
    _say_what_is_no_page(app.server)
    _answer_what_nobody_foresaw(app.server)
    return app


def _navigation() -> list[tuple[str, str, str]]:
    pages = [page for page in dash.page_registry.values() if page.get("icon")]
    return [*((page["path"], page["name"], page["icon"]) for page in pages), (WALL, "wall.nav", "wall")]


def _refuse_what_is_too_big(server: Flask) -> None:
    """Flask refuses a length that is told; a body sent in pieces it only cuts off, so the cut is looked for here."""
    server.config["MAX_CONTENT_LENGTH"] = MOST_BODY_BYTES

    @server.before_request
    def refuse() -> None:
        in_pieces = request.content_length is None and "Transfer-Encoding" in request.headers
        if in_pieces and len(request.get_data()) >= MOST_BODY_BYTES:
            raise RequestEntityTooLarge


def _remember_language_and_theme(server: Flask) -> None:
    """A language or theme in the address is kept in a cookie, so that the layout, asked next, speaks it."""

    @server.after_request
    def remember(response: Response) -> Response:
        for key, known in (("lang", LANGUAGES), ("theme", THEMES)):
            if response.mimetype == "text/html" and request.args.get(key) in known:
                response.set_cookie(f"zhili_{key}", request.args[key], max_age=31_536_000, samesite="Lax")
        return response


def _say_what_is_no_page(server: Flask) -> None:
    """Dash answers every address with its frame and 200; where no page is, the status says so."""

    @server.after_request
    def find(response: Response) -> Response:
        paths = {WALL, *(page["path"] for page in dash.page_registry.values())}
        is_frame = response.status_code == 200 and response.mimetype == "text/html" and request.method == "GET"
        if is_frame and (request.path.rstrip("/") or "/") not in paths:
            response.status_code = 404
        return response


def _answer_what_nobody_foresaw(server: Flask) -> None:
    @server.errorhandler(500)
    def failed(error: Exception) -> tuple[str, int]:
        log.error("a request failed: %s", error)
        return "Internal error / 程序出错", 500


def _prepare_what_people_keep() -> None:
    """The figures can be seen without it, so its failure is said in the log and in its own panel, and ends nothing."""
    try:
        bring_up_to_date()
    except OperationsError as error:
        log.error("%s", error)


def _keep_names_as_they_are() -> None:
    """Frames here have a few hundred rows, and Arrow's texts cost them a sixth of a page's time. Until pandas 4, which has no
    such choice, and says so at every start unless it is asked not to.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pd.set_option("future.infer_string", False)


def build_server() -> Flask:
    """The server, warm: Dash sets its pages up at the first request, so that one is made here."""
    _keep_names_as_they_are()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s web %(message)s", datefmt="%H:%M:%S")
    _prepare_what_people_keep()
    app = build_app()
    with app.server.test_client() as client:
        client.get("/")
    return app.server


def ready_server() -> Flask:
    """The server that gunicorn runs; beside its first answers it gets ready what whoever asks first would wait for."""
    server = build_server()
    threading.Thread(target=_get_ready, name="ready", daemon=True).start()
    return server


def _get_ready() -> None:
    """Every page as it is opened, for a town, and for a category; then, where the site wishes, what may be asked next."""
    beside.set(True)  # nobody waits for it, so it is not counted among those who ask
    try:
        town = next((area.area_id for area in towns(None)), "")
        category = next(iter(used_categories(None)), "").split("/")[0]
        for filters in ({}, {"area": town}, {"category": category}):
            for step in opened():
                for _ in make_ready(step.turned(**filters)):
                    pass
    except Exception as error:  # nothing is loaded yet, or not readable: whoever asks is told
        log.info("not everything was got ready: %s", error)
    AHEAD.run(settings().answer_ahead, _spare_the_collector)


def _spare_the_collector(thoroughly: bool) -> None:
    """What has been made so far stays: to look through half a million such objects for garbage takes half a second, in which nobody is
    answered. `thoroughly`: they are looked through once more, because much of it may go by now.
    """
    if thoroughly:
        gc.unfreeze()
    gc.collect(2 if thoroughly else 1)
    gc.freeze()


if __name__ == "__main__":
    build_server().run(settings().host, settings().port, threaded=True)
