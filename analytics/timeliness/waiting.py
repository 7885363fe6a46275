"""What open cases wait for, and which have been past due for longest."""

import duckdb
import pandas as pd

from analytics.answers import fact_question
from analytics.metrics import METRICS
from analytics.timeliness.stages import STAGES, first_recorded
from analytics.view import View


@fact_question
def waiting(cursor: duckdb.DuckDBPyConnection, view: View) -> pd.DataFrame:
    """`stage, n, longest_hours`: cases open at the view's end, whenever reported, by the stage they wait for, all five in order.

    That is the first stage after their last known time which their source has ever recorded (as in `stage_times`), and the
    close where there is none. `longest_hours` since that time of the one that has waited longest; NaN where none waits.
    """
    columns, first = list(STAGES.values()), first_recorded(view.as_of)
    where = view.facts(None)
    known = ", ".join(f"if({column} < $until, {column}, null) as {column}" for column in columns)
    recorded = ", ".join(f"unnest($has_{column}) as has_{column}" for column in columns)
    last = " ".join(f"when {column} is not null then {n}" for n, column in reversed(list(enumerate(columns, 1))))
    next_ = " ".join(f"when last < {n} and has_{column} then {n}" for n, column in enumerate(columns, 1))
    rows = cursor.execute(
        f"""with source_stage as (select unnest($sources)::source_name as source, {recorded}),
        known as (select source, reported_at, {known} from {view.fact_table} where {where.sql} and {METRICS["open_count"].only}),
        reached as (select *, case {last} else 0 end as last, greatest(reported_at, {", ".join(columns)}) as since from known)
        select case {next_} else {len(columns)} end as stage, count(*) as n, max(epoch($until - since)) / 3600.0 as longest_hours
        from reached left join source_stage using (source) group by all""",
        {**where.values, "until": view.until, "sources": first["source"].tolist(),
         **{f"has_{column}": (first[column] < view.until).tolist() for column in columns}},
    ).df()  # fmt: skip
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
