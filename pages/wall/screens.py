"""The last answer of every scene that some screen shows: all screens get it at once, and it is looked after beside them.

An answer may take seconds where data have just come in. Screens do not wait for it: they have the one before, which says as of when
it is, and get the new one when they next ask.
"""

import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

log = logging.getLogger("zhili.web")

MOST_KEPT = 200


@dataclass(frozen=True)
class Answer:
    """Bytes for a screen; `mark` is what they rest on, and only those that are `whole` are kept while it stays the same."""

    body: bytes
    mark: Hashable
    is_whole: bool

    @property
    def tag(self) -> str:
        """A name made of the content."""
        return hashlib.sha256(self.body).hexdigest()[:20]


Make = Callable[[Answer | None], Answer]
"""Makes an answer anew, or gives back the last one if what it rests on has not changed."""


class Screens:
    """`look_seconds`: so long an answer is taken for the newest; `wait_seconds`, `first_seconds`: so long a screen waits for a newer one, or for its first."""

    def __init__(self, look_seconds: float = 1.0, wait_seconds: float = 0.15, first_seconds: float = 5.0) -> None:
        self._look_seconds, self._wait_seconds, self._first_seconds = look_seconds, wait_seconds, first_seconds
        self._kept: OrderedDict[Hashable, tuple[Answer, float]] = OrderedDict()
        self._looking: dict[Hashable, Future[Answer]] = {}
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(2, "wall")

    def get(self, key: Hashable, make: Make) -> Answer | None:
        """The newest answer there is; None if there is none so far. What `make` raises is raised."""
        with self._lock:
            last, at = self._kept.get(key, (None, 0.0))
            if last is not None and time.monotonic() - at < self._look_seconds:
                return last
            looking = self._looking.get(key)
            if looking is None:
                looking = self._looking[key] = self._pool.submit(self._look, key, make, last)
        try:
            return looking.result(self._first_seconds if last is None else self._wait_seconds)
        except TimeoutError:
            return last

    def _look(self, key: Hashable, make: Make, last: Answer | None) -> Answer:
        try:
            answer = make(last)
            with self._lock:
                self._kept[key] = (answer, time.monotonic())
                self._kept.move_to_end(key)
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            return answer
        except Exception as error:
            log.error("the wall, %s: %s", key, error)
            raise
        finally:
            with self._lock:
                self._looking.pop(key, None)
