"""Is `/risk` quick? `python -m bench.risk_page [--home HOME] [--maps N]`.

In a temporary home with the demo district, or a copy of HOME:
- `refit`, `score`: seconds until the models of all grids are fitted anew, and until fitted ones have foretold; 7 days ahead, all
  incidents. Aims: < 60 s, < 2 s.
- `repaint`: ms from another category or horizon until its map has been painted, in a browser, none asked twice; at least `--maps`
  maps are made first. Aim: < 100 ms.
- `frames_<surface>`: frames a second while the past 52 weeks play, and the 95th percentile between two. Aim: at least 30.
"""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from playwright.sync_api import Page, sync_playwright

from bench.line import say
from bench.process import BenchError, demo_home, python
from tests.e2e.browser import FLAGS, find
from tests.e2e.conftest import serve

HORIZON, PLAYED_MS = 7, 52 * 420
CHANGE = """([css, value]) => new Promise((done) => {
  const title = document.querySelector('#risk-map-title'), head = document.querySelector('#risk-headline'), before = head.textContent + title.textContent, channel = new MessageChannel(), began = performance.now();
  channel.port1.onmessage = () => done(performance.now() - began);   /* what follows a frame's callbacks follows its painting */
  const look = new MutationObserver(() => { if (head.textContent + title.textContent !== before) { look.disconnect(); requestAnimationFrame(() => channel.port2.postMessage(0)); } });
  [head, title].forEach((one) => look.observe(one, { childList: true, characterData: true, subtree: true }));
  const control = document.querySelector(css);
  if (control.tagName === 'SELECT') { control.value = value; control.dispatchEvent(new Event('change', { bubbles: true })); } else { control.click(); }
  setTimeout(() => done(-1), 20000);
})"""
FRAMES = """(ms) => new Promise((done) => {
  const gaps = []; let last = performance.now(), first = last;
  document.querySelector('#risk-play').click();
  const beat = (now) => { gaps.push(now - last); last = now; if (now - first < ms) { requestAnimationFrame(beat); } else { done(gaps); } };
  requestAnimationFrame(beat);
})"""


def models(home: Path) -> None:
    """Print `refit` and `score`."""
    from analytics.answers import newest_snapshot
    from analytics.risk.forecast import forecast
    from analytics.risk.reported import reported

    history = reported(newest_snapshot())
    began = time.perf_counter()
    fitted = forecast(history, HORIZON)
    refit = time.perf_counter() - began
    again = [_seconds(lambda: fitted.expected(history)) for _ in range(5)]
    n = len(history.cells)
    say("refit", refit, "s", f"the 60 s aimed at; {len(history)} days, {int(history.summed[-1].sum())} incidents", refit / 60, n)  # fmt: skip
    say("score", float(np.median(again)), "s", "the 2 s aimed at", float(np.median(again)) / 2, n)


def _seconds(does: Callable[[], object]) -> float:
    began = time.perf_counter()
    does()
    return time.perf_counter() - began


def repaint(page: Page, url: str) -> None:
    """Print `repaint`: every category and horizon that has a map."""
    page.goto(f"{url}/risk")
    page.wait_for_function("() => document.querySelector('#risk-first canvas')?.width > 300 && document.querySelector('#risk-category select')?.options.length > 1")  # fmt: skip
    page.wait_for_timeout(2000)
    from analytics.risk.kept import categories_kept, kept_at

    found = []
    for horizon in (7, 1, 30):
        names = [name for name in categories_kept() if kept_at(name, horizon)]
        steps = [(f"[data-choice=horizon][data-value='{horizon}']", "")] if horizon != HORIZON else []
        for css, value in [*steps, *[("#risk-category select", name) for name in names]]:
            found.append(page.evaluate(CHANGE, [css, value]))
            page.wait_for_timeout(400)
        page.evaluate(CHANGE, ["#risk-category select", ""])
        page.wait_for_timeout(400)
    if min(found) < 0:
        raise BenchError("a map was not painted within 20 s")
    p50, p95 = float(np.median(found)), float(np.quantile(found, 0.95))
    say("repaint", p95, "ms", f"the 100 ms aimed at; median {p50:.0f}, longest {max(found):.0f}", p95 / 100, len(found))


def frames(page: Page, url: str, surface: str) -> None:
    """Print the frames of one surface."""
    page.goto(f"{url}/risk?surface={surface}")
    page.wait_for_function("() => document.querySelector('#risk-first canvas')?.width > 300")
    page.click(f"[data-choice=surface][data-value={surface}]")
    page.wait_for_timeout(2000)
    gaps = page.evaluate(FRAMES, PLAYED_MS)[1:]
    rate = 1000 * len(gaps) / sum(gaps)
    say(f"frames_{surface}", rate, "a second", f"the 30 aimed at; between two p95 {np.quantile(gaps, 0.95):.0f} ms, longest {max(gaps):.0f} ms", rate / 30, len(gaps))  # fmt: skip


def _with_maps(home: Path, maps: int) -> Path:
    while len(list((home / "risk").glob("*.npz"))) < maps:
        python("-c", "from clock.risk import make_next; print(make_next())", home=home)
    return home


def main(
    home: Annotated[Path | None, typer.Option(help="a home to measure a copy of; none: the demo district")] = None,
    maps: Annotated[int, typer.Option(help="so many risk maps are there before the page is measured")] = 9,
) -> None:
    """Measure and print one line of JSON for each figure."""
    with tempfile.TemporaryDirectory(prefix="zhili-bench-", ignore_cleanup_errors=True) as name:
        place = _with_maps(demo_home(Path(name), home), maps)
        os.environ["ZHILI_HOME"] = str(place)
        models(place)
        process, url = serve(place, Path(name) / "web.log")
        try:
            with sync_playwright() as play:
                browser = play.chromium.launch(executable_path=find(), args=FLAGS)
                page = browser.new_page(viewport={"width": 1920, "height": 1080})
                repaint(page, url)
                for surface in ("cells", "heat"):
                    frames(page, url, surface)
                browser.close()
        finally:
            process.terminate()
            process.wait(timeout=30)


if __name__ == "__main__":
    typer.run(main)
