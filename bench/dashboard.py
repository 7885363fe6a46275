"""How long from a filter change to the new picture? `python -m bench.dashboard [--incidents N] [--more N] [--pages /,/map]`.

- `<page> p50_90d`, `p95_90d`, `p95_all`: milliseconds from the change until all that is in sight has been painted
  (`dashboard_browser.py` says how it is seen), in Chromium, no change asked twice (towns, then categories, one on top of the other); against plain DuckDB: the page's
  questions written by hand (`dashboard_questions.py`) over one native table, two threads, everything in memory.
  People look at a picture before they turn on: `--rest` seconds here, in which the server answers ahead what may be asked next.
- `<page> unready p50_90d` and so on: the same where nothing is answered ahead (setting `answer_ahead` off) and nobody rests.
- `<page> overhead`: the median of these, where every change asks the warehouse, against plain DuckDB's. Aim: < 2. `<page> bytes`: bytes a change receives.
- `pandas_90d`, `pandas_all`: the overview's questions over a frame in memory, against the overview's repaint.
- `<page> growth` (with --more): p95_90d at --more incidents against that at --incidents. The district stays as busy and its
  archive is longer: 10 million are two years. Aim: < 1.5.
- `clients_p95`: milliseconds of one answer while 50 clients change filters at once, each for a community of its own, which nobody has
  asked for before and nothing was answered ahead. Aim: < 500, no error.
"""

import json
import os
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from bench.dashboard_browser import Repaints, browser_page, repaints
from bench.dashboard_data import fill
from bench.dashboard_plain import Plain
from bench.line import say
from bench.process import BenchError
from tests.e2e.conftest import serve

TOWNS = [f"370116{n:03d}" for n in (1, 2, 3, 4, 5, 6, 7, 8)]
Request = tuple[str, str]
"""Path and body of what the browser asked."""
CLIENTS, ROUNDS = 50, 4
DAYS_OF_TEN_MILLION = 730


def changes_of(home: Path) -> list[tuple[str, str]]:
    """Towns, then categories of the last town: no view twice."""
    from warehouse.connect import connect

    rows = (
        connect(read_only=True)
        .execute("select distinct split_part(category, '/', 1) from incident order by 1")
        .fetchall()
    )
    return [("area", town) for town in TOWNS] + [("category", name) for (name,) in rows[:12]]


def measure(home: Path, url: str, pages: list[str], rows: int) -> tuple[dict[str, float], list[Request]]:
    """Print each page's lines; returns p95_90d by page, and what the browser asked."""
    found, asked = {}, []
    changes, plain = changes_of(home), Plain(home)
    with browser_page() as page:
        for path in pages:
            for window in ("90d", "all"):
                seen = repaints(page, f"{url}{path}?period={window}", changes)
                found[path, window] = _say(path, window, seen, plain.milliseconds(path, window, changes), rows)
                asked += seen.asked if window == "90d" else []
                if path == "/":
                    by_hand, shown = plain.pandas_milliseconds(window, changes[:6]), float(np.median(seen.ms))
                    ms = float(np.median(by_hand))
                    say(f"pandas_{window}", ms, "ms", "the overview's repaint, median", ms / shown, rows)
    return {path: p95 for (path, window), p95 in found.items() if window == "90d"}, asked


def _say(path: str, window: str, seen: Repaints, plain: list[float], rows: int) -> float:
    name, base = path.strip("/") or "overview", float(np.median(plain))
    p50, p95 = float(np.median(seen.ms)), float(np.quantile(seen.ms, 0.95))
    if window == "90d":
        say(f"{name} p50_90d", p50, "ms", "plain DuckDB, the same questions", p50 / base, rows)
        say(f"{name} overhead", p50, "ms", f"plain DuckDB, the same questions: {base:.0f} ms", p50 / base, rows)
        say(f"{name} bytes", float(np.median(seen.bytes)), "bytes", "a change", 1.0, rows)
    say(f"{name} p95_{window}", p95, "ms", f"plain DuckDB, the same questions: {base:.0f} ms", p95 / base, rows)
    return p95


def crowd(url: str, asked: list[Request], rows: int) -> None:
    """Print `clients_p95`: 50 clients send what the browser sent, each for areas of its own."""
    requests = asked[:: max(1, len(asked) // 40)]

    def one(client: int) -> list[float]:
        took = []
        for turn in range(ROUNDS):
            path, body = requests[(client * ROUNDS + turn) % len(requests)]
            request = urllib.request.Request(
                url + path, _moved(body, client).encode(), {"Content-Type": "application/json"}
            )
            began = time.perf_counter()
            with urllib.request.urlopen(request, timeout=60) as answer:
                answer.read()
            took.append(1000 * (time.perf_counter() - began))
        return took

    with ThreadPoolExecutor(CLIENTS) as clients:
        took = [ms for part in clients.map(one, range(CLIENTS)) for ms in part]
    p95 = float(np.quantile(took, 0.95))
    say("clients_p95", p95, "ms", "the 500 ms aimed at", p95 / 500, rows)


def _moved(body: str, client: int) -> str:
    """The same request for another community, so that not all ask the same."""
    asked = json.loads(body)
    asked["filters"]["area"] = f"370116001{1 + client % 42:03d}"
    asked["filters"].pop("category", None)
    asked["values"] = {name: value for name, value in asked["values"].items() if not name.endswith("-key")}
    return json.dumps(asked)


def main(
    incidents: Annotated[int, typer.Option(help="incidents in the warehouse")] = 10_000_000,
    keep: Annotated[
        Path | None,
        typer.Option(help="folder of the first warehouse, filled if empty and kept; a temporary one if none is named"),
    ] = None,
    more: Annotated[int, typer.Option(help="incidents of a second, larger warehouse; 0 leaves it out")] = 0,
    pages: Annotated[str, typer.Option(help="pages, separated by commas")] = "/,/map,/timeliness,/explore",
) -> None:
    """Measure in a temporary home and print one line of JSON for each figure."""
    with tempfile.TemporaryDirectory(prefix="zhili-bench-") as name:
        first = _at((keep or Path(name)) / "home", incidents, pages.split(","))
        if more:
            second = _at(Path(name) / "more" / "home", more, pages.split(","))
            for path, p95 in second.items():
                say(
                    f"{path.strip('/') or 'overview'} growth",
                    p95,
                    "ms",
                    "p95_90d of the smaller one",
                    p95 / first[path],
                    more,
                )


def _at(home: Path, rows: int, pages: list[str]) -> dict[str, float]:
    home.parent.mkdir(parents=True, exist_ok=True)
    if not (home / "lake").exists():
        fill(home, rows, max(DAYS_OF_TEN_MILLION, round(DAYS_OF_TEN_MILLION * rows / 10_000_000)))
    os.environ["ZHILI_HOME"] = str(home)
    process, url = serve(home, home.parent / "web.log")
    try:
        found, asked = measure(home, url, pages, rows)
        crowd(url, asked, rows)
    finally:
        process.terminate()
        process.wait(timeout=20)
    if "Traceback" in (home.parent / "web.log").read_text():
        raise BenchError("The web process met an error; its log says which.")
    return found


if __name__ == "__main__":
    typer.run(main)
