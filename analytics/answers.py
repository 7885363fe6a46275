"""How an answer is kept: computed once for all who ask at the same time, under (snapshot, question, parameters).

A snapshot never changes, so an answer kept under its number is never stale; what is oldest in use goes when room is short.
"""

import logging
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from functools import lru_cache, wraps
from typing import Any, Protocol, TypeVar, cast

import duckdb
import numpy as np
import pandas as pd

from analytics.patience import (
    QuestionBusyError,
    QuestionStoppedError,
    Underway,
    above,
    asked_at,
    asker,
    beside,
    patience,
)
from settings import settings
from warehouse.errors import ZhiliError
from warehouse.fact_reader import FactReader

log = logging.getLogger("zhili.web")

Answer = TypeVar("Answer")
Kept = TypeVar("Kept", covariant=True)
ROOM_BYTES, LINES_BYTES = 256 * 2**20, 64 * 2**20
"""Room for what questions found, and for what pages say of it, which is small and asked for again: neither takes the other's."""
OBJECT_BYTES, FRAME_BYTES = 40, 1000
"""About what a cell of a frame takes, numbers and texts together: to weigh each column takes longer than many an answer."""
LONG_SECONDS, SPARE_THREADS = 3.0, 3
"""A question past so many seconds is long, and so many threads of the web process are kept free of long ones."""
STOPPED_AT_MOST = 1000


class Shelf:
    """What is kept in so much room; what is oldest in use goes when it is short."""

    def __init__(self, room_bytes: int) -> None:
        self._room = room_bytes
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self.bytes = 0

    def __contains__(self, key: Hashable) -> bool:
        return key in self._kept

    def take(self, key: Hashable) -> Any:
        """What is kept, which is in use from now on."""
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def put(self, key: Hashable, answer: Any, size: int) -> None:
        """Keep it, if it is not too big for the room."""
        if size > self._room or key in self._kept:
            return
        self._kept[key] = (answer, size)
        self.bytes += size
        while self.bytes > self._room:
            self.bytes -= self._kept.popitem(last=False)[1][1]


class Answers:
    """A bounded store of answers, and of lines made of them; the same question asked twice at once is computed once."""

    def __init__(self, room_bytes: int = ROOM_BYTES, lines_bytes: int = LINES_BYTES) -> None:
        self.answers, self.lines = Shelf(room_bytes), Shelf(lines_bytes)
        self._underway: dict[Hashable, Underway] = {}
        self._stopped_at: dict[str, float] = {}
        self._since: dict[int, float] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[Underway], Answer], shelf: Shelf | None = None) -> Answer:
        """The kept answer, or the one another thread is computing, or a new one. Errors are not kept.

        `QuestionStoppedError` for a tab that has stopped what it asks; `QuestionBusyError` where too many are long at it.
        """
        shelf = shelf or self.answers
        with self._lock:
            if key in shelf:
                return cast("Answer", shelf.take(key))
            self._refuse()
            underway = self._underway.get(key)
            if underway is None or underway.is_stopped:
                underway = mine = self._underway[key] = Underway()
            else:
                underway.join()
                mine = None
        with self._counted():
            return underway.wait() if mine is None else self._compute(key, compute, mine, shelf)

    def _refuse(self) -> None:
        """What was stopped, and what would leave no thread for short questions."""
        outer = above.get()
        if (outer and outer.is_stopped) or self._stopped_at.get(asker.get(), 0.0) > asked_at.get():
            raise QuestionStoppedError
        long = [since for since in list(self._since.values()) if time.monotonic() - since > LONG_SECONDS]
        if outer is None and len(long) >= max(1, settings().web_threads - SPARE_THREADS):
            raise QuestionBusyError

    @contextmanager
    def _counted(self) -> Iterator[None]:
        """Meanwhile this thread counts as one that is at a question."""
        me = threading.get_ident()
        is_outer = not beside.get() and self._since.setdefault(me, now := time.monotonic()) == now
        try:
            yield
        finally:
            if is_outer:
                self._since.pop(me, None)

    def stop(self, tab: str) -> int:
        """A browser tab waits for nothing any more; returns for how many answers it did."""
        with self._lock:
            self._stopped_at[tab] = time.monotonic()
            while len(self._stopped_at) > STOPPED_AT_MOST:
                self._stopped_at.pop(next(iter(self._stopped_at)))
            every = list(self._underway.values())
        left = [underway for underway in every if underway.is_asked_by(tab)]
        for underway in left:
            underway.leave(tab)
        for underway in every:
            if not underway.is_wanted():
                underway.stop()
        return len(left)

    def _compute(self, key: Hashable, compute: Callable[[Underway], Answer], mine: Underway, shelf: Shelf) -> Answer:
        outer = above.set(mine)
        try:
            answer = compute(mine)
        except BaseException as error:
            mine.answer.set_exception(error)
            raise
        else:
            self.keep(key, answer, shelf)
            mine.answer.set_result(answer)
            return answer
        finally:
            above.reset(outer)
            with self._lock:
                if self._underway.get(key) is mine:
                    del self._underway[key]

    def has(self, key: Hashable, shelf: Shelf | None = None) -> bool:
        """Whether the answer is kept."""
        return key in (shelf or self.answers)

    def keep(self, key: Hashable, answer: Any, shelf: Shelf | None = None) -> None:
        """Keep an answer, and let go of the oldest ones for its room."""
        size = size_of(answer)
        with self._lock:
            (shelf or self.answers).put(key, answer, size)


