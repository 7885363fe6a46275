"""How the store gets its tables: the migrations that are missing, applied by one process at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from operations.errors import OperationsError
from operations.store import engine, url

MIGRATIONS = Path(__file__).with_name("migrations")
LOCK_NUMBER = 5_137_011_6
"""Any number, the same for every process: PostgreSQL's advisory locks are numbered."""


def bring_up_to_date() -> None:
    """Apply what is missing; nothing happens if nothing is. Several processes may start at once: they wait for each other.

    All of it is one transaction: a process that is ended meanwhile leaves the store as it was.
    """
    try:
        store = engine(url())
        with _alone(store.url.database or "", store.dialect.name), store.begin() as connection:
            if store.dialect.name == "postgresql":
                connection.execute(text("select pg_advisory_xact_lock(:n)"), {"n": LOCK_NUMBER})
            else:  # Python's driver begins no transaction before a statement that makes a table
                connection.exec_driver_sql("begin immediate")
            command.upgrade(configuration(connection), "head")
    except (SQLAlchemyError, OSError) as error:
        raise OperationsError(
            f"The store of what people keep cannot be opened ({' '.join(str(error).split())}). See setting operations."
        ) from error


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for migrating over this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _alone(database: str, dialect: str) -> Iterator[None]:
    """Only one process of this machine at a time, for SQLite: the operating system's lock falls with who held it."""
    if dialect != "sqlite":
        yield
        return
    with Path(f"{database}.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
