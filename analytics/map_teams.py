"""Which grids lack people against the staffing standard 2+1+N+X (`data/reference/staffing.toml`)."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import duckdb
import pandas as pd

from analytics.answers import question
from settings import REFERENCE
from warehouse.errors import ZhiliError

ROLES = ("grid_chief", "grid_worker", "grid_police", "part_time_worker", "social_force")


class StaffingError(ZhiliError):
    """The staffing standard cannot be read."""


@dataclass(frozen=True)
class Standard:
    """The staffing standard: its name, and the posts of each role that a full team has at least."""

    name: str
    posts: tuple[tuple[str, int], ...]


@lru_cache(maxsize=4)
def standard(path: Path = REFERENCE / "staffing.toml") -> Standard:
    """The standard in `path`; `StaffingError` if the file says something else."""
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        name, asked = str(read["name"]), dict(read["at_least"])
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise StaffingError(f"{path}: needs a name and [at_least] with posts by role ({error}).") from error
    wrong = [role for role, count in asked.items() if role not in ROLES or not isinstance(count, int) or count < 0]
    if wrong:
        raise StaffingError(f"{path}: {wrong[0]} must be one of {', '.join(ROLES)} with a whole number of posts.")
    return Standard(name, tuple((role, asked.get(role, 0)) for role in ROLES))


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
