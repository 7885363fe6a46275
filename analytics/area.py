"""Which areas there are, what each lies in, and which one a person means by a few letters or digits."""

from dataclasses import dataclass

import duckdb
import pandas as pd

from analytics.answers import question

LEVELS = ("district", "town", "community", "grid")


@dataclass(frozen=True)
class Area:
    """One area: its code, level, name, and the codes from the top down to itself."""

    area_id: str
    level: str
    name: str
    path: tuple[str, ...]
    path_names: tuple[str, ...]


@question
def areas(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> dict[str, Area]:
    """Every area by its code, from the top down, then by code."""
    rows = cursor.execute(
        """select area_id, level, name, parent_id from area
        order by list_position(['district', 'town', 'community', 'grid'], level), area_id"""
    ).fetchall()
    found: dict[str, Area] = {}
    for area_id, level, name, parent_id in rows:
        above = found.get(parent_id)
        path, names = (above.path, above.path_names) if above else ((), ())
        found[area_id] = Area(area_id, level, name, (*path, area_id), (*names, name))
    return found


def towns(as_of: int | None) -> list[Area]:
    """The towns, by code."""
    return [one for one in areas(as_of).values() if one.level == "town"]


def children(as_of: int | None, area_id: str | None) -> list[str]:
    """Codes of the areas right inside this one; of the first level that has several where none is chosen."""
    inside = [one.area_id for one in areas(as_of).values() if (one.path[-2:-1] or (None,))[0] == area_id]
    return children(as_of, inside[0]) if area_id is None and len(inside) == 1 else inside


def find_area(as_of: int | None, text: str) -> Area | None:
    """The area of this code or name, the largest of its name; None where there is none."""
    return next((one for one in areas(as_of).values() if text in (one.area_id, one.name)), None)


@question
def _spans(_cursor: duckdb.DuckDBPyConnection, as_of: int | None) -> dict[str, tuple[str, str]]:
    """Each area with the last one that lies in it, in the order of the facts: what lies in an area follows it."""
    known = areas(as_of)
    spans: dict[str, tuple[str, str]] = {}
    for area in sorted(known.values(), key=lambda area: (area.path, area.area_id)):
        for above in area.path:
            spans[above] = (above, area.area_id)
    return spans


def areas_inside(as_of: int | None, area_id: str) -> tuple[str, str] | None:
    """First and last area of an area's range: itself, and the last that lies in it. None where nobody knows it."""
    return _spans(as_of).get(area_id)


@question
def area_frame(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> pd.DataFrame:
    """Every area without its outline: `area_id, level, name, parent_id, population, area_km2, lon, lat`."""
    return cursor.execute(
        "select area_id, level, name, parent_id, population, area_km2, lon, lat from area order by area_id"
    ).df()


def find(as_of: int | None, text: str, limit: int = 30) -> list[Area]:
    """Areas whose code starts with `text`, or whose name holds every word of it; higher levels first."""
    known = areas(as_of).values()
    words = text.lower().split()
    fits = [area for area in known if _fits(area, words)]
    return fits[:limit]


def _fits(area: Area, words: list[str]) -> bool:
    if len(words) == 1 and area.area_id.lower().startswith(words[0]):
        return True
    whole = " ".join(area.path_names).lower()
    own = area.name.lower()
    return all(word in whole for word in words) and (not words or any(word in own for word in words))


def next_level(as_of: int | None, area_id: str | None) -> str:
    """The level of the areas inside this one (of the first level below the top if none is chosen)."""
    inside = children(as_of, area_id)
    return areas(as_of)[inside[0]].level if inside else "grid"
