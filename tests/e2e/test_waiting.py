"""What takes long says so, leaves everything else quick, and stops when somebody says so."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import serve


@pytest.fixture(scope="module")
def endless(web_home: Path, tmp_path_factory: pytest.TempPathFactory):
    log = tmp_path_factory.mktemp("log") / "web.log"
    process, url = serve(web_home, log, "tests.e2e.endless:build_server()", ZHILI_QUESTION_SECONDS="300")
    yield url, process.pid
    process.terminate()
    process.wait(timeout=20)


def test_a_question_without_end_is_shown_leaves_others_quick_and_is_stopped(page: Page, endless: tuple[str, int]):
    page.goto(f"{endless[0]}/?area=370116001&period=30d")
    bar, panel = page.locator("#shell-waiting"), page.locator("#overview-trend-figure")
    expect(bar).to_be_visible()
    expect(page.locator("#overview-incidents-value")).not_to_have_text("")  # the numbers beside it have come
    with urllib.request.urlopen(f"{endless[0]}/api/metrics/incident_count?period=all", timeout=20) as answer:
        assert json.load(answer)["rows"], "others are answered meanwhile"
    page.locator("#shell-stop").click()
    expect(panel).to_contain_text("已按您的要求停止")
    expect(bar).to_be_hidden()
    page.evaluate("zhili.setFilter('area', null)")  # whoever asks anew is answered
    expect(page.locator("#overview-areas-figure .plot-mark").first).to_be_visible()


def test_a_quick_page_says_nothing_of_waiting(page: Page, site_url: str):
    page.goto(f"{site_url}/?period=7d")
    expect(page.locator("#overview-incidents-value")).not_to_have_text("")
    expect(page.locator("#shell-waiting")).to_be_hidden()


def test_a_page_that_is_left_waits_for_nothing(page: Page, endless: tuple[str, int]):
    page.goto(f"{endless[0]}/?area=370116101&period=30d")
    expect(page.locator("#shell-waiting")).to_be_visible()
    assert _comes(lambda: _busy(endless[1]) > 0.5)
    page.goto(f"{endless[0]}/data")
    expect(page.locator("#data-headline")).not_to_have_text("")
    assert _comes(lambda: _busy(endless[1]) < 0.3), "DuckDB goes on for nobody"


def _comes(is_so: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not (found := is_so()) and time.monotonic() < deadline:
        pass
    return found


def _busy(pid: int) -> float:
    """Processors that the web process keeps busy over half a second."""
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    used = [sum(process.cpu_times()[:2]) for process in processes]
    time.sleep(0.5)
    return sum(sum(p.cpu_times()[:2]) - before for p, before in zip(processes, used, strict=True)) / 0.5


def test_only_who_names_a_tab_stops_anything(site_url: str):
    for body, kind in ((b"{}", "application/json"), (b'{"tab": "x"}', "text/plain"), (b"no", "application/json")):
        request = urllib.request.Request(f"{site_url}/api/questions/stop", body, {"Content-Type": kind})
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(request, timeout=10)
