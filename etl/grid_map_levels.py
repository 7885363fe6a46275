"""Which areas a map of grids makes: the grids themselves, and the levels above as unions of their grids."""

from collections.abc import Callable
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import Geod

from etl.grid_map_checks import GridMapError
from warehouse.tables import AREA

UPPER_LEVELS = ("community", "town", "district")  # finest first
PREFIX_DIGITS = {"district": 6, "town": 9, "community": 12}
GRID_DIGITS = 15
SLIVER_KM2 = 1e-4  # holes below 100 m² in a union are where borders drawn twice do not meet
_KINDS = (
    ("街道", "town", "street"), ("镇", "town", "town"), ("乡", "town", "town"), ("村", "community", "village"),
    ("居", "community", "community"), ("社区", "community", "community"),
)  # fmt: skip
_EARTH = Geod(ellps="WGS84")


def area_rows(grids: gpd.GeoDataFrame, known: pd.DataFrame | None) -> pd.DataFrame:
    """Rows of the table `area` without load_id: every grid and every area above, coarsest first."""
    grids = _with_parents(grids)
    names = {} if known is None or "name" not in known else dict(zip(known["area_id"], known["name"], strict=True))
    union = _union_of(grids.geometry.to_numpy())
    levels = [_upper_rows(grids, level, names, union) for level in reversed(UPPER_LEVELS)]
    rows = pd.concat([*(level for level in levels if len(level)), _grid_rows(grids, names)], ignore_index=True)
    _check_one_area_a_code(rows)
    rows["population"] = rows["population"].astype("Int64")
    rows = _with_figures(rows)[[column for column in AREA.column_names if column != "load_id"]]
    for text in rows.columns.difference(["population", "lon", "lat", "area_km2", "geometry"]):
        rows[text] = rows[text].astype(object).where(rows[text].notna(), None)
    return rows


def _with_parents(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The areas each grid lies in: as the map says, else from its 15-digit code; a district there must be."""
    grids = grids.copy()
    if grids[[f"{level}_id" for level in UPPER_LEVELS]].isna().all(axis=None):
        for level in PREFIX_DIGITS:  # a lone parent_id says by its length which level it is
            is_level = grids["parent_id"].str.len() == PREFIX_DIGITS[level]
            grids[f"{level}_id"] = grids["parent_id"].where(is_level & grids["parent_id"].notna(), None)
    full = grids["area_id"].str.fullmatch(rf"\d{{{GRID_DIGITS}}}")
    for level, digits in PREFIX_DIGITS.items():
        prefix = grids["area_id"].str[:digits].where(full, None)
        column = grids[f"{level}_id"]
        grids[f"{level}_id"] = column.where(column.notna(), prefix).astype(object)
    return _with_district(grids)


def _with_district(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    without = grids["district_id"].isna()
    named = grids.loc[~without, "district_id"].unique()
    if without.any() and len(named) != 1:
        raise GridMapError(
            f"{without.sum()} grids (first: {grids.loc[without, 'area_id'].iloc[0]}) lie in no district:"
            " set district_id and district_name under [constants] of the profile."
        )
    grids.loc[without, "district_id"] = named[0]
    return grids


def _grid_rows(grids: gpd.GeoDataFrame, names: dict[str, str]) -> pd.DataFrame:
    rows = pd.DataFrame(grids.drop(columns=["feature"]))
    rows["level"] = "grid"
    rows["name"] = [name or names.get(code) or code for name, code in zip(rows["name"], rows["area_id"], strict=True)]
    rows["parent_id"] = _nearest(rows, UPPER_LEVELS)
    return rows


def _nearest(rows: pd.DataFrame, levels: tuple[str, ...]) -> pd.Series:
    """The finest of `levels` that each row lies in."""
    nearest = pd.Series(None, index=rows.index, dtype=object)
    for level in levels:
        nearest = nearest.where(nearest.notna(), rows[f"{level}_id"])
    return nearest.where(nearest.notna(), None)


def _upper_rows(
    grids: gpd.GeoDataFrame, level: str, names: dict[str, str], union: Callable[[Any], shapely.Geometry]
) -> pd.DataFrame:
    """One row for each area of `level`, made of the grids that lie in it."""
    above = UPPER_LEVELS[UPPER_LEVELS.index(level) + 1 :]
    rows = []
    for code, inside in grids[grids[f"{level}_id"].notna()].groupby(f"{level}_id", sort=True):
        ancestors = {f"{upper}_id": _only(inside, f"{upper}_id", level, str(code)) for upper in above}
        said = inside[f"{level}_name"].dropna()
        name = said.mode().iloc[0] if len(said) else names.get(str(code)) or str(code)
        rows.append(
            {
                "area_id": code,
                "level": level,
                "name": name,
                "parent_id": next((parent for parent in ancestors.values() if parent), None),
                **ancestors,
                f"{level}_id": code,
                "kind": _kind(name, level),
                "population": inside["population"].sum(min_count=1),
                "geometry": union(inside.geometry.dropna().to_numpy()),
            }
        )
    return pd.DataFrame(rows)


def _only(inside: pd.DataFrame, column: str, level: str, code: str) -> str | None:
    parents = sorted(inside[column].dropna().unique())
    if len(parents) > 1:
        raise GridMapError(
            f"The {level} {code} lies in {' and '.join(parents[:3])} at once ({column}): mend the column in the map."
        )
    return parents[0] if parents else None


def _kind(name: str, level: str) -> str | None:
    """Street, town or village by the last word of a Chinese name; null for others."""
    plain = name.removesuffix("办事处").removesuffix("民委员会").removesuffix("委会")
    found = (kind for ending, at_level, kind in _KINDS if level == at_level and plain.endswith(ending))
    return next(found, None)


def _union_of(outlines: Any) -> Callable[[Any], shapely.Geometry | None]:
    """How to join outlines of this map: by their common edges where all edges match, else the slow way."""
    drawn = outlines[~shapely.is_missing(outlines)]
    join = shapely.coverage_union_all if shapely.coverage_is_valid(drawn) else _union_without_slivers
    return lambda parts: join(parts) if len(parts) else None


def _union_without_slivers(parts: Any) -> shapely.Geometry:
    joined = shapely.union_all(parts)
    polygons = [
        shapely.Polygon(part.exterior, [hole for hole in part.interiors if _km2(shapely.Polygon(hole)) > SLIVER_KM2])
        for part in shapely.get_parts(joined)
    ]
    return shapely.union_all(polygons)


def _km2(outline: shapely.Geometry) -> float:
    return abs(_EARTH.geometry_area_perimeter(outline)[0]) / 1e6


def _with_figures(rows: pd.DataFrame) -> pd.DataFrame:
    """Label point, square kilometres and WKB of each outline; null where there is none."""
    outlines = rows["geometry"].to_numpy()
    drawn = ~shapely.is_missing(outlines)
    points = shapely.point_on_surface(outlines)
    rows["lon"], rows["lat"] = shapely.get_x(points), shapely.get_y(points)
    rows["area_km2"] = [_km2(outline) if has else None for outline, has in zip(outlines, drawn, strict=True)]
    rows["geometry"] = pd.Series(list(shapely.to_wkb(outlines)), index=rows.index, dtype=object)
    return rows


def _check_one_area_a_code(rows: pd.DataFrame) -> None:
    twice = rows[rows.duplicated("area_id", keep=False)]
    if len(twice):
        levels = " and ".join(twice.loc[twice["area_id"] == twice["area_id"].iloc[0], "level"])
        raise GridMapError(f"Code {twice['area_id'].iloc[0]} names a {levels} at once: give each area its own code.")
