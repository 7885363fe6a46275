"""A big clean export in the grid app's own format, made from the demo district's."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bench.process import ask, python
from etl.demo.make import make
from etl.profile import Profile, profiles

WRITTEN_AT_ONCE = 100_000
JITTER_DEGREES = 0.0003


@dataclass(frozen=True)
class Export:
    """The demo's grid map, and the clean rows of its incident export in GB18030."""

    areas: Path
    profile: Profile
    name: str
    rows: pd.DataFrame
    grids: pd.DataFrame
    spots: np.ndarray


def demo_export(folder: Path) -> Export:
    """Make a small demo district in `folder`, load it, and keep the rows of its grid-app export that came in clean."""
    demo, home = folder / "demo", folder / "home_demo"
    make(demo, days=60, incidents=20_000, readings=1_000, until=date(2026, 9, 30))
    files = sorted(path for path in demo.rglob("*") if path.is_file())
    areas, _ = _first(files, "areas", ())
    template, profile = _first(files, "incidents", ("csv", "gb18030"))
    python("-m", "etl", "load", str(areas), str(template), "--json", home=home)
    loaded = ask(
        home, f"select source_no, lon, lat from incident where source = '{profile.name}' and located_by = 'point'"
    )
    rows = pd.read_csv(
        template, encoding="gb18030", encoding_errors="replace", on_bad_lines="skip", dtype=str,
        keep_default_na=False, skiprows=profile.file.header_row - 1,
    )  # fmt: skip
    clean = rows[rows[str(profile.columns["source_no"])].isin({row["source_no"] for row in loaded})]
    spots = np.array([(row["lon"], row["lat"]) for row in loaded])
    return Export(areas, profile, template.name, clean, _grids(home), spots)


def _first(files: list[Path], kind: str, written: tuple[str, ...]) -> tuple[Path, Profile]:
    """The first file of this kind of source that is `written` so (format, encoding), and its profile."""
    for path in files:
        for profile in profiles():
            is_so = (profile.file.format, profile.file.encoding)[: len(written)] == written
            if profile.kind == kind and is_so and profile.takes(path):
                return path, profile
    raise FileNotFoundError(f"The demo wrote no file of {kind} {written} that a profile takes.")


def _grids(home: Path) -> pd.DataFrame:
    question = "select area_id, hex(geometry) as geometry from area where level = 'grid' order by area_id"
    grids = pd.DataFrame(ask(home, question))
    return grids.assign(geometry=[bytes.fromhex(outline) for outline in grids["geometry"]])


def write_big(export: Export, folder: Path, rows: int) -> tuple[Path, Path]:
    """Files of `rows` clean rows in GB18030 and in UTF-8: the demo's rows again and again, with new numbers and places."""
    gb18030, utf8 = folder / export.name, folder / "utf8.csv"
    random = np.random.default_rng(7)
    with (
        gb18030.open("w", encoding="gb18030", newline="") as ours,
        utf8.open("w", encoding="utf-8", newline="") as theirs,
    ):
        ours.write("\n" * (export.profile.file.header_row - 1))
        for start in range(0, rows, WRITTEN_AT_ONCE):
            part = _part(export, start, min(rows, start + WRITTEN_AT_ONCE), random)
            text = part.to_csv(index=False, header=start == 0, lineterminator="\r\n")
            ours.write(text)
            theirs.write(text)
    return gb18030, utf8


def _part(export: Export, start: int, stop: int, random: np.random.Generator) -> pd.DataFrame:
    columns = export.profile.columns
    part = export.rows.iloc[np.arange(start, stop) % len(export.rows)].copy()
    part[str(columns["source_no"])] = [f"B{number:011d}" for number in range(start, stop)]
    for axis in ("lon", "lat"):
        name = str(columns[axis])
        moved = part[name].astype(float) + random.uniform(-JITTER_DEGREES, JITTER_DEGREES, len(part))
        part[name] = moved.map("{:.6f}".format)
    return part


def frame_of(grids: pd.DataFrame) -> gpd.GeoDataFrame:
    """The grids as geopandas wants them."""
    outlines = shapely.from_wkb(grids["geometry"].to_numpy())
    return gpd.GeoDataFrame({"area_id": grids["area_id"]}, geometry=outlines, crs=4326)
