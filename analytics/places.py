"""Where every area lies: the outlines of a snapshot, and a short mark that changes only when they do."""

import duckdb
import pandas as pd

from analytics.answers import question


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


@question
def area_facts(cursor: duckdb.DuckDBPyConnection, _as_of: int | None, area_id: str) -> dict[str, object]:
    """What the register says of one area: population, km², its point, and how many areas of each level it holds."""
    row = cursor.execute(
        "select area_id, level, name, kind, population, area_km2, lon, lat from area where area_id = $area",
        {"area": area_id},
    )
    names = [column[0] for column in row.description or ()]
    found = row.fetchone()
    if found is None:
        return {}
    inside = cursor.execute(
        """select level, count(*) from area
        where area_id <> $area and $area in (district_id, town_id, community_id) group by level""",
        {"area": area_id},
    ).fetchall()
    return dict(zip(names, found, strict=True)) | {"inside": dict(inside)}
