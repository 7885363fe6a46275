"""How a page's answer reaches the browser: one request a change, answered part by part as each is ready.

A part is a function of what is asked, and of the controls it names, that gives a value for each of its targets, `(id, property)`.
`assets/answers.js` asks the moment a filter changes, beside Dash and not through it, and puts each value in its place.
"""

import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import orjson
from dash import ClientsideFunction, Input, Output, State, clientside_callback, no_update
from dash.development.base_component import Component
from flask import Flask, Response, abort, request

from analytics.answers import see_one_state
from analytics.patience import ask_for, beside
from analytics.view import View
from ui.words import Speaker, speaker

Target = tuple[str, str]
LINES = "application/x-ndjson"
KEPT = "-key"
"""The end of the name of what a part itself has answered before, which the script keeps: nothing of the page's own."""
BESIDE = 2
"""So many threads help those that answer: while one part waits for the warehouse another is made."""
QUICKLY = 1
"""How hard an answer is pressed: it shrinks to a quarter in a millisecond; more takes longer than it saves."""


@dataclass(frozen=True)
class Part:
    """What of a page is answered together: its targets, the controls it looks at, and how it is made."""

    targets: Sequence[Target]
    controls: Sequence[str]
    make: Callable[..., Sequence[Any]]


@dataclass(frozen=True)
class Asking:
    """Who asks, and for what: the `filters` as the browser has them, and what all parts of a page share."""

    filters: dict
    _once: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def view(self) -> View:
        """The view of the filters, made once for all parts, so that all are of one state; `WarehouseError` if there is none."""
        with self._once:
            return self._view

    @cached_property
    def _view(self) -> View:
        return View.from_store(self.filters)

    @property
    def lang(self) -> str:
        """Language of the browser."""
        return "en" if self.filters.get("lang") == "en" else "zh"

    @property
    def say(self) -> Speaker:
        """Words in that language."""
        return speaker(self.lang)

    @property
    def theme(self) -> str:
        """Theme of the browser."""
        return str(self.filters.get("theme") or "dark")

    @property
    def scale(self) -> float:
        """How much a wall enlarges."""
        try:
            return min(8.0, max(0.5, float(self.filters.get("scale") or 1)))
        except (TypeError, ValueError):
            return 1.0


PAGES: dict[str, list[Part]] = {}
"""The parts of each page, in the order in which they are answered."""


def part(page: str, targets: Sequence[Target], controls: Sequence[str] = ()) -> Callable[[Callable], Callable]:
    """Registers `make(asking, *values of the controls)` as the next part of a page.

    It gives a value for every target; `no_update` leaves what is there.
    """

    def register(make: Callable[..., Sequence[Any]]) -> Callable[..., Sequence[Any]]:
        PAGES.setdefault(page, []).append(Part(tuple(targets), tuple(controls), make))
        return make

    return register


def follow(page: str) -> None:
    """Dash tells the script when the page's frame has come, and when the controls of its parts have changed.

    Not when the filters have: the script knows that first, and a callback more costs every change 10 ms.
    """
    controls = dict.fromkeys(name for one in PAGES[page] for name in one.controls if not name.endswith(KEPT))
    clientside_callback(
        ClientsideFunction("answers", "follow"),
        Output(f"{page}-page", "data-asked"),
        Input(f"{page}-page", "id"),
        *[Input(name, "value") for name in controls],
        State("filters", "data"),
    )


def serve_answers(server: Flask) -> None:
    """`POST /answers/<page>` with `filters`, `values` of controls, and, where only controls have `changed`, their names."""

    @server.post("/answers/<page>")
    def answer(page: str) -> Response:
        asked = request.get_json(silent=True)
        if page not in PAGES or not isinstance(asked, dict) or not isinstance(asked.get("filters"), dict):
            abort(400)
        values = asked.get("values") if isinstance(asked.get("values"), dict) else {}
        changed = set(asked["changed"]) if isinstance(asked.get("changed"), list) else set()
        lines = _lines(page, asked["filters"], values, {str(name) for name in changed})
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return Response(lines, mimetype=LINES, headers=headers)
        return Response(_pressed(lines), mimetype=LINES, headers=headers | {"Content-Encoding": "gzip"})


def answer_ahead(page: str, filters: dict) -> None:
    """Make a page's answer before anybody asks, so that what it is made of lies ready."""
    for _ in _lines(page, filters, {}, set()):
        pass


def _lines(page: str, filters: dict, values: dict, changed: set[str]) -> Iterator[bytes]:
    """A line of JSON a part, in their order, each as soon as it is made; all ask for the same browser tab.

    Threads that are free make later parts meanwhile; what none of them has begun this one makes itself when its turn comes.
    """
    asking, context = Asking(filters), copy_context()
    context.run(ask_for, str(filters.get("tab") or ""))
    context.run(see_one_state)
    wanted = [one for one in PAGES[page] if not changed or changed & set(one.controls)]
    begun = [_helpers().submit(_helped, context.copy(), one, asking, values) for one in wanted[1:]]
    try:
        for one, helped in zip(wanted, [None, *begun], strict=False):
            is_mine = helped is None or helped.cancel()
            if line := context.run(_line, one, asking, values) if is_mine else helped.result():
                yield line
    finally:
        for helped in begun:
            helped.cancel()


@lru_cache(maxsize=1)
def _helpers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(BESIDE, thread_name_prefix="part")


def _helped(context: Context, one: Part, asking: Asking, values: dict) -> bytes:
    context.run(beside.set, True)
    return context.run(_line, one, asking, values)


def _line(one: Part, asking: Asking, values: dict) -> bytes:
    """What goes to the browser of a part; empty if nothing does."""
    found = _by_target(one, one.make(asking, *(values.get(name) for name in one.controls)))
    return orjson.dumps(found, default=_plain, option=orjson.OPT_SERIALIZE_NUMPY) + b"\n" if found else b""


def _by_target(one: Part, made: Sequence[Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for (name, key), value in zip(one.targets, made, strict=True):
        if value is not no_update:
            found.setdefault(name, {})[key] = value
    return found


def _plain(value: object) -> object:
    """What JSON does not know: Dash's components, as what they are made of."""
    if isinstance(value, Component):
        return value.to_plotly_json()
    raise TypeError(type(value).__name__)


def _pressed(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The lines compressed, each so that it can be read at once."""
    press = zlib.compressobj(QUICKLY, wbits=31)
    for line in lines:
        yield press.compress(line) + press.flush(zlib.Z_SYNC_FLUSH)
    yield press.flush()
