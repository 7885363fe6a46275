"""`/wall`: a light page of its own, without Dash; `GET /wall/data/<scene>` answers each wall the same bytes, made once for all.

What a scene shows depends on the snapshot, on the newest event of the warnings and on which source is stale: while these stay, so does
the answer, and a wall that has it gets 304.
"""

import gzip
import hashlib
import time
from functools import lru_cache

import orjson
from flask import Flask, Response, abort, render_template_string, request

from analytics.answers import reckoning
from analytics.freshness import Freshness, by_source, worst
from analytics.view import View, local
from operations.errors import OperationsError
from operations.notices import unread
from pages.panels import why
from pages.wall_blocks import made, stale_since
from pages.wall_scenes import Scene, scenes
from settings import ROOT, settings
from ui.language import language, theme
from ui.words import Speaker, all_words, speaker
from warehouse.errors import WarehouseError

JSON = "application/json"
WALL = "/wall"
LOOK_SECONDS = 5
"""So long the sources' states and the scenes' files are taken for what they were."""
FRAME = (ROOT / "ui" / "wall.html").read_text(encoding="utf-8")
FILES = ("drawn_outlines.js", "wall/wall.css", "wall/wall_map.js", "wall/wall_blocks.js", "wall/wall.js")


def serve_wall(server: Flask) -> None:
    """Adds the page and its data to the server."""
    server.add_url_rule(WALL, "wall", _page)
    server.add_url_rule("/wall/data/<key>", "wall_data", _data)


def _page() -> str:
    lang, found = language(request.args.get("lang")), _scenes(_moment())[0]
    about = {
        "scenes": [{"key": one.key, "seconds": one.seconds, "name": one.name[lang], "question": one.question[lang]} for one in found],
        "words": {key.removeprefix("wall."): texts[lang] for key, texts in all_words().items() if key.startswith("wall.")},
        "version": _version(), "lang": lang,
    }  # fmt: skip
    return render_template_string(
        FRAME, lang="en" if lang == "en" else "zh-CN", theme=theme(request.args.get("theme")), say=speaker(lang), about=orjson.dumps(about).decode(),
        files=[f"/assets/{name}?m={_stamp(name)}" for name in FILES],
    )  # fmt: skip


def _stamp(name: str) -> int:
    return int((ROOT / "assets" / name).stat().st_mtime)


@lru_cache(maxsize=1)
def _version() -> str:
    """What this process serves: a wall that was made by another one loads itself anew."""
    read = b"".join((ROOT / "assets" / name).read_bytes() for name in FILES) + FRAME.encode()
    return hashlib.sha256(read).hexdigest()[:12]


def _moment() -> int:
    return int(time.monotonic() / LOOK_SECONDS)


@lru_cache(maxsize=2)
def _scenes(_moment: int) -> tuple[list[Scene], list[str]]:
    return scenes()


@lru_cache(maxsize=4)
def _sources(_home: str, _snapshot: int | None, _moment: int) -> tuple[Freshness, ...]:
    return tuple(by_source(None))


def _data(key: str) -> Response:
    """The scene's blocks; 404 for one that is not there, and what failed as words in its place."""
    lang = "en" if request.args.get("lang") == "en" else "zh"
    known, wrong = _scenes(_moment())
    scene = next((one for one in known if one.key == key), None)
    if scene is None:
        abort(404)
    try:
        view = View.from_query({"period": scene.period, "area": request.args.get("area", "")[:40]})
        sources = _sources(str(settings().home), view.snapshot, _moment())
        states = tuple((one.source, one.state) for one in sources)
        body = _body(view, scene, (_newest_event(), states), tuple(wrong), lang)
    except WarehouseError as error:
        return Response(
            gzip.decompress(_packed({"failed": why(error, speaker(lang)), "version": _version()})), mimetype=JSON
        )
    tag = hashlib.sha256(body).hexdigest()[:20]
    answer = Response(status=304) if request.if_none_match.contains(tag) else _sent(body)
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _newest_event() -> int:
    try:
        return unread().newest_event_id
    except OperationsError:
        return -1


def _sent(body: bytes) -> Response:
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = Response(body if packed else gzip.decompress(body), mimetype=JSON)
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


@reckoning
def _body(view: View, scene: Scene, _rests_on: tuple, wrong: tuple[str, ...], lang: str) -> bytes:
    """The answer of a scene, pressed; made anew where any of what it rests on has changed."""
    say, sources = speaker(lang), list(_sources(str(settings().home), view.snapshot, _moment()))
    blocks = {name: _block(name, scene, view, sources, say, lang) for name in scene.blocks}
    state = worst(sources)
    return _packed(
        {
            "until": f"{local(view.now):%Y-%m-%d %H:%M}", "state": state, "state_name": say(f"shell.{state}"), "version": _version(),
            "wrong": wrong, "blocks": blocks,
        }
    )  # fmt: skip


def _block(name: str, scene: Scene, view: View, sources: list[Freshness], say: Speaker, lang: str) -> dict[str, object]:
    block = scene.blocks[name]
    about: dict[str, object] = {"kind": block.kind, "title": block.title[lang], "stale": stale_since(block, sources)}
    try:
        return about | made(block, view, say, lang)
    except Exception as error:  # the block says so itself; the others stand
        return about | {"failed": why(error, say)}


def _packed(found: object) -> bytes:
    return gzip.compress(orjson.dumps(found, option=orjson.OPT_SERIALIZE_NUMPY), 6, mtime=0)
