"""What is wrong with the outlines of a grid map, and which of it can be mended without changing what was meant."""

import unicodedata
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Geod

from warehouse.errors import ZhiliError

MENDABLE_SHARE = 0.01
"""Mending an outline or an overlap may move at most this share of a grid's area; more is for the map's owner to decide.
Borders drawn twice by hand overlap by 0.01 % in real maps, and a swapped vertex near a corner moves well below 1 %."""
WORTH_SAYING_M2 = 1.0
"""Overlaps below this come from rounding coordinates; the lower code gets the points there, and nobody needs to hear."""
FAR_DEGREES = 3.0
"""A grid further than this (some 300 km) from the middle of the map is not in the same city."""
SMALLEST_M2 = 100.0
FAR_FROM_THE_OLD_KM = 200.0
"""A map this far from the one in force is another city's, or has a wrong coordinate system. Chinese cities measure less."""
NAMED = 5  # so many features are named in a refusal

_EARTH = Geod(ellps="WGS84")
_M2_A_SQUARE_DEGREE = 111_320.0 * 110_574.0  # at the equator


class GridMapError(ZhiliError):
    """A grid map that cannot be mended safely; the map loaded before stays."""


@dataclass(frozen=True)
class Finding:
    """One thing found in a map: what, at which area, in words (Chinese / English), and what was done about it."""

    what: str
    area_id: str | None
    detail: str
    done: str


Step = tuple[gpd.GeoDataFrame, list[Finding]]


def _m2(outlines: NDArray[Any]) -> NDArray[np.float64]:
    """Areas in square metres, to about 1 %: enough to weigh a mending."""
    latitude = np.radians(np.nan_to_num(shapely.bounds(outlines)[..., 1]))
    return shapely.area(outlines) * _M2_A_SQUARE_DEGREE * np.cos(latitude)


def _named(grids: pd.DataFrame) -> str:
    """The first few features, by number and code."""
    few = [f"{row.feature} ({row.area_id})" for row in grids.head(NAMED).itertuples()]
    more = f" and {len(grids) - NAMED} more" if len(grids) > NAMED else ""
    return ", ".join(few) + more


def check_places(grids: gpd.GeoDataFrame) -> None:
    """Refuse outlines that cannot be where they say: not degrees, swapped, at 0,0, or far from the others."""
    outlines = grids.geometry.to_numpy()
    west, south, east, north = shapely.bounds(outlines).T
    drawn = ~np.isnan(west)
    if not drawn.any() or shapely.get_dimensions(outlines).max() < 2:
        raise GridMapError("No feature of the map has an outline, only codes or points: export it with its polygons.")
    wrong = drawn & ~((west >= -180) & (east <= 180) & (south >= -90) & (north <= 90))
    if wrong.any():
        swapped = np.all((np.abs(west[wrong]) <= 90) & (np.abs(north[wrong]) <= 180))
        advice = "longitude and latitude look swapped" if swapped else "export the map in degrees, not in metres"
        raise GridMapError(f"Features {_named(grids[wrong])} lie outside the world: {advice}.")
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    at_zero = drawn & (west <= 0) & (east >= 0) & (south <= 0) & (north >= 0)
    far = drawn & (np.hypot(middle_x - _median(middle_x), middle_y - _median(middle_y)) > FAR_DEGREES)
    for bad, why in ((at_zero, "reach the point 0,0"), (far, "lie some 300 km or more from the others")):
        if bad.any():
            raise GridMapError(f"Features {_named(grids[bad])} {why}: mend their coordinates, or leave them out.")


def check_size(grids: gpd.GeoDataFrame) -> None:
    """Refuse a map of no size, which a wrong coordinate system makes of a right one."""
    whole = float(np.nansum(_m2(grids.geometry.to_numpy())))
    if whole < SMALLEST_M2:
        raise GridMapError(
            f"The whole map covers {whole:.3g} m²: its coordinate system is not the one it names. Mend its 'crs', or leave"
            " that out of the file and set [place] crs in the profile."
        )


