"""How long are open cases past their due time, and in whose hands? By age class."""

import duckdb
import pandas as pd

from analytics.answers import fact_question
from analytics.metrics import METRICS
from analytics.metrics.splits import split_of
from analytics.view import View

AGE_DAYS = {"<1 d": 0, "1–3 d": 1, "3–7 d": 3, "7–30 d": 7, ">30 d": 30}
"""Age classes and the days past due at which each begins; a class holds its lower edge."""


@fact_question
def overdue_by_age(cursor: duckdb.DuckDBPyConnection, view: View, by: str = "department") -> pd.DataFrame:
    """`key, age, count, total`: cases open and past due at the view's end, whenever reported, by age past due.

    Every age class of every key is there, ages from young to old, keys from the largest `total` down; a null key holds
    cases without one. The same cases as `overdue_count`; a case without a due time is never overdue. `by` as for `incident_count`.
    """
    where, split = view.facts(None), split_of(METRICS["overdue_count"], by)
    counted = f"""
        select {split.base}, {_age_sql()} as age, count(*) as count from {view.fact_table}
        where {where.sql} and {METRICS["overdue_count"].only} group by all"""
    sql = f"{split.joined(counted, 'age, sum(count)::bigint as count')} group by all"
    return _whole(cursor.execute(sql, {**where.values, "until": view.until}).df())


def _age_sql() -> str:
    oldest_first = reversed(AGE_DAYS.items())
    tests = " ".join(f"when due_at <= $until - interval {days} day then '{age}'" for age, days in oldest_first)
    return f"case {tests} end"


def _whole(rows: pd.DataFrame) -> pd.DataFrame:
    totals = rows.groupby("key", dropna=False)["count"].sum().rename("total").reset_index()
    totals = totals.sort_values(["total", "key"], ascending=[False, True])
    every = totals.merge(pd.DataFrame({"age": list(AGE_DAYS)}), how="cross")
    whole = every.merge(rows, on=["key", "age"], how="left").fillna({"count": 0}).astype({"count": int})
    return whole[["key", "age", "count", "total"]]
