"""How fast is a load, and how fast are points found? `python -m bench.etl [--rows N] [--points N]`.

- `load`: the whole load of a GB18030 export of N clean incident rows (decode, map, check, locate, write), as a process
  of its own, against DuckDB's own `read_csv` of the same rows in UTF-8 into a table of a database on disk. Aim: <= 5.
- `memory`: the most memory that load held, against the 2 GiB it may use.
- `locate`: finding the grid of N points against `geopandas.sjoin` with the same answers, borders included. Aim: >= 8.

The parties take turns, and each one's better round counts.
"""

import tempfile
import time
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import numpy as np
import shapely
import typer

from bench.etl_export import Export, demo_export, frame_of, write_big
from bench.line import say
from bench.process import BenchError, Ran, ask, python
from etl.locate import Locator

ROUNDS = 2
MOST_MIB = 2048
READ_CSV = (
    "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('create table t as from read_csv(?)', [sys.argv[2]])"
)


def load_once(export: Export, big: Path, home: Path, rows: int) -> Ran:
    """Load `big` into a new warehouse that has the map already; refuse a load that did less than its work."""
    python("-m", "etl", "load", str(export.areas), "--json", home=home)
    ran = python("-m", "etl", "load", str(big), "--json", home=home)
    (told,) = ask(home, "select count(*) loaded, count(*) filter (located_by = 'point') placed from incident")
    if told["loaded"] != rows or told["placed"] < 0.99 * rows:
        raise BenchError(
            f"Of {rows} clean rows {told['loaded']} were loaded and {told['placed']} placed by their point."
        )
    return ran


def measure_load(export: Export, folder: Path, rows: int) -> None:
    """Print `load` and `memory`."""
    gb18030, utf8 = write_big(export, folder, rows)
    ours, theirs = [], []
    for number in range(ROUNDS):
        theirs.append(python("-c", READ_CSV, str(folder / f"{number}.duckdb"), str(utf8)).seconds)
        ours.append(load_once(export, gb18030, folder / f"home{number}", rows))
    seconds, peak = min(ran.seconds for ran in ours), max(ran.peak_mib for ran in ours)
    say("load", seconds, "s", "DuckDB read_csv of the same rows as UTF-8, to disk", seconds / min(theirs), rows)
    say("memory", peak, "MiB", "the 2 GiB a load may use", peak / MOST_MIB, rows)


def some_points(polygons: np.ndarray, spots: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Points as incidents lie, a tenth of them spread over the whole map, some on vertices and on borders."""
    random = np.random.default_rng(7)
    vertices = shapely.get_coordinates(polygons)[: count // 50]
    middles = (vertices[1:] + vertices[:-1]) / 2
    west, south, east, north = shapely.total_bounds(polygons)
    spread = random.uniform([west, south], [east, north], (count // 10, 2))
    near = spots[random.integers(0, len(spots), count - len(vertices) - len(middles) - len(spread))]
    x, y = np.vstack([vertices, middles, spread, near + random.normal(0, 0.0005, near.shape)]).T
    return np.ascontiguousarray(x), np.ascontiguousarray(y)


def measure_locate(export: Export, points: int) -> None:
    """Print `locate`, if the answers are the same."""
    frame, locator = frame_of(export.grids), Locator.from_areas(export.grids)
    x, y = some_points(frame.geometry.to_numpy(), export.spots, points)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        found = locator.locate(x, y)
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        there = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y, crs=4326))
        joined = gpd.sjoin(there, frame, how="left", predicate="intersects")
        theirs.append(time.perf_counter() - started)
    lowest = joined["area_id"].fillna("").groupby(level=0).min().to_numpy()
    if (differing := np.append(locator.grid_ids, "")[found] != lowest).any():
        raise BenchError(f"{differing.sum()} of {len(x)} points lie in another grid by geopandas.sjoin.")
    say("locate", len(x) / min(ours), "points/s", "geopandas.sjoin, same answers", min(theirs) / min(ours), len(x))


def main(
    rows: Annotated[int, typer.Option(help="incident rows of the big export; 0 leaves the load out")] = 2_000_000,
    points: Annotated[int, typer.Option(help="points to find; 0 leaves them out")] = 2_000_000,
) -> None:
    """Measure in a temporary home and print one line of JSON for each figure."""
    with tempfile.TemporaryDirectory(prefix="zhili-bench-") as name:
        export = demo_export(Path(name))
        if points:
            measure_locate(export, points)
        if rows:
            measure_load(export, Path(name), rows)


if __name__ == "__main__":
    typer.run(main)
