"""What lies where inside a view: incidents as points, and how many there are without one."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

import duckdb
import numpy as np
import pandas as pd

from analytics.answers import fact_question, question
from analytics.view import BY_NAME, View, number_column, numbers
from warehouse.masking import masked

POINTS_AT_MOST = 3000
"""More than this and points travel as a picture of their density, not one by one."""
NEWEST_AT_MOST, LOOK_BACK = 20_000, timedelta(days=30)
"""So many of the newest incidents are kept: a town's or a category's last six are among them, read once for all who ask."""
SHOWN = ["incident_id", "title", "category", "status", "reported_at", "due_at", "closed_at"]


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


def last_incidents(view: View, count: int) -> pd.DataFrame:
    """The newest incidents of the view: id, title, category, status, reported_at, due_at, closed_at.

    Mostly they are among the newest of all, which are kept for whoever asks; the lake is asked where they are not.
    """
    newest = newest_incidents(_lately(view))
    found = newest[_is_of(view, newest)].head(count)
    is_all = len(found) == count or (len(newest) < NEWEST_AT_MOST and view.since >= view.now - LOOK_BACK)
    return found[SHOWN].reset_index(drop=True) if is_all else _last_in_lake(view, count)


def _lately(view: View) -> View:
    """The last days before the view's end without anything else that narrows it."""
    return View(
        since=view.now - LOOK_BACK, until=view.until, now=view.now, devices_until=view.devices_until,
        as_of=view.as_of, snapshot=view.snapshot,
    )  # fmt: skip


@question
def newest_incidents(cursor: duckdb.DuckDBPyConnection, view: View) -> pd.DataFrame:
    """The newest incidents of a view, at most `NEWEST_AT_MOST`: what `last_incidents` tells, and what a view can be narrowed by;
    areas and categories as their numbers in the facts, -1 where there is none.
    """
    where = view.where()
    rows = cursor.execute(
        _titles_masked(
            f"""select {", ".join(SHOWN)}, area_id, channel, department, source from incident
            where {where.sql} order by reported_at desc, incident_id limit {NEWEST_AT_MOST}"""
        ),
        where.values,
    ).df()
    for kind, column in (("area", "area_id"), ("category", "category")):
        rows[f"{kind}_no"] = rows[column].map(numbers(view.as_of, kind)).fillna(-1).astype(np.int64)
    return rows.drop(columns="area_id")


def _is_of(view: View, rows: pd.DataFrame) -> np.ndarray:
    """Which of the rows are the view's."""
    kept = (rows["reported_at"] >= view.since).to_numpy()
    for kind, spans in view.spans().items():
        at = rows[number_column(kind)].to_numpy()
        kept = kept & np.logical_or.reduce(
            [(at >= first) & (at <= last) for first, last in spans] or [np.zeros(len(rows), bool)]
        )
    for name in BY_NAME:
        if (chosen := getattr(view, name)) is not None:
            kept = kept & (rows[name] == chosen).to_numpy()
    return kept


@question
def _last_in_lake(cursor: duckdb.DuckDBPyConnection, view: View, count: int) -> pd.DataFrame:
    where = replace(view, since=_since_newest(view, count)).where()
    return cursor.execute(
        _titles_masked(
            f"""select {", ".join(SHOWN)} from incident
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
