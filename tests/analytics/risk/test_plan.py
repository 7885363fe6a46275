"""`python -m analytics.risk forecast` answers a plan of any place, causally, and says in one line what it cannot read."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.risk.plan import PlanError, read_history, read_plan
from settings import ROOT
from tests.analytics.risk.places import FIRST, town

LON, LAT, SIDE = 117.6, 36.2, 250.0
DATES = [FIRST + timedelta(days=n) for n in (300, 307)]


def written(folder: Path, by_id: bool, until: int | None = None) -> Path:
    """Events of a small town, one row each, up to a day; a plan for them lies beside."""
    history = town(days=330)
    day, cell = np.nonzero(history.counts)
    many = history.counts[day, cell].astype(int)
    day, cell = np.repeat(day, many), np.repeat(cell, many)
    kept = day < (until or 10**6)
    frame = pd.DataFrame({"ts": pd.Timestamp(FIRST) + pd.to_timedelta(day[kept] * 24 + 5, unit="h")})
    if by_id:
        frame["grid_id"] = [history.cells.ids[n] for n in cell[kept]]
        named = history.cells.ids
    else:
        metres = 111_320 * np.cos(np.radians(LAT))
        x, y = (at[cell[kept]] - SIDE / 2 for at in (history.cells.x, history.cells.y))
        frame["lon"] = (
            LON + np.where(x > 0, x + 100, 0) / metres
        )  # the lattice begins at the first event, the others lie within
        frame["lat"] = LAT + np.where(y > 0, y + 100, 0) / 110_950
        named = tuple(
            f"c{int(x // SIDE) * 100_000 + int(y // SIDE)}"
            for x, y in zip(history.cells.x, history.cells.y, strict=True)
        )
    folder.mkdir(exist_ok=True)
    frame.to_parquet(folder / "events.parquet")
    pd.DataFrame({"cell_id": named, "x_m": history.cells.x, "y_m": history.cells.y}).to_csv(
        folder / "cells.csv", index=False
    )
    pd.DataFrame({"forecast_date": DATES}).to_csv(folder / "dates.csv", index=False)
    return folder / "events.parquet"


@pytest.mark.parametrize("by_id", [True, False])
def test_events_are_counted_in_the_plans_cells(tmp_path: Path, by_id: bool):
    events = written(tmp_path, by_id)
    plan = read_plan(tmp_path)
    assert plan.dates == tuple(DATES)
    assert np.array_equal(read_history(events, plan).counts, town(days=330).counts)


def test_the_command_writes_a_risk_for_each_cell_and_date_from_what_was_before(tmp_path: Path):
    answers = {}
    for name, until in (("whole", None), ("cut", 307)):
        events = written(tmp_path / name, by_id=True, until=until)
        out = tmp_path / f"{name}.parquet"
        command = [
            "-m",
            "analytics.risk",
            "forecast",
            str(events),
            "--plan",
            str(tmp_path / name),
            "--horizon",
            "7",
            "--out",
            str(out),
        ]
        subprocess.run([sys.executable, *command], cwd=ROOT, check=True, capture_output=True, timeout=300)
        answers[name] = pd.read_parquet(out)
    assert len(answers["whole"]) == 2 * len(town(1).cells) and answers["whole"]["risk"].notna().all()
    pd.testing.assert_frame_equal(answers["whole"], answers["cut"])


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("cells.csv", "cell_id\nk1\n", "no column x_m, y_m"),
        ("cells.csv", "cell_id,x_m,y_m\nk1,1,1\nk1,1,1\n", "a cell twice"),
        ("cells.csv", "cell_id,x_m,y_m\nk1,a,1\n", "metres"),
        ("cells.csv", "cell_id,x_m,y_m\nother,1,1\nothers,2,2\n", "plan of these events"),
        ("dates.csv", "forecast_date\nsoon\n", "YYYY-MM-DD"),
        ("dates.csv", "forecast_date\n", "no dates"),
    ],
)
def test_a_plan_that_cannot_be_read_is_said_in_one_line(tmp_path: Path, file: str, text: str, says: str):
    events = written(tmp_path, by_id=True)
    (tmp_path / file).write_text(text)
    with pytest.raises(PlanError, match=says) as told:
        read_history(events, read_plan(tmp_path))
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("frame", "says"), [({"a": [1]}, "no column timestamp"), ({"ts": ["2024-01-01"]}, "no column lon")]
)
def test_events_without_time_or_place_are_said(tmp_path: Path, frame: dict, says: str):
    written(tmp_path, by_id=True)
    pd.DataFrame(frame).to_csv(tmp_path / "e.csv", index=False)
    with pytest.raises(PlanError, match=says):
        read_history(tmp_path / "e.csv", read_plan(tmp_path))
