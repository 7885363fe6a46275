"""Where the due times of open cases come from: stated, granted, reckoned by rule, or none for now."""

import duckdb

from analytics.answers import fact_question
from analytics.metrics.incidents import OPEN
from analytics.view import View

ORIGINS = ("source", "extension", "rule", "paused", "none")
"""What can give a due time, and what can leave a case without one (docs/decisions/due-times.md)."""


@fact_question
def due_origins(cursor: duckdb.DuckDBPyConnection, view: View) -> dict[str, int]:
    """How many cases open at the view's end, whenever reported, have their due time from where; every origin is there."""
    where = view.facts(None)
    rows = cursor.execute(
        f"""select due_origin::varchar, count(*) from {view.fact_table}
        where {where.sql} and reported_at < $until and {OPEN} group by 1""",
        {**where.values, "until": view.until},
    ).fetchall()
    return dict.fromkeys(ORIGINS, 0) | dict(rows)
