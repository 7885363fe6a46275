"""What examining a grid map promises: everything wrong is said, what is safe is mended, the rest is refused."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, box

from etl.grid_map import Examined, GridMapError, examine
from warehouse.tables import AREA

SIDE = 0.01
WEST, SOUTH = 117.6, 36.2


def cell(column: float, row: float, width: float = 1.0, height: float = 1.0) -> Polygon:
    """A square of some 900 m in Laiwu."""
    return box(WEST + column * SIDE, SOUTH + row * SIDE, WEST + (column + width) * SIDE, SOUTH + (row + height) * SIDE)


def features(*outlines: shapely.Geometry | None, **columns: list) -> gpd.GeoDataFrame:
    """A map of these outlines, with the codes of one community of Laiwu unless `columns` says otherwise."""
    codes = [f"370116001001{number:03d}" for number in range(1, len(outlines) + 1)]
    return gpd.GeoDataFrame({"area_id": codes, **columns}, geometry=list(outlines), crs=4326)


def found(examined: Examined, what: str) -> list[str | None]:
    return [finding.area_id for finding in examined.findings if finding.what == what]


def outline(examined: Examined, code: str) -> shapely.Geometry:
    return shapely.from_wkb(examined.areas.set_index("area_id").loc[code, "geometry"])


TILES = [cell(0, 0), cell(1, 0), cell(0, 1), cell(1, 1)]


def test_a_sound_map_gives_every_level_and_no_finding():
    codes = ["370116001001001", "370116001001002", "370116001002001", "370116103001001"]
    examined = examine(features(*TILES, area_id=codes, population=[10, 20, 30, None]))
    areas = examined.areas.set_index("area_id")
    assert examined.findings == []
    assert list(examined.areas.columns) == [name for name in AREA.column_names if name != "load_id"]
    assert areas.groupby("level").size().to_dict() == {"district": 1, "town": 2, "community": 3, "grid": 4}
    assert areas.loc["370116001001001", ["parent_id", "community_id", "town_id", "district_id"]].to_list() == [
        "370116001001", "370116001001", "370116001", "370116",
    ]  # fmt: skip
    assert areas.loc["370116001", "population"] == 60
    assert pd.isna(areas.loc["370116103", "population"])
    assert areas.loc["370116", "parent_id"] is None


def test_a_level_above_is_the_union_of_its_grids_with_its_label_inside():
    examined = examine(features(*TILES))
    for code in ("370116", "370116001", "370116001001"):
        assert shapely.equals(outline(examined, code), cell(0, 0, 2, 2))
    rows = examined.areas
    assert shapely.intersects_xy(shapely.from_wkb(rows["geometry"].to_numpy()), rows["lon"], rows["lat"]).all()


def test_areas_are_measured_on_the_ellipsoid():
    # a cell of 0.01 degrees at 36.2 N: 899.5 m by 1109.6 m (meridian and parallel arcs of WGS84)
    examined = examine(features(cell(0, 0)))
    assert examined.areas["area_km2"].to_numpy() == pytest.approx(0.8995 * 1.1096, rel=1e-3)


def test_names_come_from_the_map_else_from_the_reference_list_else_are_the_code():
    known = pd.DataFrame({"area_id": ["370116001", "370116001001"], "name": ["凤城街道", "东升社区"]})
    given = features(*TILES, name=["一", "二", None, " "], community_name=["东升社区居民委员会"] * 4)
    names = examine(given, known).areas.set_index("area_id")["name"]
    assert names["370116001001"] == "东升社区居民委员会"
    assert names["370116001"] == "凤城街道"
    assert names["370116"] == "370116"
    assert names["370116001001001"] == "一"
    assert names["370116001001004"] == "370116001001004"


@pytest.mark.parametrize(
    ("level", "name", "kind"),
    [
        ("town", "凤城街道办事处", "street"),
        ("town", "杨庄镇", "town"),
        ("community", "东升社区居民委员会", "community"),
        ("community", "石家庄村民委员会", "village"),
        ("community", "West Side", None),
    ],
)
def test_the_kind_of_an_upper_area_follows_its_name(level, name, kind):
    examined = examine(features(cell(0, 0), **{f"{level}_name": [name]}))
    assert examined.areas.set_index("level").loc[level, "kind"] == kind


def test_a_city_with_grids_directly_under_a_district_works():
    given = features(*TILES, area_id=["1", "2", "3", "4"], district_id=["city"] * 4, district_name=["The City"] * 4)
    areas = examine(given).areas.set_index("area_id")
    assert areas["level"].to_list() == ["district", "grid", "grid", "grid", "grid"]
    assert areas.loc["city", "name"] == "The City"
    assert areas.loc["1", ["parent_id", "town_id"]].to_list() == ["city", None]


def test_a_city_without_communities_hangs_its_grids_on_towns():
    given = features(*TILES, area_id=list("1234"), town_id=["n", "n", "s", "s"], district_id=["city"] * 4)
    areas = examine(given).areas.set_index("area_id")
    assert areas.loc["3", "parent_id"] == "s"
    assert areas.loc["s", "parent_id"] == "city"


def test_a_map_without_any_district_says_where_to_write_it():
    with pytest.raises(GridMapError, match=r"\[constants\]"):
        examine(features(*TILES, area_id=list("1234")))


def test_an_area_in_two_parents_is_refused():
    given = features(*TILES, area_id=list("1234"), community_id=["c"] * 4, town_id=["n", "n", "n", "s"])
    given["district_id"] = "city"
    with pytest.raises(GridMapError, match="community c lies in n and s"):
        examine(given)


def test_one_code_for_a_grid_and_its_district_is_refused():
    with pytest.raises(GridMapError, match="its own code"):
        examine(features(cell(0, 0), area_id=["1"], district_id=["1"]))


def test_expected_codes_that_are_not_on_the_map_are_reported():
    known = pd.DataFrame(
        {"area_id": ["370116001001001", "370116001001009", "370116001002"], "name": ["一", "九", None]}
    )
    examined = examine(features(*TILES), known)
    assert found(examined, "missing") == ["370116001001009", "370116001002"]


@pytest.mark.parametrize(
    "code", ["370116001001001 ", "３７０１１６００１００１００１", "370116001001 001", "370116001001001.0"]
)
def test_codes_are_written_plainly_and_it_is_said(code):
    examined = examine(features(cell(0, 0), area_id=[code]))
    assert "370116001001001" in set(examined.areas["area_id"])
    assert len(found(examined, "code")) == 1


def test_a_feature_without_a_code_is_refused_by_its_number():
    with pytest.raises(GridMapError, match="Features 2 "):
        examine(features(cell(0, 0), cell(1, 0), area_id=["370116001001001", None]))


@pytest.mark.parametrize("nothing", [None, Polygon(), shapely.LineString([(WEST, SOUTH), (WEST, SOUTH + 1)])])
def test_a_grid_without_an_outline_is_kept_by_its_code_and_reported(nothing):
    examined = examine(features(cell(0, 0), nothing))
    row = examined.areas.set_index("area_id").loc["370116001001002"]
    assert found(examined, "empty") == ["370116001001002"]
    assert row["geometry"] is None and pd.isna(row["lon"]) and pd.isna(row["area_km2"])


def test_a_tiny_bow_tie_is_mended():
    west, south, east, north = cell(0, 0).bounds
    tie = Polygon([(west, south), (east, south), (east, north), (west + 1e-5, north), (west - 1e-5, north - 1e-5)])
    tangled = Polygon([(west, south), (east, south), (east, north), (west, north), (west + 2e-5, north + 2e-5)])
    assert tie.is_valid and not tangled.is_valid
    examined = examine(features(tangled))
    assert found(examined, "invalid") == ["370116001001001"]
    assert outline(examined, "370116001001001").is_valid
    assert outline(examined, "370116001001001").area == pytest.approx(cell(0, 0).area, rel=0.01)


def test_a_large_self_crossing_is_refused_with_its_feature():
    west, south, east, north = cell(0, 0).bounds
    crossed = Polygon([(west, south), (east, north), (east, south), (west, north)])
    with pytest.raises(GridMapError, match=r"Features 2 \(370116001001002\) cross themselves"):
        examine(features(cell(3, 3), crossed))


def test_a_collection_keeps_its_polygons_only():
    mixed = shapely.GeometryCollection([cell(0, 0), Point(WEST, SOUTH), shapely.LineString([(117, 36), (118, 36)])])
    examined = examine(features(mixed))
    assert found(examined, "invalid") == ["370116001001001"]
    assert shapely.equals(outline(examined, "370116001001001"), cell(0, 0))


def test_repeated_vertices_are_removed_and_said_once_for_the_map():
    def stammering(square: Polygon) -> Polygon:
        return Polygon(np.repeat(shapely.get_coordinates(square), 2, axis=0))

    examined = examine(features(stammering(cell(0, 0)), stammering(cell(1, 0))))
    assert found(examined, "repeated_vertices") == [None]
    assert shapely.get_num_coordinates(outline(examined, "370116001001001")) == 5


def test_the_same_outline_twice_is_kept_once():
    examined = examine(
        features(cell(0, 0), cell(1, 0), cell(0, 0), area_id=["370116001001001", "370116001001002", "370116001001001"])
    )
    assert found(examined, "duplicate") == ["370116001001001"]
    assert (examined.areas["level"] == "grid").sum() == 2


def test_a_second_feature_of_a_code_without_an_outline_does_not_hide_the_drawn_one():
    examined = examine(features(None, cell(0, 0), area_id=["370116001001001"] * 2))
    assert shapely.equals(outline(examined, "370116001001001"), cell(0, 0))


def test_two_different_outlines_with_one_code_are_refused():
    with pytest.raises(GridMapError, match=r"370116001001001 is on different polygons \(features 1, 2\)"):
        examine(features(cell(0, 0), cell(1, 0), area_id=["370116001001001"] * 2))


def test_a_small_overlap_goes_to_the_lower_code_whatever_the_order_of_the_file():
    codes = ["370116001001002", "370116001001001"]
    examined = examine(features(cell(0, 0, 1.005), cell(1, 0), area_id=codes))
    assert found(examined, "overlapping") == ["370116001001002"]
    assert shapely.equals(outline(examined, "370116001001001"), cell(1, 0))
    shared = shapely.intersection(outline(examined, codes[0]), outline(examined, codes[1]))
    assert shared.area == pytest.approx(0, abs=1e-15)


def test_a_large_overlap_is_refused_with_both_codes():
    with pytest.raises(GridMapError, match=r"370116001001001 and 370116001001002 \(50.0%\)"):
        examine(features(cell(0, 0, 1.5), cell(1, 0)))


def test_borders_that_nearly_meet_leave_no_holes_in_the_union():
    sliver = 1e-7
    examined = examine(features(cell(0, 0, 1, 2), cell(1, 0, 1, 1 - sliver), cell(1, 1), cell(2, 0, 1, 2)))
    assert len(list(shapely.get_parts(outline(examined, "370116"))[0].interiors)) == 0


@pytest.mark.parametrize(
    ("place", "advice"),
    [
        (box(36.2, 117.6, 36.3, 117.7), "swapped"),
        (box(500_000, 4_000_000, 500_100, 4_000_100), "degrees"),
        (box(-0.1, -0.1, 0.1, 0.1), "0,0"),
        (box(-87.7, 41.8, -87.6, 41.9), "300 km"),
    ],
)
def test_outlines_that_cannot_be_where_they_say_are_refused_with_advice(place, advice):
    with pytest.raises(GridMapError, match=advice):
        examine(features(cell(0, 0), cell(1, 0), cell(2, 0), place))


def test_an_empty_map_and_a_map_without_codes_are_refused():
    with pytest.raises(GridMapError, match="no feature"):
        examine(features())
    with pytest.raises(GridMapError, match="area_id"):
        examine(features(cell(0, 0)).drop(columns="area_id"))


def test_parts_of_one_grid_stay_one_grid():
    examined = examine(features(MultiPolygon([cell(0, 0), cell(3, 3)]), cell(1, 0)))
    assert len(shapely.get_parts(outline(examined, "370116001001001"))) == 2


def test_a_map_without_any_outline_is_refused():
    for nothing in (None, shapely.Point(117.6, 36.2)):
        with pytest.raises(GridMapError, match="export it with its polygons"):
            examine(features(nothing, nothing))


def test_a_map_shrunk_by_a_wrong_coordinate_system_is_refused():
    tiny = shapely.box(109.5, 0.0003, 109.50001, 0.00031)
    with pytest.raises(GridMapError, match="coordinate system"):
        examine(features(tiny))


def test_what_was_given_is_not_changed():
    given = features(cell(0, 0), area_id=["370116001001001 "])
    examine(given)
    assert given["area_id"].to_list() == ["370116001001001 "]
