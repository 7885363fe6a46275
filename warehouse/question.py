"""How a person's own SQL is asked: one read-only statement, with no way to files or to the network."""

import duckdb

from settings import settings
from warehouse.connect import Reader, lake_folder
from warehouse.errors import QuestionError


def ask(sql: str, as_of: int | None = None) -> duckdb.DuckDBPyRelation:
    """The answer to one SELECT (or DESCRIBE, EXPLAIN, SUMMARIZE), as of a snapshot if one is given.

    `QuestionError` if it is anything else, or if DuckDB refuses it.
    """
    reader = Reader(threads=2)
    cursor = reader.cursor(as_of)
    try:
        statements = duckdb.extract_statements(sql)
        if len(statements) != 1:
            raise QuestionError(f"One statement at a time, please (this has {len(statements)}).")
        if statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
            raise QuestionError(
                "Only questions are answered here: begin with SELECT, FROM, WITH, DESCRIBE or SUMMARIZE."
            )
        _close_to_the_outside(cursor)
        return cursor.sql(sql)
    except duckdb.Error as error:
        raise QuestionError(str(error).strip()) from error


def _close_to_the_outside(cursor: duckdb.DuckDBPyConnection) -> None:
    site = settings()
    cursor.execute("set allowed_directories = ?", [[str(lake_folder(site)), *([site.files] if site.files else [])]])
    cursor.execute("set enable_external_access = false")
    cursor.execute("set lock_configuration = true")