def size_of(answer: Any) -> int:
    """About how many bytes an answer takes."""
    if isinstance(answer, pd.DataFrame):
        return FRAME_BYTES + OBJECT_BYTES * answer.shape[0] * answer.shape[1]
    if isinstance(answer, np.ndarray):
        return int(answer.nbytes) + 100
    if is_dataclass(answer):
        return size_of([getattr(answer, part.name) for part in fields(answer)])
    if isinstance(answer, dict):
        return 1000 + sum(size_of(part) for part in answer.values())
    if isinstance(answer, (list, tuple)):
        return 1000 + sum(size_of(part) for part in answer)
    return sys.getsizeof(answer)


@lru_cache(maxsize=1)
def _reader(_home: str) -> FactReader:
    return FactReader(threads=2, memory=settings().question_memory)


def reader() -> FactReader:
    """The one door of this process to the warehouse; `WarehouseError` while there is none."""
    return _reader(f"{settings().home}|{settings().catalog}")


_seen: ContextVar[int | None] = ContextVar("seen", default=None)


def see_one_state() -> None:
    """From here on in this context the newest snapshot stays the same one: all parts of one answer are of one state, and it is looked for once."""
    with suppress(ZhiliError):  # no warehouse yet: whoever asks says so
        _seen.set(reader().snapshot_id())


def newest_snapshot() -> int:
    """Number of the newest snapshot, or of the one that this context sees."""
    return _seen.get() or reader().snapshot_id()


def cursor(as_of: int | None) -> duckdb.DuckDBPyConnection:
    """A cursor for one question, as of a snapshot if one is given."""
    return reader().cursor(as_of)


_ANSWERS = Answers()


class Question(Protocol[Kept]):
    """What `question` makes of a function."""

    def __call__(self, view: Any, *more: Hashable) -> Kept:
        """The answer, kept or new."""

    def is_kept(self, view: Any, *more: Hashable) -> bool:
        """Whether the answer is there."""

    def keep(self, answer: Any, view: Any, *more: Hashable) -> None:
        """Keep an answer that came together with others."""


def question(ask: Callable[..., Answer]) -> Question[Answer]:
    """Keeps the answers of `ask(cursor, view, *more)`; the result is called as `ask(view, *more)`.

    `view` is a View, or a snapshot number or None for questions that know no filter. Answers are shared: do not change them.
    A question that takes longer, or needs more memory, than the site allows is stopped and raises a `ZhiliError`.
    """
    return _question(ask, lambda *_: False)


