"""Where tests live, and how they put rows into a warehouse: a home for as long as a block lasts, frames by the tables' types."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from settings import settings
from warehouse.connect import writer
from warehouse.tables import TABLES


@contextmanager
def living_in(home: Path) -> Iterator[Path]:
    """Within the block this process's settings point to `home`, after it to where they pointed before."""
    before = os.environ.get("ZHILI_HOME")
    os.environ["ZHILI_HOME"] = str(home)
    settings.cache_clear()
    try:
        yield home
    finally:
        os.environ.pop("ZHILI_HOME") if before is None else os.environ.update(ZHILI_HOME=before)
        settings.cache_clear()


def put(frames: Mapping[str, pd.DataFrame], *, instead: bool = False) -> None:
    """Add the rows of each table to the present home's warehouse, or put them `instead` of those there; a column left out is null."""
    with writer() as connection:
        connection.execute("begin")
        for name, frame in frames.items():
            if instead:
                connection.execute(f"delete from {name}")
            columns = [column for column in TABLES[name].columns if column.name in frame]
            typed = ", ".join(f"{column.name}::{column.type} as {column.name}" for column in columns)
            connection.register("rows_", frame)
            connection.execute(f"insert into {name} by name select {typed} from rows_")
            connection.unregister("rows_")
        connection.execute("commit")
