"""`/risk` in a real browser, its answer a small fixed one: the map, the weeks, what is chosen, the record, patrols, both languages."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlparse
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.small import GRIDS

pytestmark = pytest.mark.e2e
WEEKS = 52
FORECAST_FROM = 26
"""Weeks before this one have no forecast of their own."""


def answer(url: str, **asked: str) -> dict:
    """What `/risk/data` says of the six grids; the last has no data, and tomorrow has a seventh of a week."""
    part = {"1": 1 / 7, "30": 30 / 7}.get(asked.get("horizon", "7"), 1.0)
    english = asked.get("lang") == "en"
    expected = [round(part * value, 3) for value in (3.2, 2.1, 1.4, 0.6, 0.1, 0.0)]
    names = [f"网格<b>{n}</b>" for n in range(6)]
    top = {"grid": next(iter(GRIDS)), "name": names[0], "expected": expected[0], "low": 0, "high": 6, "kind": "persistent", "reasons": ["去年同期 <i>12</i> 件", "邻近网格近两周增多"]}  # fmt: skip
    rates = [{"top": top_share, "hit": 0.2 + top_share, "low": 0.19, "high": 0.35, "pai": 18.1, "pei": 0.77} for top_share in (0.01, 0.02, 0.05, 0.10)]  # fmt: skip
    worse = [{**rate, "hit": rate["hit"] - 0.1} for rate in rates]
    return {
        "said": f"{asked.get('category') or ('all' if english else '全部')} {asked.get('horizon')} {asked.get('corrected')}",
        "made_after": "2026-10-20", "url": url, "choices": {"categories": [["", "全部"], ["城乡建设", "城乡建设"], ["政法", "政法"]]},
        "from": "2026-10-21", "until": "2026-10-21" if asked.get("horizon") == "1" else "2026-10-27", "grids": list(GRIDS), "names": names,
        "expected": expected, "low": [0.0] * 6, "high": [6.0, 5.0, 4.0, 2.0, 1.0, 0.0], "known": [1, 1, 1, 1, 1, 0],
        "kinds": ["persistent", "emerging", "", "fading", "sporadic", ""], "total": {"expected": sum(expected), "low": 4, "high": 11}, "spread": {"over": 0.2, "sway": 0.1, "z": 1.28}, "top": [top],
        "weeks": {
            "from": [f"W{week:02}" for week in range(WEEKS)], "counts": [[(week + n) % 4 if n < 5 else 0 for n in range(6)] for week in range(WEEKS)],
            "forecast": [None if week < FORECAST_FROM else [3.0, 2.0, 1.0, 0.5, 0.1, 0.0] for week in range(WEEKS)],
        },
        "hits": [{"model": "forecast", "name": "本预测", "is_ours": True, "rates": rates}, {"model": "kde", "name": "核密度", "is_ours": False, "rates": worse}],
        "hits_note": "回测 12 次", "calibration": [{"expected": 0.1, "came": 0.11, "low": 0.09, "high": 0.13, "n": 4000}, {"expected": 2.0, "came": 1.8, "low": 1.5, "high": 2.1, "n": 90}],
        "pattern": "格局不是偶然", "notes": ["由 400 件事件推算", "巡查多则上报多"], "correctable": True,
    }  # fmt: skip


def patrol(teams: int, visits: int) -> dict:
    """What `/risk/patrol` says: each team walks so many of the grids."""
    stops = [{"grid": grid, "name": f"格{n}", "expected": 2.1} for n, grid in enumerate(GRIDS)]
    return {
        "said": f"{teams} 组走 {visits} 个网格",
        "teams": [
            {"name": f"第{n + 1}组", "grids": stops[:visits], "expected": 12.3, "share": 0.08} for n in range(teams)
        ],
    }


@pytest.fixture
def serve_risk(site_url: str) -> Callable[[Page], list[dict[str, str]]]:
    """Lets a page get the fixed answers; tells what was asked for."""
    with urlopen(f"{site_url}/warnings/extents?lang=zh") as found:
        outlines = json.load(found)["url"]

    def serve(page: Page) -> list[dict[str, str]]:
        asked: list[dict[str, str]] = []

        def data(route: Route) -> None:
            asked.append({key: values[0] for key, values in parse_qs(urlparse(route.request.url).query).items()})
            route.fulfill(json=answer(outlines, **asked[-1]))

        def walk(route: Route) -> None:
            query = parse_qs(urlparse(route.request.url).query)
            route.fulfill(json=patrol(int(query["teams"][0]), int(query["visits"][0])))

        page.route("**/risk/data?*", data)
        page.route("**/risk/patrol?*", walk)
        return asked

    return serve


def opened(page: Page, site_url: str, query: str = "") -> Page:
    page.goto(f"{site_url}/risk{query}")
    expect(page.locator("#risk-top .risk-row")).to_have_count(1)
    page.wait_for_function("() => document.querySelector('#risk-first canvas')?.width > 100")
    return page


COLOURS = """() => { const canvas = document.querySelector('#risk-first canvas'), pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const found = new Set(); for (let at = 0; at < pixels.length; at += 4) { found.add(pixels[at] << 16 | pixels[at + 1] << 8 | pixels[at + 2]); } return found.size; }"""
PICTURE = "() => document.querySelector('#risk-first canvas').toDataURL()"


def test_the_answer_stands_first_and_what_the_server_says_is_text(page: Page, site_url: str, serve_risk):
    serve_risk(page)
    opened(page, site_url)
    expect(page.locator("#risk-headline")).to_have_text("全部 7 0")
    expect(page.locator("#risk-map-title")).to_have_text("2026-10-21 至 2026-10-27：预计约 7.4 件（4–11）")
    expect(page.locator("#risk-top .risk-row")).to_contain_text("网格<b>0</b>")
    expect(page.locator("#risk-top .risk-row")).to_contain_text("去年同期 <i>12</i> 件")
    expect(page.locator("#risk-notes")).to_contain_text("巡查多则上报多")
    expect(page.locator("#risk-legend")).to_contain_text("无数据")
    assert page.evaluate(COLOURS) >= 5


def test_horizon_category_and_correction_are_asked_for_and_live_in_the_address(page: Page, site_url: str, serve_risk):
    asked = serve_risk(page)
    opened(page, site_url)
    page.click('[data-choice=horizon][data-value="1"]')
    expect(page.locator("#risk-headline")).to_have_text("全部 1 0")
    expect(page.locator("#risk-map-title")).to_contain_text("2026-10-21：预计约")
    page.select_option("#risk-category select", "政法")
    expect(page.locator("#risk-headline")).to_have_text("政法 1 0")
    page.click("#risk-corrected")
    expect(page.locator("#risk-headline")).to_have_text("政法 1 1")
    assert asked[-1] == {"category": "政法", "horizon": "1", "lang": "zh", "corrected": "1"}
    sent, before = f"?{urlparse(page.url).query}", len(asked)
    page.click('[data-choice=horizon][data-value="7"]')
    page.click('[data-choice=horizon][data-value="1"]')
    expect(page.locator("#risk-headline")).to_have_text("政法 1 1")
    assert len(asked) <= before + 1  # what has been asked once is kept
    page.goto("about:blank")
    opened(page, site_url, sent)
    expect(page.locator("#risk-headline")).to_have_text("政法 1 1")
    page.click("#shell-lang")
    expect(page.locator("#risk-tab-top")).to_have_text("Where")
    expect(page.locator("#risk-headline")).to_have_text("政法 1 1")
    assert asked[-1]["lang"] == "en"


def test_a_repaint_is_measured_and_the_map_changes_with_the_horizon_and_the_surface(
    page: Page, site_url: str, serve_risk
):
    serve_risk(page)
    opened(page, site_url)
    before = page.evaluate(PICTURE)
    page.click("[data-choice=surface][data-value=heat]")
    expect(page.locator("#risk-legend")).to_contain_text("每平方公里")
    heat = page.evaluate(PICTURE)
    assert heat != before and page.evaluate(COLOURS) > 8
    page.click("[data-choice=surface][data-value=cells]")
    page.click('[data-choice=horizon][data-value="30"]')
    expect(page.locator("#risk-headline")).to_have_text("全部 30 0")
    assert page.evaluate("() => zhili.risk.state.paintedMs") > 0


def test_a_past_week_shows_its_forecast_beside_what_happened_and_what_was_hit(page: Page, site_url: str, serve_risk):
    serve_risk(page)
    opened(page, site_url)
    expect(page.locator("#risk-pane-second")).to_be_hidden()
    page.focus("#risk-weeks")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#risk-pane-second")).to_be_visible()
    expect(page.locator("#risk-week")).to_have_text("W51 起的一周")
    # the last week: the grid forecast highest had (51 + 0) % 4 = 3 of 3 + 0 + 1 + 2 + 3 = 9
    expect(page.locator("#risk-week-said")).to_contain_text("9 件中的 3 件（33%）")
    assert "week=W51" in page.url
    page.keyboard.press("Home")
    expect(page.locator("#risk-pane-second")).to_be_hidden()
    expect(page.locator("#risk-week-said")).to_contain_text("没有留下当时的预测")
    page.keyboard.press("End")
    expect(page.locator("#risk-map-title")).to_contain_text("2026-10-21 至")
    assert "week=" not in page.url


def test_the_weeks_play_and_stop_by_key(page: Page, site_url: str, serve_risk):
    serve_risk(page)
    opened(page, site_url)
    page.locator("body").press(" ")
    page.wait_for_function("() => zhili.risk.time.time.at > 1.5 && zhili.risk.time.isPlaying()")
    expect(page.locator("#risk-week")).to_contain_text("起的一周")
    page.locator("body").press(" ")
    expect(page.locator("#risk-play")).to_have_attribute("aria-label", "播放过去 52 周（空格）")
    assert page.evaluate("() => zhili.risk.time.time.frames") > 5
    assert page.evaluate("() => Number.isInteger(zhili.risk.time.time.at)")


def test_a_grid_is_chosen_in_the_list_by_key_and_said_on_the_map(page: Page, site_url: str, serve_risk):
    serve_risk(page)
    opened(page, site_url)
    page.focus("#risk-top .risk-row")
    page.keyboard.press("Enter")
    expect(page.locator("#risk-readout")).to_contain_text("网格<b>0</b>")
    expect(page.locator("#risk-readout")).to_contain_text("预计 3.2 件，范围 0–6")
    expect(page.locator("#risk-readout")).to_contain_text("持续：一直是热点")
    assert f"grid={next(iter(GRIDS))}" in page.url
    assert page.locator("#risk-first canvas[role=img]").get_attribute("aria-label").startswith("2026-10-21")


def test_the_record_stands_beside_the_plain_methods_with_its_intervals(page: Page, site_url: str, serve_risk):
    serve_risk(page)
    opened(page, site_url)
    page.click("#risk-tab-record")
    expect(page.locator("#risk-record tbody tr")).to_have_count(2)
    expect(page.locator("#risk-record tr.ours td").first).to_contain_text("21.0%")
    expect(page.locator("#risk-record tr.ours td").first).to_contain_text("18.1 倍 / 0.77")
    expect(page.locator("#risk-record .dot")).to_have_count(2)
    assert "part=record" in page.url


def test_a_patrol_is_laid_out_by_team_drawn_and_can_be_taken_away(page: Page, site_url: str, serve_risk):
    serve_risk(page)
    opened(page, site_url, "?part=patrol&teams=2&visits=3")
    expect(page.locator("#risk-patrol-said")).to_have_text("2 组走 3 个网格")
    expect(page.locator("#risk-patrol-teams > li")).to_have_count(2)
    expect(page.locator("#risk-legend")).to_contain_text("巡查路线")
    page.fill("#risk-patrol input[name=teams]", "4")
    expect(page.locator("#risk-patrol-said")).to_have_text("4 组走 3 个网格")
    link = page.locator("#risk-patrol-csv").get_attribute("href")
    assert link.startswith("/risk/patrol.csv?") and "teams=4" in link and "visits=3" in link
    page.fill("#risk-patrol input[name=teams]", "99")
    expect(page.locator("#risk-patrol-trouble")).to_contain_text("1 到 20")


def test_waiting_and_failing_are_said(page: Page, site_url: str, serve_risk):
    serve_risk(page)
    said = {"waits": "正在推算，约半分钟"}
    page.route("**/risk/data?*", lambda route: route.fulfill(json=said))
    page.goto(f"{site_url}/risk")
    expect(page.locator("#risk-state")).to_have_text("正在推算，约半分钟")
    said = {"failed": "没有事件数据"}
    expect(page.locator("#risk-state.trouble")).to_have_text("没有事件数据")


def test_the_chosen_area_narrows_the_list(page: Page, site_url: str, serve_risk):
    serve_risk(page)
    page.goto(f"{site_url}/risk?area=370116101")
    expect(page.locator("#risk-top .risk-hint")).to_contain_text("没有可列的网格")
    expect(page.locator("#risk-map-title")).to_contain_text("杨庄镇：预计约 0.1 件（0–1）")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (390, 844)])
def test_the_page_fits_the_window_and_every_button_can_be_touched(
    browser: Browser, site_url: str, serve_risk, width: int, height: int
):
    page = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()
    serve_risk(page)
    opened(page, site_url)
    for part in ("top", "record", "patrol"):
        page.click(f"#risk-tab-{part}")
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
        if width > 800:
            assert page.evaluate("() => document.documentElement.scrollHeight <= window.innerHeight")
        small = page.evaluate(
            "() => [...document.querySelectorAll('#risk-page :is(button, select, input)')].filter((one) => one.offsetParent && one.offsetHeight < 43).map((one) => one.className)"
        )
        assert small == []
    page.context.close()
