"""A warehouse from before a table or a column was described gets it, empty, the first time it is written to again."""

import duckdb

from warehouse.tables import TABLES, Table


def grow(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[str]:
    """Make every missing table and add every missing column, in the open transaction; returns what was added.

    Rows from before hold null there, and earlier snapshots keep the columns they had. New columns stand last, whatever their
    place in the description, so rows are inserted by name.
    """
    found = connection.execute(
        "select table_name, column_name from duckdb_columns() where database_name = ?", [catalog]
    ).fetchall()
    held: dict[str, set[str]] = {}
    for table, column in found:
        held.setdefault(table, set()).add(column)
    for table in TABLES.values():
        connection.execute(table.create_sql(catalog))
    return [
        added for table in TABLES.values() if table.name in held for added in _grow(connection, catalog, table, held)
    ]


def _grow(connection: duckdb.DuckDBPyConnection, catalog: str, table: Table, held: dict[str, set[str]]) -> list[str]:
    missing = [column for column in table.columns if column.name not in held[table.name]]
    for column in missing:
        connection.execute(f"alter table {catalog}.{table.name} add column {column.name} {column.type}")
    return [f"{table.name}.{column.name}" for column in missing]
