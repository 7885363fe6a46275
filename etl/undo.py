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
    table = TABLES[TABLE_OF_KIND[kind]]
    with transaction(connection):
        gone, back = _take_back(connection, table, load_id)
        said = f"已撤销:删 {gone} 行,恢复 {back} 行 / undone: {gone} rows gone, {back} earlier rows back"
        connection.execute("delete from reject where load_id = ?", [load_id])
        connection.execute(
            "update load set status = 'undone', message = ? where load_id = ?",
            [f"{who}: {said}" if who else said, load_id],
        )
        message = json.dumps({"undo": load_id, "file": file, "who": who}, ensure_ascii=False)
        connection.execute(f"call {CATALOG}.set_commit_message(?, ?)", [AUTHOR, message])
    said = f"Load {load_id} ({file}) is undone: {gone:,} rows gone, {back:,} earlier rows back."
    return said + _also_delivered(connection, load_id)


def _also_delivered(connection: duckdb.DuckDBPyConnection, load_id: int) -> str:
    """Later files of the source that held rows which were there already: what they shared with this one went with it."""
    rows = connection.execute(
        """select load_id, file from load where status = 'done' and rows_duplicate > 0 and load_id > ?
        and kind <> 'areas' and source = (select source from load where load_id = ?) order by load_id""",
        [load_id, load_id],
    ).fetchall()
    if not rows:
        return ""
    few = ", ".join(f"{file} (load {number})" for number, file in rows[:5]) + (" …" if len(rows) > 5 else "")
    return f" Rows that came again later went with it: load these once more to have them back: {few}."


def _undoable(connection: duckdb.DuckDBPyConnection, load_id: int) -> tuple[str, str]:
    row = connection.execute("select kind, file, status from load where load_id = ?", [load_id]).fetchone()
    if row is None:
        raise UndoError(f"There is no load {load_id}. List them: python -m etl status")
    kind, file, status = row
    if status != "done":
        raise UndoError(f"Load {load_id} ({file}) is {status}: there is nothing to undo.")
    return kind, file


def _take_back(connection: duckdb.DuckDBPyConnection, table: Table, load_id: int) -> tuple[int, int]:
    """Rows deleted and rows put back."""
    keys = ", ".join(table.key)
    snapshot = _int(connection, f"select snapshot_id from load where load_id = {load_id}")
    connection.execute(f"create or replace temp table back as from {table.name} limit 0")
    connection.execute(
        f"create or replace temp table undone as select load_id, snapshot_id from load"
        f" where status = 'undone' or load_id = {load_id}"
    )
    if table.name == "area":  # a map is replaced as a whole, so its rows come back as a whole
        in_force = _int(connection, f"select count(*) from area where load_id = {load_id}")
        _map_before(connection, snapshot - 1) if in_force else None
    else:
        connection.execute(
            f"create or replace temp table pending as select {keys}, {snapshot - 1} as before"
            f" from {table.name} where load_id = {load_id}"
        )
        _collect(connection, table)
    gone = _int(connection, f"select count(*) from {table.name} where load_id = {load_id}")
    connection.execute(f"delete from {table.name} where load_id = {load_id}")
    connection.execute(f"insert into {table.name} from back")
    back = _int(connection, "select count(*) from back")
    if table.name == "area" or (back and _map_has_changed(connection, snapshot - 1)):
        relocate(connection, settings())
    return gone, back


def _collect(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Fill `back` with the newest earlier state of each pending key that no undone load made."""
    keys = ", ".join(table.key)
    same = " and ".join(f"w.{name} = p.{name}" for name in table.key)
    while _int(connection, "select count(*) from pending"):
        snapshot = _int(connection, "select max(before) from pending")
        connection.execute(
            f"""create or replace temp table found as select w.* from {_at(connection, table.name, snapshot)} w
            join pending p on {same} where p.before = {snapshot}"""
        )
        connection.execute("insert into back from found where load_id not in (select load_id from undone)")
        connection.execute(f"delete from pending where before = {snapshot}")
        connection.execute(f"insert into pending select {keys}, snapshot_id - 1 from found join undone using (load_id)")


def _map_before(connection: duckdb.DuckDBPyConnection, snapshot: int) -> None:
    """Fill `back` with the newest earlier map that was not undone; with nothing if there was none."""
    while True:
        old = _at(connection, "area", snapshot)
        row = connection.execute(f"select max(u.snapshot_id) from {old} a join undone u using (load_id)").fetchone()
        if not row or row[0] is None:
            connection.execute(f"insert into back from {old}")
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
