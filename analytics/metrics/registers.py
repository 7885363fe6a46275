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


def registered(view: View, name: str, by: str | None, keys: pd.Series) -> pd.Series:
    """The denominator of every key: of that area, where split by area; else of everything the view shows."""
    if by in LEVELS:
        shown = _everywhere(view) if _shows_whole(view, str(by)) else _places(view)
        return keys.map(_by_area(shown, name, str(by))).astype(float)
    return pd.Series(registered_whole(view, name), index=keys.index, dtype=float)


def registered_whole(view: View, name: str) -> float | None:
    """The denominator of everything the view shows; None where the register knows nothing of it."""
    if view.area_id and view.area_level and not view.allowed:
        return _by_area(_everywhere(view), name, view.area_level).get(view.area_id)
    return _whole(_places(view), name)


def _shows_whole(view: View, level: str) -> bool:
    """Whether the view shows every area of a level that it shows at all as a whole, as if nothing were chosen."""
    return not view.allowed and (view.area_level is None or LEVELS.index(view.area_level) < LEVELS.index(level))


def _everywhere(view: View) -> View:
    return replace(_places(view), area_id=None, area_level=None)


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


@question
def _whole(cursor: duckdb.DuckDBPyConnection, view: View, name: str) -> float | None:
    """Summed over the areas the view shows: residents of the topmost ones, so that nobody counts twice; the rest of grids."""
    where = view.where(None, incidents=False)
    once = TOPMOST if name == RESIDENTS else "level = 'grid'"
    row = cursor.execute(
        f"with seen as (select * from {REGISTER} where {where.sql}) select {REGISTERS[name]} from seen where {once}",
        where.values,
    ).fetchone()
    return row[0] if row else None
