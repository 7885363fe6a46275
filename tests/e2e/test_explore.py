"""`/explore` links its views: a pick in one narrows the others and never itself, and lives in the address."""

import itertools
import re
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_overview import own_count

pytestmark = pytest.mark.e2e
FIGURES = ("days", "hours", "durations")
VIEWS = (*FIGURES, "map", "categories", "departments", "channels")
IN_PERIOD = "from incident where reported_at >= timestamp '2026-09-20 16:00'"


def opened(page: Page, site_url: str, query: str = "") -> None:
    page.goto(f"{site_url}/explore{query}")
    for name in FIGURES:
        expect(page.locator(f"#explore-{name}-figure .plot-svg")).to_be_visible()
    expect(page.locator("#explore-map-figure path.explore-area").first).to_be_visible()
    expect(page.locator("#explore-channels-figure .explore-row").first).to_be_visible()


def row(page: Page, view: str, name: str):
    return page.locator(f"#explore-{view}-figure .explore-pick").filter(has_text=name)


def counts(page: Page, view: str) -> dict[str, int]:
    """Names and counts of a list as they stand on screen."""
    rows = page.locator(f"#explore-{view}-figure .explore-pick").all()
    return {
        r.locator(".explore-name").inner_text(): int(r.locator(".explore-count").inner_text().replace(",", ""))
        for r in rows
    }


def heights(page: Page, view: str) -> list[int]:
    """Counts of a figure's bars, or of its cells, one after the other."""
    gather = """(name) => Object.values(Object.groupBy(document.getElementById(`explore-${name}-figure`).plot.marks, (mark) => mark.n))
        .map((marks) => marks.reduce((sum, mark) => sum + mark.value, 0))"""
    return page.evaluate(gather, view)


def sel(page: Page) -> str:
    return parse_qs(urlparse(page.url).query).get("sel", [""])[0]


def settled(page: Page, text: str) -> None:
    """The page shows the selection of this text."""
    expect(page.locator("#explore-chips")).to_have_attribute("data-drawn", text)


def inner(page: Page, view: str) -> dict[str, float]:
    """Where the marks of a figure lie, without its axes."""
    return page.evaluate(
        """(id) => { const host = document.getElementById(id), frame = host.getBoundingClientRect(), { box } = host.plot.place;
        return { x: frame.x + box.left, y: frame.y + box.top, width: box.right - box.left, height: box.bottom - box.top }; }""",
        f"explore-{view}-figure",
    )


def drag(page: Page, view: str, start: float, end: float) -> None:
    """From one share of the figure's width to another, at half its height."""
    box = inner(page, view)
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], y, steps=8)
    page.mouse.up()


def test_every_view_is_there_and_says_how_many(page: Page, site_url: str, web_home: Path):
    opened(page, site_url)
    whole = own_count(web_home, f"select count(*) as n {IN_PERIOD}")
    expect(page.locator("#explore-headline")).to_contain_text(f"共 {whole} 件")
    expect(page.locator("#content")).not_to_contain_text("没有算出来")
    assert sum(counts(page, "channels").values()) == sum(heights(page, "days")) == int(whole)
    told = page.evaluate("document.getElementById('explore-days-figure').plot.data[0].hovertext[3]")
    for part in ("÷ 其余条件下", "2026-09-21 00:00 至 2026-10-20 12:00", "数据截至", "不受自己的选择影响"):
        assert part in told


