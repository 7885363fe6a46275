"""What takes long says so, leaves everything else quick, and stops when somebody says so."""

import json
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import serve


@pytest.fixture(scope="module")
def endless_url(web_home: Path, tmp_path_factory: pytest.TempPathFactory):
    log = tmp_path_factory.mktemp("log") / "web.log"
    process, url = serve(web_home, log, "tests.e2e.endless:build_server()", ZHILI_QUESTION_SECONDS="300")
    yield url
    process.terminate()
    process.wait(timeout=20)


def test_a_question_without_end_is_shown_leaves_others_quick_and_is_stopped(page: Page, endless_url: str):
    page.goto(f"{endless_url}/?area=370116001&period=30d")
    bar, panel = page.locator("#shell-waiting"), page.locator("#overview-trend-figure")
    expect(bar).to_be_visible()
    expect(page.locator("#overview-incidents-value")).not_to_have_text("")  # the numbers beside it have come
    with urllib.request.urlopen(f"{endless_url}/api/metrics/incident_count?period=all", timeout=20) as answer:
        assert json.load(answer)["rows"], "others are answered meanwhile"
    page.locator("#shell-stop").click()
    expect(panel).to_contain_text("已按您的要求停止")
    expect(bar).to_be_hidden()
    expect(page.locator("#overview-areas-figure .barlayer")).to_be_visible()  # the other panels of the page stand


def test_a_quick_page_says_nothing_of_waiting(page: Page, site_url: str):
    page.goto(f"{site_url}/?period=7d")
    expect(page.locator("#overview-incidents-value")).not_to_have_text("")
    expect(page.locator("#shell-waiting")).to_be_hidden()
