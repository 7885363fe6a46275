"""The demo district's map: grids that tile their communities, communities their towns, towns the district."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from etl.demo.borders import grid_polygons
from etl.demo.district import District, district
from etl.demo.mesh import Mesh, mesh
from etl.demo.outline import ELLIPSOID, Outline, OutlineError, outline
from etl.demo.partition import cut_into, largest_part_kept
from etl.demo.plane import KM_PER_DEGREE, Plane

DRAWN_BOX = (117.3375, 36.0487, 117.9225, 36.5421)
"""West, south, east, north of the schematic, for which the towns' seats are written down."""


@dataclass(frozen=True)
class Geography:
    """The district, its outline, and its grids: one row each in `grids`, with `polygons` beside it (WGS84).

    `grids`: `code`, `name`, `community_code`, `community`, `town_code`, `town`, `kind`, `population`, `area_km2`,
    `lon`, `lat` (a point inside).
    """

    district: District
    outline: Outline
    grids: pd.DataFrame
    polygons: np.ndarray


def geography(seed: int, file: Path | None = None, progress: Callable[[int, int], None] = lambda *_: None) -> Geography:
    """The demo's map in the schematic outline, or in the outline of `file`."""
    areas, border = district(seed), outline(file)
    fine = _mesh(areas, border, seed)
    progress(1, 3)
    community = _communities(fine, areas)
    grid = _grids(fine, community, areas.communities["grids"].to_numpy())
    progress(2, 3)
    polygons = grid_polygons(fine.polygons, grid)
    progress(3, 3)
    return Geography(areas, border, _table(areas, polygons), polygons)


def _mesh(areas: District, border: Outline, seed: int) -> Mesh:
    west, south, east, north = border.polygon.bounds
    plane = Plane((west + east) / 2, (south + north) / 2)
    x = np.interp(areas.towns["seat_lon"], DRAWN_BOX[::2], (west, east))
    y = np.interp(areas.towns["seat_lat"], DRAWN_BOX[1::2], (south, north))
    grids = areas.communities.groupby("town_code")["grids"].sum().to_numpy()
    area = areas.towns["area_km2"].to_numpy()
    return mesh(border.polygon, plane, plane.km(np.column_stack([x, y])), area, grids, seed)


def _communities(fine: Mesh, areas: District) -> np.ndarray:
    """For each face its community's row number: sizes follow the number of grids, low codes lie near the town's seat."""
    result = np.empty(len(fine.town), dtype=int)
    for town, code in enumerate(areas.towns["code"]):
        faces = np.flatnonzero(fine.town == town)
        rows = np.flatnonzero((areas.communities["town_code"] == code).to_numpy())
        shares = areas.communities["grids"].to_numpy()[rows].astype(float)
        if len(faces) < 4 * shares.sum():
            raise OutlineError(f"the outline leaves no room for {code}. Use one of the district's size and shape.")
        result[faces] = rows[cut_into(fine.centres[faces], shares)]
    return largest_part_kept(result, fine.pairs, fine.town)


def _grids(fine: Mesh, community: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """For each face its grid's number, counted through the communities in order of their codes."""
    result = np.empty(len(community), dtype=int)
    first = np.r_[0, np.cumsum(counts)[:-1]]
    order = np.argsort(community, kind="stable")
    for row, faces in enumerate(np.split(order, np.cumsum(np.bincount(community, minlength=len(counts)))[:-1])):
        result[faces] = first[row] + cut_into(fine.centres[faces], np.ones(counts[row]))
    return largest_part_kept(result, fine.pairs, community)


def _table(areas: District, polygons: np.ndarray) -> pd.DataFrame:
    communities = areas.communities
    row = np.repeat(np.arange(len(communities)), communities["grids"])
    own = communities.iloc[row].reset_index(drop=True)
    serial = own.groupby("code").cumcount() + 1
    inside = shapely.get_coordinates(shapely.point_on_surface(polygons))
    grids = pd.DataFrame(
        {
            "code": own["code"] + serial.map("{:03d}".format),
            "name": own["name"] + "第" + serial.astype(str) + "网格",
            "community_code": own["code"],
            "community": own["name"],
            "town_code": own["town_code"],
            "town": own["town_code"].map(areas.towns.set_index("code")["name"]),
            "population": _shared_out(own["population"].to_numpy(), own["grids"].to_numpy(), serial.to_numpy()),
            "area_km2": [abs(ELLIPSOID.geometry_area_perimeter(each)[0]) / 1e6 for each in polygons],
            "lon": inside[:, 0],
            "lat": inside[:, 1],
        }
    )
    grids["kind"] = _kinds(grids, areas)
    return grids


def _shared_out(people: np.ndarray, parts: np.ndarray, serial: np.ndarray) -> np.ndarray:
    """Residents of each part when a community's are shared out as evenly as whole people allow."""
    return people // parts + (serial <= people % parts)


def _kinds(grids: pd.DataFrame, areas: District) -> np.ndarray:
    """城市 where people live close together, 山区 in the mountain towns, 农村 elsewhere."""
    terrain = grids["town_code"].map(areas.towns.set_index("code")["terrain"])
    is_dense = grids["population"] / grids["area_km2"] > 1500
    return np.where(
        (terrain == "urban") & is_dense | (grids["town_code"] == "370116001"),
        "城市",
        np.where(terrain == "mountain", "山区", "农村"),
    )


def degrees_for(metres: float, lat: float) -> tuple[float, float]:
    """Degrees east and north that this many metres are."""
    return metres / 1000 / (KM_PER_DEGREE * float(np.cos(np.radians(lat)))), metres / 1000 / KM_PER_DEGREE
