"""The history of the warehouse: incidents of a matter by grid and local day, with where the grids lie."""

from datetime import date, timedelta

import duckdb
import numpy as np

from analytics.answers import question
from analytics.risk.history import Cells, Counts, History, metres
from analytics.view import facts, local_day
from working_time.calendar import day

MOST_DAYS = 4 * 365 + 28
DAYS_AHEAD = 31
DAY = "reported_on - date '0001-01-01' + 1"
HISTORY = f"""from incident_fact join (select area_id, row_number() over (order by area_id) - 1 as cell from area
        where level = 'grid' and lon is not null and lat is not null) grid on grid.area_id = incident_fact.area_id::varchar
    where {DAY} between $first and $last"""


def last_day(snapshot: int) -> date:
    """The last local day that is over, as far as the data reach."""
    return local_day(facts(snapshot).now + timedelta(seconds=1)) - timedelta(days=1)


def reported(snapshot: int, category: str | None = None) -> History:
    """Incidents of each grid with a place, of whole days up to the last one that is over; of one `category` and what lies below it.

    At most four years, which is all that a forecast looks at.
    """
    return _history(snapshot, last_day(snapshot).toordinal(), category)


def learnt_from(snapshot: int) -> dict[str, int]:
    """How many incidents the history of each top category holds, and that of all ("")."""
    return _learnt_from(snapshot, last_day(snapshot).toordinal())


@question
def _learnt_from(cursor: duckdb.DuckDBPyConnection, _as_of: int, last: int) -> dict[str, int]:
    rows = cursor.execute(
        f"""select coalesce(split_part(category::varchar, '/', 1), '') as top, count(*) {HISTORY} group by all""",
        {"first": last - MOST_DAYS + 1, "last": last},
    ).fetchall()
    return {"": sum(n for _, n in rows)} | {top: n for top, n in rows if top}


@question
def _history(cursor: duckdb.DuckDBPyConnection, _as_of: int, last: int, category: str | None) -> History:
    grids = cursor.execute(
        "select area_id, lon, lat, coalesce(population, 0) as residents from area where level = 'grid' and lon is not null and lat is not null order by area_id"
    ).fetchnumpy()
    lon, lat = (np.asarray(grids[name], dtype=np.float64) for name in ("lon", "lat"))
    residents = np.asarray(np.ma.filled(grids["residents"], 0), dtype=np.float64)
    x, y = metres(lon, lat, lat.mean() if len(lat) else 0.0)
    cells = Cells(tuple(str(one) for one in grids["area_id"]), x, y, residents)
    of = "" if category is None else "and (category = $category or starts_with(category::varchar, $category || '/'))"
    found = cursor.execute(
        f"select {DAY} as day, cell, count(*) as n {HISTORY} {of} group by all",
        {"first": last - MOST_DAYS + 1, "last": last} | ({} if category is None else {"category": category}),
    ).fetchnumpy()
    days, cell = (np.asarray(found[name], dtype=np.int64) for name in ("day", "cell"))
    first = int(days.min()) if len(days) else last
    counts: Counts = np.zeros((last - first + 1, len(cells)), dtype=np.float32)
    counts[days - first, cell] = np.asarray(found["n"], dtype=np.float32)
    free = np.array([day(date.fromordinal(one)).is_free for one in range(first, last + DAYS_AHEAD + 1)])
    return History.of(cells, date.fromordinal(first), counts, free)
