"""How long from a filter change to the new picture? `python -m bench.dashboard [--incidents N] [--more N] [--pages /,/map]`.

- `<page> p50_90d`, `p95_90d`, `p95_all`: milliseconds from the change until all that is in sight has been painted
  (`dashboard_browser.py` says how it is seen), in Chromium, no change asked twice (towns, then categories, one on top of the other).
  People look at a picture before they turn on: `--rest` seconds here, in which the server answers ahead what may be asked next. It is
  the server some minutes after a load: each page has been opened before, and what it makes ready by itself is ready.
- `<page> unready p50_90d` and so on: the same where nothing is answered ahead (setting `answer_ahead` off) and nobody rests, so that
  every change asks the warehouse; against plain DuckDB: the page's questions written by hand (`dashboard_questions.py`) over one native
  table, two threads, everything in memory.
- `<page> overhead`: that median against plain DuckDB's. Aim: < 2. `<page> bytes`: bytes a change receives.
- `pandas_90d`, `pandas_all`: the overview's questions over a frame in memory, against the overview's unready repaint.
- `<page> growth` (with --more): p95_90d at --more incidents against that at --incidents. The district stays as busy and its
  archive is longer: 10 million are two years. Aim: < 1.5.
- `clients_p95`: milliseconds of one answer where 50 people, each of whom has looked at a page of a town, all turn to another category or
  town in the same moment, and rest, four times. Aim: < 500, no error. `clients unready_p95`: the same where nothing is answered ahead and nobody rests.
"""

import json
import os
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
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
LOOK = {"period": "90d", "lang": "zh", "theme": "light", "scale": 1.125}
AIMS = {"90d": 100, "all": 250}
CLIENTS, ROUNDS = 50, 4
SETTLES_AT_MOST = 120
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


def measure(home: Path, url: str, pages: list[str], rows: int, rest: float) -> dict[str, float]:
    """Print each page's lines as people meet them; returns p95_90d by page."""
    found, changes = {}, changes_of(home)
    with browser_page() as page:
        for path in pages:
            for window in AIMS:
                seen = repaints(page, f"{url}{path}?period={window}", changes, rest)
                p95 = _say(path, window, "", seen, f"{AIMS[window]} ms aimed at", AIMS[window], rows)
                if window == "90d":
                    found[path] = p95
                    say(f"{_name(path)} bytes", float(np.median(seen.bytes)), "bytes", "a change", 1.0, rows)
    return found


def measure_unready(home: Path, url: str, pages: list[str], rows: int) -> None:
    """Print each page's lines where every change asks the warehouse, against plain DuckDB and a frame."""
    changes, plain = changes_of(home), Plain(home)
    with browser_page() as page:
        for path in pages:
            for window in AIMS:
                seen = repaints(page, f"{url}{path}?period={window}", changes)
                base, p50 = float(np.median(plain.milliseconds(path, window, changes))), float(np.median(seen.ms))
                against = f"plain DuckDB, the same questions: {base:.0f} ms"
                _say(path, window, "unready ", seen, against, base, rows)
                if window == "90d":
                    say(f"{_name(path)} overhead", p50, "ms", against, p50 / base, rows)
                if path == "/":
                    ms = float(np.median(plain.pandas_milliseconds(window, changes[:6])))
                    say(f"pandas_{window}", ms, "ms", "the overview's unready repaint, median", ms / p50, rows)


def _name(path: str) -> str:
    return path.strip("/") or "overview"


def _say(path: str, window: str, how: str, seen: Repaints, against: str, base: float, rows: int) -> float:
    p50, p95 = float(np.median(seen.ms)), float(np.quantile(seen.ms, 0.95))
    if window == "90d":
        say(f"{_name(path)} {how}p50_90d", p50, "ms", against, p50 / base, rows)
    say(f"{_name(path)} {how}p95_{window}", p95, "ms", against, p95 / base, rows)
    return p95


