"""Every page for everybody: axe finds nothing serious on it, in both themes, and on a phone in one; nothing is wider than a phone; it prints."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.pages import PAGES, with_query

SERIOUS = ("serious", "critical")
AXE = Axe()
PRINTED = """() => ({ clicks: [...document.querySelectorAll(".nav, .filters, .switches button, .map-buttons")].filter((one) => one.offsetParent).length,
    ground: getComputedStyle(document.body).backgroundColor, ink: getComputedStyle(document.body).color })"""


def opened(browser: Browser, url: str, theme: str) -> Page:
    page = browser.new_context(
        viewport={"width": 1920, "height": 1080}, locale="zh-CN", reduced_motion="reduce"
    ).new_page()
    page.goto(with_query(url, f"theme={theme}"))
    page.wait_for_load_state("networkidle")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.table')].every((one) => one.querySelector('.ag-header-cell'))"
    )  # until then a table is still being made
    page.wait_for_selector("main h1, #wall .block")
    rest(page)
    return page


def rest(page: Page) -> None:
    """Nothing is awaited, and what fades in is there."""
    page.wait_for_function("() => !document.querySelector('.is-awaited')")
    page.wait_for_timeout(600)


def serious(page: Page) -> list[tuple]:
    """What axe calls serious or worse: its name, and where."""
    found = AXE.run(page, context={"exclude": [["svg text"]]}).response[
        "violations"
    ]  # names on maps have a halo that axe does not see
    return [
        (one["id"], node["html"][:160], node["failureSummary"][:200])
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"][:4]
    ]


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_phone(
    browser: Browser, site_url: str, path: str, theme: str
):
    page = opened(browser, site_url + path, theme)
    wide = serious(page)
    page.set_viewport_size({"width": 390, "height": 844})
    rest(page)
    small, width = serious(page) if theme == "dark" else [], page.evaluate("() => document.documentElement.scrollWidth")
    page.context.close()
    assert (wide, small) == ([], []) and width <= 390


@pytest.mark.parametrize("path", ["/", "/timeliness", "/data"])
def test_print_leaves_out_what_is_only_for_clicking_and_is_dark_on_light(browser: Browser, site_url: str, path: str):
    page = opened(browser, site_url + path, "dark")
    page.emulate_media(media="print")
    shown = page.evaluate(PRINTED)
    page.context.close()
    ground, ink = (sum(map(int, shown[name].split("(")[1].split(")")[0].split(",")[:3])) for name in ("ground", "ink"))
    assert shown["clicks"] == 0 and ground > 700 > 300 > ink
