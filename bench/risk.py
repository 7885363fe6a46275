"""How well is foretold where incidents will be? `python -m bench.risk --district FOLDER --city EVENTS [--only district_7d]`.

FOLDER holds a simulated district (`events.parquet` with `ts, grid_id`, and `grids.csv`), EVENTS a real city's complaints (CSV with
a time, longitude and latitude), which are forecast in square cells of 250 and 500 metres. The command `forecast` is run as anybody
would run it, for each period of the last 182 days; the hit rates at the top 1, 5 and 10 % of cells are printed beside the best
reference method's and the target, both measured on the same data. The ratio is to the target.
"""

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from analytics.risk.history import metres
from analytics.risk.plan import Plan, events_of, read_history, read_plan
from analytics.risk.scores import Period, hit_rates
from bench.line import say
from bench.process import BenchError

BACK_DAYS = 182


@dataclass(frozen=True)
class Part:
    """One forecast: of the district's grids or of the city's cells of so many metres, for so many days, and what to hold it against."""

    metres: float | None
    horizon: int
    best: tuple[float, float, float]
    target: tuple[float, float, float]


PARTS = {
    "city_250m_7d": Part(250.0, 7, (0.104, 0.234, 0.349), (0.105, 0.236, 0.352)),
    "city_500m_7d": Part(500.0, 7, (0.086, 0.215, 0.332), (0.087, 0.217, 0.334)),
    "district_1d": Part(None, 1, (0.188, 0.379, 0.503), (0.190, 0.382, 0.507)),
    "district_7d": Part(None, 7, (0.187, 0.372, 0.494), (0.189, 0.376, 0.497)),
}


def main(
    district: Annotated[Path | None, typer.Option(help="folder with events.parquet and grids.csv")] = None,
    city: Annotated[Path | None, typer.Option(help="events of a city")] = None,
    only: Annotated[str, typer.Option(help="parts, joined by commas; none: all")] = "",
) -> None:
    """Measure and print one line each."""
    with tempfile.TemporaryDirectory() as folder:
        for name, part in PARTS.items():
            events = city if part.metres else district / "events.parquet" if district else None
            if events is None or (only and name not in only.split(",")):
                continue
            plan = Path(folder) / name
            _write_plan(plan, events, part, None if district is None else district / "grids.csv")
            _measure(name, part, events, plan)


def _write_plan(folder: Path, events: Path, part: Part, grids: Path | None) -> None:
    """Cells and dates as `analytics.risk.plan` reads them; every cell of the city that has an event is one."""
    times, lon, lat = events_of(events)
    folder.mkdir()
    if part.metres is None:
        known = pd.read_csv(grids)
        x, y = metres(known["lon"].to_numpy(), known["lat"].to_numpy(), known["lat"].mean())
        cells = pd.DataFrame({"cell_id": known["grid_id"], "x_m": x, "y_m": y})
    else:
        x, y = metres(lon.to_numpy(), lat.to_numpy(), lat.mean())
        at = (
            pd.DataFrame({"i": (x - x.min()) // part.metres, "j": (y - y.min()) // part.metres})
            .astype(int)
            .drop_duplicates()
        )
        named = "c" + (at["i"] * 100_000 + at["j"]).astype(str)
        cells = pd.DataFrame(
            {"cell_id": named, "x_m": (at["i"] + 0.5) * part.metres, "y_m": (at["j"] + 0.5) * part.metres}
        )
    cells.to_csv(folder / "cells.csv", index=False)
    first, days = times.min().normalize(), (times.max().normalize() - times.min().normalize()).days + 1
    starts = range(days - BACK_DAYS, days - part.horizon + 1, part.horizon)
    dates = [(first + pd.Timedelta(days=day)).date() for day in starts]
    pd.DataFrame({"forecast_date": dates}).to_csv(folder / "dates.csv", index=False)


def _measure(name: str, part: Part, events: Path, folder: Path) -> None:
    out = folder / "risk.parquet"
    began = time.monotonic()
    command = [
        "-m",
        "analytics.risk",
        "forecast",
        str(events),
        "--plan",
        str(folder),
        "--horizon",
        str(part.horizon),
        "--out",
        str(out),
    ]
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True)
    if done.returncode:
        raise BenchError(done.stderr.strip().splitlines()[-1])
    took = time.monotonic() - began
    plan = read_plan(folder)
    periods = list(_periods(plan, events, pd.read_parquet(out), part.horizon))
    scored = hit_rates(periods).set_index("top")
    for top, best, target in zip((0.01, 0.05, 0.10), part.best, part.target, strict=True):
        hit = float(scored.loc[top, "hit"])
        against = f"target {target}, best reference method {best}; PAI {scored.loc[top, 'pai']:.2f}, PEI {scored.loc[top, 'pei']:.3f}"
        say(f"{name} hit_{top:.0%}", hit, "share", against, hit / target, len(periods))
    say(f"{name} seconds", took, "s", "all forecasts, fitted anew every 8 weeks", took / len(periods), len(periods))


def _periods(plan: Plan, events: Path, risk: pd.DataFrame, horizon: int) -> list[Period]:
    history = read_history(events, plan)
    by_date = dict(tuple(risk.groupby("forecast_date")))
    found = []
    for on in plan.dates:
        day = (on - history.first).days
        expected = by_date[on].set_index("cell_id")["risk"].reindex(plan.cells.ids).to_numpy()
        found.append(Period(expected, history.between(day, day + horizon)))
    return found


if __name__ == "__main__":
    typer.run(main)
