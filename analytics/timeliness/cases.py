"""Which cases does a view hold, and how long did each last, closed or still open? Counted by minute in the warehouse."""

import duckdb
import pandas as pd

from analytics.metrics import METRICS
from analytics.metrics.splits import split_of
from analytics.view import View

MINUTES = """case when open_until < $until then closed_after_minutes
                else (epoch_us($until) - epoch_us(reported_at)) // 60000000 end"""
"""How long a case has lasted at the view's end, in full minutes."""


EXACT_CASES, EXACT_MINUTES, WIDTH = 50_000, 51, 1.02
"""Of more cases than so many, durations from so many minutes on are counted in classes, each 2 % wider than the one before:
no duration is told wrong by more than 1 %, which so many cases cannot tell from chance, and a curve has hundreds of steps
instead of tens of thousands.
"""
ABOUT = f"""case when minutes < {EXACT_MINUTES} or n <= {EXACT_CASES} then minutes
    else round(pow({WIDTH}, round(ln(minutes) / ln({WIDTH}))))::bigint end"""
"""Minutes as they are counted, where `n` is how many cases there are."""


def case_counts(cursor: duckdb.DuckDBPyConnection, view: View, by: str | None) -> pd.DataFrame:
    """`group, hours, closed, open` of the incidents reported in the view's period, by group and full minutes.

    Seen as at the view's end: what is closed only after it is open at it, and has lasted until then. Of very many cases
    the minutes are in classes of 2 %.
    """
    where, split = view.facts("reported_at"), split_of(METRICS["incident_count"], by)
    counted = f"""
        select *, sum(closed + open) over () as n from (
            select {split.base}, {MINUTES} as minutes,
                count(*) filter (open_until < $until) as closed, count(*) filter (open_until >= $until) as open
            from {view.fact_table} where {where.sql} group by all)"""
    parts = f"{ABOUT} / 60.0 as hours, sum(closed)::bigint as closed, sum(open)::bigint as open"
    sql = f"{split.joined(counted, parts, 'group')} group by 1, 2 order by 1, 2"
    return cursor.execute(sql, where.values).df()
