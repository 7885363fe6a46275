"""The ground in the pages: the server gives its tiles, the maps know of it and stand without it."""

import json
import math
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from analytics.places import box
from basemap.ground import About
from settings import settings
from tests.basemap.made import VECTOR_TILE, mbtiles


@pytest.fixture
def with_tiles(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    path = mbtiles(settings().home / "ground.mbtiles", {(3, 6, 3): VECTOR_TILE, (4, 13, 6): b"\xff\xff"}, "pbf")
    monkeypatch.setenv("ZHILI_MAP_TILES", "ground.mbtiles")
    monkeypatch.setenv("ZHILI_MAP_REVIEW_NUMBER", "GS(2026)0001")
    settings.cache_clear()
    yield client
    monkeypatch.undo()
    settings.cache_clear()
    path.unlink()


def test_the_server_gives_the_tiles_and_says_where_there_are_none(with_tiles: FlaskClient):
    tile = with_tiles.get("/basemap/3/6/3")
    assert tile.status_code == 200 and tile.json["major"] and "max-age" in tile.headers["Cache-Control"]
    expected = {"3/0/0": 204, "4/13/6": 502, "3/6/4": 204, "3/9/0": 404, "99/0/0": 404, "3/-1/0": 404, "3/a/0": 404}
    assert {path: with_tiles.get(f"/basemap/{path}").status_code for path in expected} == expected


def test_only_the_districts_surroundings_are_fetched(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    asked: list[tuple[int, int, int]] = []

    class World:
        about = About("raster", 1, 18, "", "")

        def tile(self, zoom: int, x: int, y: int) -> bytes:
            asked.append((zoom, x, y))
            return b"\x89PNG"

    monkeypatch.setattr("pages.basemap_routes.ground", World)
    west, south, east, north = box(None)
    for zoom in (1, 8, 12, 18):
        x, y = tile_at((west + east) / 2, (south + north) / 2, zoom)
        assert client.get(f"/basemap/{zoom}/{x}/{y}").status_code == 200 and asked[-1] == (zoom, x, y)
    n = len(asked)
    for lon, lat, zoom in ((116.4, 39.9, 12), (west - 3, south, 10), (east, north + 3, 18), (-117.6, 36.2, 2)):
        x, y = tile_at(lon, lat, zoom)
        assert client.get(f"/basemap/{zoom}/{x}/{y}").status_code == 204
    assert client.get("/basemap/19/431000/203000").status_code == 204 and len(asked) == n


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """The tile that holds a point, by the usual formula of slippy maps."""
    up = math.log(math.tan(math.radians(lat)) + 1 / math.cos(math.radians(lat)))
    return int((lon + 180) / 360 * 2**zoom), int((1 - up / math.pi) / 2 * 2**zoom)


def test_wall_and_map_know_their_ground_and_show_the_review_number(with_tiles: FlaskClient):
    wall = with_tiles.get("/wall").data.decode()
    assert "GS(2026)0001" in wall and "/basemap/{z}/{x}/{y}" in wall and "the office" in wall
    from pages.map import layout

    page = json.dumps(layout("zh").to_plotly_json(), default=lambda part: part.to_plotly_json(), ensure_ascii=False)
    assert "审图号：GS(2026)0001" in page and "/basemap/{z}/{x}/{y}" in page


def test_without_a_file_there_is_no_ground_and_with_a_lost_one_the_maps_stand(client: FlaskClient, monkeypatch):
    assert client.get("/basemap/3/6/3").status_code == 404
    from pages.map import layout

    assert layout("zh") is not None
    monkeypatch.setenv("ZHILI_MAP_TILES", "nothing.pmtiles")
    settings.cache_clear()
    try:
        assert client.get("/basemap/3/6/3").status_code == 502 and client.get("/wall").status_code == 200
    finally:
        monkeypatch.undo()
        settings.cache_clear()
