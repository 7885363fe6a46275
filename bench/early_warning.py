"""How well does early warning find what is known to be there? `python -m bench.early_warning FOLDER [--only weekly]`.

FOLDER holds benchmark folders `weekly`, `daily` and `spacetime` (series or counts by grid with planted outbreaks and their
truth) and the scorers `score_temporal.py` and `score_spacetime.py`. The command `score` is run as anybody would run it, its
alarms are scored, and each figure is printed beside the best reference method's and the oracle's, measured on the same data:
Farrington flexible as in R surveillance 1.20.3 (weekly), a tail probability with the true mean known (daily), a GLR scan over
circles (space–time). The ratio is to the target that was set.
"""

import importlib.util
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Annotated

import numpy as np
import pandas as pd
import typer

from bench.line import say

PARTS = ("weekly", "daily", "spacetime")


@dataclass(frozen=True)
class Reference:
    """What to hold a figure against: the best reference method's, the oracle's that knows the truth, and the target."""

    method: float
    oracle: float
    target: float


REFERENCES = {
    "weekly_fpr1_pod": Reference(0.491, 0.628, 0.52),
    "weekly_fpr1_f1": Reference(0.337, 0.610, 0.42),
    "weekly_fpr2.5_pod": Reference(0.653, 0.707, 0.67),
    "weekly_fpr2.5_f1": Reference(0.378, 0.609, 0.46),
    "weekly_auc": Reference(0.810, 0.929, 0.85),
    "daily_phe_pod": Reference(0.969, 0.974, 0.93),
    "daily_phe_pod3": Reference(0.909, 0.901, 0.85),
    "daily_phe_f1": Reference(0.434, 0.816, 0.60),
    "daily_gov_pod": Reference(0.771, 0.806, 0.68),
    "daily_gov_pod3": Reference(0.580, 0.561, 0.48),
    "daily_gov_f1": Reference(0.235, 0.610, 0.40),
    "spacetime_week_power": Reference(0.600, 0.800, 0.70),
    "spacetime_week_delay": Reference(5.0, 4.0, 4.0),
    "spacetime_week_jaccard": Reference(0.841, 0.855, 0.80),
    "spacetime_month_power": Reference(0.455, 0.655, 0.52),
}
LOWER_IS_BETTER = ("spacetime_week_delay",)
SECONDS_A_SERIES = 0.005


def _scorer(folder: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    if spec is None or spec.loader is None or not (folder / f"{name}.py").is_file():
        raise typer.BadParameter(
            f"{folder}: no {name}.py. Give the folder that holds the benchmarks and their scorers."
        )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _alarms(data: Path) -> tuple[pd.DataFrame, float]:
    """The alarms that the command writes for a folder, and the seconds it took from start to end."""
    with tempfile.TemporaryDirectory() as home:
        out = Path(home) / "alarms.parquet"
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "analytics.early_warning", "score", str(data), "--out", str(out)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return pd.read_parquet(out), time.perf_counter() - start


def _say(name: str, value: float, n: int, unit: str = "share") -> None:
    known = REFERENCES[name]
    against = f"reference {known.method:g}, oracle {known.oracle:g}, target {known.target:g}"
    ratio = known.target / value if name in LOWER_IS_BETTER else value / known.target
    say(name, value, unit, against, ratio, n)


def weekly(folder: Path) -> None:
    """Weekly series: one threshold for all, set on those without an outbreak."""
    scorer = _scorer(folder, "score_temporal")
    bench = scorer.load(folder / "weekly")
    alarms, seconds = _alarms(folder / "weekly")
    _, scores, _, _ = scorer.grid(bench, alarms)
    for share, label in ((0.01, "1"), (0.025, "2.5")):
        measured = scorer.metrics(bench, scorer.at_fpr(bench, scores, share)[0])
        for figure in ("pod", "f1"):
            _say(f"weekly_fpr{label}_{figure}", measured[figure.upper()], measured["outbreaks"])
    _say("weekly_auc", float(scorer.auc(bench, scores)), int(np.size(scores)))
    each = seconds / len(bench["ids"])
    say(
        "weekly_seconds", each, "s a series", f"target {SECONDS_A_SERIES:g}", each / SECONDS_A_SERIES, len(bench["ids"])
    )


def daily(folder: Path) -> None:
    """Daily series, at one threshold of 1 % false alarms, by block."""
    scorer = _scorer(folder, "score_temporal")
    bench = scorer.load(folder / "daily")
    alarms, _ = _alarms(folder / "daily")
    _, scores, _, _ = scorer.grid(bench, alarms)
    told, _ = scorer.at_fpr(bench, scores, 0.01)
    blocks = bench["meta"].set_index("series_id").loc[bench["ids"], "block"].to_numpy()
    for block in ("phe", "gov"):
        measured = scorer.metrics(bench, told, blocks == block)
        for figure in ("POD", "POD3", "F1"):
            _say(f"daily_{block}_{figure.lower()}", measured[figure], measured["outbreaks"])


def spacetime(folder: Path) -> None:
    """Counts by grid: how many clusters are found, how soon, and how well their place is named."""
    scorer = _scorer(folder, "score_spacetime")
    alarms, _ = _alarms(folder / "spacetime")
    found = scorer.evaluate(folder / "spacetime", alarms, verbose=False)
    week, month = found[1.0], found[0.25]
    _say("spacetime_week_power", float(week["power"]), week["n"])
    _say("spacetime_week_delay", float(week["delay_med"]), week["n"], "days")
    _say("spacetime_week_jaccard", float(week["j_best"]), week["n"])
    _say("spacetime_month_power", float(month["power"]), month["n"])


def main(
    folder: Annotated[Path, typer.Argument(help="folder with weekly, daily, spacetime and the scorers", exists=True)],
    only: Annotated[str, typer.Option(help=f"one of {', '.join(PARTS)}")] = "",
) -> None:
    """Measure and print one line each."""
    if only and only not in PARTS:
        raise typer.BadParameter(f"--only: {only!r} is none of {', '.join(PARTS)}.")
    for part in (only,) if only else PARTS:
        {"weekly": weekly, "daily": daily, "spacetime": spacetime}[part](folder)


if __name__ == "__main__":
    typer.run(main)
