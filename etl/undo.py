"""Taking one load back: its rows go, and what they replaced comes back (docs/decisions/undo-by-snapshots.md)."""

import json

import duckdb

from etl.commit import AUTHOR, transaction
from etl.profile import TABLE_OF_KIND
from etl.relocate import relocate
from settings import settings
from warehouse.connect import CATALOG
from warehouse.errors import ZhiliError
from warehouse.tables import TABLES, Table


class UndoError(ZhiliError):
    """A load cannot be taken back."""


def undo(connection: duckdb.DuckDBPyConnection, load_id: int, who: str = "") -> str:
    """Take load `load_id` back, as one snapshot; returns a line that says what happened. `UndoError` if it cannot be."""
    kind, file = _undoable(connection, load_id)
    with transaction(connection):
        gone, back, kept = _take_back(connection, kind, load_id)
        said = f"已撤销:删 {gone} 行,恢复 {back} 行 / undone: {gone} rows gone, {back} earlier rows back"
        connection.execute("delete from reject where load_id = ?", [load_id])
        connection.execute(
            "update load set status = 'undone', message = ? where load_id = ?",
            [f"{who}: {said}" if who else said, load_id],
        )
        message = json.dumps({"undo": load_id, "file": file, "who": who}, ensure_ascii=False)
        connection.execute(f"call {CATALOG}.set_commit_message(?, ?)", [AUTHOR, message])
    also = f" {kept:,} rows stay, since later loads brought them too." if kept else ""
    return f"Load {load_id} ({file}) is undone: {gone:,} rows gone, {back:,} earlier rows back.{also}"


def _undoable(connection: duckdb.DuckDBPyConnection, load_id: int) -> tuple[str, str]:
    row = connection.execute("select kind, file, status from load where load_id = ?", [load_id]).fetchone()
    if row is None:
        raise UndoError(f"There is no load {load_id}. List them: python -m etl status")
    kind, file, status = row
    if status != "done":
        raise UndoError(f"Load {load_id} ({file}) is {status}: there is nothing to undo.")
    return kind, file


def _take_back(connection: duckdb.DuckDBPyConnection, kind: str, load_id: int) -> tuple[int, int, int]:
    """Rows gone, earlier rows put back, and rows that stay because another load brought them too."""
    table = TABLES[TABLE_OF_KIND[kind]]
    snapshot = _int(connection, f"select snapshot_id from load where load_id = {load_id}")
    held = _int(connection, f"select count(*) from {table.name} where load_id = {load_id}")
    kept = 0
    connection.execute("delete from duplicate where load_id = ?", [load_id])
    connection.execute(f"create or replace temp table back as from {table.name} limit 0")
    connection.execute(
        f"create or replace temp table undone as select load_id, snapshot_id from load"
        f" where status = 'undone' or load_id = {load_id}"
    )
    if table.name == "area":  # a map is replaced as a whole, so its rows come back as a whole
        _map_before(connection, snapshot - 1) if held else None
    else:
        kept = _collect(connection, table, kind, load_id)
    connection.execute(f"delete from {table.name} where load_id = {load_id}")
    connection.execute(f"insert into {table.name} by name from back")
    back = _int(connection, "select count(*) from back") - kept
    if table.name == "area" or (back and _map_has_changed(connection, snapshot - 1)):
        relocate(connection, settings())
    return held - kept, back, kept


def _collect(connection: duckdb.DuckDBPyConnection, table: Table, kind: str, load_id: int) -> int:
    """Fill `back` with the newest state of each of the load's keys that a load in force brought; how many are as now."""
    keys = ", ".join(table.key)
    same = " and ".join(f"w.{name} = p.{name}" for name in table.key)
    connection.execute(
        f"create or replace temp table pending as select {keys}, 0::bigint as before from {table.name} limit 0"
    )
    connection.execute(f"create or replace temp table found as from {table.name} where load_id = {load_id}")
    kept = _settle(connection, table, kind, "true")
    while _int(connection, "select count(*) from pending"):
        snapshot = _int(connection, "select max(before) from pending")
        connection.execute(
            f"""create or replace temp table found as select w.* from {_at(connection, table.name, snapshot)} w
            join pending p on {same} where p.before = {snapshot}"""
        )
        connection.execute(f"delete from pending where before = {snapshot}")
        _settle(connection, table, kind, f"l.snapshot_id <= {snapshot}")
    return kept


def _settle(connection: duckdb.DuckDBPyConnection, table: Table, kind: str, by_then: str) -> int:
    """Sort the rows `found`: into `back`, or, if no load in force brought this state, into `pending`; how many were inherited.

    A row of an undone load goes to the first load in force that brought it again while it stood. All that brought it later
    come after that one, so they inherit in their turn.
    """
    keys = ", ".join(table.key)
    same = " and ".join(f"d.{ours} = f.{name}" for ours, name in zip(("key", "key_at"), table.key, strict=False))
    connection.execute(
        f"""create or replace temp table heir as select {keys}, min(d.load_id) as heir_id
        from found f join undone using (load_id) join duplicate d on {same} and d.load_id > f.load_id
        join load l on l.load_id = d.load_id and l.kind = ? and {by_then} group by {keys}""",
        [kind],
    )
    connection.execute(
        f"""insert into back by name select f.* exclude (heir_id) replace (coalesce(heir_id, load_id) as load_id)
        from (from found left join heir using ({keys})) f
        where heir_id is not null or load_id not in (select load_id from undone)"""
    )
    connection.execute(
        f"""insert into pending select {keys}, snapshot_id - 1 from found join undone using (load_id)
        anti join heir using ({keys})"""
    )
    return _int(connection, "select count(*) from heir")


def _map_before(connection: duckdb.DuckDBPyConnection, snapshot: int) -> None:
    """Fill `back` with the newest earlier map that was not undone; with nothing if there was none."""
    while True:
        old = _at(connection, "area", snapshot)
        row = connection.execute(f"select max(u.snapshot_id) from {old} a join undone u using (load_id)").fetchone()
        if not row or row[0] is None:
            connection.execute(f"insert into back by name from {old}")
            return
        snapshot = int(row[0]) - 1


def _map_has_changed(connection: duckdb.DuckDBPyConnection, snapshot: int) -> bool:
    then = _int(connection, f"select coalesce(max(load_id), 0) from {_at(connection, 'area', snapshot)}")
    return then != _int(connection, "select coalesce(max(load_id), 0) from area")


def _at(connection: duckdb.DuckDBPyConnection, table: str, snapshot: int) -> str:
    """The table as of a snapshot; `UndoError` if that has been expired."""
    kept = _int(connection, f"select count(*) from {CATALOG}.snapshots() where snapshot_id = {snapshot}")
    if not kept:
        raise UndoError(
            f"Snapshot {snapshot} has been expired (expire_snapshots_days), so the rows before this load are gone;"
            " it cannot be undone. Load the earlier exports again instead."
        )
    return f"(from {CATALOG}.{table} at (version => {snapshot}))"


def _int(connection: duckdb.DuckDBPyConnection, question: str) -> int:
    row = connection.execute(question).fetchone()
    return int(row[0]) if row and row[0] is not None else 0
