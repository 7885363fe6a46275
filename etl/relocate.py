"""After a new grid map: every row with a point is found anew, in the same transaction."""

import duckdb
import pyarrow as pa

from etl.whereabouts import HAVE_POINTS, Map
from settings import Settings
from warehouse.tables import TABLES


def relocate(connection: duckdb.DuckDBPyConnection, site: Settings) -> int:
    """Bring `area_id`, `grid_id`, `located_by` and `is_outside` in line with the map; returns how many rows changed."""
    known = Map.of(connection, site)
    return sum(_relocate(connection, name, known) for name in HAVE_POINTS)


def _relocate(connection: duckdb.DuckDBPyConnection, name: str, known: Map) -> int:
    table = TABLES[name]
    key = table.key[0]
    rows = connection.execute(f"select {key}, lon, lat from {name} where lon is not null").to_arrow_table()
    if not rows.num_rows:
        return 0
    at = known.locator.locate(rows["lon"].to_numpy(), rows["lat"].to_numpy())
    ids = pa.array(known.locator.grid_ids.astype(object), pa.string())
    found = pa.table({key: rows[key], "found": ids.take(pa.array(at, pa.int32(), mask=at < 0))})
    connection.register("found_rows", found)
    changed = connection.execute(
        f"""update {name} set grid_id = found, area_id = coalesce(found, case when located_by = 'point' then null else area_id end),
            located_by = case when found is not null then 'point' when located_by = 'point' then 'none' else located_by end,
            is_outside = found is null
        from found_rows where {name}.{key} = found_rows.{key}
        and ({name}.grid_id is distinct from found or {name}.is_outside is distinct from (found is null))"""
    ).fetchone()
    connection.unregister("found_rows")
    return int(changed[0]) if changed else 0
