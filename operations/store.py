"""Where the store is, and one session at a time in it: SQLite in this site's home, or PostgreSQL by URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

from operations.errors import OperationsError
from settings import settings

BUSY_SECONDS = 30
"""So long who writes waits for another: on a busy machine one look at a large district writes for seconds."""


def url() -> str:
    """Address of the store as SQLAlchemy reads it."""
    site = settings()
    return site.operations or f"sqlite:///{site.home / 'operations.sqlite'}"


@lru_cache(maxsize=4)
def engine(address: str) -> Engine:
    """The connections of this process to the store at `address`; `OperationsError` if it names no database we know."""
    try:
        parts = make_url(address)
        if parts.get_backend_name() == "sqlite":
            return _sqlite(address, parts.database)
        if parts.get_backend_name() == "postgresql":
            return create_engine(parts.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except ArgumentError as error:
        raise OperationsError(f"Setting operations is no database URL ({error}). See docs/settings.md") from error
    raise OperationsError(f"Setting operations: {parts.get_backend_name()} is neither postgresql nor sqlite.")


def _sqlite(address: str, database: str | None) -> Engine:
    """SQLite in WAL mode, so that who reads never waits for who writes."""
    Path(database or ".").parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(address, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(made, "connect")
    def prepare(connection, _record) -> None:  # type: ignore[no-untyped-def]
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma foreign_keys = on")

    return made


@contextmanager
def session() -> Iterator[Session]:
    """One transaction: kept if the block ends well, undone if not; what the database says becomes one line."""
    try:
        with Session(engine(url()), expire_on_commit=False) as opened, opened.begin():
            yield opened
    except SQLAlchemyError as error:
        cause = " ".join(str(getattr(error, "orig", None) or error).split())
        raise OperationsError(f"What people keep cannot be read or written now: {cause}") from error
    except OSError as error:
        raise OperationsError(f"{error.filename}: {error.strerror}; the store of saved views lies there.") from error
