"""Filter to repaint in a real browser: how long from the change until everything in sight has been painted.

Every change of the document is watched. What counts is the frame that painted the last one in sight: numbers, texts, all figures
in the window, the filter itself. What lies below the window's edge does not count, nor does the map's flight to another area
(0.45 s), which a person may turn off (prefers-reduced-motion), as is done here. Over only after 0.3 s in which nothing changed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Page, Request, sync_playwright

from tests.e2e.browser import FLAGS, find

WATCH = """
(() => {
  /* Dash notes in the document that a callback is under way: nothing looks different for it */
  const isHidden = ({ attributeName, addedNodes, removedNodes }) => attributeName === "data-dash-is-loading"
    || [...addedNodes, ...removedNodes].some(({ className }) => className === "_dash-loading-callback");
  const seen = [], frames = [], channel = new MessageChannel(), plain = window.fetch;
  window.bench = { pending: 0, started: 0 };
  window.fetch = async (...all) => {   /* an answer is awaited until the last of its body has come */
    bench.pending += 1; bench.started += 1;
    const over = () => { bench.pending -= 1; };
    try {
      const answer = await plain(...all);
      answer.clone().arrayBuffer().then(over, over);
      return answer;
    } catch (error) { over(); throw error; }
  };
  const watch = () => new MutationObserver((list) => list.filter((one) => !isHidden(one)).forEach(({ target }) => seen.push([target, performance.now()])))
    .observe(document.documentElement, { childList: true, subtree: true, characterData: true, attributes: true });
  if (document.documentElement) { watch(); } else { document.addEventListener("readystatechange", watch, { once: true }); }
  let isOn = false;
  channel.port1.onmessage = () => frames.push(performance.now());   /* what follows a frame's callbacks follows its painting */
  const frame = () => { if (isOn) { channel.port2.postMessage(0); requestAnimationFrame(frame); } };
  const isSeen = (node) => {
    const element = node.nodeType === 1 ? node : node.parentElement;
    if (!element || !element.isConnected || element === document.documentElement || element === document.body) { return false; }
    const box = element.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  };
  bench.change = (key, value) => new Promise((done) => {
    const began = performance.now(), before = bench.started;
    seen.length = 0; frames.length = 0; isOn = true;
    requestAnimationFrame(frame);
    const look = () => {
      const last = seen.length ? seen[seen.length - 1][1] : began;
      if (bench.pending || bench.started === before || performance.now() - last < QUIET_MS) { setTimeout(look, 50); return; }
      isOn = false;
      const changed = seen.filter(([node]) => isSeen(node)).map(([, at]) => at).pop() ?? began;
      done((frames.find((at) => at >= changed) ?? performance.now()) - began);
    };
    zhili.setFilter(key, value);
    setTimeout(look, 50);
  });
})();
""".replace("QUIET_MS", "300")


@dataclass
class Repaints:
    """What a row of filter changes cost: milliseconds each, and bytes each."""

    ms: list[float] = field(default_factory=list)
    bytes: list[int] = field(default_factory=list)


@contextmanager
def browser_page() -> Iterator[Page]:
    """A page of 1920 × 1080 that watches its own requests."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=find(), args=FLAGS)
        page = chromium.new_page(viewport={"width": 1920, "height": 1080}, reduced_motion="reduce")
        page.add_init_script(WATCH)
        yield page
        chromium.close()


def repaints(page: Page, url: str, changes: list[tuple[str, str]], rest: float = 0.0) -> Repaints:
    """Open `url`, then change one filter after another, `rest` seconds after the one before was painted."""
    page.goto(url)
    page.wait_for_function("() => window.bench.started > 3 && window.bench.pending === 0", timeout=120_000)
    page.wait_for_timeout(2000)
    found = Repaints()
    received: list[Request] = []
    page.on("requestfinished", lambda request: received.append(request))
    for key, value in changes:
        page.wait_for_timeout(1000 * rest)
        received.clear()
        found.ms.append(page.evaluate("([key, value]) => bench.change(key, value)", [key, value]))
        found.bytes.append(sum(request.sizes()["responseBodySize"] for request in received))
    return found