def check_near(areas: pd.DataFrame, in_force: pd.DataFrame) -> None:
    """Refuse a map far from the one in force; both are rows of `area`, and none may be in force."""
    if not in_force["lon"].notna().any():
        return
    (lon, lat), (old_lon, old_lat) = (
        (_median(map_["lon"].to_numpy(float)), _median(map_["lat"].to_numpy(float))) for map_ in (areas, in_force)
    )
    km = _EARTH.inv(lon, lat, old_lon, old_lat)[2] / 1000
    if km > FAR_FROM_THE_OLD_KM:
        load_id = in_force["load_id"].iloc[0]
        raise GridMapError(
            f"The map lies {km:,.0f} km from the one in force (load {load_id}): its coordinates or their system are wrong. If"
            f" another place is meant, take that one back first: python -m etl undo {load_id}"
        )


def _median(values: NDArray[np.float64]) -> float:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else 0.0


def mend_codes(grids: gpd.GeoDataFrame) -> Step:
    """Codes without blanks, full-width signs or a spreadsheet's '.0'; a feature without a code is refused."""
    if grids["area_id"].isna().any():
        raise GridMapError(
            f"Features {_named(grids[grids['area_id'].isna()])} have no code: give each its code, or leave it out."
        )
    grids, findings = grids.copy(), []
    for column in ("area_id", "parent_id", "community_id", "town_id", "district_id"):
        mended = grids[column].map(_plain_code, na_action="ignore").astype(object)
        changed = grids["area_id"].notna() & grids[column].notna() & (mended != grids[column])
        grids[column] = mended.where(mended.notna(), None)
        if changed.any():
            findings.append(_code_finding(grids, column, int(changed.sum()), grids.loc[changed, "area_id"].iloc[0]))
    return grids, findings


def _code_finding(grids: gpd.GeoDataFrame, column: str, count: int, example: str) -> Finding:
    return Finding(
        "code",
        example if count == 1 else None,
        f"{count} 个编码含空格、全角字符或小数点,如 {example} / {count} codes in {column} had blanks, full-width signs or '.0'",
        "已改为半角 / written plainly",
    )


