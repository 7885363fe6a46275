"""What can go wrong on the way in or out, each with what to do about it. Caught only at the edges."""

import errno

import duckdb

DISK_IS_FULL = ("No space left", "disk is full", "disk I/O error", "cannot rollback")
"""How DuckDB, DuckLake and SQLite say so; the last one stands where SQLite has given the transaction up by itself."""


class ZhiliError(Exception):
    """Base of every error this project raises on purpose; its text is one line a person can act on."""


class WarehouseError(ZhiliError):
    """The warehouse cannot be opened, written or asked."""


class WriterBusyError(WarehouseError):
    """Another process is writing."""


class QuestionError(WarehouseError):
    """A question is not one read-only statement, or DuckDB refuses it."""


def is_disk_full(error: Exception) -> bool:
    """Whether the disk's being full (or unwritable) is what went wrong, however the parts below us say it."""
    full = isinstance(error, OSError) and error.errno == errno.ENOSPC
    return full or any(sign in str(error) for sign in DISK_IS_FULL)


def one_line(error: Exception) -> str:
    """What went wrong in one line that a person can act on, whatever it was."""
    said = " ".join(str(error).split())
    if is_disk_full(error):
        return "the disk is full or cannot be written, so nothing was changed: make room, then do it again."
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}. Check that the path is right, that it is yours to use, and the disk's room."
    if isinstance(error, ZhiliError | duckdb.Error):
        return said
    return f"{type(error).__name__}: {said[:300]}. Send this line and the command to whoever keeps Zhili."
