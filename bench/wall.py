"""Does the wall stay quick, light and steady? `python -m bench.wall [--home HOME] [--refreshes N] [--walls N] [--only PARTS]`.

In a temporary home with the demo district, or in a copy of HOME, while a writer adds incidents every few seconds:
- `first_paint`: ms from the address to the first block with its numbers and the drawn map, in a browser that has nothing kept;
  `warm_paint` in one that was there before, `warm_bytes` what it then receives. Aims: < 1,500 ms, < 600 kB.
- `memory_growth`: the page's memory after N refreshes (by default 20,000, a day at one in 4.3 s) in all scenes, against after the
  first tenth, both after a collection; `memory_growth_rss`: that of the whole renderer process after as many, in a browser that nobody
  looks into (whoever does makes it keep what it was sent). Aim: < 5 %.
- `frame_p95`: ms between frames while data change and scenes move on. Aim: < 33.
- `walls_p95`: ms of an answer while 200 walls ask every 5 s each, and `walls_cpu`: the server's share of one core meanwhile.
  Aims: < 300 ms, < 100 %. Against the same page as Dash is usually written (`bench/wall_naive.py`), asked by as many.
"""

import http.client
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated
from urllib.parse import urlparse

import numpy as np
import psutil
import typer
from playwright.sync_api import Page, sync_playwright

from bench.line import say
from bench.process import BenchError, demo_home
from tests.e2e.browser import FLAGS, find
from tests.e2e.conftest import serve

EVERY_SECONDS, CHANGE_SECONDS, MEASURED_SECONDS, PATIENCE_SECONDS = 5.0, 10.0, 60.0, 60.0
SCENES = ("overview", "warnings", "timeliness", "risk", "devices", "dispatch", "town")
DRAWN = "() => { const map = document.querySelector('.stage canvas'), block = document.querySelector('.block .body'); return map && map.width !== 300 && block && block.textContent.trim(); }"
NAIVE = {
    "output": "..numbers.children...days.figure...where.figure...map.figure...late.data..",
    "outputs": [
        {"id": name, "property": kind}
        for name, kind in (
            ("numbers", "children"),
            ("days", "figure"),
            ("where", "figure"),
            ("map", "figure"),
            ("late", "data"),
        )
    ],
    "inputs": [{"id": "tick", "property": "n_intervals", "value": 1}],
    "changedPropIds": ["tick.n_intervals"],
    "state": [],
}


@dataclass
class Asked:
    """What clients saw: milliseconds of each answer, bytes of all, and what went wrong."""

    ms: list[float] = field(default_factory=list)
    bytes: int = 0
    errors: list[str] = field(default_factory=list)


@contextmanager
def changing(home: Path, seconds: float) -> Iterator[None]:
    """Meanwhile data change."""
    environment = {**os.environ, "ZHILI_HOME": str(home)}
    with subprocess.Popen([sys.executable, "-m", "bench.wall_changes", str(seconds)], env=environment) as writer:
        try:
            yield
            if writer.poll() is not None:
                raise BenchError("what was to change the data has ended")
        finally:
            writer.terminate()


@contextmanager
def served(home: Path, name: str) -> Iterator[tuple[psutil.Process, str]]:
    """The web process on the home."""
    process, url = serve(
        home, home.parent / f"{name}.log", "app:ready_server()" if name == "wall" else "bench.wall_naive:server()"
    )
    try:
        yield psutil.Process(process.pid), url
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:  # what was usual has more before it than it can answer
            for one in [*psutil.Process(process.pid).children(recursive=True), process]:
                one.kill()
            process.wait()


