"""How a person's own SQL is asked: one read-only statement, with no way to files, to the network or to upkeep."""

import json
from collections.abc import Iterator

import duckdb

from settings import settings
from warehouse.connect import Reader, lake_folder
from warehouse.errors import QuestionError

ALLOWED_TABLE_FUNCTIONS = {"range", "generate_series", "unnest", "snapshots", "current_snapshot", "table_info"}
"""Others read files, run text as SQL, or, like `ducklake_cleanup_old_files`, delete even from a read-only lake."""


def ask(sql: str, as_of: int | None = None) -> duckdb.DuckDBPyRelation:
    """The answer to one SELECT (or FROM, WITH, DESCRIBE, SUMMARIZE), as of a snapshot if one is given.

    `QuestionError` if it is anything else, or if DuckDB refuses it.
    """
    cursor = Reader(threads=2).cursor(as_of)
    try:
        statements = duckdb.extract_statements(sql)
        if len(statements) != 1:
            raise QuestionError(f"One statement at a time, please (this has {len(statements)}).")
        _check_it_only_reads(sql)
        _close_to_the_outside(cursor)
        return cursor.sql(sql)
    except duckdb.Error as error:
        raise QuestionError(str(error).strip()) from error


def _check_it_only_reads(sql: str) -> None:
    row = duckdb.execute("select json_serialize_sql(?)", [sql]).fetchone()
    tree = json.loads(row[0]) if row else {"error": True}
    if tree["error"]:
        raise QuestionError("Only questions are answered here: begin with SELECT, FROM, WITH, DESCRIBE or SUMMARIZE.")
    if files := sorted(_files(tree)):
        raise QuestionError(f"'{files[0]}': questions read the tables only, no files. See docs/tables.md for them.")
    refused = sorted(set(_table_functions(tree)) - ALLOWED_TABLE_FUNCTIONS)
    if refused:
        raise QuestionError(f"{', '.join(refused)}: questions read the tables only. See docs/tables.md for them.")


def _table_functions(tree: object) -> Iterator[str]:
    return (node["function"]["function_name"].lower() for node in _nodes(tree) if node.get("type") == "TABLE_FUNCTION")


def _files(tree: object) -> Iterator[str]:
    """Names of tables that are none but paths, which DuckDB would read: `from 'lake/files/x.parquet'`."""
    for node in _nodes(tree):
        if node.get("type") in ("BASE_TABLE", "SHOW_REF"):
            parts = [str(node.get(name) or "") for name in ("catalog_name", "schema_name", "table_name")]
            if any(sign in part for part in parts for sign in r"/\.*?"):
                yield ".".join(part for part in parts if part)


def _nodes(node: object) -> Iterator[dict]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _nodes(child)
    elif isinstance(node, list):
        for child in node:
            yield from _nodes(child)


def _close_to_the_outside(cursor: duckdb.DuckDBPyConnection) -> None:
    site = settings()
    cursor.execute("set python_enable_replacements = false")
    cursor.execute("set allowed_directories = ?", [[str(lake_folder(site)), *([site.files] if site.files else [])]])
    cursor.execute("set enable_external_access = false")
    cursor.execute("set lock_configuration = true")
