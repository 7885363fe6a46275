"""Denominators that registers know: residents, grids and full-time grid workers of an area."""

from dataclasses import replace

import duckdb
import pandas as pd

from analytics.answers import question
from analytics.area import LEVELS
from analytics.metrics.metric import REGISTERS, RESIDENTS
from analytics.view import View

REGISTER = f"""(
    select a.area_id, a.level, a.parent_id, {", ".join(f"a.{level}_id" for level in LEVELS if level != "grid")}, a.population, t.workers
    from area a left join (
        select grid_id, count(*) as workers from team_member where role = 'grid_worker' group by grid_id
    ) t on t.grid_id = a.area_id)"""

TOPMOST = "(parent_id is null or parent_id not in (select area_id from seen))"
"""Of the areas seen, those that lie in no other one: summed, nobody counts twice."""


def registered(cursor: duckdb.DuckDBPyConnection, view: View, name: str, by: str | None, keys: pd.Series) -> pd.Series:
    """The denominator of every key: of that area, where split by area; else of everything the view shows."""
    if by in LEVELS:
        return keys.map(_by_area(_places(view), name, str(by))).astype(float)
    return pd.Series(_whole(cursor, view, name), index=keys.index, dtype=float)


def _places(view: View) -> View:
    """Views of the same areas are one."""
    plain = replace(view, since=view.now, until=view.now, devices_until=view.now, previous=None, period="custom")
    return replace(plain, category=None, channel=None, department=None, source=None, ignored=())


@question
def _by_area(cursor: duckdb.DuckDBPyConnection, view: View, name: str, level: str) -> dict[str, float]:
    """What each area of a level has, of the areas the view shows: of an area it shows a part of, that part."""
    where = view.where(None, incidents=False)
    key = "case when level = 'grid' then area_id end" if level == "grid" else f"{level}_id"
    once = f"(level = '{level}' or {TOPMOST})" if name == RESIDENTS else "level = 'grid'"
    rows = cursor.execute(
        f"""with seen as (select * from {REGISTER} where {where.sql})
        select {key}, {REGISTERS[name]} from seen where {once} and {key} is not null group by 1""",
        where.values,
    ).fetchall()
    return dict(rows)


def _whole(cursor: duckdb.DuckDBPyConnection, view: View, name: str) -> float | None:
    """Summed over the areas the view shows: residents of the topmost ones, so that nobody counts twice; the rest of grids."""
    where = view.where(None, incidents=False)
    once = TOPMOST if name == RESIDENTS else "level = 'grid'"
    row = cursor.execute(
        f"with seen as (select * from {REGISTER} where {where.sql}) select {REGISTERS[name]} from seen where {once}",
        where.values,
    ).fetchone()
    return row[0] if row else None