def fact_question(ask: Callable[..., Answer]) -> Question[Answer]:
    """The same for what asks nothing but the facts, `incident_fact` and their `area`: planned in half the time."""
    return _question(ask, lambda *_: True)


def metric_question(ask: Callable[..., Answer]) -> Question[Answer]:
    """The same for `ask(cursor, view, metric, *more)`, which asks nothing but the facts where the metric counts incidents."""
    return _question(ask, lambda _view, metric, *_: metric.is_fact)


def _question(ask: Callable[..., Answer], only_facts: Callable[..., bool]) -> Question[Answer]:
    def key(view: Any, more: tuple[Hashable, ...]) -> Hashable:
        return (settings().home, _as_of(view) or newest_snapshot(), ask.__module__, ask.__qualname__, view, more)

    @wraps(ask)
    def asked(view: Any, *more: Hashable) -> Answer:
        return _ANSWERS.get(
            key(view, more),
            lambda underway: _again_if_damaged(ask, only_facts(view, *more), underway, view, *more),
        )

    asked.is_kept = lambda view, *more: _ANSWERS.has(key(view, more))  # type: ignore[attr-defined]
    asked.keep = lambda answer, view, *more: _ANSWERS.keep(key(view, more), answer)  # type: ignore[attr-defined]
    return cast("Question[Answer]", asked)


def reckoning(reckon: Callable[..., Answer]) -> Question[Answer]:
    """Keeps what `reckon(view, *more)` makes of other questions' answers; it asks the warehouse nothing itself."""

    def key(view: Any, more: tuple[Hashable, ...]) -> Hashable:
        return (settings().home, _as_of(view) or newest_snapshot(), reckon.__module__, reckon.__qualname__, view, more)

    @wraps(reckon)
    def asked(view: Any, *more: Hashable) -> Answer:
        return _ANSWERS.get(key(view, more), lambda _underway: reckon(view, *more))

    asked.is_kept = lambda view, *more: _ANSWERS.has(key(view, more))  # type: ignore[attr-defined]
    asked.keep = lambda answer, view, *more: _ANSWERS.keep(key(view, more), answer)  # type: ignore[attr-defined]
    return cast("Question[Answer]", asked)


def line(make: Callable[[], bytes], *about: Hashable) -> bytes:
    """What `make()` says of the newest snapshot, kept for all under what it is `about`; it asks questions for what it needs of the warehouse."""
    return _ANSWERS.get((settings().home, newest_snapshot(), *about), lambda _underway: make(), _ANSWERS.lines)


def has_line(*about: Hashable) -> bool:
    """Whether that is there."""
    try:
        return _ANSWERS.has((settings().home, newest_snapshot(), *about), _ANSWERS.lines)
    except ZhiliError:  # no warehouse yet
        return False


def _as_of(view: Any) -> int | None:
    """The snapshot that is asked: the view's own, so that what is kept under its number is of it."""
    return view.snapshot or view.as_of if hasattr(view, "snapshot") else view


def _again_if_damaged(
    ask: Callable[..., Answer], only_facts: bool, underway: Underway, view: Any, *more: Hashable
) -> Answer:
    """The answer; where a file cannot be read, once more, with facts that are made anew."""
    as_of = _as_of(view) or _seen.get()
    try:
        return _patiently(ask, underway, reader().thread_cursor(as_of, only_facts), view, *more)
    except duckdb.IOException as error:
        log.error("a file cannot be read, the facts are made anew: %s", error)
        reader().forget(as_of)
        return _patiently(ask, underway, reader().thread_cursor(as_of, only_facts), view, *more)


def _patiently(ask: Callable[..., Answer], underway: Underway, mine: duckdb.DuckDBPyConnection, *about: Any) -> Answer:
    with patience(mine, settings().question_seconds, underway):
        return ask(mine, *about)


def stop(tab: str) -> int:
    """Stop what this browser tab waits for, unless others wait for it too; returns for how many answers it did."""
    return _ANSWERS.stop(tab) if tab else 0
