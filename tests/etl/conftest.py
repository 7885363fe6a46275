"""A small site of its own for each test: three profiles, a map of four grids, and a way to load files into it."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from etl.demo.make import make
from etl.load import Outcome, in_order, load_file
from etl.profile import profiles
from settings import Settings, settings
from tests.etl.demos import SIZE, MadeDemo
from tests.homes import living_in
from warehouse.connect import Reader, writer

INCIDENTS = """
kind = "incidents"
label = { zh = "网格上报", en = "Grid app" }
match = "grid_app*"
key = ["source_no"]
areas = "old_codes.csv"
[file]
format = "%s"
[place]
crs = "WGS84"
[columns]
source_no = "编号"
reported_at = "上报时间"
closed_at = "结案时间"
title = "标题"
recorded_grid = "网格编码"
recorded_community = "社区"
lon = "经度"
lat = "纬度"
"""
READINGS = """
kind = "readings"
label = { zh = "读数", en = "Readings" }
match = "readings*"
key = ["sensor_id", "measured_at"]
[file]
format = "jsonl"
[columns]
sensor_id = "id"
measured_at = "time"
value = "value"
"""
AREAS = """
kind = "areas"
label = { zh = "网格地图", en = "Grid map" }
match = "grids*"
[file]
format = "geojson"
[columns]
area_id = "code"
name = "name"
community_name = "community"
"""
HEADER = "编号,上报时间,结案时间,标题,网格编码,社区,经度,纬度"
GRIDS = {
    "370116001001001": (117.60, 36.20),
    "370116001001002": (117.61, 36.20),
    "370116001002001": (117.60, 36.21),
    "370116101201001": (117.61, 36.21),
}
COMMUNITIES = {"370116001001": "东升社区", "370116001002": "胜利社区", "370116101201": "杨庄村"}


def box(west: float, south: float, side: float = 0.01) -> list[list[list[float]]]:
    """A square outline as GeoJSON coordinates."""
    east, north = round(west + side, 6), round(south + side, 6)
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def feature(code: str | None, outline: list | None, **properties: str) -> dict:
    """One feature of a map file."""
    community = COMMUNITIES.get((code or "")[:12], "")
    geometry = None if outline is None else {"type": "Polygon", "coordinates": outline}
    return {
        "type": "Feature",
        "properties": {"code": code, "name": f"第{(code or '')[-3:]}网格", "community": community, **properties},
        "geometry": geometry,
    }


def write_map(path: Path, features: list[dict] | None = None) -> Path:
    """A map file of the four grids, or of `features`."""
    features = features or [feature(code, box(*corner)) for code, corner in GRIDS.items()]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    return path


def row(number: object = "1", **cells: object) -> str:
    """One line of an incident export; every cell has a usual value that can be replaced by its column's name."""
    usual = {
        "编号": number, "上报时间": "2026-10-01 08:00:00", "结案时间": "2026-10-02 08:00:00", "标题": "垃圾清运",
        "网格编码": "370116001001001", "社区": "东升社区", "经度": "117.605", "纬度": "36.205",
    }  # fmt: skip
    return ",".join(str(value) for value in {**usual, **cells}.values())


def write_csv(path: Path, rows: list[str], encoding: str = "utf-8", end: str = "\n") -> Path:
    """An incident export of these lines."""
    path.write_bytes((end.join([HEADER, *rows]) + end).encode(encoding))
    return path


class Site:
    """A home with profiles of its own: load into it, ask it."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder

    def load(self, path: Path) -> Outcome:
        """Load one file the way the command does."""
        ((file, profile),) = in_order([path])
        with writer() as connection:
            return load_file(connection, file, profile)

    def csv(self, *rows: str, name: str = "grid_app.csv", encoding: str = "utf-8") -> Outcome:
        """Load an incident export of these lines."""
        return self.load(write_csv(self.folder / name, list(rows), encoding))

    def ask(self, question: str, as_of: int | None = None) -> list[tuple]:
        """Rows of the warehouse."""
        reader = Reader()
        try:
            return reader.cursor(as_of).execute(question).fetchall()
        finally:
            reader.close()

    def one(self, question: str, as_of: int | None = None) -> object:
        """The only value of an answer."""
        ((value,),) = self.ask(question, as_of)
        return value

    def profile(self, name: str, text: str) -> None:
        """Add or replace a source profile."""
        (self.settings.sources / f"{name}.toml").write_text(text, encoding="utf-8")
        profiles.cache_clear()


@pytest.fixture
def here(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site without a map."""
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "old_codes.csv").write_text("old_code,new_code\n371202001,370116001\n")
    monkeypatch.setenv("ZHILI_SOURCES", str(folder))
    settings.cache_clear()
    exports = tmp_path / "exports"
    exports.mkdir()
    site = Site(settings(), exports)
    site.profile("grid_app", INCIDENTS % "csv")
    site.profile("readings", READINGS)
    site.profile("grid_map", AREAS)
    yield site
    profiles.cache_clear()


@pytest.fixture
def mapped(here: Site, map_of_four: Path) -> Site:
    """A site with the map of four grids."""
    shutil.copytree(map_of_four / "lake", here.settings.home / "lake")
    shutil.copy(map_of_four / "grids.geojson", here.folder)
    return here


@pytest.fixture(scope="session")
def map_of_four(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the map of four grids and the file it came from, made once: each test copies it."""
    folder = tmp_path_factory.mktemp("map_of_four")
    (folder / "sources").mkdir()
    (folder / "sources" / "grid_map.toml").write_text(AREAS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHILI_SOURCES", str(folder / "sources"))
        with living_in(folder):
            profiles.cache_clear()
            outcome = Site(settings(), folder).load(write_map(folder / "grids.geojson"))
            assert outcome.is_good, outcome.said
    settings.cache_clear()
    profiles.cache_clear()
    return folder


@pytest.fixture
def value() -> Callable[[str, str], object]:
    """What SQL text of `etl.cleaning` makes of a cell."""

    def evaluate(expression: str, cell: str | None) -> object:
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(f"select {expression} from (select $1::varchar as cell)", [cell]).fetchone()[0]

    return evaluate


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> MadeDemo:
    """A small demo with trouble of every kind, which nobody changes; test processes side by side share it."""
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, kept = common / "demo", common / "demo.json"
    with (common / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            told: list[tuple[str, int, int]] = []
            folder.mkdir(exist_ok=True)
            truth = make(folder, **SIZE, progress=lambda *step: told.append(step))
            kept.write_text(json.dumps({"truth": truth, "told": told}), encoding="utf-8")
    made = json.loads(kept.read_text(encoding="utf-8"))
    return MadeDemo(folder, made["truth"], [tuple(step) for step in made["told"]])
