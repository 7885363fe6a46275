"""Which incidents lie behind a warning, as a few lines each that may be shown: by their numbers, personal data masked."""

from datetime import datetime

import duckdb
import pandas as pd

from analytics.answers import question
from warehouse.masking import masked


@question
def incidents_behind(
    cursor: duckdb.DuckDBPyConnection, _as_of: int | None, ids: tuple[str, ...], since: datetime | None, most: int
) -> pd.DataFrame:
    """The newest `most` of the incidents with these numbers, none reported before `since` (UTC), newest first.

    Columns: `incident_id, title, category, department, channel, status, reported_at, place` (the smallest area it is known to lie in).
    Numbers that nobody knows any more, because their load was undone, are left out.
    """
    return cursor.execute(
        f"""select i.incident_id, {masked("i.title")} as title, i.category, i.department, i.channel, i.status, i.reported_at,
            a.name as place
        from (select * from incident where incident_id in (select unnest($ids))
            and reported_at >= coalesce($since, timestamp '1970-01-01') order by reported_at desc, incident_id limit $most) i
        left join area a on a.area_id = coalesce(i.grid_id, i.area_id)
        order by i.reported_at desc, i.incident_id""",
        {"ids": list(ids), "since": since, "most": most},
    ).df()
