"""Where teams patrol more, more is reported: how much of that there is, and what the forecast would be were all patrolled alike."""

import duckdb
import numpy as np
from sklearn.linear_model import PoissonRegressor

from analytics.answers import question
from analytics.risk.history import Cells, Floats, History
from analytics.risk.whole import Effort

DAYS = 182
MOST_ELASTIC = 1.0


@question
def patrols(
    cursor: duckdb.DuckDBPyConnection, _as_of: int, cells: tuple[str, ...]
) -> tuple[Floats, Floats, tuple[str, ...]]:
    """Of each cell the patrols of the last half year, its residents, and its kind."""
    rows = cursor.execute(
        f"""with newest as (select max(started_at) as last_at from patrol),
        gone as (select grid_id, count(*) as n from patrol, newest where started_at > last_at - interval {DAYS} day group by grid_id)
        select area_id, coalesce(n, 0), coalesce(population, 0), coalesce(kind, '') from area left join gone on grid_id = area_id
        where level = 'grid'"""
    ).fetchall()
    known = {row[0]: row[1:] for row in rows}
    mine = [known.get(one, (0, 0, "")) for one in cells]
    return (
        np.array([row[0] for row in mine], float),
        np.array([row[1] for row in mine], float),
        tuple(row[2] for row in mine),
    )


def effort(snapshot: int, history: History) -> Effort | None:
    """None where no patrols are known.

    A Poisson regression of the half year's reports on the logarithms of patrols and residents and on the kind of cell. It tells
    what goes together: teams also go where more happens, so the correction is at most what it says.
    """
    cells: Cells = history.cells
    gone, people, kind = patrols(snapshot, cells.ids)
    reports = history.between(len(history) - DAYS, len(history))
    if not gone.any() or not reports.any():
        return None

    kinds = sorted(set(kind))
    known = np.column_stack([np.log1p(gone), np.log1p(people), *[[one == name for one in kind] for name in kinds[1:]]])
    fitted = PoissonRegressor(alpha=1e-3, max_iter=1000).fit(known, reports)
    return Effort(cells.ids, gone, float(np.clip(fitted.coef_[0], 0.0, MOST_ELASTIC)))
