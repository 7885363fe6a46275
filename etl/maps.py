"""Loading a grid map: examined, put in force as a whole, and everything with a point found anew in it."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import duckdb
import geopandas as gpd
import pandas as pd
import shapely

from etl import commit
from etl.attempt import Attempt
from etl.coordinates import to_wgs84
from etl.grid_map import examine
from etl.grid_map_checks import check_near
from etl.header import Header
from etl.profile import Profile
from etl.relocate import relocate
from etl.sources.features import read_features
from settings import REFERENCE, Settings
from warehouse.tables import AREA

RENAMED = {column: f"_{column}" for column in AREA.column_names}


def load(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    profile: Profile,
    attempt: Attempt,
    site: Settings,
    check_unchanged: Callable[[], None],
) -> None:
    """Put the map in `path` in force; `GridMapError` if it cannot be."""
    features = _mapped(read_features(path), profile, path)
    examined = examine(features, _expected(profile))
    check_near(examined.areas, connection.execute("select lon, lat, load_id from area").df())
    check_unchanged()
    attempt.findings = json.dumps([asdict(finding) for finding in examined.findings], ensure_ascii=False)
    attempt.rows_read = len(features)
    connection.register("new_areas", examined.areas)
    _count(connection, attempt)
    with commit.transaction(connection):
        _write(connection, attempt)
        commit.write_source(connection, attempt, profile)
        if moved := relocate(connection, site):
            attempt.note(f"{moved} 行按新图重新定位 / {moved} rows found their area anew")
        commit.finish(connection, attempt)
    connection.unregister("new_areas")


def _mapped(features: gpd.GeoDataFrame, profile: Profile, path: Path) -> gpd.GeoDataFrame:
    """The features under our column names, in WGS84."""
    header = Header(profile, path.name)
    attributes = pd.DataFrame(features.drop(columns=features.geometry.name))
    attributes.columns = pd.Index(header.take([str(name) for name in attributes.columns]))
    columns: dict[str, object] = {}
    for ours, theirs in profile.columns.items():
        names = [theirs] if isinstance(theirs, str) else list(theirs)
        parts = [attributes[header.named[name]] for name in names]
        columns[ours] = parts[0] if len(parts) == 1 else ["/".join(map(str, row)) for row in zip(*parts, strict=True)]
    columns |= dict(profile.constants)
    for ours, words in profile.values.items():
        columns[ours] = pd.Series(columns[ours]).replace(words)
    outlines = shapely.transform(shapely.force_2d(features.geometry.to_numpy()), lambda xy: _wgs84(xy, profile))
    return gpd.GeoDataFrame(pd.DataFrame(columns, index=features.index), geometry=outlines, crs=4326)


def _wgs84(points, profile: Profile):  # type: ignore[no-untyped-def]
    lon, lat = to_wgs84(points[:, 0], points[:, 1], profile.place.crs)
    points = points.copy()
    points[:, 0], points[:, 1] = lon, lat
    return points


def _expected(profile: Profile) -> pd.DataFrame | None:
    """The areas above the grids that the reference lists, if this map is of that district."""
    folder = REFERENCE / "areas"
    files = [folder / name for name in ("district.csv", "towns.csv", "communities.csv")]
    if "district_id" in profile.constants or not all(file.exists() for file in files):
        return None
    frames = [pd.read_csv(file, dtype=str)[["code", "name"]] for file in files]
    return pd.concat(frames, ignore_index=True).rename(columns={"code": "area_id"})


def _count(connection: duckdb.DuckDBPyConnection, attempt: Attempt) -> None:
    """How many grids are new, changed or as they were; merged features count as duplicates."""
    same = " and ".join(
        f"n.{name} is not distinct from w.{name}" for name in AREA.column_names if name not in ("area_id", "load_id")
    )
    grids, known, unchanged = connection.execute(
        f"""select count(*), count(w.area_id), coalesce(count(*) filter (w.area_id is not null and {same}), 0)
        from (select * replace (population::integer as population) from new_areas) n
        left join area w using (area_id) where n.level = 'grid'"""
    ).fetchone()  # type: ignore[misc]
    attempt.rows_loaded = grids - unchanged
    attempt.rows_replaced = known - unchanged
    attempt.rows_duplicate = attempt.rows_read - attempt.rows_loaded


def _write(connection: duckdb.DuckDBPyConnection, attempt: Attempt) -> None:
    """The new map takes the place of the old one, whole: a grid that it no longer has is no longer a grid."""
    types = {column.name: column.type for column in AREA.columns if column.name != "load_id"}
    columns = ", ".join(f"{name}::{kind} as {name}" for name, kind in types.items())
    connection.execute("delete from area")
    connection.execute(
        f"insert into area by name select {columns}, {attempt.load_id} as load_id from new_areas order by area_id"
    )
