"""What open cases wait for, and which have been past due for longest."""

import duckdb
import pandas as pd

from analytics.answers import fact_question
from analytics.metrics import METRICS
from analytics.timeliness.stages import STAGES, recorded, waiting_sql
from analytics.view import View


@fact_question
def waiting(cursor: duckdb.DuckDBPyConnection, view: View) -> pd.DataFrame:
    """`stage, n, longest_hours`: cases open at the view's end, whenever reported, by the stage they wait for, all five in order.

    That is the first stage after their last known time which their source has ever recorded (as in `stage_times`), and the
    close where there is none. `longest_hours` since that time of the one that has waited longest; NaN where none waits.
    """
    columns, where = list(STAGES.values()), view.facts(None)
    rows = cursor.execute(
        f"""select waiting as stage, count(*) as n,
            max(epoch($until - greatest(reported_at, {", ".join(columns)}))) / 3600.0 as longest_hours
        from ({waiting_sql(view, f"{where.sql} and {METRICS['open_count'].only}")}) group by all""",
        {**where.values, "until": view.until, **recorded(view)},
    ).df()
    whole = rows.set_index("stage").reindex(range(1, len(columns) + 1))
    return pd.DataFrame(
        {
            "stage": list(STAGES),
            "n": whole["n"].fillna(0).astype(int).to_numpy(),
            "longest_hours": whole["longest_hours"].to_numpy(),
        }
    )


@fact_question
def longest_overdue(cursor: duckdb.DuckDBPyConnection, view: View, most: int) -> pd.DataFrame:
    """`category, area_id, department, due_at, days`: the `most` cases of `overdue_count` that were due first. No text of theirs."""
    where = view.facts(None)
    return cursor.execute(
        f"""select category::varchar as category, area_id::varchar as area_id, department::varchar as department, due_at,
            epoch($until - due_at) / 86400.0 as days
        from {view.fact_table} where {where.sql} and {METRICS["overdue_count"].only}
        order by due_at, reported_at, area_id, category limit $most""",
        {**where.values, "until": view.until, "most": most},
    ).df()
