"""The history of the warehouse: incidents of a matter by grid and local day, with where the grids lie."""

from datetime import date, timedelta

import duckdb
import numpy as np

from analytics.answers import question
from analytics.risk.history import Cells, Counts, History, metres
from analytics.view import facts, local_day

MOST_DAYS = 4 * 365 + 28


def last_day(snapshot: int) -> date:
    """The last local day that is over, as far as the data reach."""
    return local_day(facts(snapshot).now + timedelta(seconds=1)) - timedelta(days=1)


def reported(snapshot: int, category: str | None = None) -> History:
    """Incidents of each grid with a place, of whole days up to the last one that is over; of one `category` and what lies below it.

    At most four years, which is all that a forecast looks at.
    """
    return _history(snapshot, last_day(snapshot).toordinal(), category)


@question
def _history(cursor: duckdb.DuckDBPyConnection, _as_of: int, last: int, category: str | None) -> History:
    grids = cursor.execute(
        "select area_id, lon, lat from area where level = 'grid' and lon is not null and lat is not null order by area_id"
    ).fetchnumpy()
    lon, lat = (np.asarray(grids[name], dtype=np.float64) for name in ("lon", "lat"))
    cells = Cells(tuple(str(one) for one in grids["area_id"]), *metres(lon, lat, lat.mean() if len(lat) else 0.0))
    of = "" if category is None else "and (category = $category or starts_with(category::varchar, $category || '/'))"
    found = cursor.execute(
        f"""with grid as (select area_id, row_number() over (order by area_id) - 1 as cell from area
                where level = 'grid' and lon is not null and lat is not null)
        select reported_on - date '0001-01-01' + 1 as day, cell, count(*) as n
        from incident_fact join grid on grid.area_id = incident_fact.area_id::varchar
        where day between $first and $last {of} group by all""",
        {"first": last - MOST_DAYS + 1, "last": last} | ({} if category is None else {"category": category}),
    ).fetchnumpy()
    day, cell = (np.asarray(found[name], dtype=np.int64) for name in ("day", "cell"))
    first = int(day.min()) if len(day) else last
    counts: Counts = np.zeros((last - first + 1, len(cells)), dtype=np.float32)
    counts[day - first, cell] = np.asarray(found["n"], dtype=np.float32)
    return History.of(cells, date.fromordinal(first), counts)
