"""Where do cases wait? Each stage between report and close: how long it takes, and which one holds them up most.

Five stages, each ending in a time: accept, dispatch, settle, verify, close. A stage begins with the last earlier time that
is known (a report always is), so the stages of a case add up to its whole time whatever is missing:
- a missing time with a later one known: the stage was skipped. It counts in `skipped`, its hours in the stage that followed;
- no later time known, and open: the case is in the first stage after its last time, and censored there at the view's end;
- a stage that a source has never recorded is no stage of that source: its open cases wait for the next one it records;
- a time before an earlier stage's time counts as nought hours, the one exception to adding up.
What came after the view's end is not known yet.
"""

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import fact_question
from analytics.timeliness.cases import ABOUT
from analytics.timeliness.survival import resolution_times
from analytics.view import View

STAGES = {
    "accept": "accepted_at",
    "dispatch": "dispatched_at",
    "settle": "settled_at",
    "verify": "verified_at",
    "close": "closed_at",
}
LEAST_N = 30
"""A stage that fewer cases came to is not called the bottleneck."""


@fact_question
def stage_times(cursor: duckdb.DuckDBPyConnection, view: View) -> pd.DataFrame:
    """`stage, n, events, skipped, p50, p50_low, p50_high, p90, p90_low, p90_high, hours, share, is_bottleneck`.

    Cases reported in the view's period, all five stages in order. `n` came to the stage, `events` left it; quantiles are
    Kaplan–Meier's in hours. `hours` is the time all cases spent in it until the view's end, open ones included, `share` its
    part of all stages' hours; quantiles are NaN where no case came. The bottleneck is the stage with the largest share
    among those at least 30 cases came to.
    """
    counts = cursor.execute(_sql(view), {**view.facts().values, **recorded(view)}).df()
    skipped = counts.groupby("group")["skipped"].sum()
    spent = counts.groupby("group")["spent"].sum() / 60
    seen = counts[(counts["closed"] + counts["open"]) > 0]
    rows = resolution_times(seen).set_index("group").reindex(pd.Index(list(STAGES), name="stage"))
    rows[["n", "events"]] = rows[["n", "events"]].fillna(0).astype(int)
    rows.insert(2, "skipped", skipped.reindex(rows.index, fill_value=0).astype(int))
    rows["hours"] = spent.reindex(rows.index, fill_value=0.0)
    rows["share"] = rows["hours"] / rows["hours"].sum() if rows["hours"].sum() else np.nan
    large = rows["share"].where(rows["n"] >= LEAST_N)
    return rows.assign(is_bottleneck=large.notna() & (large == large.max())).reset_index()


def recorded(view: View) -> dict[str, object]:
    """For each source whether it has ever recorded a stage by the view's end, as parameters of `waiting_sql`."""
    first = first_recorded(view.as_of)
    ever = {f"has_{column}": (first[column] < view.until).tolist() for column in STAGES.values()}
    return {"sources": first["source"].tolist(), **ever}


@fact_question
def first_recorded(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> pd.DataFrame:
    """Each `source` and the first time of every stage that it has recorded; NaT where it never has."""
    firsts = ", ".join(f"min({column}) as {column}" for column in STAGES.values())
    return cursor.execute(f"select source::varchar as source, {firsts} from incident_fact group by source").df()


def _sql(view: View) -> str:
    """Counts by stage and full minutes, and the minutes together: `group, hours, closed, open, skipped, spent`.

    What was through all its stages by the view's end has its minutes ready in the facts; only the rest is reckoned.
    """
    return f"""
        with over_there as ({_over_sql(view)}), under_way as ({_under_way_sql(view)}),
        counted as (from over_there union all from under_way),
        sized as (select *, sum(closed + open) over (partition by stage) as n from counted)
        select stage as "group", {ABOUT} / 60.0 as hours, sum(closed)::bigint as closed, sum(open)::bigint as open,
            sum(skipped)::bigint as skipped, sum(minutes * (closed + open))::bigint as spent
        from sized group by 1, 2 order by 1, 2"""


def _over_sql(view: View) -> str:
    """`stage, minutes, closed, open, skipped` of the cases that were through: one look, grouped by each stage's minutes."""
    columns = [f"{column.removesuffix('_at')}_minutes" for column in STAGES.values()]
    alone = [2 ** len(columns) - 1 - 2**at for at in reversed(range(len(columns)))]
    stage = " ".join(f"when {mask} then '{name}'" for mask, name in zip(alone, STAGES, strict=True))
    minutes = " ".join(f"when {mask} then {column}" for mask, column in zip(alone, columns, strict=True))
    return f"""
        select case mask {stage} end as stage, coalesce(minutes, 0) as minutes, if(minutes is null, 0, n) as closed, 0 as open,
            if(minutes is null, n, 0) as skipped
        from (select mask, case mask {minutes} end::bigint as minutes, n from (
            select grouping({", ".join(columns)}) as mask, {", ".join(columns)}, count(*) as n
            from {view.fact_table} where {view.facts().sql} and stages_until < $until
            group by grouping sets ({", ".join(f"({column})" for column in columns)})))"""


def waiting_sql(view: View, where: str) -> str:
    """The cases that `where` lets through, with their times as known at `$until`: `last` is the number of the last stage that ended,
    `waiting` that of the next one which their source ever records, the close where there is none, null where the close has come.
    """
    columns = list(STAGES.values())
    known = ", ".join(f"case when {column} < $until then {column} end as {column}" for column in columns)
    has = ", ".join(f"unnest($has_{column}) as has_{column}" for column in columns)
    last = " ".join(f"when {column} is not null then {n}" for n, column in reversed(list(enumerate(columns, 1))))
    next_ = " ".join(f"when last < {n} and has_{column} then {n}" for n, column in enumerate(columns, 1))
    return f"""
        with source_stage as (select unnest($sources)::source_name as source, {has}),
        known as (select source, reported_at, {known} from {view.fact_table} where {where}),
        reached as (select *, case {last} else 0 end as last from known)
        select *, case {next_} when last < {len(columns)} then {len(columns)} end as waiting
        from reached left join source_stage using (source)"""


def _under_way_sql(view: View) -> str:
    """The same of all other cases."""
    return f"""
        with counted as materialized ({waiting_sql(view, f"{view.facts().sql} and stages_until >= $until")}),
        stage as ({" union all ".join(_stage_sql(number, *stage) for number, stage in enumerate(STAGES.items(), 1))})
        select stage, if(is_skipped, 0, greatest(0, (epoch_us(ended_at) - epoch_us(began_at)) // 60000000)) as minutes,
            count(*) filter (is_closed) as closed, count(*) filter (not is_closed and not is_skipped) as open,
            count(*) filter (is_skipped) as skipped
        from stage group by all"""


def _stage_sql(number: int, name: str, column: str) -> str:
    began = ", ".join(["reported_at", *list(STAGES.values())[: number - 1]])
    return f"""
        select '{name}' as stage, greatest({began}) as began_at, coalesce({column}, $until) as ended_at,
            {column} is not null as is_closed, {column} is null and last > {number} as is_skipped
        from counted where {column} is not null or last > {number} or waiting = {number}"""
