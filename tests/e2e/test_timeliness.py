"""`/timeliness` says whether we are on time and why not; what it says is what the tables hold."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_overview import own_count

pytestmark = pytest.mark.e2e
PANELS = ("trend", "control", "stages", "times", "on_time", "overdue", "change")
SINCE = "timestamp '2026-09-20 16:00'"
NOW = "timestamp '2026-10-20 04:00:01'"


def drawn(page: Page, name: str) -> None:
    expect(page.locator(f"#timeliness-{name}-figure .plot-svg")).to_be_visible()
    expect(page.locator(f"#timeliness-{name}-note")).not_to_be_empty()


def test_every_panel_is_drawn_and_a_point_tells_what_it_is_made_of(page: Page, site_url: str):
    page.goto(f"{site_url}/timeliness")
    for name in PANELS:
        drawn(page, name)
    expect(page.locator("#timeliness-stages-figure")).to_contain_text("瓶颈")
    expect(page.locator("#content")).not_to_contain_text("没有算出来")
    told = page.evaluate("document.getElementById('timeliness-on_time-figure').plot.data[0].hovertext[0]")
    assert re.search(r"[\d.]+%（95%区间 .*分子：按期办结 \d+ 件<br>分母：应结 \d+ 件", told)
    for part in ("时段：2026-09-21 00:00 至", "数据截至：2026-10-20 12:00", "应结"):
        assert part in told


def test_other_choices_show_the_median_against_what_is_usual_and_what_is_still_open(page: Page, site_url: str):
    page.goto(f"{site_url}/timeliness")
    for name in PANELS:
        drawn(page, name)
    page.locator("#timeliness-control-by").get_by_text("中位用时").click()
    expect(page.locator("#timeliness-control-figure")).to_contain_text("中位用时（小时）")
    page.locator("#timeliness-trend-by").get_by_text("未办结").click()
    expect(page.locator("#timeliness-trend-figure")).to_contain_text("仍未办结（%）")
    expect(page.locator("#timeliness-trend-note")).to_contain_text(
        re.compile(r"1天后 [\d.]+%，3天后 [\d.]+%，7天后 [\d.]+%")
    )


def test_what_is_said_is_what_the_tables_hold(page: Page, site_url: str, web_home: Path):
    page.goto(f"{site_url}/timeliness")
    due_in_period = f"from incident where due_at >= {SINCE} and due_at < {NOW}"
    rate = "printf('%d 件，按期办结 %.1f%%', count(*), 100.0 * count(*) filter (closed_at <= due_at) / count(*))"
    expect(page.locator("#timeliness-headline")).to_contain_text(
        "应结 " + own_count(web_home, f"select {rate} as n {due_in_period}")
    )
    age = f"printf('共超期 %d 件，其中超过30天 %d 件', count(*), count(*) filter (due_at <= {NOW} - interval 30 day))"
    overdue = own_count(web_home, f"select {age} as n from incident where due_at < {NOW} and closed_at is null")
    expect(page.locator("#timeliness-overdue-note")).to_contain_text(overdue)


def test_another_split_and_a_click_on_a_dot_go_into_that_area(page: Page, site_url: str):
    page.goto(f"{site_url}/timeliness")
    drawn(page, "on_time")
    page.locator("#timeliness-on_time-by").get_by_text("区域").click()
    expect(page.locator("#timeliness-on_time-figure")).to_contain_text("凤城街道")
    box = page.locator("#timeliness-on_time-figure .plot-mark").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(r"/timeliness\?area=370116"))


def test_an_empty_filter_says_why_and_what_to_do(page: Page, site_url: str):
    page.goto(f"{site_url}/timeliness?period=custom&from=2020-01-01&to=2020-01-02")
    expect(page.locator("#timeliness-headline")).to_contain_text("没有应结事件")
    for name in ("trend", "stages", "times", "on_time"):
        expect(page.locator(f"#timeliness-{name}-figure")).to_contain_text("放宽时段或区域")
    expect(page.locator("#timeliness-overdue-figure")).to_contain_text("没有超期")
    expect(page.locator("#timeliness-change-figure")).to_contain_text("没有可比的前期")


def test_the_other_language_and_theme(page: Page, site_url: str):
    page.goto(f"{site_url}/timeliness?period=all")
    expect(page.locator("#timeliness-change-figure")).to_contain_text("没有可比的前期")
    page.locator("#shell-lang").click()
    expect(page.locator("#timeliness-headline")).to_contain_text("were closed on time")
    expect(page.locator("#timeliness-stages-figure")).to_contain_text("bottleneck")
    page.locator("#shell-theme").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


@pytest.mark.parametrize("size", [(390, 844), (1920, 1080)])
def test_nothing_runs_over_the_side(page: Page, site_url: str, size: tuple[int, int]):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{site_url}/timeliness?lang=en")
    for name in PANELS:
        drawn(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    if size[0] > 1300:
        assert page.evaluate("document.documentElement.scrollHeight") <= size[1]