def paint(url: str) -> None:
    """Print `first_paint`, `warm_paint` and `warm_bytes`."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find(), args=FLAGS)
        cold, warm, received = [], [], []
        for _ in range(5):
            context = browser.new_context(viewport={"width": 1920, "height": 1080})
            for took in (cold, warm):
                page = context.new_page()
                got: list[int] = []
                session = context.new_cdp_session(page)
                session.send("Network.enable")
                session.on("Network.loadingFinished", lambda event, got=got: got.append(event["encodedDataLength"]))
                page.goto(f"{url}/wall?play=0", wait_until="commit")
                page.wait_for_function(DRAWN)
                took.append(page.evaluate("() => performance.now()"))
                page.wait_for_timeout(500)
                page.close()
            received.append(sum(got))
            context.close()
        browser.close()
    first, again, weight = statistics.median(cold), statistics.median(warm), statistics.median(received)
    say("first_paint", first, "ms", "the 1,500 ms aimed at", first / 1500, len(cold))
    say("warm_paint", again, "ms", "the first visit", again / first, len(warm))
    say("warm_bytes", weight, "bytes", "the 600 kB aimed at", weight / 600_000, len(received))


def soak(home: Path, url: str, refreshes: int) -> None:
    """Print `memory_growth` and `memory_growth_rss`; any error on the page ends it."""
    with sync_playwright() as play, changing(home, CHANGE_SECONDS):
        browser = play.chromium.launch(executable_path=find(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(f"{url}/wall?play=0&refresh=600")
        page.wait_for_function(DRAWN)
        _refreshed(page, refreshes // 10)
        heap, began = [_weight(page)], time.monotonic()
        for _ in range(9):
            _refreshed(page, refreshes // 10)
            heap.append(_weight(page))
        seconds = time.monotonic() - began
        browser.close()
    if errors:
        raise BenchError(f"the wall met an error: {errors[0]}")
    _grown("memory_growth", heap, seconds, refreshes)


def _grown(name: str, weights: list[float], seconds: float, refreshes: int) -> None:
    tenths = " ".join(f"{one / 2**20:.1f}" for one in weights)
    against = f"MiB after each tenth, {seconds:.0f} s in all: {tenths}"
    say(name, 100 * (weights[-1] / weights[0] - 1), "%", against, weights[-1] / weights[0], refreshes)


def unwatched(home: Path, refreshes: int) -> None:
    """Print `memory_growth_rss`: how often the wall has asked is read from the server's own log."""
    log = home.parent / "access.log"
    os.environ["GUNICORN_CMD_ARGS"] = f"--access-logfile {log}"
    with (
        served(home, "wall") as (_, url),
        changing(home, CHANGE_SECONDS),
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
    ):
        address = f"{url}/wall?refresh=0.02&seconds=5&pin=0"
        command = [
            find(),
            *FLAGS,
            "--headless=new",
            "--remote-debugging-port=0",
            f"--user-data-dir={profile}",
            "--window-size=1920,1080",
            address,
        ]
        weights, began = [], time.monotonic()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as browser:
            try:
                for tenth in range(1, 11):
                    while _asked(log) < refreshes * tenth // 10:
                        if browser.poll() is not None:
                            raise BenchError("the browser has ended")
                        time.sleep(1)
                    weights.append(_rss(browser.pid))
            finally:
                for one in psutil.Process(browser.pid).children(recursive=True):
                    one.kill()
                browser.kill()
    _grown("memory_growth_rss", weights, time.monotonic() - began, refreshes)


def _asked(log: Path) -> int:
    return log.read_text(errors="replace").count("GET /wall/data/") if log.exists() else 0


