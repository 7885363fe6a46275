"""A second process's hold on the store: as long as it lasts nobody else can write."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another connection, as of another process, has begun to write and does not end."""
    with closing(sqlite3.connect(database, isolation_level=None, check_same_thread=False)) as other:
        other.execute("begin immediate")
        yield
        other.execute("rollback")
