"""Where the due times of open cases come from: stated, granted, reckoned by rule, or none for now."""

import duckdb

from analytics.answers import question
from analytics.view import View

ORIGINS = ("source", "extension", "rule", "paused", "none")
"""What can give a due time, and what can leave a case without one (docs/decisions/due-times.md)."""
ALL_COLUMNS = "(from incident union all by name select null::varchar as due_by where false)"
"""Snapshots from before `due_by` was recorded do not have that column: it is null there, and what was due was stated."""


@question
def due_origins(cursor: duckdb.DuckDBPyConnection, view: View) -> dict[str, int]:
    """How many cases open at the view's end, whenever reported, have their due time from where; every origin is there."""
    where = view.where(None)
    rows = cursor.execute(
        f"""select coalesce(split_part(due_by, ':', 1), if(due_at is null, 'none', 'source')), count(*) from {ALL_COLUMNS}
        where {where.sql} and reported_at < $until and (closed_at is null or closed_at >= $until) group by 1""",
        {**where.values, "until": view.until},
    ).fetchall()
    return dict.fromkeys(ORIGINS, 0) | dict(rows)
