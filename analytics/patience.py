"""How long one question may take: past that, or when nobody waits for it any more, DuckDB is told to stop."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count
from typing import Any

import duckdb

from warehouse.errors import ZhiliError


class QuestionTooLongError(ZhiliError):
    """A question took longer than the site allows and was stopped; nothing was changed."""


class QuestionTooBigError(ZhiliError):
    """A question needed more memory than the site allows."""


class QuestionStoppedError(ZhiliError):
    """Whoever waited for the answer asked to stop."""

    def __init__(self) -> None:
        super().__init__("Stopped as you asked. Change a filter, or open the page again, to ask anew.")


class QuestionBusyError(ZhiliError):
    """So many long questions are being answered that one more would leave nobody to answer short ones."""

    def __init__(self) -> None:
        super().__init__("Too many long questions are being answered just now. Try again in a moment.")


asker: ContextVar[str] = ContextVar("asker", default="")
"""The browser tab for which this thread asks; empty for programs, which nobody stops."""
asked_at: ContextVar[float] = ContextVar("asked_at", default=0.0)
"""When that tab began to ask: what it has stopped since then is not begun any more."""
above: ContextVar["Underway | None"] = ContextVar("above", default=None)
"""The question for whose sake this thread asks another one."""
beside: ContextVar[bool] = ContextVar("beside", default=False)
"""Whether this thread only helps one that answers a request: then it does not count as a thread of the web process."""
LOOK_SECONDS = 0.1


def ask_for(tab: str) -> None:
    """From here on this thread, or this request, asks for a browser tab."""
    if asker.get() != tab or not asked_at.get():
        asked_at.set(time.monotonic())
    asker.set(tab)


class Underway:
    """A question that is being answered, who waits for it, and how to stop it."""

    def __init__(self) -> None:
        self.answer: Future[Any] = Future()
        self.is_stopped = False
        self.above = above.get()
        self._waiting: list[str] = [asker.get()]
        self._cursor: duckdb.DuckDBPyConnection | None = None
        self._lock = threading.Lock()

    def is_asked_by(self, tab: str) -> bool:
        """Whether this tab waits for it."""
        return tab in self._waiting

    def join(self) -> None:
        """One more waits for the same answer; it will not be stopped under them."""
        with self._lock:
            self._waiting.append(asker.get())

    def wait(self) -> Any:
        """The answer, or `QuestionStoppedError` for a tab that has asked to stop while others go on waiting."""
        mine = asker.get()
        while True:
            try:
                return self.answer.result(LOOK_SECONDS)
            except TimeoutError:
                if not self.answer.done() and mine not in self._waiting:
                    raise QuestionStoppedError from None

    def leave(self, tab: str) -> None:
        """A tab waits no longer."""
        with self._lock:
            self._waiting = [waiting for waiting in self._waiting if waiting != tab]

    def is_wanted(self) -> bool:
        """Whether anybody waits for it, or for what it is asked for the sake of."""
        return bool(self._waiting) or (self.above is not None and self.above.is_wanted())

    def stop(self) -> None:
        """DuckDB stops, now or before it begins."""
        with self._lock:
            self.is_stopped = True
            if self._cursor is not None:
                self._cursor.interrupt()

    @contextmanager
    def asking(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Meanwhile `stop` interrupts `cursor`."""
        with self._lock:
            if self.is_stopped:
                raise QuestionStoppedError
            self._cursor = cursor
        try:
            yield
        finally:
            with self._lock:
                self._cursor = None


class Watch:
    """Interrupts what takes too long: one thread for all questions, since most are over before a thread of their own began."""

    def __init__(self) -> None:
        self._ends: dict[int, tuple[float, duckdb.DuckDBPyConnection]] = {}
        self._numbers = count()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def begin(self, seconds: float, cursor: duckdb.DuckDBPyConnection) -> Callable[[], None]:
        """From now on `cursor` has so many seconds; call what is returned when it is through."""
        number, end = next(self._numbers), time.monotonic() + seconds
        with self._changed:
            is_first = not self._ends or end < min(at for at, _ in self._ends.values())
            self._ends[number] = (end, cursor)
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, daemon=True)
                self._thread.start()
            elif is_first and seconds < LOOK_SECONDS * 10:
                self._changed.notify()
        return lambda: self._over(number)

    def _over(self, number: int) -> None:
        with self._changed:
            self._ends.pop(number, None)

    def _look(self) -> None:
        while True:
            with self._changed:
                now = time.monotonic()
                for number, (end, cursor) in list(self._ends.items()):
                    if end <= now:
                        del self._ends[number]
                        cursor.interrupt()
                next_end = min((end for end, _ in self._ends.values()), default=now + 1)
                self._changed.wait(max(0.001, min(1.0, next_end - now)))


_WATCH = Watch()


@contextmanager
def patience(cursor: duckdb.DuckDBPyConnection, seconds: float, underway: Underway) -> Iterator[None]:
    """Stops what `cursor` is at after so many seconds; what ran out of time or memory becomes one line with what to do."""
    over = _WATCH.begin(seconds, cursor)
    try:
        with underway.asking(cursor):
            yield
    except duckdb.InterruptException as error:
        if underway.is_stopped:
            raise QuestionStoppedError from error
        raise QuestionTooLongError(
            f"The question took longer than {seconds:g} s and was stopped. Ask for a shorter period or a smaller area"
            " (setting question_seconds)."
        ) from error
    except duckdb.OutOfMemoryException as error:
        raise QuestionTooBigError(
            "The question needed more memory than the site allows. Ask for a shorter period or a smaller area"
            " (setting question_memory)."
        ) from error
    finally:
        over()
