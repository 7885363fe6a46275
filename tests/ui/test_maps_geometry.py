"""Outlines travel small, share their borders, and keep their name while nothing changes."""

import gzip
import json

import numpy as np
import pandas as pd
import shapely
from flask import Flask

from tests.analytics.map_district import GRIDS, squares
from ui.maps.geometry import UNITS_PER_DEGREE, map_version
from ui.maps.route import serve_outlines

BUDGET_BYTES = 150_000


def polygons(document: dict, index: int) -> shapely.Geometry:
    parts = []
    for rings in document["shape"][index]:
        shell, *holes = [np.cumsum(np.array(ring).reshape(-1, 2), axis=0) for ring in rings]
        parts.append(shapely.Polygon(shell, holes))
    return shapely.MultiPolygon(parts)


def rough(areas: pd.DataFrame) -> pd.DataFrame:
    """The same map with wiggly borders: every corner and border point moved the same way in all areas that share it."""
    outlines = shapely.segmentize(shapely.from_wkb(areas["geometry"].to_numpy()), 0.002)
    moved = shapely.transform(
        outlines, lambda at: at + 0.0006 * np.stack([np.sin(at[:, 1] * 3000), np.cos(at[:, 0] * 2500)], axis=-1)
    )
    return areas.assign(geometry=shapely.to_wkb(moved))


def test_the_whole_district_fits_its_budget_and_every_grid_is_there():
    version = map_version(rough(squares()))
    document = json.loads(version.body)
    assert sum(level == 3 for level in document["level"]) == GRIDS == sum(version.is_grid)
    assert document["id"] == list(version.area_ids)
    assert len(version.packed) < BUDGET_BYTES
    assert gzip.decompress(version.packed) == version.body


def test_simplified_grids_still_tile_their_towns():
    document = json.loads(map_version(rough(squares())).body)
    grids = [polygons(document, i) for i, level in enumerate(document["level"]) if level == 3]
    district = polygons(document, 0)
    assert abs(sum(grid.area for grid in grids) / district.area - 1) < 1e-9
    assert abs(shapely.union_all(grids).area / district.area - 1) < 1e-9


def test_labels_stand_inside_and_coordinates_are_where_they_were():
    areas = squares()
    document = json.loads(map_version(areas).body)
    at = document["id"].index("370116001001001")
    west, south, east, north = polygons(document, at).bounds
    assert np.allclose([west, south, east, north], np.array([117.4, 36.0, 117.41, 36.01]) * UNITS_PER_DEGREE, atol=1)
    assert polygons(document, at).contains(shapely.Point(document["label"][at]))


def test_the_same_areas_have_the_same_name_and_another_outline_has_another():
    areas = squares()
    again = areas.sample(frac=1, random_state=1)
    assert map_version(areas).url() == map_version(again).url()
    renamed = areas.assign(name=areas["name"].where(areas["level"] != "town", "x"))
    assert map_version(areas).url() != map_version(renamed).url()


def test_a_city_with_fewer_levels_and_areas_without_outline_work():
    outline = shapely.to_wkb(shapely.box(-87.7, 41.8, -87.6, 41.9))
    rows = [("chi", "district", "Chicago", None, None), ("1", "grid", "Rogers Park", "chi", outline), ("2", "grid", "?", "chi", None)]  # fmt: skip
    version = map_version(pd.DataFrame(rows, columns=["area_id", "level", "name", "parent_id", "geometry"]))
    document = json.loads(version.body)
    assert document["parent"] == [-1, 0, 0] and version.has_outline
    assert polygons(document, 0).equals(polygons(document, 1)) and document["shape"][2] == []


def test_overlapping_and_knotted_outlines_do_not_stop_the_map():
    knot = shapely.Polygon([(0, 0), (0.1, 0.1), (0.1, 0), (0, 0.1)])
    shapes = [None, shapely.to_wkb(knot), shapely.to_wkb(shapely.box(0.05, 0, 0.2, 0.1))]
    frame = pd.DataFrame({"area_id": ["d", "1", "2"], "level": ["district", "grid", "grid"], "name": list("dab"), "parent_id": [None, "d", "d"], "geometry": shapes})  # fmt: skip
    document = json.loads(map_version(frame).body)
    assert all(document["shape"]) and polygons(document, 0).is_valid


def test_an_empty_warehouse_has_no_outline():
    empty = pd.DataFrame(columns=["area_id", "level", "name", "parent_id", "geometry"])
    assert not map_version(empty).has_outline


def test_the_route_serves_packed_bytes_for_good_and_404_for_unknown_names():
    version, server = map_version(squares()), Flask("t")
    serve_outlines(server, lambda digest, _as_of: version if digest == version.digest else None)
    client = server.test_client()
    answer = client.get(version.url(), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip" and "immutable" in answer.headers["Cache-Control"]
    assert gzip.decompress(answer.data) == version.body == client.get(version.url()).data
    assert client.get("/geometry/0000/grids.json").status_code == 404
