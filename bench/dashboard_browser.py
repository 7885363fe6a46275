"""Filter to repaint in a real browser: how long from the change until nothing is under way and the picture stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Page, Request, sync_playwright

from tests.e2e.browser import FLAGS, find

WATCH = """
window.bench = { pending: 0, started: 0 };
const plain = window.fetch;
window.fetch = async (...all) => {
  bench.pending += 1; bench.started += 1;
  try { return await plain(...all); } finally { setTimeout(() => { bench.pending -= 1; }, 0); }
};
bench.change = (key, value) => new Promise((done) => {
  const began = performance.now(), before = bench.started;
  let still = 0, since = 0;
  const look = () => {
    const idle = bench.pending === 0 && bench.started > before;
    if (idle && still === 0) { since = performance.now(); }
    still = idle ? still + 1 : 0;
    if (still === 3) { done(since - began); } else { requestAnimationFrame(look); }
  };
  zhili.setFilter(key, value);
  requestAnimationFrame(look);
});
"""


@dataclass
class Repaints:
    """What a row of filter changes cost: milliseconds each, bytes each, and what was asked of the server."""

    ms: list[float] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@contextmanager
def browser_page() -> Iterator[Page]:
    """A page of 1920 × 1080 that watches its own requests."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=find(), args=FLAGS)
        page = chromium.new_page(viewport={"width": 1920, "height": 1080})
        page.add_init_script(WATCH)
        yield page
        chromium.close()


def repaints(page: Page, url: str, changes: list[tuple[str, str]]) -> Repaints:
    """Open `url`, then change one filter after another."""
    page.goto(url)
    page.wait_for_function("() => window.bench.started > 3 && window.bench.pending === 0", timeout=120_000)
    page.wait_for_timeout(2000)
    found = Repaints()
    received: list[Request] = []
    page.on("requestfinished", lambda request: received.append(request))
    page.on("request", lambda r: found.asked.append(r.post_data or "") if "_dash-update-component" in r.url else None)
    for key, value in changes:
        received.clear()
        found.ms.append(page.evaluate("([key, value]) => bench.change(key, value)", [key, value]))
        found.bytes.append(sum(request.sizes()["responseBodySize"] for request in received))
    return found
