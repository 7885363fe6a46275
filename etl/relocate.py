"""After a new grid map: every row is found anew, by its point or by what was recorded, in the same transaction."""

import duckdb
import numpy as np
import pyarrow as pa

from etl.places import Gazetteer
from etl.whereabouts import Map
from settings import Settings
from warehouse.tables import TABLES, Table

ROWS = 200_000
LOCATED = tuple(table for table in TABLES.values() if "located_by" in table.column_names)
"""Tables that say how each row was found, and hold what it was found by."""


def relocate(connection: duckdb.DuckDBPyConnection, site: Settings) -> int:
    """Bring `area_id`, `grid_id`, `located_by` and `is_outside` in line with the map; returns how many rows changed."""
    known = Map.of(connection, site)
    return sum(_relocate(connection, table, known) for table in LOCATED)


def _relocate(connection: duckdb.DuckDBPyConnection, table: Table, known: Map) -> int:
    name, key, has_points = table.name, table.key[0], "is_outside" in table.column_names
    points = "lon, lat, is_outside" if has_points else "null::double as lon, null::double as lat, null as is_outside"
    rows = connection.execute(
        f"select {key}, {points}, recorded_area, area_id, grid_id, located_by from {name}"
    ).to_arrow_reader(ROWS)
    finder = _Finder(known, has_points)
    changes = [changed for batch in rows if (changed := finder.changes(batch, key)).num_rows]
    if not changes:
        return 0
    connection.register("moved", pa.concat_tables(changes))
    connection.execute(
        f"""update {name} set area_id = moved.area, grid_id = moved.grid, located_by = moved.how
        {", is_outside = moved.outside" if has_points else ""} from moved where {name}.{key} = moved.{key}"""
    )
    connection.unregister("moved")
    return sum(changed.num_rows for changed in changes)


class _Finder:
    """Where rows lie in the new map: by point, else by what they hold if the map still has it, else by their record."""

    def __init__(self, known: Map, has_points: bool) -> None:
        self._map, self._gazetteer = known, Gazetteer(known.areas)
        self._tells_outside = has_points and known.bounds is not None
        self._levels = dict(zip(known.areas["area_id"], known.areas["level"], strict=True))
        self._found: dict[tuple[str | None, str | None, str | None], tuple[str | None, str | None, str]] = {}

    def changes(self, rows: pa.RecordBatch, key: str) -> pa.Table:
        """The rows whose place has changed, with the new one."""
        lon, lat = (rows[name].to_numpy(zero_copy_only=False).astype(float) for name in ("lon", "lat"))
        at = self._map.locator.locate(lon, lat)
        grids = [None if n < 0 else str(self._map.locator.grid_ids[n]) for n in at]
        recorded, area, by = (rows[name].to_pylist() for name in ("recorded_area", "area_id", "located_by"))
        new = [
            (grid, grid, "point") if grid else self._recorded(text, old, how)
            for grid, text, old, how in zip(grids, recorded, area, by, strict=True)
        ]
        outside: list[bool | None] = [None] * len(new)
        if self._tells_outside:
            outside = [bool(beyond) for beyond in ~np.isnan(lon) & (at < 0)]
        old = list(zip(area, rows["grid_id"].to_pylist(), by, rows["is_outside"].to_pylist(), strict=True))
        keys = rows[key].to_pylist()
        moved = [n for n, state in enumerate(old) if state != (*new[n], outside[n])]
        return pa.table(
            {
                key: pa.array([keys[n] for n in moved], pa.string()),
                "area": pa.array([new[n][0] for n in moved], pa.string()),
                "grid": pa.array([new[n][1] for n in moved], pa.string()),
                "how": pa.array([new[n][2] for n in moved], pa.string()),
                "outside": pa.array([outside[n] for n in moved], pa.bool_()),
            }
        )

    def _recorded(self, text: str | None, area: str | None, by: str | None) -> tuple[str | None, str | None, str]:
        asked = (text, area, by)
        if asked not in self._found:
            self._found[asked] = self._look_up(*asked)
        return self._found[asked]

    def _look_up(self, text: str | None, area: str | None, by: str | None) -> tuple[str | None, str | None, str]:
        found = self._gazetteer.find(text, text, text)
        code, how = found.area_id, found.located_by
        if how != "code" and by == "name" and area in self._levels:  # found then with the town's help, and still there
            code, how = area, "name"
        return code, code if code and self._levels[code] == "grid" else None, how