def _refreshed(page: Page, count: int) -> None:
    """So many refreshes, to the next scene after every 40."""
    for _ in range(max(1, count // 40)):
        page.evaluate(
            "async () => { zhiliWall.go(1); for (let n = 0; n < 40; n += 1) { await new Promise((done) => setTimeout(done, 1)); await zhiliWall.refresh(); } }"
        )


def _weight(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    found = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return float(found)


def _rss(browser: int) -> float:
    """Of the largest renderer of a browser."""
    below = [
        one for one in psutil.Process(browser).children(recursive=True) if "--type=renderer" in " ".join(one.cmdline())
    ]
    return float(max(one.memory_info().rss for one in below))


def frames(home: Path, url: str) -> None:
    """Print `frame_p95`: while data change, the wall asks every second and moves on every 5."""
    with sync_playwright() as play, changing(home, CHANGE_SECONDS):
        browser = play.chromium.launch(executable_path=find(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"{url}/wall?refresh=1&seconds=5&pin=0")
        page.wait_for_function(DRAWN)
        page.wait_for_timeout(5000)
        gaps = page.evaluate(
            """(ms) => new Promise((done) => { const gaps = [], began = performance.now(); let last = began;
            const frame = (now) => { gaps.push(now - last); last = now; if (now - began < ms) { requestAnimationFrame(frame); } else { done(gaps); } };
            requestAnimationFrame(frame); })""",
            1000 * MEASURED_SECONDS,
        )
        browser.close()
    p95 = float(np.quantile(gaps[1:], 0.95))
    say(
        "frame_p95",
        p95,
        "ms",
        f"the 33 ms aimed at; p99 {np.quantile(gaps[1:], 0.99):.0f}, longest {max(gaps[1:]):.0f}",
        p95 / 33,
        len(gaps),
    )


def crowd(home: Path, walls: int) -> None:
    """Print `walls_p95` and `walls_cpu`, and the same of the page as Dash is usually written."""
    found = {name: _crowd(home, name, walls) for name in ("wall", "naive")}
    (mine, cpu), (naive, naive_cpu) = found["wall"], found["naive"]
    p95, other = float(np.quantile(mine.ms, 0.95)), float(np.quantile(naive.ms or [1000 * PATIENCE_SECONDS], 0.95))
    if mine.errors:
        raise BenchError(f"{len(mine.errors)} walls met an error: {mine.errors[0]}")
    say(
        "walls_p95",
        p95,
        "ms",
        f"Dash's interval: {other:.0f} ms, {len(naive.ms)} answers, {len(naive.errors)} errors",
        p95 / other,
        len(mine.ms),
    )
    say("walls_cpu", cpu, "% of a core", f"Dash's interval: {naive_cpu:.0f} %", cpu / naive_cpu, walls)
    say(
        "walls_bytes",
        mine.bytes / len(mine.ms),
        "bytes",
        "an answer of Dash's interval",
        mine.bytes / len(mine.ms) / (naive.bytes / len(naive.ms) if naive.ms else float("inf")),
        len(mine.ms),
    )


def _crowd(home: Path, name: str, walls: int) -> tuple[Asked, float]:
    with served(home, name) as (process, url), changing(home, CHANGE_SECONDS):
        asked, until = Asked(), time.monotonic() + EVERY_SECONDS + MEASURED_SECONDS
        threads = [threading.Thread(target=_client, args=(url, name, number, until, asked)) for number in range(walls)]
        for thread in threads:
            thread.start()
        time.sleep(EVERY_SECONDS)
        before = _cpu(process)
        time.sleep(MEASURED_SECONDS - 1)
        cpu = 100 * (_cpu(process) - before) / (MEASURED_SECONDS - 1)
        for thread in threads:
            thread.join()
    return asked, cpu


def _cpu(process: psutil.Process) -> float:
    """Seconds of the process and of what is below it."""
    return sum(sum(one.cpu_times()[:2]) for one in [process, *process.children(recursive=True)])


def _client(url: str, name: str, number: int, until: float, asked: Asked) -> None:
    """One screen: asks every 5 s, from a moment of its own on; a wall says what it has."""
    place, tag, first = urlparse(url), "", time.monotonic() + EVERY_SECONDS
    time.sleep(random.Random(number).uniform(0, EVERY_SECONDS))
    while time.monotonic() < until:
        began = time.monotonic()
        connection = http.client.HTTPConnection(
            place.hostname, place.port, timeout=60
        )  # the server lets go of a silent one after 2 s
        try:
            if name == "wall":
                headers = {"If-None-Match": tag, "Accept-Encoding": "gzip"}
                connection.request("GET", f"/wall/data/{SCENES[number % len(SCENES)]}?lang=zh&area=", headers=headers)
            else:
                connection.request(
                    "POST",
                    "/_dash-update-component",
                    json.dumps(NAIVE),
                    {"Content-Type": "application/json", "Accept-Encoding": "gzip"},
                )
            answer = connection.getresponse()
            body = answer.read()
            tag = answer.headers.get("ETag", "")
            if answer.status not in (200, 304):
                asked.errors.append(f"HTTP {answer.status}: {body[:200]!r}")
        except (OSError, http.client.HTTPException) as error:
            asked.errors.append(repr(error))
        else:
            if began > first:
                asked.ms.append(1000 * (time.monotonic() - began))
                asked.bytes += len(body)
        finally:
            connection.close()
        time.sleep(max(0.0, EVERY_SECONDS - (time.monotonic() - began)))


def main(
    home: Annotated[Path | None, typer.Option(help="a home to measure a copy of; none: the demo district")] = None,
    refreshes: Annotated[int, typer.Option(help="refreshes of memory_growth")] = 20_000,
    walls: Annotated[int, typer.Option(help="walls at once")] = 200,
    only: Annotated[str, typer.Option(help="parts, with commas: paint, soak, frames, crowd; none: all")] = "",
) -> None:
    """Measure and print one line of JSON for each figure."""
    wanted = only.split(",") if only else ["paint", "crowd", "frames", "soak"]
    with tempfile.TemporaryDirectory(prefix="zhili-bench-", ignore_cleanup_errors=True) as name:
        place = demo_home(Path(name), home)
        os.environ["ZHILI_HOME"] = str(place)
        if "crowd" in wanted:
            crowd(place, walls)
        with served(place, "wall") as (_, url):
            for part, measure in (
                ("paint", lambda: paint(url)),
                ("frames", lambda: frames(place, url)),
                ("soak", lambda: soak(place, url, refreshes)),
            ):
                if part in wanted:
                    measure()
        if "soak" in wanted:
            unwatched(place, refreshes)


if __name__ == "__main__":
    typer.run(main)
