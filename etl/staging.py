"""A load in the making: rows gather beside the warehouse, so nothing is half loaded and memory stays bounded."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from etl.records import Reject
from settings import Settings
from warehouse.tables import Table

STAGE = "stage"


@contextmanager
def stage(
    connection: duckdb.DuckDBPyConnection, table: Table, site: Settings, extra: dict[str, str] | None = None
) -> Iterator[Path]:
    """Tables `stage.row` and `stage.reject` for one load, gone when it is over; what a killed load left goes first.

    `extra` columns (name and type) stay on the stage: the warehouse does not keep them.

    They lie in memory and spill to disk beyond DuckDB's memory limit, which is twice as fast as a file of their own.
    """
    clear(site)
    folder = site.work / STAGE
    folder.mkdir(parents=True)
    connection.execute(f"set temp_directory = '{folder / 'spill'}'")
    connection.execute(f"attach ':memory:' as {STAGE}")
    connection.execute("set preserve_insertion_order = false")  # every row knows its line; so all threads may write
    # what is gone in a minute need not be packed: that saves a fifth of a load
    connection.execute("set checkpoint_threshold = '1TB'")
    try:
        types = {c.name: c.type for c in table.columns if c.name != "load_id"} | (extra or {})
        columns = ", ".join(f"{name} {type_}" for name, type_ in types.items())
        connection.execute(f"create table {STAGE}.row (line bigint, reasons varchar[], batch integer, {columns})")
        connection.execute(f"create table {STAGE}.reject (line bigint, text varchar, reasons varchar[])")
        yield folder
    finally:
        connection.execute(f"detach {STAGE}")
        connection.execute("reset preserve_insertion_order")
        connection.execute("reset checkpoint_threshold")
        shutil.rmtree(folder, ignore_errors=True)


def clear(site: Settings) -> None:
    """Remove what a killed load left; only whoever holds the writer's lock may."""
    shutil.rmtree(site.work / STAGE, ignore_errors=True)


def add_rejects(
    connection: duckdb.DuckDBPyConnection, rejects: list[Reject], text: str, reasons: str = "reasons"
) -> None:
    """Keep rejects; `text` and `reasons` are the SQL that masks these columns."""
    if not rejects:
        return
    table = pa.table(
        {
            "line": pa.array([reject.line for reject in rejects], pa.int64()),
            "text": pa.array([reject.text for reject in rejects], pa.string()),
            "reasons": pa.array([list(reject.reasons) for reject in rejects], pa.list_(pa.string())),
        }
    )
    connection.register("rejects", table)
    connection.execute(f"insert into {STAGE}.reject select line, {text}, {reasons} from rejects")
    connection.unregister("rejects")
