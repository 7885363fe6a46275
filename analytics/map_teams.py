"""Which grids lack people against the staffing standard."""

import duckdb
import pandas as pd

from analytics.answers import question
from analytics.staffing import ROLES, standard


@question
def team_by_grid(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> pd.DataFrame:
    """Every grid with its posts: `area_id, lon, lat`, one column a role, `members`. Null where no source names the grid."""
    counts = ", ".join(f"count(*) filter (role = '{role}') as {role}" for role in ROLES)
    columns = ", ".join(f"t.{role}" for role in ROLES)
    found = cursor.execute(
        f"""with t as (select grid_id, count(*) as members, {counts} from team_member group by grid_id)
        select a.area_id, a.district_id, a.town_id, a.community_id, a.lon, a.lat, t.members, {columns}
        from area a left join t on t.grid_id = a.area_id where a.level = 'grid' order by a.area_id"""
    ).df()
    return found.astype(dict.fromkeys(("members", *ROLES), float))


def team_gaps(as_of: int | None, area_id: str | None = None) -> pd.DataFrame:
    """`team_by_grid` with `missing_<role>` and `missing` (posts short of the standard; null without a source).

    Only the grids in `area_id`, if one is given.
    """
    teams = team_by_grid(as_of)
    if area_id is not None:
        above = teams[["area_id", "district_id", "town_id", "community_id"]]
        teams = teams[(above == area_id).any(axis=1)]
    short = {f"missing_{role}": (least - teams[role]).clip(lower=0) for role, least in standard().posts}
    gaps = teams.assign(**short)
    return gaps.assign(missing=gaps[list(short)].sum(axis=1, skipna=False))
