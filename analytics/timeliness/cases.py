"""Which cases does a view hold, and how long did each last, closed or still open? Counted by minute in the warehouse."""

import duckdb
import pandas as pd

from analytics.metrics import METRICS, key_sql
from analytics.view import View


def case_counts(cursor: duckdb.DuckDBPyConnection, view: View, by: str | None) -> pd.DataFrame:
    """`group, hours, closed, open` of the incidents reported in the view's period, by group and full minutes.

    Seen as at the view's end: what is closed only after it is open at it, and has lasted until then.
    """
    where = view.where("reported_at")
    sql = f"""
        select {key_sql(METRICS["incident_count"], by)} as "group",
            (epoch_us(least(closed_at, $until)) - epoch_us(reported_at)) // 60000000 / 60.0 as hours,
            count(*) filter (closed_at < $until) as closed,
            count(*) filter (closed_at is null or closed_at >= $until) as open
        from (select * from incident where {where.sql}) as counted left join area using (area_id)
        group by 1, 2 order by 1, 2"""
    return cursor.execute(sql, where.values).df()
