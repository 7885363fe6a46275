"""What came in: every load, what it rejected and why, what a grid map's check found."""

import json

import duckdb
import pandas as pd

from analytics.answers import question


@question
def loads(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> pd.DataFrame:
    """Every load, newest first: the columns of `load`, its `seconds` and its source's label in both languages."""
    return cursor.execute(
        """select l.* exclude (findings, file_hash), epoch(l.finished_at - l.started_at) as seconds,
            coalesce(s.label_zh, l.source) as label_zh, coalesce(s.label_en, l.source) as label_en
        from load l left join source s using (source) order by l.load_id desc"""
    ).df()


@question
def rejects(
    cursor: duckdb.DuckDBPyConnection, _as_of: int | None, load_id: int | None, size: int, page: int
) -> tuple[int, pd.DataFrame]:
    """How many rows were rejected, by one load or by all in force, and one page of them: `load_id, file, line, text, reasons` (a list)."""
    chosen = "load_id = $load_id" if load_id is not None else "true"
    values = {"load_id": load_id} if load_id is not None else {}
    total = cursor.execute(f"select count(*) from reject where {chosen}", values).fetchone()
    frame = cursor.execute(
        f"""select load_id, file, line, text, reasons from reject
        where {chosen} order by load_id desc, file, line limit $size offset $skip""",
        {**values, "size": size, "skip": size * max(page - 1, 0)},
    ).df()
    return (int(total[0]) if total else 0), frame


@question
def reject_reasons(cursor: duckdb.DuckDBPyConnection, _as_of: int | None, load_id: int | None) -> pd.DataFrame:
    """How often each reason was given: `reason, count`, most frequent first."""
    chosen = "load_id = $load_id" if load_id is not None else "true"
    values = {"load_id": load_id} if load_id is not None else {}
    return cursor.execute(
        f"""select reason, count(*) as count from (select unnest(reasons) as reason from reject where {chosen})
        group by reason order by count desc, reason limit 20""",
        values,
    ).df()


@question
def findings(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> pd.DataFrame:
    """What the newest grid map's check found: `what, area_id, detail, done`."""
    row = cursor.execute(
        """select findings from load where kind = 'areas' and status <> 'undone' and findings is not null
        order by load_id desc limit 1"""
    ).fetchone()
    found = json.loads(row[0]) if row else []
    return pd.DataFrame(found, columns=["what", "area_id", "detail", "done"])
