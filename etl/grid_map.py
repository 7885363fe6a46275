"""Examining a grid map: is it fit to stand on, what was mended in it, and which areas does it make.

A map is a file of grid outlines. Whatever can be mended without changing what anybody meant is mended and said; what
cannot is refused in one line that names the features and what to do. The levels above are the unions of their grids.
"""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from etl.grid_map_checks import (
    Finding,
    GridMapError,
    check_places,
    check_size,
    keep_one_of_each,
    mend_codes,
    mend_outlines,
    mend_overlaps,
)
from etl.grid_map_levels import area_rows

__all__ = ["Examined", "Finding", "GridMapError", "examine"]

COLUMNS = (
    "area_id", "name", "kind", "population", "parent_id", "district_id", "district_name", "town_id", "town_name",
    "community_id", "community_name",
)  # fmt: skip
TEXTS = tuple(column for column in COLUMNS if column != "population")


@dataclass(frozen=True)
class Examined:
    """A map that may be loaded: rows of the table `area` without load_id, and what was found and mended."""

    areas: pd.DataFrame
    findings: list[Finding]


def examine(features: gpd.GeoDataFrame, known: pd.DataFrame | None = None) -> Examined:
    """The areas that `features` (one grid a row, outlines in WGS84) make, and what was found in them.

    Columns: area_id, and where the map has them name, kind, population, parent_id and district_, town_ and
    community_id and _name. `known` (area_id, and where there are name) holds the codes that are expected.
    Raises `GridMapError` for what cannot be mended safely.
    """
    grids = _as_expected(features)
    findings: list[Finding] = []
    check_places(grids)
    for step in (mend_codes, mend_outlines, keep_one_of_each, mend_overlaps):
        grids, found = step(grids)
        findings.extend(found)
    check_size(grids)  # once mended: an outline that crosses itself may measure nothing
    areas = area_rows(grids, known)
    findings.extend(_missing(areas, known))
    return Examined(areas, findings)


def _as_expected(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A copy with every column there is to know, numbered as in the file."""
    if "area_id" not in features:
        raise GridMapError("The map's features have no code: map [columns] area_id in its profile.")
    if features.empty:
        raise GridMapError("The map has no feature at all: export it again.")
    columns = pd.DataFrame(features).reset_index(drop=True).reindex(columns=list(COLUMNS))
    grids = gpd.GeoDataFrame(columns, geometry=features.geometry.to_numpy())
    grids["feature"] = range(1, len(grids) + 1)
    for column in TEXTS:
        text = grids[column].astype("string")
        text = text if column.endswith("_id") else text.str.strip()  # codes are mended later, and it is said
        grids[column] = text.astype(object).where(text.notna() & (text.str.strip() != ""), None)
    grids["population"] = pd.to_numeric(columns["population"], errors="coerce").round().astype("Int64")
    return grids


def _missing(areas: pd.DataFrame, known: pd.DataFrame | None) -> list[Finding]:
    """One finding for every expected code that has neither an outline nor a feature."""
    if known is None or known.empty:
        return []
    expected = known.drop_duplicates("area_id")
    missing = expected[~expected["area_id"].isin(set(areas["area_id"]))].sort_values("area_id")
    names = missing["name"] if "name" in missing else pd.Series(None, index=missing.index, dtype=object)
    return [
        Finding(
            "missing",
            str(code),
            f"应有而图中没有:{name or code} / expected but not on the map: {name or code}",
            "已报告,请补图 / reported; draw it and load the map again",
        )
        for code, name in zip(missing["area_id"], names.where(names.notna(), None), strict=True)
    ]
