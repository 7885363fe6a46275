"""Where every area lies: the outlines of a snapshot, and a short mark that changes only when they do."""

from collections import Counter

import duckdb
import pandas as pd

from analytics.answers import question, reckoning
from analytics.area import areas


@question
def outlines_mark(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> str:
    """A mark of the whole area table: the same areas give the same mark, whatever else was loaded since."""
    row = cursor.execute(
        "select count(*), coalesce(bit_xor(hash(area_id, name, parent_id, load_id)), 0) from area"
    ).fetchone()
    return "-".join(str(part) for part in row or ())


def outlines(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Every area with its outline: `area_id, level, name, parent_id, geometry` (WKB bytes, None where unknown)."""
    frame = cursor.execute("select area_id, level, name, parent_id, geometry from area order by area_id").df()
    frame["geometry"] = [
        bytes(outline) if isinstance(outline, bytes | bytearray) else None for outline in frame["geometry"]
    ]
    return frame


@reckoning
def area_facts(as_of: int | None, area_id: str) -> dict[str, object]:
    """What the register says of one area: population, km², its point, and how many areas of each level it holds."""
    found = _register(as_of).get(area_id)
    if found is None:
        return {}
    inside = Counter(area.level for area in areas(as_of).values() if area_id in area.path[:-1])
    return found | {"inside": dict(inside)}


@question
def _register(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> dict[str, dict[str, object]]:
    """Every area by its code, without its outline: `area_id, level, name, kind, population, area_km2, lon, lat`."""
    rows = cursor.execute("select area_id, level, name, kind, population, area_km2, lon, lat from area")
    names = [column[0] for column in rows.description or ()]
    return {row[0]: dict(zip(names, row, strict=True)) for row in rows.fetchall()}


@question
def box(cursor: duckdb.DuckDBPyConnection, _as_of: int | None) -> tuple[float, float, float, float] | None:
    """West, south, east and north of the areas' points, in degrees; None where no area has a point."""
    row = cursor.execute("select min(lon), min(lat), max(lon), max(lat) from area").fetchone()
    return row if row and row[0] is not None else None
