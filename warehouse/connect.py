"""How to reach the tables: many readers, each as of any snapshot, and one writer at a time."""

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import duckdb

from settings import Settings, settings
from warehouse.errors import WarehouseError, WriterBusyError
from warehouse.growth import grow

CATALOG = "wh"
BUSY_TIMEOUT_MS = 10_000
ATTACHED_AT_MOST = 12
"""So many earlier snapshots, and files of facts, a reader holds open."""
INLINED_ROWS = 500
"""Up to this many rows of one insert stay in the catalog until they are flushed: small writes stay quick."""

_SIGNED: set[Path] = set()
"""Extensions whose signature this process has seen to be good. Looking again costs each connection 65 ms for each of them, four
fifths of what it takes to connect.
"""


def extension_file(name: str) -> Path:
    """The signed DuckDB extension `name` that was installed as a wheel; `WarehouseError` if it was not."""
    spec = find_spec(f"duckdb_extension_{name}")
    if spec is None or spec.origin is None:
        raise WarehouseError(f"DuckDB extension {name} is missing. Run: pip install -r requirements.txt")
    folder = Path(spec.origin).parent / "extensions" / f"v{duckdb.__version__}"
    return folder / f"{name}.duckdb_extension"


def lake_folder(site: Settings) -> Path:
    """Folder of the default catalog and of the Parquet files."""
    return site.home / "lake"


def exists(site: Settings | None = None) -> bool:
    """Whether a warehouse has been made in this home."""
    site = site or settings()
    return bool(site.catalog) or (lake_folder(site) / "catalog.sqlite").exists()


def connect(*, read_only: bool, threads: int | None = None, memory: str | None = None) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with the warehouse attached as `wh` and made the default; nothing is fetched from outside.

    `threads` and `memory` limit DuckDB; readers fail with `WarehouseError` if there is no warehouse yet.
    """
    site = settings()
    if read_only and not exists(site):
        raise WarehouseError(f"No warehouse in {site.home}. Load something first: python -m etl load PATH")
    extensions = tuple(extension_file(name) for name in (catalog_extension(site), "ducklake"))
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "allow_unsigned_extensions": _SIGNED.issuperset(extensions),
        }
    )
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    if threads:
        connection.execute(f"set threads = {int(threads)}")
    if memory:
        connection.execute("set memory_limit = ?", [memory])
    for file in extensions:
        connection.execute(f"load {quoted(str(file))}")
    _SIGNED.update(extensions)
    try:
        connection.execute(attach_sql(site, CATALOG, read_only=read_only))
    except duckdb.Error as error:
        raise WarehouseError(
            f"The warehouse in {site.home} cannot be opened: {' '.join(str(error).split())}"
        ) from error
    connection.execute(f"use {CATALOG}")
    return connection


def catalog_extension(site: Settings) -> str:
    """Which DuckDB extension the catalog needs."""
    return "postgres_scanner" if site.catalog.startswith("postgres:") else "sqlite_scanner"


def attach_sql(site: Settings, alias: str, *, read_only: bool, snapshot_id: int | None = None) -> str:
    """The statement that attaches this site's lake under `alias`, pinned to a snapshot if one is given."""
    folder = lake_folder(site)
    # the catalog remembers where its files were; a home that was moved or restored elsewhere is opened all the same
    options = [f"data_path {quoted(site.files or str(folder / 'files'))}", "override_data_path true"]
    if catalog_extension(site) == "sqlite_scanner":
        options += ["meta_journal_mode 'WAL'", f"meta_busy_timeout {BUSY_TIMEOUT_MS}"]
    if read_only:
        options.append("read_only")
    else:
        folder.mkdir(parents=True, exist_ok=True)
        options.append(f"data_inlining_row_limit {INLINED_ROWS}")
    if snapshot_id is not None:
        options.append(f"snapshot_version {int(snapshot_id)}")
    place = site.catalog or f"sqlite:{folder / 'catalog.sqlite'}"
    return f"attach {quoted('ducklake:' + place)} as {alias} ({', '.join(options)})"


def quoted(text: str) -> str:
    """The text as SQL writes it, where no parameter can stand."""
    return "'" + text.replace("'", "''") + "'"


class Reader:
    """Read-only door to the warehouse for a process of many threads: one DuckDB, one cursor a question.

    Every cursor sees the newest snapshot, or the snapshot it asks for (`as_of`), under bare table names.
    """

    def __init__(self, threads: int = 1, memory: str = "2GB") -> None:
        self._connection = connect(read_only=True, threads=threads, memory=memory)
        self._lock = threading.Lock()
        self._attached: dict[str, None] = {}

    def cursor(self, as_of: int | None = None) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for the calling thread; close it, or let it go, when the answer is read."""
        with self._lock:
            cursor = self._connection.cursor()
            cursor.execute(f"use {self._catalog_at(as_of)}")
        return cursor

    def snapshot_id(self) -> int:
        """Number of the newest snapshot: the version of everything a page shows. Costs about 3 ms."""
        row = self._lake().execute(f"from {CATALOG}.current_snapshot()").fetchone()
        return int(row[0]) if row else 0

    def _lake(self) -> duckdb.DuckDBPyConnection:
        """A cursor that names everything in full."""
        with self._lock:
            return self._connection.cursor()

    def _catalog_at(self, as_of: int | None) -> str:
        if as_of is None:
            return CATALOG
        alias = f"{CATALOG}_{int(as_of)}"
        try:
            self._attach(alias, attach_sql(settings(), alias, read_only=True, snapshot_id=as_of))
        except duckdb.Error as error:
            raise WarehouseError(
                f"There is no snapshot {as_of} (any more). List them: python -m warehouse snapshots"
            ) from error
        return alias

    def _attach(self, alias: str, sql: str) -> None:
        """Attach it if it is not, and let go of what nobody has asked for longest; who still reads that reads on."""
        if alias not in self._attached:
            self._connection.execute(sql)
        self._attached.pop(alias, None)
        self._attached[alias] = None
        while len(self._attached) > ATTACHED_AT_MOST:
            oldest = next(iter(self._attached))
            del self._attached[oldest]
            self._connection.execute(f"detach {oldest}")

    def close(self) -> None:
        """Let go of the warehouse."""
        self._connection.close()


@contextmanager
def writer(memory: str | None = None, wait_seconds: float = 0.0) -> Iterator[duckdb.DuckDBPyConnection]:
    """The one writing connection, its tables made if missing; `WriterBusyError` if another process holds it.

    The operating system's file lock says who writes, so a killed writer never leaves the door shut.
    """
    site = settings()
    site.home.mkdir(parents=True, exist_ok=True)
    with _writer_lock(site.home / "writer.lock", wait_seconds):
        connection = connect(read_only=False, memory=memory)
        try:
            connection.execute("begin")
            grow(connection, CATALOG)
            connection.execute("commit")
            yield connection
        finally:
            connection.close()


@contextmanager
def _writer_lock(path: Path, wait_seconds: float) -> Iterator[IO[str]]:
    deadline = time.monotonic() + wait_seconds
    with path.open("a+") as handle:
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise WriterBusyError("Another load is running. Try again when it has finished.") from None
                time.sleep(0.1)
        yield handle
