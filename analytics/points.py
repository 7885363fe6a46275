"""What lies where inside a view: incidents as points, and how many there are without one."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import fact_question, question
from analytics.view import View
from warehouse.masking import masked

POINTS_AT_MOST = 3000
"""More than this and points travel as a picture of their density, not one by one."""


@dataclass(frozen=True)
class Counted:
    """How many incidents a view holds, and how many of them have a usable point."""

    total: int
    with_point: int


@question
def incident_count(cursor: duckdb.DuckDBPyConnection, view: View) -> Counted:
    """Incidents of the view, and those with a point."""
    where = view.where()
    row = cursor.execute(
        f"select count(*), count(*) filter (lon is not null and lat is not null) from incident where {where.sql}",
        where.values,
    ).fetchone()
    return Counted(*(row or (0, 0)))


@question
def incident_points(cursor: duckdb.DuckDBPyConnection, view: View) -> pd.DataFrame:
    """The newest incidents with a point, at most `POINTS_AT_MOST`: id, lon, lat, title, category, status, reported_at."""
    where = view.where()
    return cursor.execute(
        _titles_masked(
            f"""select incident_id, lon, lat, title, category, status, reported_at from incident
            where {where.sql} and lon is not null and lat is not null
            order by reported_at desc, incident_id limit {POINTS_AT_MOST}"""
        ),
        where.values,
    ).df()


@question
def incident_coordinates(cursor: duckdb.DuckDBPyConnection, view: View) -> dict[Literal["lon", "lat"], np.ndarray]:
    """Coordinates of every incident of the view that has a point, as two arrays."""
    where = view.where()
    return cursor.execute(  # type: ignore[return-value]
        f"select lon, lat from incident where {where.sql} and lon is not null and lat is not null", where.values
    ).fetchnumpy()


@question
def last_incidents(cursor: duckdb.DuckDBPyConnection, view: View, count: int) -> pd.DataFrame:
    """The newest incidents of the view: id, title, category, status, reported_at, due_at, closed_at."""
    where = replace(view, since=_since_newest(view, count)).where()
    return cursor.execute(
        _titles_masked(
            f"""select incident_id, title, category, status, reported_at, due_at, closed_at from incident
            where {where.sql} order by reported_at desc, incident_id limit $count"""
        ),
        {**where.values, "count": count},
    ).df()


def _titles_masked(newest: str) -> str:
    """The rows of `newest` in its order, personal data in their titles masked: of these few, not of all it chose from."""
    return f"select * replace ({masked('title')} as title) from ({newest}) order by reported_at desc, incident_id"


@fact_question
def _since_newest(cursor: duckdb.DuckDBPyConnection, view: View, count: int) -> datetime:
    """When the last of so many newest incidents was reported: the lake need not be looked through any further back."""
    where = view.facts()
    row = cursor.execute(
        f"select min(reported_at) from (select reported_at from {view.fact_table} where {where.sql} order by 1 desc limit {int(count)})",
        where.values,
    ).fetchone()
    return row[0] if row and row[0] else view.since


@fact_question
def top_categories(cursor: duckdb.DuckDBPyConnection, view: View, count: int) -> pd.DataFrame:
    """The most frequent finest categories of the view: `category`, `incidents`."""
    where = view.facts()
    return cursor.execute(
        f"""select coalesce(category::varchar, '') as category, incidents
        from (select category, count(*) as incidents from {view.fact_table} where {where.sql} group by 1)
        order by 2 desc, 1 limit $count""",
        {**where.values, "count": count},
    ).df()
