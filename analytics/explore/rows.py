"""The rows behind a selection: sorted, sifted and counted where they lie, in pieces that a grid shows."""

from dataclasses import dataclass

import duckdb
import pandas as pd

from analytics.answers import question
from analytics.explore import views
from analytics.explore.rows_asked import Condition, RowsError, Sifting, Test
from analytics.explore.rows_columns import COLUMNS, LISTED
from analytics.explore.rows_sql import count_sql, rows_sql
from analytics.explore.selection import Selection
from analytics.view import View

SHOWN_AT_MOST = 100_000
"""A grid scrolls through so many: nobody reads further, and every piece further down costs more. Files hold all of them."""
PIECE_AT_MOST = 500


@dataclass(frozen=True)
class Rows:
    """One piece of the rows (the listed columns; times UTC), and how many there are in all."""

    frame: pd.DataFrame
    total: int


def rows(view: View, selection: Selection, sifting: Sifting, start: int, end: int) -> Rows:
    """The rows from `start` (the first is 0) to before `end`, and the number of all. `RowsError` for other pieces."""
    if not 0 <= start < end <= start + PIECE_AT_MOST:
        raise RowsError(f"Rows come in pieces of 1 to {PIECE_AT_MOST}.")
    total = row_count(view, selection, sifting.conditions)
    end = min(end, SHOWN_AT_MOST, total)
    return Rows(_piece(view, selection, sifting, min(start, end), end), total)


def row_count(view: View, selection: Selection, conditions: tuple[Condition, ...] = ()) -> int:
    """How many rows meet the conditions; without any, as many as the linked views count."""
    return _sifted_count(view, selection, conditions) if conditions else views.total(view, selection).selected


@question
def _sifted_count(
    cursor: duckdb.DuckDBPyConnection, view: View, selection: Selection, conditions: tuple[Condition, ...]
) -> int:
    asked = count_sql(view, selection, conditions)
    row = cursor.execute(asked.sql, asked.values).fetchone()
    return int(row[0]) if row else 0


@question
def _piece(
    cursor: duckdb.DuckDBPyConnection, view: View, selection: Selection, sifting: Sifting, start: int, end: int
) -> pd.DataFrame:
    asked = rows_sql(view, selection, sifting, LISTED, f"limit {end - start:d} offset {start:d}")
    return cursor.execute(asked.sql, asked.values).df()


@question
def one_row(cursor: duckdb.DuckDBPyConnection, view: View, incident_id: str) -> dict[str, object] | None:
    """Every column of one row of the view, with the times of its stages; None if the view does not hold it."""
    mine = Sifting(conditions=(Condition("incident_id", (Test("set", "in", (incident_id,)),)),))
    asked = rows_sql(view, Selection(), mine, tuple(COLUMNS.values()), "limit 1")
    frame = cursor.execute(asked.sql, asked.values).df()
    return (
        {str(name): None if pd.isna(value) else value for name, value in frame.iloc[0].items()} if len(frame) else None
    )


@question
def source_names(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> dict[str, dict[str, str]]:
    """What every source is called, by its code: `zh` and `en`."""
    found = cursor.execute("select source, label_zh, label_en from source order by source").fetchall()
    return {code: {"zh": zh or code, "en": en or code} for code, zh, en in found}
