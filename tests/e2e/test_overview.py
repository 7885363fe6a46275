"""`/` shows what the tables hold, says when there is nothing, and leads on by a click."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from settings import ROOT
from tests.e2e.conftest import serve

pytestmark = pytest.mark.e2e


def own_count(home: Path, sql: str) -> int:
    """What plain SQL counts in that home, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "warehouse", "sql", sql, "--format", "json"],
        cwd=ROOT, env={**os.environ, "ZHILI_HOME": str(home)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)[0]["n"]


def test_the_numbers_are_those_of_the_tables(page: Page, site_url: str, web_home: Path):
    page.goto(f"{site_url}/?area=370116001")
    inside = "grid_id like '370116001%'"
    n = own_count(
        web_home, f"select count(*) as n from incident where {inside} and reported_at >= timestamp '2026-09-20 16:00'"
    )
    expect(page.locator("#overview-incidents-value")).to_have_text(f"{n:,}")
    n = own_count(web_home, f"select count(*) as n from incident where {inside} and status <> 'closed'")
    expect(page.locator("#overview-open-value")).to_have_text(f"{n:,}")


def test_a_card_tells_what_it_is_made_of(page: Page, site_url: str):
    page.goto(site_url)
    expect(page.locator("#overview-on_time-value")).not_to_be_empty()
    page.locator(".card", has=page.locator("#overview-on_time-value")).focus()
    expect(page.locator("#made-box")).to_be_visible()
    expect(page.locator("#made-box")).to_contain_text("分母")
    expect(page.locator("#made-box")).to_contain_text("应结")
    page.keyboard.press("Escape")
    expect(page.locator("#made-box")).to_be_hidden()


def test_four_panels_are_drawn(page: Page, site_url: str):
    page.goto(site_url)
    for name in ("trend", "settled", "areas", "categories"):
        expect(page.locator(f"#overview-{name}-figure .plot-svg")).to_be_visible()
        expect(page.locator(f"#overview-{name}-note")).not_to_be_empty()


def place_of(mark: Locator) -> dict[str, float]:
    """Where a mark stands once its figure is not drawn anew any more."""
    before = None
    for _ in range(100):
        now = mark.bounding_box() if mark.count() else None
        if now is not None and now == before:
            return now
        before = now
        mark.page.wait_for_timeout(100)
    raise AssertionError("the figure never stood still")


def test_a_click_on_a_bar_goes_into_that_area(page: Page, site_url: str):
    page.goto(site_url)
    bar = page.locator("#overview-areas-figure .plot-mark").first
    box = place_of(bar)
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    expect(page).to_have_url(f"{site_url}/?area=370116001")
    expect(page.locator("#overview-headline")).to_contain_text("凤城街道近30天")


def test_a_bar_is_chosen_by_keyboard(page: Page, site_url: str):
    page.goto(site_url)
    expect(page.locator("#overview-areas-figure .plot-mark").first).to_be_visible()
    page.locator(".overview-areas-panel .panel-marks").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#made-box")).to_contain_text("凤城街道")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site_url}/?area=370116001")


def test_an_empty_filter_says_why_and_what_to_do(page: Page, site_url: str):
    page.goto(f"{site_url}/?period=custom&from=2020-01-01&to=2020-01-02")
    expect(page.locator("#overview-areas-figure")).to_contain_text("放宽时段或区域")
    expect(page.locator("#overview-on_time-value")).to_have_text("–")


def test_a_site_without_data_says_what_to_do(page: Page, tmp_path: Path):
    process, url = serve(tmp_path / "home", tmp_path / "web.log")
    try:
        page.goto(url)
        expect(page.locator("#overview-headline")).to_contain_text("还没有数据")
        expect(page.locator("#overview-trend-figure")).to_contain_text("No warehouse")
    finally:
        process.terminate()
        process.wait(timeout=20)


@pytest.mark.parametrize("size", [(390, 844), (1920, 1080), (3840, 2160)])
def test_nothing_runs_over_the_side(page: Page, site_url: str, size: tuple[int, int]):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(site_url)
    expect(page.locator("#overview-areas-figure .plot-svg")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
