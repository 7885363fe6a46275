"""How long one question may take: past that DuckDB is told to stop, so that nobody else waits for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from warehouse.errors import ZhiliError


class QuestionTooLongError(ZhiliError):
    """A question took longer than the site allows and was stopped; nothing was changed."""


class QuestionTooBigError(ZhiliError):
    """A question needed more memory than the site allows."""


@contextmanager
def patience(cursor: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """Stops what `cursor` is at after so many seconds; what ran out of time or memory becomes one line with what to do."""
    timer = threading.Timer(seconds, cursor.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
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
