"""The ground under the grids: tiles from files of both kinds and from Tianditu; what is wrong is one line, and no key leaves the server."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pmtiles.tile import TileType

from basemap.files import LARGEST_TILE, MbTiles, PmTiles
from basemap.ground import BasemapError
from basemap.tianditu import Tianditu
from basemap.vector import drawn
from tests.basemap.made import PNG, VECTOR_TILE, mbtiles, pmtiles


@pytest.mark.parametrize("kind", ["mbtiles", "pmtiles"])
def test_a_file_gives_each_tile_where_it_lies(tmp_path: Path, kind: str):
    tiles = {(3, 6, 3): PNG + b"a", (4, 12, 6): PNG + b"b"}
    make, read = {"mbtiles": (mbtiles, MbTiles), "pmtiles": (pmtiles, PmTiles)}[kind]
    found = read(make(tmp_path / f"ground.{kind}", tiles), "")
    assert (found.about.kind, found.about.least, found.about.most, found.about.by) == ("raster", 3, 4, "the office")
    assert {place: found.tile(*place) for place in tiles} == tiles and found.tile(4, 0, 0) is None


@pytest.mark.parametrize("kind", ["mbtiles", "pmtiles"])
def test_vector_tiles_are_lines_to_draw_whatever_packs_them(tmp_path: Path, kind: str):
    tiles = {(3, 6, 3): gzip.compress(VECTOR_TILE)}
    path = tmp_path / f"ground.{kind}"
    found = (
        MbTiles(mbtiles(path, tiles, "pbf"), "us")
        if kind == "mbtiles"
        else PmTiles(pmtiles(path, tiles, TileType.MVT), "us")
    )
    assert found.about.kind == "vector" and found.about.by == "us"
    tile = drawn(found.tile(3, 6, 3))
    assert set(tile) == {"extent", "water", "green", "major", "rail", "minor"} and len(tile["green"]) == 1
    assert tile["major"] == [[0, 0, 4096, 4096]] and len(tile["water"][0]) == 8


@pytest.mark.parametrize("body", [b"", b"\xff\xff\xff", b"no tile at all"])
def test_what_is_no_vector_tile_is_an_error_of_ours_or_empty(body: bytes):
    try:
        assert set(drawn(body)) == {"extent"}
    except BasemapError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("name", ["ground.mbtiles", "ground.pmtiles"])
@pytest.mark.parametrize("body", [b"", b"rubbish" * 100, b"PMTiles\x03" + bytes(200)])
def test_a_file_of_rubbish_is_said_in_a_line(tmp_path: Path, name: str, body: bytes):
    path = tmp_path / name
    path.write_bytes(body)
    with pytest.raises(BasemapError, match="map_tiles") as told:
        (MbTiles if name.endswith("mbtiles") else PmTiles)(path, "")
    assert "\n" not in str(told.value)


def test_a_tile_that_unpacks_to_far_too_much_is_refused(tmp_path: Path):
    bomb = gzip.compress(bytes(LARGEST_TILE + 1))
    found = MbTiles(mbtiles(tmp_path / "ground.mbtiles", {(3, 6, 3): bomb}), "")
    with pytest.raises(BasemapError, match="larger than 16 MiB"):
        found.tile(3, 6, 3)


@pytest.fixture
def outside() -> Iterator[tuple[str, list[str], dict]]:
    """A server that answers as Tianditu does: its address, what it was asked, and what it is to answer."""
    asked: list[str] = []
    answer = {"status": 200, "body": PNG}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(answer["status"])
            self.end_headers()
            self.wfile.write(answer["body"])

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{{layer}}_w/wmts", asked, answer
    server.shutdown()


def test_tianditu_is_asked_once_for_each_tile(tmp_path: Path, outside):
    address, asked, _ = outside
    ground = Tianditu("secret", "vec", tmp_path, address)
    assert ground.tile(10, 845, 401) == ground.tile(10, 845, 401) == PNG
    assert len(asked) == 1 and asked[0].startswith("/vec_w/wmts?") and "TILEROW=401&TILECOL=845&tk=secret" in asked[0]


@pytest.mark.parametrize(("status", "body"), [(403, b"no"), (200, b"<html>sign in</html>"), (302, b""), (200, b"")])
def test_what_is_no_tile_is_said_without_the_key_and_not_kept(tmp_path: Path, outside, status: int, body: bytes):
    address, asked, answer = outside
    answer |= {"status": status, "body": body}
    ground = Tianditu("secret", "vec", tmp_path, address)
    with pytest.raises(BasemapError) as told:
        ground.tile(10, 845, 401)
    assert "secret" not in str(told.value) and "map_tianditu_key" in str(told.value)
    answer |= {"status": 200, "body": PNG}
    assert ground.tile(10, 845, 401) == PNG and len(asked) == 2


def test_a_network_that_is_down_is_said_without_the_key(tmp_path: Path):
    ground = Tianditu("secret", "vec", tmp_path, "http://127.0.0.1:9/{layer}")
    with pytest.raises(BasemapError) as told:
        ground.tile(10, 845, 401)
    assert "secret" not in str(told.value) and "network" in str(told.value)
