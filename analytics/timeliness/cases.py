"""Which cases does a view hold, and how long did each last, closed or still open? Counted by minute in the warehouse."""

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.answers import fact_question
from analytics.metrics import METRICS
from analytics.metrics.splits import split_of
from analytics.view import View
from warehouse.facts import EXACT_MINUTES, WIDTH, duration_class

AGE = "(epoch_us($until) - epoch_us(reported_at)) // 60000000"
MINUTES = f"case when open_until < $until then closed_after_minutes else {AGE} end"
"""How long a case has lasted at the view's end, in full minutes."""
CLASS = f"case when open_until < $until then closed_after_class else {duration_class(f'({AGE})')} end"
"""The class of that duration."""

EXACT_CASES = 50_000
"""Of more cases than so many, durations are counted in classes: no duration is told wrong by more than 1 %, which so many cases
cannot tell from chance, and a curve has hundreds of steps instead of tens of thousands.
"""
ABOUT = f"""case when minutes < {EXACT_MINUTES} or n <= {EXACT_CASES} then minutes
    else round(pow({WIDTH}, {duration_class("minutes")}))::bigint end"""
"""Minutes as they are counted, where `n` is how many cases there are."""


def case_counts(cursor: duckdb.DuckDBPyConnection, view: View, by: str | None) -> pd.DataFrame:
    """`group, hours, closed, open` of the incidents reported in the view's period, by group and full minutes.

    Seen as at the view's end: what is closed only after it is open at it, and has lasted until then. Of very many cases
    the minutes are in classes of 2 %.
    """
    in_classes = case_count(view) > EXACT_CASES
    where, split = view.facts("reported_at"), split_of(METRICS["incident_count"], by)
    counted = f"""
        select {split.base}, {CLASS if in_classes else MINUTES} as lasted,
            count(*) filter (open_until < $until) as closed, count(*) filter (open_until >= $until) as open
        from {view.fact_table} where {where.sql} group by all"""
    parts = "lasted, sum(closed)::bigint as closed, sum(open)::bigint as open"
    sql = f"{split.joined(counted, parts, 'group')} group by 1, 2 order by 1, 2"
    rows = cursor.execute(sql, where.values).df()
    lasted = rows.pop("lasted").to_numpy(np.float64)
    rows.insert(1, "hours", (_middle(lasted) if in_classes else lasted) / 60)
    return rows


@fact_question
def case_count(cursor: duckdb.DuckDBPyConnection, view: View) -> int:
    """How many incidents the view holds."""
    where = view.facts("reported_at")
    row = cursor.execute(f"select count(*) from {view.fact_table} where {where.sql}", where.values).fetchone()
    return int(row[0]) if row else 0


def _middle(classes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The minutes that a class of durations is told as."""
    return np.where(classes < EXACT_MINUTES, classes, np.round(WIDTH**classes))
