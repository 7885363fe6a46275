"""`/wall`: a light page of its own, without Dash; `GET /wall/data/<scene>` answers each wall the same bytes, made once for all.

What a scene shows depends on the snapshot, on the newest event of the warnings, on the risk map and on which source is stale: while these
stay, so does the answer, and a wall that has it gets 304.
"""

import gzip
import hashlib
import time
from collections.abc import Hashable
from dataclasses import replace
from functools import lru_cache

import orjson
from flask import Flask, Response, abort, render_template_string, request

from analytics.area import areas, find_area
from analytics.freshness import Freshness, by_source, worst
from analytics.overview import most_overdue_town
from analytics.risk.kept import kept_at
from analytics.view import View, local
from operations.errors import OperationsError
from operations.notices import newest_event
from pages.basemap_routes import ground_or_none
from pages.panels import why
from pages.wall.answers import answered
from pages.wall.blocks import made
from pages.wall.places import RISK_DAYS
from pages.wall.scenes import MOST_OVERDUE, Block, Scene, scenes
from pages.wall.screens import Answer, Screens
from settings import ROOT, settings
from ui.components.shell import WALL
from ui.language import language, theme
from ui.serving import packed_json
from ui.words import Speaker, all_words, speaker
from warehouse.errors import ZhiliError

SCREENS = Screens()
LOOK_SECONDS = 5
"""So long the sources' states and the scenes' files are taken for what they were."""
FRAME = (ROOT / "ui" / "wall.html").read_text(encoding="utf-8")
FILES = (
    "tokens.css",
    "drawn_outlines.js",
    "basemap.js",
    "wall/wall.css",
    "wall/wall_map.js",
    "wall/wall_blocks.js",
    "wall/wall.js",
)


def serve_wall(server: Flask) -> None:
    """Adds the page and its data to the server."""
    server.add_url_rule(WALL, "wall", _page)
    server.add_url_rule("/wall/data/<key>", "wall_data", _data)


def _page() -> str:
    lang, found = language(request.args.get("lang")), _scenes(_moment())[0]
    about = {
        "scenes": [{"key": one.key, "seconds": one.seconds, "name": one.name[lang], "question": one.question[lang].replace("{area}", "")} for one in found],
        "playlist": {"scenes": settings().wall_scenes, "seconds": settings().wall_seconds, "pin": settings().wall_pin},
        "review": settings().map_review_number, "ground": ground_or_none(),
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
    """The scene's blocks; 404 for one that is not there, and in their place, in words, why there is none."""
    lang, area = "en" if request.args.get("lang") == "en" else "zh", request.args.get("area", "")[:100]
    known, wrong = _scenes(_moment())
    scene = next((one for one in known if one.key == key), None)
    if scene is None:
        abort(404)
    say = speaker(lang)
    try:
        found = SCREENS.get((settings().home, scene, area, lang), lambda last: _made(scene, area, wrong, lang, last))
        answer = found or _instead(say("wall.waits"))
    except ZhiliError as error:
        answer = _instead(why(error, say))
    sent = Response(status=304) if request.if_none_match.contains(answer.tag) else packed_json(answer.body)
    sent.set_etag(answer.tag)
    sent.headers["Cache-Control"] = "no-cache"
    return sent


def _instead(words: str) -> Answer:
    return Answer(_packed({"failed": words, "version": _version()}), None, is_whole=False)


def _made(scene: Scene, area: str, wrong: list[str], lang: str, last: Answer | None) -> Answer:
    """The scene's answer, or the last one where nothing that it rests on has changed."""
    view = _view(scene, area)
    sources = _sources(str(settings().home), view.snapshot, _moment())
    mark = (view, sources, _newest_event(), kept_at("", RISK_DAYS), tuple(wrong))
    if last is not None and last.is_whole and last.mark == mark:
        return last
    return _body(view, scene, sources, wrong, mark, lang)


def _view(scene: Scene, asked: str) -> View:
    """The view of a scene: of the area in the address, else of its own, else of the site's; by code or name, or the town that is latest.

    One that nobody knows is `ignored`, and the view is of all areas.
    """
    whole = View.from_query({"period": scene.period})
    wanted = asked or (settings().wall_area if scene.area == MOST_OVERDUE and settings().wall_area else scene.area)
    found = most_overdue_town(whole) if wanted == MOST_OVERDUE else find_area(whole.as_of, wanted)
    if found is None and wanted not in ("", MOST_OVERDUE):
        return replace(whole, ignored=(wanted,))
    return whole if found is None else whole.within(found)


def _newest_event() -> int:
    try:
        return newest_event()
    except OperationsError:
        return -1


def _body(
    view: View, scene: Scene, sources: tuple[Freshness, ...], wrong: list[str], mark: Hashable, lang: str
) -> Answer:
    say, state = speaker(lang), worst(list(sources))
    blocks = {name: _block(block, view, sources, say, lang) for name, block in scene.blocks.items()}
    body = _packed(
        {
            "until": f"{local(view.now):%Y-%m-%d %H:%M}", "state": state, "state_name": say(f"shell.{state}"), "version": _version(),
            "wrong": wrong, "blocks": blocks, "question": _question(scene, view, lang), "answer": _unknown(view, say) + _answer(scene, view, say),
        }
    )  # fmt: skip
    return Answer(body, mark, is_whole=not any("failed" in block for block in blocks.values()))


def _question(scene: Scene, view: View, lang: str) -> str:
    """With the area's name where the question has a place for it."""
    area = areas(view.as_of).get(view.area_id or "")
    name = area.name if area else speaker(lang)("overview.all_areas")
    return scene.question[lang].replace("{area}", name)


def _answer(scene: Scene, view: View, say: Speaker) -> str:
    try:
        return answered(scene, view, say)
    except Exception as error:  # the blocks stand without it
        return why(error, say)


def _unknown(view: View, say: Speaker) -> str:
    """That what is shown is wider than what was asked for."""
    return say("wall.no_area", area=view.ignored[0]) if view.ignored else ""


def _block(block: Block, view: View, sources: tuple[Freshness, ...], say: Speaker, lang: str) -> dict[str, object]:
    about: dict[str, object] = {"kind": block.kind, "title": block.title[lang], "stale": None}
    try:
        return about | made(block, view, sources, say, lang)
    except Exception as error:  # the block says so itself; the others stand
        return about | {"failed": why(error, say)}


def _packed(found: object) -> bytes:
    return gzip.compress(orjson.dumps(found, option=orjson.OPT_SERIALIZE_NUMPY), 6, mtime=0)