def crowd(home: Path, url: str, rows: int, rest: float, name: str) -> None:
    """Print `name`: 50 people at 4 pages, each of one of 8 towns, turn to another category or town, all in the same moment."""
    changes = [dict([change]) for change in changes_of(home)]
    towns, categories = [one for one in changes if "area" in one], [one for one in changes if "category" in one]
    together = threading.Barrier(CLIENTS)

    def one(client: int) -> list[float]:
        page = ("overview", "map", "timeliness", "explore")[client % 4]
        filters = LOOK | {"tab": f"client-{client}"} | towns[client % len(towns)]
        _ask(url, page, filters)
        took = []
        for turn in range(ROUNDS):
            together.wait()
            time.sleep(rest)
            several = towns if turn == 2 else categories
            filters |= several[(client // 4 + turn) % len(several)]
            together.wait()
            took.append(_ask(url, page, filters))
        return took

    with ThreadPoolExecutor(CLIENTS) as clients:
        took = [ms for part in clients.map(one, range(CLIENTS)) for ms in part]
    p95 = float(np.quantile(took, 0.95))
    say(name, p95, "ms", "the 500 ms aimed at", p95 / 500, rows)


def _ask(url: str, page: str, filters: dict) -> float:
    """Milliseconds until the whole answer has come; an error of the server's ends the bench."""
    body = json.dumps({"filters": filters, "values": {}, "changed": None}).encode()
    headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
    began = time.perf_counter()
    with urllib.request.urlopen(urllib.request.Request(f"{url}/answers/{page}", body, headers), timeout=60) as answer:
        answer.read()
    return 1000 * (time.perf_counter() - began)


def main(
    incidents: Annotated[int, typer.Option(help="incidents in the warehouse")] = 10_000_000,
    keep: Annotated[
        Path | None,
        typer.Option(help="folder of the warehouses, filled if empty and kept; a temporary one if none is named"),
    ] = None,
    more: Annotated[int, typer.Option(help="incidents of a second, larger warehouse; 0 leaves it out")] = 0,
    pages: Annotated[str, typer.Option(help="pages, separated by commas")] = "/,/map,/timeliness,/explore",
    rest: Annotated[float, typer.Option(help="seconds a person looks before turning on")] = 2.0,
) -> None:
    """Measure in a temporary home and print one line of JSON for each figure."""
    with tempfile.TemporaryDirectory(prefix="zhili-bench-") as name:
        first = _at((keep or Path(name)) / "home", incidents, pages.split(","), rest)
        if more:
            second = _at((keep or Path(name)) / "more" / "home", more, pages.split(","), rest)
            for path, p95 in second.items():
                say(
                    f"{_name(path)} growth",
                    p95,
                    "ms",
                    "p95_90d of the smaller one",
                    p95 / first[path],
                    more,
                )


def _at(home: Path, rows: int, pages: list[str], rest: float) -> dict[str, float]:
    home.parent.mkdir(parents=True, exist_ok=True)
    if not (home / "lake").exists():
        fill(home, rows, max(DAYS_OF_TEN_MILLION, round(DAYS_OF_TEN_MILLION * rows / 10_000_000)))
    os.environ["ZHILI_HOME"] = str(home)
    with _served(home, "true") as (url, pid):
        _open_and_wait(url, pid, pages)
        found = measure(home, url, pages, rows, rest)
        crowd(home, url, rows, rest, "clients_p95")
    with _served(home, "false") as (url, _):
        measure_unready(home, url, pages, rows)
        crowd(home, url, rows, 0.0, "clients unready_p95")
    return found


def _open_and_wait(url: str, pid: int, pages: list[str]) -> None:
    """Open every page, and wait until the server has nothing left to make ready."""
    for path in pages:
        for window in AIMS:
            with browser_page() as page:
                repaints(page, f"{url}{path}?period={window}", [])
    for _ in range(SETTLES_AT_MOST):
        before = _processor_seconds(pid)
        time.sleep(5)
        if _processor_seconds(pid) - before < 0.5:
            return
    raise BenchError(f"The server was still making answers ready after {5 * SETTLES_AT_MOST} seconds.")


def _processor_seconds(pid: int) -> float:
    """Of a process and its children."""
    total = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parts = (folder / "stat").read_text().rpartition(")")[2].split()
            if pid in (int(folder.name), int(parts[1])):
                total += (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
    return total


@contextmanager
def _served(home: Path, ahead: str) -> Iterator[tuple[str, int]]:
    log = home.parent / "web.log"
    process, url = serve(home, log, ZHILI_ANSWER_AHEAD=ahead)
    try:
        yield url, process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)
    if "Traceback" in log.read_text():
        raise BenchError("The web process met an error; its log says which.")


if __name__ == "__main__":
    typer.run(main)
