"""The demo's grid map: real names and codes, and polygons that tile the district without gap or overlap."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from etl.demo.coordinates import bd09_from_wgs84, gcj02_from_wgs84, wgs84_from_gcj02
from etl.demo.geography import Geography, geography
from etl.demo.outline import OutlineError, area_km2, outline
from settings import REFERENCE


@pytest.fixture(scope="module")
def place() -> Geography:
    return geography(7)


def overlap_share(polygons: np.ndarray) -> float:
    """Area covered twice as a share of the whole, by asking every two polygons that touch."""
    one, other = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    pairs = one < other
    twice = shapely.area(shapely.intersection(polygons[one[pairs]], polygons[other[pairs]]))
    return float(twice.sum() / shapely.area(polygons).sum())


def assert_tiles(place: Geography) -> None:
    whole = place.outline.polygon
    assert shapely.is_valid(place.polygons).all()
    assert (shapely.get_type_id(place.polygons) == shapely.GeometryType.POLYGON).all()
    union = shapely.union_all(place.polygons)
    assert abs(union.area / whole.area - 1) < 1e-6
    assert union.symmetric_difference(whole).area / whole.area < 1e-6
    assert overlap_share(place.polygons) < 1e-9


def test_grids_tile_the_district_without_gap_or_overlap(place: Geography) -> None:
    assert_tiles(place)
    assert area_km2(place.outline.polygon) == pytest.approx(1716, rel=1e-4)


def test_counts_are_the_places_own(place: Geography) -> None:
    grids = place.grids
    assert len(grids) == grids["code"].nunique() == 1251
    assert grids["community_code"].nunique() == 861
    assert grids["town_code"].nunique() == 15
    fengcheng = grids[grids["town_code"] == "370116001"]
    assert (len(fengcheng), fengcheng["community_code"].nunique()) == (234, 42)
    assert fengcheng["population"].sum() > 160_000
    assert (grids["code"].str.len() == 15).all()
    assert (grids["code"].str[:12] == grids["community_code"]).all()
    assert (grids["code"].str[:9] == grids["town_code"]).all()


@pytest.mark.parametrize("level", ["community_code", "town_code"])
def test_every_area_above_a_grid_is_one_connected_piece(place: Geography, level: str) -> None:
    for rows in place.grids.groupby(level).indices.values():
        assert shapely.union_all(place.polygons[rows]).geom_type == "Polygon"


def test_grids_are_small_in_town_and_large_in_the_mountains(place: Geography) -> None:
    median = place.grids.groupby("kind")["area_km2"].median()
    assert median["城市"] * 3 < median["农村"] < median["山区"]


def test_neighbours_share_their_vertices_to_the_last_digit(place: Geography) -> None:
    assert shapely.coverage_is_valid(place.polygons)


def test_names_and_codes_are_the_official_ones_without_their_suffix(real: Path) -> None:
    official = pd.read_csv(real / "laiwu" / "laiwu_villages_370116.csv", dtype=str)
    ours = pd.read_csv(REFERENCE / "areas" / "communities.csv", dtype=str).set_index("code")
    assert set(ours.index) == set(official["code"])
    for code, name in zip(official["code"], official["name"], strict=True):
        assert name.startswith(ours.at[code, "name"])
    assert not ours["name"].str.contains("委员会|村民委会").any()
    crosswalk = pd.read_csv(REFERENCE / "areas" / "code_crosswalk.csv", dtype=str)
    theirs = pd.read_csv(real / "laiwu" / "laiwu_code_crosswalk_371202_to_370116.csv", dtype=str)
    assert crosswalk.to_numpy().tolist() == theirs[["code_2018", "code_2023"]].to_numpy().tolist()


@pytest.mark.real
@pytest.mark.parametrize("name", ["laiwu_outline_wgs84.geojson", "laiwu_outline_gcj02.json"])
def test_a_real_outline_is_tiled_too(real: Path, name: str) -> None:
    place = geography(7, real / "laiwu" / name)
    assert_tiles(place)
    assert len(place.grids) == 1251


@pytest.mark.real
def test_the_gcj02_outline_is_moved_back_by_about_half_a_kilometre(real: Path) -> None:
    file = real / "laiwu" / "laiwu_outline_gcj02.json"
    raw = shapely.get_parts(shapely.from_geojson(file.read_text(encoding="utf-8")))[0]
    moved = raw.centroid.x - outline(file).polygon.centroid.x
    assert 400 < moved * 111_195 * np.cos(np.radians(36.3)) < 700


def test_an_outline_says_its_system_in_a_property_too(tmp_path: Path) -> None:
    square = {
        "type": "Polygon",
        "coordinates": [[[117.4, 36.1], [117.8, 36.1], [117.8, 36.5], [117.4, 36.5], [117.4, 36.1]]],
    }
    bounds = {}
    for crs in ("WGS84", "GCJ-02"):
        file = tmp_path / f"{crs[:3]}.geojson"
        file.write_text(
            json.dumps({"type": "Feature", "properties": {"crs": crs}, "geometry": square}), encoding="utf-8"
        )
        bounds[crs] = outline(file).polygon.bounds[0]
    # the second file's name has no hint in it but for its property
    assert bounds["WGS84"] == 117.4
    assert bounds["GCJ-02"] < 117.3975


def test_a_file_that_is_no_outline_is_refused_in_one_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.geojson"
    file.write_text("{", encoding="utf-8")
    with pytest.raises(OutlineError, match="not a GeoJSON outline") as caught:
        outline(file)
    assert "\n" not in str(caught.value)
    file.write_text('{"type": "Point", "coordinates": [117, 36]}', encoding="utf-8")
    with pytest.raises(OutlineError, match="no polygon"):
        outline(file)


def test_coordinates_go_there_and_back_within_a_millimetre() -> None:
    lon, lat = np.array([117.33, 117.66, 117.93]), np.array([36.05, 36.21, 36.55])
    back = wgs84_from_gcj02(*gcj02_from_wgs84(lon, lat))
    assert np.abs(np.array(back) - [lon, lat]).max() * 111_195_000 < 1
    east = (bd09_from_wgs84(lon, lat)[0] - lon) * 111_195 * np.cos(np.radians(lat))
    assert ((east > 900) & (east < 1300)).all()