def _plain_code(code: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", code).split())
    return plain[:-2] if plain.endswith(".0") and plain[:-2].isdigit() else plain


def mend_outlines(grids: gpd.GeoDataFrame) -> Step:
    """Outlines that are valid polygons, or None where there is nothing to draw; large self-crossings are refused."""
    grids = grids.copy()
    drawn = grids.geometry.to_numpy()
    given = shapely.remove_repeated_points(drawn)
    valid = shapely.make_valid(given, method="structure", keep_collapsed=False)
    mended = np.array([_polygons_only(outline) for outline in valid], dtype=object)
    area = _m2(mended)
    with np.errstate(invalid="ignore", divide="ignore"):
        moved = np.abs(_m2(given) - area) / area
    broken = ~shapely.is_valid(given) & ~shapely.is_missing(mended)
    if (refused := broken & (moved > MENDABLE_SHARE)).any():
        reasons = shapely.is_valid_reason(given[refused][0])
        raise GridMapError(
            f"Features {_named(grids[refused])} cross themselves so that more than {MENDABLE_SHARE:.0%} of the area is"
            f" in doubt ({reasons}): draw them again."
        )
    findings = [
        finding
        for row, before, after, share in zip(grids["area_id"], given, mended, moved, strict=True)
        for finding in _outline_findings(row, before, after, float(share))
    ]
    findings += _repeated_vertices(drawn, given, grids["area_id"])
    return grids.set_geometry(gpd.GeoSeries(mended, index=grids.index, crs=grids.crs)), findings


def _polygons_only(outline: shapely.Geometry | None) -> shapely.Geometry | None:
    """The polygons in it, as one; None if there is no area."""
    if outline is None:
        return None
    flat = [part for piece in shapely.get_parts(outline) for part in shapely.get_parts(piece)]
    polygons = [part for part in flat if part.geom_type == "Polygon" and part.area > 0]
    if len(polygons) > 1:
        return shapely.union_all(polygons)
    return polygons[0] if polygons else None


def _outline_findings(
    code: str, before: shapely.Geometry | None, after: shapely.Geometry | None, share: float
) -> list[Finding]:
    if after is None or before is None:
        detail = (
            "没有图形 / no outline" if before is None or before.is_empty else "图形没有面积 / the outline has no area"
        )
        return [Finding("empty", code, detail, "按编码保留,不上图 / kept by its code, not drawn")]
    if not before.is_valid:
        reason = shapely.is_valid_reason(before)
        moved = f"面积变动 {share:.4%} / mended, {share:.4%} of its area moved"
        return [Finding("invalid", code, f"边界自相交 / the outline crosses itself: {reason}", f"已修复,{moved}")]
    if before.geom_type not in ("Polygon", "MultiPolygon"):
        detail = f"图形是 {before.geom_type} / the outline is a {before.geom_type}"
        return [Finding("invalid", code, detail, "只留其中的面 / kept its polygons only")]
    return []


def _repeated_vertices(before: NDArray[Any], after: NDArray[Any], codes: pd.Series) -> list[Finding]:
    """One finding for all outlines that name a vertex twice in a row: harmless, but a sign of the tool that drew them."""
    repeated = shapely.get_num_coordinates(before) > shapely.get_num_coordinates(after)
    if not (count := int(repeated.sum())):
        return []
    example = codes[repeated].iloc[0]
    detail = f"{count} 个网格有重复顶点,如 {example} / {count} outlines have repeated vertices, such as {example}"
    return [Finding("repeated_vertices", example if count == 1 else None, detail, "已去除 / removed")]


def keep_one_of_each(grids: gpd.GeoDataFrame) -> Step:
    """One feature a code: identical ones are merged, different ones are refused."""
    findings, dropped = [], []
    for code, same in grids[grids.duplicated("area_id", keep=False)].groupby("area_id", sort=True):
        drawn = same[same.geometry.notna()]
        first = drawn.iloc[0] if len(drawn) else same.iloc[0]
        different = shapely.symmetric_difference(drawn.geometry.to_numpy(), first.geometry)
        if len(drawn) and (_m2(different) > WORTH_SAYING_M2).any():
            raise GridMapError(
                f"Code {code} is on different polygons (features {', '.join(map(str, same['feature']))}):"
                " keep one of them, or give the others codes of their own."
            )
        dropped += [number for number in same["feature"] if number != first["feature"]]
        detail = f"同一图形出现 {len(same)} 次 / the same outline {len(same)} times"
        findings.append(Finding("duplicate", str(code), detail, "只留一个 / kept one"))
    return grids[~grids["feature"].isin(dropped)], findings


def mend_overlaps(grids: gpd.GeoDataFrame) -> Step:
    """Outlines that share no area: small overlaps go to the lower code, large ones are refused."""
    grids = grids.sort_values("area_id", kind="stable").reset_index(drop=True)
    outlines = grids.geometry.to_numpy().copy()
    lower, higher, shared = _overlaps(outlines)
    share = shared / np.minimum(_m2(outlines[lower]), _m2(outlines[higher]))
    if (refused := share > MENDABLE_SHARE).any():
        few = [
            f"{grids['area_id'][a]} and {grids['area_id'][b]} ({part:.1%})"
            for a, b, part in list(zip(lower[refused], higher[refused], share[refused], strict=True))[:NAMED]
        ]
        raise GridMapError(
            f"{refused.sum()} pairs of grids overlap by more than {MENDABLE_SHARE:.0%} of the smaller one:"
            f" {', '.join(few)}. Draw their common border again."
        )
    findings = []
    for a, b, area in zip(lower, higher, shared, strict=True):
        outlines[b] = _polygons_only(shapely.difference(outlines[b], outlines[a]))
        codes = (grids["area_id"][a], grids["area_id"][b])
        detail = f"与 {codes[0]} 重叠 {area:,.0f} m² / overlaps {codes[0]} by {area:,.0f} m²"
        findings.append(Finding("overlapping", codes[1], detail, f"归 {codes[0]} / given to {codes[0]}"))
    return grids.set_geometry(gpd.GeoSeries(outlines, index=grids.index, crs=grids.crs)), findings


def _overlaps(outlines: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of outlines that share area worth saying, the lower one first, and the shared square metres."""
    first, second = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    shared = _m2(shapely.intersection(outlines[first], outlines[second]))
    said = shared > WORTH_SAYING_M2
    order = np.lexsort((second[said], first[said]))
    return first[said][order], second[said][order], shared[said][order]