def test_a_pick_changes_the_others_and_not_itself(page: Page, site_url: str, web_home: Path):
    opened(page, site_url)
    channels, days = counts(page, "channels"), heights(page, "days")
    row(page, "channels", "12345热线").click()
    settled(page, "channel:hotline")
    n = int(own_count(web_home, f"select count(*) as n {IN_PERIOD} and channel = 'hotline'"))
    expect(page.locator("#explore-headline")).to_contain_text(f"选中 {n} 件")
    assert counts(page, "channels") == channels
    assert sum(heights(page, "days")) == n < sum(days)
    assert sum(counts(page, "departments").values()) == n
    expect(row(page, "channels", "12345热线")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#explore-channels-figure .explore-pale")).to_have_count(1)
    row(page, "channels", "12345热线").click()
    settled(page, "")
    assert heights(page, "days") == days


def test_an_area_a_category_and_a_chip(page: Page, site_url: str, web_home: Path):
    opened(page, site_url)
    page.locator("#explore-map-figure path[data-token='area:370116101']").click()
    settled(page, "area:370116101")
    page.locator("#explore-categories-figure .explore-open").first.click()
    row(page, "categories", "市政设施").click()
    settled(page, "area:370116101;category:城乡建设/市政设施")
    n = own_count(
        web_home,
        f"select count(*) as n {IN_PERIOD} and starts_with(area_id, '370116101') and category like '城乡建设/市政设施%'",
    )
    expect(page.locator("#explore-headline")).to_contain_text(f"选中 {n} 件")
    expect(page.locator("#explore-headline")).to_contain_text("杨庄镇")
    page.get_by_role("button", name="去掉：杨庄镇").click()
    settled(page, "category:城乡建设/市政设施")


def test_dragging_and_typing_pick_days_and_hours(page: Page, site_url: str):
    opened(page, site_url)
    whole = heights(page, "days")
    drag(page, "days", 0.5, 0.8)
    expect(page).to_have_url(re.compile("sel=day"))
    expect(page.locator("#explore-chips")).to_have_attribute(
        "data-drawn", re.compile(r"^day:2026-10-\d\d\.\.2026-10-\d\d$")
    )
    assert heights(page, "days") == whole
    page.locator("#explore-days-span input").first.fill("2026-10-01")
    page.locator("#explore-days-span input").first.press("Tab")
    expect(page.locator("#explore-chips")).to_have_attribute("data-drawn", re.compile(r"^day:2026-10-01\.\."))
    drag(page, "hours", 0.3, 0.6)
    expect(page.locator("#explore-chips")).to_have_attribute("data-drawn", re.compile("hour:"))
    drag(page, "durations", 0.4, 0.9)
    expect(page.locator("#explore-chips")).to_have_attribute("data-drawn", re.compile("lasted:"))


def test_a_cell_is_picked_by_click_and_by_keys(page: Page, site_url: str):
    opened(page, site_url)
    box = inner(page, "hours")
    page.mouse.click(box["x"] + box["width"] * 10.5 / 24, box["y"] + box["height"] * 1.5 / 7)
    settled(page, "hour:2.10")
    page.locator("#explore-hours-figure").focus()
    for key in ("ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    settled(page, "hour:2.9-10")


def test_a_bar_is_picked_by_keys(page: Page, site_url: str):
    opened(page, site_url)
    page.locator(".explore-durations-panel .panel-marks").focus()
    for key in ("ArrowRight", "Enter"):
        page.keyboard.press(key)
    settled(page, "lasted:0..0.25")


def test_the_map_comes_closer_and_a_drag_picks_nothing(page: Page, site_url: str):
    opened(page, site_url)
    for _ in range(3):
        page.get_by_role("button", name="放大").click()
    box = page.locator(".explore-svg").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y, steps=4)
    page.mouse.up()
    assert sel(page) == ""
    closer = page.locator(".explore-svg").get_attribute("viewBox")
    page.get_by_role("button", name="整幅").click()
    assert page.locator(".explore-svg").get_attribute("viewBox") != closer


def test_undo_back_and_clear(page: Page, site_url: str):
    opened(page, site_url)
    expect(page.locator("#explore-undo")).to_be_disabled()
    row(page, "channels", "12345热线").click()
    settled(page, "channel:hotline")
    row(page, "departments", "城管局").click()
    settled(page, "department:城管局;channel:hotline")
    page.keyboard.press("Control+z")
    settled(page, "channel:hotline")
    page.locator("#explore-undo").click()
    settled(page, "")
    expect(page.locator("#explore-undo")).to_be_disabled()
    page.go_forward()
    settled(page, "channel:hotline")
    page.locator("#explore-clear").click()
    settled(page, "")
    page.go_back()
    settled(page, "channel:hotline")


def test_a_link_reproduces_the_view_and_nonsense_in_it_is_named(page: Page, site_url: str):
    opened(page, site_url, "?period=all&sel=channel:hotline;hour:1-5.8-17;department:没有这个局;x:y")
    settled(page, "channel:hotline;hour:1-5.8-17")
    expect(page.locator("#explore-chips")).to_contain_text("周一至周五 8–18时")
    expect(page.locator("#explore-hint")).to_contain_text("x:y")
    expect(page.locator("#explore-hint")).to_contain_text("没有这个局")
    page.locator("#explore-clear").click()
    settled(page, "")
    assert sel(page) == "" and "period=all" in page.url


def test_a_picture_of_a_view_is_a_file_of_that_name(page: Page, site_url: str):
    opened(page, site_url, "?sel=channel:hotline")
    for view, kind in itertools.product(("days", "map", "categories"), ("png", "svg")):
        with page.expect_download() as waiting:
            page.locator(f"[data-picture='{view}'][data-kind='{kind}']").click()
        picture = waiting.value
        assert re.fullmatch(rf"zhili_{view}_all_20260921-20261020_v\d+\.{kind}", picture.suggested_filename)
        content = Path(picture.path()).read_bytes()
        assert content.startswith(b"\x89PNG") if kind == "png" else "12345热线" in content.decode(), (view, kind)


@pytest.mark.parametrize("size", [(390, 844), (1920, 1080)])
def test_nothing_runs_over_the_side(page: Page, site_url: str, size: tuple[int, int]):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, site_url, "?lang=en&sel=channel:hotline;day:2026-10-01..2026-10-10")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    if size[0] > 1300:
        bottom = page.locator(".explore-views").bounding_box()
        assert bottom["y"] + bottom["height"] <= size[1]


def test_an_empty_period_says_so_in_every_view(page: Page, site_url: str):
    page.goto(f"{site_url}/explore?period=custom&from=2020-01-01&to=2020-01-02")
    expect(page.locator("#explore-headline")).to_contain_text("没有事件")
    for name in (*FIGURES, "categories", "departments", "channels"):
        expect(page.locator(f"#explore-{name}-figure")).to_contain_text("放宽时段或区域")
    expect(page.locator(".explore-legend")).to_have_text("0")
