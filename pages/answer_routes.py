"""How a page's answer reaches the browser: one request a change, answered part by part as each is ready.

`assets/answers.js` asks the moment a filter changes, beside Dash and not through it, and puts each value in its place.
"""

import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context, copy_context
from functools import lru_cache

from flask import Flask, Response, abort, g, request

from analytics.answers import see_one_state
from analytics.patience import ask_for, beside
from pages.ahead import AHEAD
from pages.answering import PAGES, QUICKLY, Asking, Part, is_ready, line_of

ANSWERS = "/answers/"
LINES = "application/x-ndjson"
BESIDE = 2
"""So many threads help those that answer: while one part waits for the warehouse another is made."""


def serve_answers(server: Flask) -> None:
    """`POST /answers/<page>` with `filters`, `values` of controls, and, where only controls have `changed`, their names."""
    _stand_back_for_all(server)

    @server.post(f"{ANSWERS}<page>")
    def answer(page: str) -> Response:
        asked = request.get_json(silent=True)
        if page not in PAGES or not isinstance(asked, dict) or not isinstance(asked.get("filters"), dict):
            abort(400)
        values = asked.get("values") if isinstance(asked.get("values"), dict) else {}
        changed = set(asked["changed"]) if isinstance(asked.get("changed"), list) else set()
        lines = _lines(page, Asking(asked["filters"], values), {str(name) for name in changed})
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return Response(lines, mimetype=LINES, headers=headers)
        return Response(_pressed(lines), mimetype=LINES, headers=headers | {"Content-Encoding": "gzip"})


def _stand_back_for_all(server: Flask) -> None:
    """Whatever is asked of the process, nothing is made ahead meanwhile."""

    @server.before_request
    def stand_back() -> None:
        if not request.path.startswith(ANSWERS):  # these say themselves what they are about
            AHEAD.stand_back()
            g.stands_back = True

    @server.teardown_request
    def go_on(_error: BaseException | None) -> None:
        if g.pop("stands_back", False):
            AHEAD.go_on()


def _lines(page: str, asking: Asking, changed: set[str]) -> Iterator[bytes]:
    """A line of JSON a part, in their order, each as soon as it is made; all ask for the same browser tab.

    Threads that are free make later parts meanwhile; what none of them has begun this one makes itself when its turn comes.
    """
    context = copy_context()
    context.run(ask_for, str(asking.filters.get("tab") or ""))
    context.run(see_one_state)
    wanted = [one for one in PAGES[page] if not changed or changed & set(one.controls)]
    with AHEAD.answering(page, asking):
        missing = [one for one in wanted if not context.run(is_ready, one, asking)]
        begun = {one.name: _helpers().submit(_helped, context.copy(), one, asking) for one in missing[1:]}
        try:
            for one in wanted:
                helped = begun.get(one.name)
                is_mine = helped is None or helped.cancel()
                if line := context.run(line_of, one, asking) if is_mine else helped.result():
                    yield line
        finally:
            for helped in begun.values():
                helped.cancel()


@lru_cache(maxsize=1)
def _helpers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(BESIDE, thread_name_prefix="part")


def _helped(context: Context, one: Part, asking: Asking) -> bytes:
    context.run(beside.set, True)
    return context.run(line_of, one, asking)


def _pressed(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The lines compressed, each so that it can be read at once."""
    press = zlib.compressobj(QUICKLY, wbits=31)
    for line in lines:
        yield press.compress(line) + press.flush(zlib.Z_SYNC_FLUSH)
    yield press.flush()
