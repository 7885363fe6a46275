"""Every page for everybody: axe finds nothing serious on it, in both themes, wide and on a phone; nothing is wider than a phone; it prints."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

PAGES = (
    "/",
    "/warnings",
    "/risk",
    "/map",
    "/timeliness",
    "/explore",
    "/data",
    "/help",
    "/wall?play=0",
    "/no-such-page",
)
SERIOUS = ("serious", "critical")
AXE = Axe()


def opened(browser: Browser, url: str, theme: str, width: int, height: int) -> Page:
    page = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", reduced_motion="reduce"
    ).new_page()
    page.goto(url + ("&" if "?" in url else "?") + f"theme={theme}")
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.table')].every((one) => one.querySelector('.ag-header-cell'))"
    )  # until then a table is still being made
    page.wait_for_timeout(500)
    return page


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (390, 844)])
@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious(browser: Browser, site_url: str, path: str, theme: str, width: int, height: int):
    page = opened(browser, site_url + path, theme, width, height)
    found = AXE.run(page).response["violations"]
    page.context.close()
    assert [(one["id"], one["impact"], [node["html"][:160] + " <- " + node["failureSummary"][:200] for node in one["nodes"]][:4]) for one in found if one["impact"] in SERIOUS] == []  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_wider_than_a_phone(browser: Browser, site_url: str, path: str):
    page = opened(browser, site_url + path, "light", 390, 844)
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    page.context.close()
    assert wide <= 390


@pytest.mark.parametrize("path", [path for path in PAGES if "wall" not in path])
def test_print_leaves_out_what_is_only_for_clicking_and_is_dark_on_light(browser: Browser, site_url: str, path: str):
    page = opened(browser, site_url + path, "dark", 1280, 900)
    page.emulate_media(media="print")
    shown = page.evaluate(
        """() => ({ clicks: [...document.querySelectorAll(".nav, .filters, .switches button, .map-buttons")].filter((one) => one.offsetParent).length,
        ground: getComputedStyle(document.body).backgroundColor, ink: getComputedStyle(document.body).color })"""
    )
    page.context.close()
    light = [sum(map(int, shown[name].split("(")[1].split(")")[0].split(",")[:3])) for name in ("ground", "ink")]
    assert shown["clicks"] == 0 and light[0] > 700 > 300 > light[1]
