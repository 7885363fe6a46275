"""The ground in the pages: the server gives its tiles, the maps know of it and stand without it."""

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from settings import settings
from tests.basemap.made import VECTOR_TILE, mbtiles


@pytest.fixture
def with_tiles(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    path = mbtiles(settings().home / "ground.mbtiles", {(3, 6, 3): VECTOR_TILE, (3, 6, 4): b"\xff\xff"}, "pbf")
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
    expected = {"3/0/0": 204, "3/6/4": 502, "3/9/0": 404, "99/0/0": 404, "3/-1/0": 404, "3/a/0": 404}
    assert {path: with_tiles.get(f"/basemap/{path}").status_code for path in expected} == expected


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
