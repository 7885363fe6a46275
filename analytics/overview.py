"""What `/` asks: how many, how late, where and what, now and against the period before."""

import duckdb
import pandas as pd

from analytics.answers import question


@question
def loads_to_choose(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> pd.DataFrame:
    """The newest 50 loads whose snapshot a page can be opened as of: `load_id, snapshot_id, file`."""
    return cursor.execute(
        """select load_id, snapshot_id, file from load where status <> 'failed' and snapshot_id is not null
        order by load_id desc limit 50"""
    ).df()
