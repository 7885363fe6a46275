"""From the stage into the warehouse: one transaction, one snapshot, or nothing."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import duckdb

from etl.attempt import Attempt
from etl.profile import Profile
from etl.staging import STAGE
from warehouse.connect import CATALOG
from warehouse.tables import TABLES, Table

AUTHOR = "etl"
RECORDED_LATER = ("due_by", "is_paused", "paused_hours")
"""Columns that came after the first warehouses, and hold null in rows from before."""
MAIN_TIME = {
    "incident": "reported_at", "patrol": "started_at", "mediation": "opened_at", "reading": "measured_at", "alarm": "raised_at",
    "camera_state": "seen_at",
}  # fmt: skip


def settle_repeats(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    """Of rows with the same key in one file the last one counts; returns how many were superseded."""
    keys = ", ".join(table.key)
    connection.execute(
        f"""create table {STAGE}.last as select {keys}, max(line) as line, count(*) as times
        from {STAGE}.row group by {keys} having count(*) > 1"""
    )
    same = _equal("r", "l", table.key)
    connection.execute(f"delete from {STAGE}.row r using {STAGE}.last l where {same} and r.line < l.line")
    row = connection.execute(f"select coalesce(sum(times - 1), 0) from {STAGE}.last").fetchone()
    return int(row[0]) if row else 0


def compare(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    """Make `stage.known`: the keys that the warehouse has already, and whether the row is the same in everything."""
    others = [name for name in table.column_names if name not in (*table.key, "load_id")]
    same = " and ".join(_is_same(name) for name in others) or "true"
    keys = ", ".join(f"s.{name}" for name in table.key)
    connection.execute(
        f"""create table {STAGE}.known as select {keys}, ({same}) as is_same
        from {STAGE}.row s join {CATALOG}.{table.name} w on {_equal("s", "w", table.key)} {_time_range(connection, table)}"""
    )


def _is_same(name: str) -> str:
    """Whether a column is as the warehouse has it; rows from before a column was recorded do not differ by it."""
    recorded_later = f" or w.{name} is null" if name in RECORDED_LATER else ""
    return f"(s.{name} is not distinct from w.{name}{recorded_later})"


def _time_range(connection: duckdb.DuckDBPyConnection, table: Table) -> str:
    """Where time is part of the key, only the files of that time need to be read."""
    time = MAIN_TIME.get(table.name)
    if time is None or time not in table.key:
        return ""
    row = connection.execute(f"select min({time}), max({time}) from {STAGE}.row").fetchone()
    if not row or row[0] is None:
        return ""
    return f"and w.{time} between timestamp '{row[0]}' and timestamp '{row[1]}'"


def publish(connection: duckdb.DuckDBPyConnection, attempt: Attempt, profile: Profile) -> None:
    """Write the staged rows, the rejects and the load itself as one snapshot."""
    table = profile.table
    attempt.rows_duplicate = settle_repeats(connection, table)
    compare(connection, table)
    _count(connection, attempt, table)
    with transaction(connection):
        _replace_rows(connection, attempt, table)
        _insert_duplicates(connection, attempt, table)
        _insert_rejects(connection, attempt)
        write_source(connection, attempt, profile)
        finish(connection, attempt)


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of it, or none of it."""
    connection.execute("begin")
    try:
        yield
        connection.execute("commit")
    except BaseException:
        with suppress(duckdb.Error):  # a commit that failed has ended the transaction already
            connection.execute("rollback")
        raise


def finish(connection: duckdb.DuckDBPyConnection, attempt: Attempt) -> None:
    """Write the load's own row and the snapshot's message, inside the open transaction."""
    attempt.write(connection)
    message = json.dumps({"load": attempt.load_id, "file": attempt.file, "status": attempt.status}, ensure_ascii=False)
    connection.execute(f"call {CATALOG}.set_commit_message(?, ?)", [AUTHOR, message])


