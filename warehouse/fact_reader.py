"""How a process of many threads asks lake and facts together: always of one state, and never waiting long for a new one."""

import logging
import threading
import time

import duckdb

from settings import settings
from warehouse import facts
from warehouse.connect import CATALOG, Reader, lake_folder, quoted
from warehouse.errors import ZhiliError
from warehouse.facts import State

log = logging.getLogger("zhili.facts")

SMALL_ROWS = 500_000
"""Facts of so many incidents are made while the one who asks waits: half a second."""
STATES_AT_MOST = 10_000
TRY_AGAIN_SECONDS = 10.0
"""So long after facts could not be made it is not tried again."""
LOOKED_SECONDS = 1.0
"""So long the newest snapshot is taken for granted if the catalog's files have not changed since."""


class FactReader(Reader):
    """A `Reader` whose cursors also know `incident_fact`, of the same state as the tables beside it.

    After a large load the facts are made in the background, and the snapshot before stays the newest one until they are
    there: whoever asks sees the district of half a minute ago at once rather than the newest one late.
    """

    def __init__(self, threads: int = 2, memory: str = "2GB") -> None:
        super().__init__(threads, memory)
        self._shown: int | None = None
        self._newest = 0
        self._try_again_at = 0.0
        self._looked: tuple[object, float] = (None, 0.0)
        self._states: dict[int, State] = {}
        self._making: threading.Thread | None = None
        self._ready = threading.Lock()
        self._threads = threading.local()

    def snapshot_id(self) -> int:
        """Number of the newest snapshot whose facts are there."""
        looked = _catalog_files()
        before, since = self._looked
        if self._shown is not None and looked and looked == before and time.monotonic() - since < LOOKED_SECONDS:
            return self._shown
        with self._ready:
            self._show(super().snapshot_id())
            self._looked = (looked if self._making is None else None, time.monotonic())
        return self._shown or 0

    def cursor(self, as_of: int | None = None) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for the calling thread, at the snapshot that is shown, or at `as_of`."""
        return self._cursor_on(self._databases(as_of))

    def thread_cursor(self, as_of: int | None = None, only_facts: bool = False) -> duckdb.DuckDBPyConnection:
        """The same, used by this thread again and again, which saves 2 ms: fetch an answer before you ask for the next.

        `only_facts` knows nothing but `incident_fact` and its `area`. A statement where the lake is in sight looks every name up in its
        catalog too, which takes as long as many a count.
        """
        databases = self._databases(as_of, only_facts)
        name = "facts" if only_facts else "both"
        kept, mine = getattr(self._threads, name, ("", None))
        if mine is None or kept != databases:
            mine = self._cursor_on(databases)
            setattr(self._threads, name, (databases, mine))
        return mine

    def _databases(self, as_of: int | None, only_facts: bool = False) -> str:
        """Where names are looked for: the lake at a snapshot, and the facts of the same state."""
        shown = self.snapshot_id()
        at = shown if as_of is None else as_of
        pinned = None if at == self._newest else at
        facts_there = self._facts_at(at)
        if only_facts:
            return f"{facts_there}.main"
        with self._lock:
            return f"{self._catalog_at(pinned)}.main,{facts_there}.main"

    def _cursor_on(self, databases: str) -> duckdb.DuckDBPyConnection:
        with self._lock:
            cursor = self._connection.cursor()
            cursor.execute(f"set search_path = '{databases}'")
        return cursor

    def _show(self, newest: int) -> None:
        self._newest = newest
        if newest == self._shown:
            return
        if self._making is not None:
            if self._making.is_alive():
                return
            self._making = None
        if self._shown is None:
            self._facts_at(newest)
            self._shown = newest
        elif time.monotonic() < self._try_again_at:
            return
        elif self._is_there(newest) or self._rows() <= SMALL_ROWS:
            self._show_if_it_can_be_made(newest)
        else:
            self._making = threading.Thread(target=self._make, args=(newest,), daemon=True)
            self._making.start()

    def _show_if_it_can_be_made(self, newest: int) -> None:
        try:
            self._facts_at(newest)
            self._shown = newest
        except ZhiliError as error:
            self._failed(error)

    def _make(self, snapshot_id: int) -> None:
        try:
            facts.make(self._state(snapshot_id), snapshot_id)
        except ZhiliError as error:
            self._failed(error)

    def _failed(self, error: ZhiliError) -> None:
        """What was shown before goes on being shown, and says how old it is."""
        log.error("%s", error)
        self._try_again_at = time.monotonic() + TRY_AGAIN_SECONDS

    def _is_there(self, snapshot_id: int) -> bool:
        return self._state(snapshot_id).path(settings()).exists()

    def _rows(self) -> int:
        row = self._lake().execute(f"select count(*) from {CATALOG}.incident").fetchone()
        return int(row[0]) if row else 0

    def _state(self, snapshot_id: int) -> State:
        if snapshot_id not in self._states:
            if len(self._states) > STATES_AT_MOST:
                self._states.clear()
            self._states[snapshot_id] = facts.state_at(self._lake(), snapshot_id)
        return self._states[snapshot_id]

    def _facts_at(self, snapshot_id: int) -> str:
        """The name under which the facts of a snapshot are attached; they are made now if they are nowhere."""
        state = self._state(snapshot_id)
        alias = _alias(state)
        try:
            self._open(alias, state, snapshot_id)
        except duckdb.Error as error:  # they are made of the lake: what is damaged is made anew
            log.error("%s cannot be opened and is made anew: %s", state.path(settings()), error)
            state.path(settings()).unlink(missing_ok=True)
            self._open(alias, state, snapshot_id)
        return alias

    def forget(self, as_of: int | None = None) -> None:
        """Let go of a state's facts and of their file: it cannot be read any more, and the next who asks makes it anew."""
        state = self._state(self.snapshot_id() if as_of is None else as_of)
        alias = _alias(state)
        with self._lock:
            if self._attached.pop(alias, alias) is None:
                self._connection.execute(f"detach {alias}")
            state.path(settings()).unlink(missing_ok=True)
        self._threads = threading.local()

    def _open(self, alias: str, state: State, snapshot_id: int) -> None:
        path = state.path(settings()) if alias in self._attached else facts.make(state, snapshot_id)
        with self._lock:
            self._attach(alias, f"attach {quoted(str(path))} as {alias} (read_only)")

    def prepare(self) -> None:
        """Make the facts of the newest snapshot, so that nobody who asks has to wait for them."""
        newest = super().snapshot_id()
        if not self._is_there(newest):
            facts.make(self._state(newest), newest)


def _alias(state: State) -> str:
    return f"facts_{state.snapshot_id}_{state.made_at_us}"


def _catalog_files() -> tuple[tuple[int, int], ...]:
    """Size and time of the catalog's files: the same as before, and nobody has committed. Empty if it is no file."""
    if settings().catalog:
        return ()
    catalog = lake_folder(settings()) / "catalog.sqlite"
    found = []
    for path in (catalog, catalog.with_name("catalog.sqlite-wal")):
        try:
            stat = path.stat()
            found.append((stat.st_mtime_ns, stat.st_size))
        except FileNotFoundError:
            found.append((0, 0))
    return tuple(found)
