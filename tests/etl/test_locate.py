"""What finding the grid of a point promises: the exact answer, one answer, and the same answer every time."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.locate import KEPT_RASTERS, Locator


def _grids(*polygons: shapely.Geometry, codes: list[str] | None = None) -> pd.DataFrame:
    codes = codes or [f"{number:03d}" for number in range(len(polygons))]
    return pd.DataFrame({"area_id": codes, "geometry": [shapely.to_wkb(polygon) for polygon in polygons]})


def _cells(n: int, seed: int) -> np.ndarray:
    """A map of `n` grids that tile a disc, a fifth of them crowded together as in a town."""
    random = np.random.default_rng(seed)
    seeds = np.vstack([random.uniform(-1, 1, (n - n // 5, 2)), random.normal(0.3, 0.03, (n // 5, 2))])
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=shapely.box(-2, -2, 2, 2)))
    cells = shapely.intersection(cells, shapely.Point(0, 0).buffer(1.0)) if n > 1 else cells
    return cells[~shapely.is_empty(cells)]


def _points(polygons: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points all over, at every vertex, and on the middle of every border."""
    random = np.random.default_rng(seed)
    vertices = shapely.get_coordinates(polygons)
    middles = (vertices[1:] + vertices[:-1]) / 2
    spread = np.vstack([random.uniform(-1.2, 1.2, (3000, 2)), random.normal(0.3, 0.04, (3000, 2)), vertices, middles])
    return spread[:, 0], spread[:, 1]


def _by_spatial_join(polygons: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    grids = gpd.GeoDataFrame({"grid": range(len(polygons))}, geometry=polygons)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y))
    pairs = gpd.sjoin(points, grids, how="left", predicate="intersects")
    return pairs.groupby(level=0)["grid"].min().fillna(-1).astype(int).to_numpy()


@pytest.mark.parametrize(("n", "seed"), [(5, 1), (60, 2), (400, 3)])
def test_every_answer_is_that_of_a_spatial_join_borders_included(n, seed):
    polygons = _cells(n, seed)
    x, y = _points(polygons, seed)
    np.testing.assert_array_equal(Locator.from_areas(_grids(*polygons)).locate(x, y), _by_spatial_join(polygons, x, y))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000))
def test_every_answer_is_that_of_a_spatial_join_where_grids_overlap(seed):
    random = np.random.default_rng(seed)
    corners, sizes = random.integers(-8, 6, (6, 2)) / 8, random.integers(1, 9, (6, 2)) / 8
    polygons = shapely.box(*corners.T, *(corners + sizes).T)  # edges in common, one inside another, and alike
    x, y = _points(polygons, seed)
    np.testing.assert_array_equal(Locator.from_areas(_grids(*polygons)).locate(x, y), _by_spatial_join(polygons, x, y))


def test_a_point_on_a_shared_border_goes_to_the_lowest_code_whatever_the_order_of_the_file():
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)
    for grids in (_grids(left, right, codes=["b", "a"]), _grids(right, left, codes=["a", "b"])):
        locator = Locator.from_areas(grids)
        assert list(locator.grid_ids[locator.locate([0.5, 1.0, 1.5], [0.5, 0.5, 0.5])]) == ["b", "a", "a"]


def test_a_grid_with_a_hole_does_not_hold_what_lies_in_the_hole():
    ring = shapely.box(0, 0, 9, 9) - shapely.box(3, 3, 6, 6)
    locator = Locator.from_areas(_grids(ring, shapely.box(4, 4, 5, 5)))
    assert list(locator.locate([1.0, 3.5, 4.5, 3.0], [1.0, 3.5, 4.5, 4.0])) == [0, -1, 1, 0]


def test_a_missing_or_faraway_coordinate_is_in_no_grid():
    locator = Locator.from_areas(_grids(shapely.box(0, 0, 1, 1)))
    lon = [np.nan, 0.5, np.inf, -np.inf, 1e300, 180.0, 0.5]
    lat = [0.5, np.nan, 0.5, 0.5, 0.5, 36.0, 0.5]
    assert list(locator.locate(lon, lat)) == [-1, -1, -1, -1, -1, -1, 0]


@pytest.mark.parametrize("outline", [None, shapely.to_wkb(shapely.Polygon())])
def test_grids_without_an_outline_hold_no_point(outline):
    locator = Locator.from_areas(pd.DataFrame({"area_id": ["1"], "geometry": [outline]}))
    assert list(locator.locate([0.0], [0.0])) == [-1]


def test_no_points_give_no_answers():
    assert len(Locator.from_areas(_grids(shapely.box(0, 0, 1, 1))).locate([], [])) == 0


def test_the_kept_raster_gives_the_same_answers_and_a_new_map_gets_a_new_one(tmp_path: Path):
    polygons = _cells(40, 4)
    x, y = _points(polygons, 4)
    fresh = Locator.from_areas(_grids(*polygons), tmp_path).locate(x, y)
    kept = Locator.from_areas(_grids(*polygons), tmp_path)
    np.testing.assert_array_equal(kept.locate(x, y), fresh)
    Locator.from_areas(_grids(*polygons[1:]), tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_damaged_kept_raster_is_built_again(tmp_path: Path):
    grids = _grids(shapely.box(0, 0, 1, 1))
    Locator.from_areas(grids, tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2])
    assert list(Locator.from_areas(grids, tmp_path).locate([0.5], [0.5])) == [0]
    assert kept.stat().st_size > 1000


def test_rasters_of_old_maps_do_not_pile_up(tmp_path: Path):
    for size in range(1, KEPT_RASTERS + 3):
        Locator.from_areas(_grids(shapely.box(0, 0, size, 1)), tmp_path)
    assert len(list(tmp_path.iterdir())) == KEPT_RASTERS