def _count(connection: duckdb.DuckDBPyConnection, attempt: Attempt, table: Table) -> None:
    staged, same, changed, rejected = connection.execute(
        f"""select (select count(*) from {STAGE}.row), (select count(*) from {STAGE}.known where is_same),
        (select count(*) from {STAGE}.known where not is_same), (select count(*) from {STAGE}.reject)"""
    ).fetchone()  # type: ignore[misc]
    attempt.rows_duplicate += same
    attempt.rows_loaded = staged - same
    attempt.rows_replaced = changed
    attempt.rows_rejected = rejected
    if "located_by" in table.column_names:
        outside = "is_outside" if "is_outside" in table.column_names else "false"
        attempt.rows_unlocated, attempt.rows_outside = connection.execute(
            f"""select count(*) filter (area_id is null), count(*) filter ({outside})
            from {STAGE}.row s where not exists (from {STAGE}.known k where is_same and {_equal("s", "k", table.key)})"""
        ).fetchone()  # type: ignore[misc]
    elif "grid_id" in table.column_names:
        row = connection.execute(f"select count(*) from {STAGE}.row where grid_id is null").fetchone()
        attempt.rows_unlocated = int(row[0]) if row else 0
    if time := MAIN_TIME.get(table.name):
        attempt.data_from, attempt.data_until = connection.execute(
            f"select min({time}), max({time}) from {STAGE}.row"
        ).fetchone()  # type: ignore[misc]


def _replace_rows(connection: duckdb.DuckDBPyConnection, attempt: Attempt, table: Table) -> None:
    if attempt.rows_replaced:
        connection.execute(
            f"delete from {CATALOG}.{table.name} w using {STAGE}.known k where not k.is_same and {_equal('w', 'k', table.key)}"
        )
    if not attempt.rows_loaded:
        return
    columns = ", ".join(f"s.{name}" for name in table.column_names if name != "load_id")
    order = f"order by {table.sorted_by}" if table.sorted_by else ""
    new = f"where not exists (from {STAGE}.known k where k.is_same and {_equal('s', 'k', table.key)})"
    connection.execute(
        f"insert into {CATALOG}.{table.name} by name select {columns}, {attempt.load_id} as load_id"
        f" from {STAGE}.row s {new if attempt.rows_duplicate else ''} {order}"
    )


def _insert_duplicates(connection: duckdb.DuckDBPyConnection, attempt: Attempt, table: Table) -> None:
    """Write down which rows came again unchanged: they are this load's too if the one that brought them is undone."""
    if attempt.rows_duplicate:
        key, key_at = (*table.key, "null")[:2]
        connection.execute(
            f"""insert into {CATALOG}.duplicate by name select {attempt.load_id} as load_id, {key} as key,
            {key_at}::timestamp as key_at from {STAGE}.known where is_same"""
        )


def _insert_rejects(connection: duckdb.DuckDBPyConnection, attempt: Attempt) -> None:
    if attempt.rows_rejected:
        connection.execute(
            f"""insert into {CATALOG}.reject by name select {attempt.load_id} as load_id, ? as file, line, text, reasons
            from {STAGE}.reject order by line""",
            [attempt.file],
        )


def write_source(connection: duckdb.DuckDBPyConnection, attempt: Attempt, profile: Profile) -> None:
    """Describe the source as its profile does now."""
    values = [profile.name, profile.kind, profile.label.zh, profile.label.en]
    values += [profile.late_after_hours, profile.stale_after_hours, attempt.load_id]  # type: ignore[list-item]
    connection.execute(f"delete from {CATALOG}.source where source = ?", [profile.name])
    names = ", ".join(TABLES["source"].column_names)
    connection.execute(f"insert into {CATALOG}.source ({names}) values (?, ?, ?, ?, ?, ?, ?)", values)


def _equal(one: str, other: str, columns: tuple[str, ...]) -> str:
    return " and ".join(f"{one}.{name} = {other}.{name}" for name in columns)
