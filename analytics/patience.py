"""How long one question may take: past that, or when nobody waits for it any more, DuckDB is told to stop."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
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


@contextmanager
def patience(cursor: duckdb.DuckDBPyConnection, seconds: float, underway: Underway) -> Iterator[None]:
    """Stops what `cursor` is at after so many seconds; what ran out of time or memory becomes one line with what to do."""
    timer = threading.Timer(seconds, cursor.interrupt)
    timer.daemon = True
    timer.start()
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
        timer.cancel()
