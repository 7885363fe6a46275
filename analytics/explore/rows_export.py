"""Rows to take away: a file written by a thread of its own, whose progress can be asked and which can be stopped."""

import logging
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

import duckdb
import pyarrow as pa

from analytics.explore.rows_asked import Sifting
from analytics.explore.rows_columns import COLUMNS
from analytics.explore.rows_sql import rows_sql
from analytics.explore.selection import Selection
from analytics.view import View
from settings import settings
from warehouse.connect import Reader
from warehouse.errors import ZhiliError, one_line
from warehouse.takeaway import PIECES, RowsFile, Speech, rows_file

log = logging.getLogger("zhili.web")

PIECE_ROWS = 20_000
SLICE_ROWS = {"xlsx": 1000}
"""A workbook is written cell by cell, so that it is asked more often whether to go on."""
KEPT_SECONDS = 3600
KEPT_AT_MOST = 20
"""Files of one process; the oldest go first, so that a disk is not filled by asking again and again."""
FORGOTTEN_SECONDS = 300
"""An export whose progress nobody has asked for so long is stopped: whoever wanted it has gone."""
STOP_SECONDS = 10
TOKEN_BYTES = 24


class ExportError(ZhiliError):
    """Rows cannot be taken away now."""


class TooManyExportsError(ExportError):
    """As many files are being written as the site allows."""


class StoppedError(Exception):
    """The export is to stop."""


class Export:
    """One file in the making. `state` is running, done, failed or cancelled; `written` of `total` rows are in it."""

    def __init__(self, format: str, name: str, total: int) -> None:
        self.token, self.format, self.name, self.total = secrets.token_urlsafe(TOKEN_BYTES), format, name, total
        self.written, self.state, self.message = 0, "running", ""
        self.made_at = self.asked_at = time.monotonic()
        self.path = (settings().exports / f"{self.token}.{format}").resolve()
        self._stop, self._cursor, self._thread = threading.Event(), None, None

    _cursor: duckdb.DuckDBPyConnection | None
    _thread: threading.Thread | None

    def start(self, cursor: duckdb.DuckDBPyConnection, sql: str, values: dict[str, object], speech: Speech) -> None:
        """Begin to write what the statement answers."""
        self._cursor = cursor
        self._thread = threading.Thread(target=self._run, args=(sql, values, speech), name="export", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Stop DuckDB, and wait until it has stopped and the file is gone; a finished file goes as well."""
        self._stop.set()
        until = time.monotonic() + STOP_SECONDS
        while self._thread and self._thread.is_alive() and time.monotonic() < until:
            if self._cursor is not None:
                with suppress(duckdb.ConnectionException):  # it has just ended by itself
                    self._cursor.interrupt()  # again and again: one that comes before the statement begins is not heard
            self._thread.join(0.05)
        if self.state != "failed":
            self.state = "cancelled"
        self.path.unlink(missing_ok=True)

    def is_stopped(self) -> bool:
        """Whether the thread that wrote has ended."""
        return self._thread is None or not self._thread.is_alive()

    def _run(self, sql: str, values: dict[str, object], speech: Speech) -> None:
        draft = self.path.with_suffix(".part")
        try:
            self._write(draft, sql, values, speech)
            draft.replace(self.path)
            self.state = "done"
        except (StoppedError, duckdb.InterruptException):
            self.state = "cancelled"
        except Exception as error:
            log.error("an export failed", exc_info=None if isinstance(error, ZhiliError) else error)
            self.state, self.message = "failed", one_line(error)
        finally:
            if self._cursor is not None:
                self._cursor.close()
            draft.unlink(missing_ok=True)

    def _write(self, draft: Path, sql: str, values: dict[str, object], speech: Speech) -> None:
        file: RowsFile | None = None
        try:
            for piece in self._pieces(sql, values):
                file = file or rows_file(self.format, draft, piece.schema, speech)
                file.add(piece)
                self.written += len(piece)
        except BaseException:
            if file is not None:
                with suppress(Exception):  # what went wrong first is what counts
                    file.abandon()
            raise
        if file is not None:
            file.close()

    def _pieces(self, sql: str, values: dict[str, object]) -> Iterator[pa.RecordBatch]:
        """The answer in pieces, an empty one first, so that a file without rows has its header."""
        self._go_on()
        if self._cursor is None:
            raise StoppedError
        reader = self._cursor.execute(sql, values).to_arrow_reader(PIECE_ROWS)
        yield pa.RecordBatch.from_pylist([], reader.schema)
        size = SLICE_ROWS.get(self.format, PIECE_ROWS)
        for piece in reader:
            for start in range(0, len(piece), size):
                self._go_on()
                yield piece.slice(start, size)

    def _go_on(self) -> None:
        if self._stop.is_set() or time.monotonic() - self.asked_at > FORGOTTEN_SECONDS:
            raise StoppedError


class Exports:
    """The files that one process writes and keeps for an hour."""

    def __init__(self) -> None:
        self._known: dict[str, Export] = {}
        self._lock = threading.Lock()

    def begin(self, view: View, selection: Selection, sifting: Sifting, export: Export, speech: Speech) -> None:
        """Begin to write the export's rows. `TooManyExportsError` if as many are being written as the site allows."""
        self.tidy()
        with self._lock:
            running = len(self._running())
            if running >= settings().exports_at_once:
                raise TooManyExportsError(f"{running} files are being written already. Try again when one is ready.")
            settings().exports.mkdir(parents=True, exist_ok=True)
            asked = rows_sql(view, selection, sifting, tuple(COLUMNS.values()))
            export.start(
                _reader(str(settings().home), settings().catalog).cursor(view.snapshot),
                asked.sql,
                asked.values,
                speech,
            )
            self._known[export.token] = export

    def find(self, token: str) -> Export | None:
        """The export of this token, whose asking keeps it going."""
        self.tidy()
        found = self._known.get(token)
        if found is not None:
            found.asked_at = time.monotonic()
        return found

    def forget(self, token: str) -> None:
        """Stop it, if it still goes on, and remove its file."""
        export = self._known.get(token)
        if export is not None:
            export.cancel()

    def tidy(self) -> None:
        """Remove what is older than an hour, of this process and of those before it, and the oldest of too many."""
        with self._lock:
            ended = sorted((e for e in self._known.values() if e.is_stopped()), key=lambda e: e.made_at)
            old = [e for e in ended if time.monotonic() - e.made_at > KEPT_SECONDS]
            for export in {e.token: e for e in [*old, *ended[:-KEPT_AT_MOST]]}.values():
                export.path.unlink(missing_ok=True)
                del self._known[export.token]
            running = self._running()
        for path in settings().exports.glob("*"):
            with suppress(OSError):
                if path.name.partition(".")[0] in running or time.time() - path.stat().st_mtime <= KEPT_SECONDS:
                    continue  # an age says nothing of a file in the making: zip writers date their pieces back
                if path.is_file():
                    path.unlink()
                elif path.suffix == PIECES:
                    shutil.rmtree(path, ignore_errors=True)

    def _running(self) -> set[str]:
        return {token for token, export in self._known.items() if not export.is_stopped()}


@lru_cache(maxsize=1)
def _reader(home: str, _catalog: str) -> Reader:
    """A DuckDB of its own, with its own memory, so that a long sort takes nothing from the pages; the rest goes to disk."""
    reader = Reader(threads=1, memory=settings().export_memory)
    reader.cursor().execute("set temp_directory = ?", [str(Path(home) / "exports" / "spill")])
    return reader


EXPORTS = Exports()
