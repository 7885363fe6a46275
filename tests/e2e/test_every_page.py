"""Every page for everybody: axe finds nothing serious, it fits a phone, it prints, and it mixes no languages but what the data bring.

Looked at in Chinese and dark, and in English and light.
"""

import re

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.e2e.pages import PAGES, with_query
from tests.homes import living_in
from ui.words import all_words
from warehouse.connect import connect

SERIOUS = ("serious", "critical")
AXE = Axe()
PRINTED = """() => ({ clicks: [...document.querySelectorAll(".nav, .filters, .switches button, .map-buttons")].filter((one) => one.offsetParent).length,
    ground: getComputedStyle(document.body).backgroundColor, ink: getComputedStyle(document.body).color })"""
TEXTS = """() => {
  const found = [document.title], seen = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (seen.nextNode()) { const node = seen.currentNode; if (!node.parentElement.closest("script, style, noscript")) { found.push(node.data); } }
  document.querySelectorAll("*").forEach((one) => ["aria-label", "title", "placeholder", "alt"].forEach((name) => { if (one.hasAttribute(name)) { found.push(one.getAttribute(name)); } }));
  return found.map((text) => text.trim()).filter(Boolean);
}"""
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
SAME = {"中文", "English"}
"""The button that leads to the other language says so in that language."""


@pytest.fixture(scope="module")
def data(web_home) -> str:
    """Every Chinese text that the data bring along."""
    with living_in(web_home):
        connection = connect(read_only=True)
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() where database_name = 'wh' and data_type = 'VARCHAR'"
        ).fetchall()
        return "\n".join(
            text for table, column in columns for text in _texts(connection, table, column) if CHINESE.search(text)
        )


def _texts(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> list[str]:
    return [text for (text,) in connection.execute(f"select distinct {column} from wh.{table} where {column} is not null").fetchall()]  # fmt: skip


def opened(browser: Browser, url: str, query: str) -> Page:
    page = browser.new_context(
        viewport={"width": 1920, "height": 1080}, locale="zh-CN", reduced_motion="reduce"
    ).new_page()
    page.goto(with_query(url, query))
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


def texts(page: Page) -> set[str]:
    """Every text of the page, of all scenes if it is the wall."""
    found = page.evaluate(TEXTS)
    for _ in range(page.evaluate("() => document.querySelectorAll('#wall-tabs button').length - 1")):
        page.evaluate("() => zhiliWall.go(1)")  # the wall's scenes, one after another
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(700)
        found += page.evaluate(TEXTS)
    return set(found) - SAME


@pytest.mark.parametrize("path", PAGES)
def test_in_chinese_and_dark(browser: Browser, site_url: str, path: str):
    english = {one["en"] for one in all_words().values() if one["en"] != one["zh"] and re.search(r"[A-Za-z]{3}", one["en"])}  # fmt: skip
    page = opened(browser, site_url + path, "theme=dark")
    wide = serious(page)
    page.set_viewport_size({"width": 390, "height": 844})
    rest(page)
    narrow, width = serious(page), page.evaluate("() => document.documentElement.scrollWidth")
    found = texts(page)
    page.context.close()
    assert (wide, narrow) == ([], []) and width <= 390
    assert len(found) > 3 and found & english == set()


@pytest.mark.parametrize("path", PAGES)
def test_in_english_and_light(browser: Browser, site_url: str, data: str, path: str):
    page = opened(browser, site_url + path, "theme=light&lang=en")
    wide, found = serious(page), texts(page)
    page.set_viewport_size({"width": 1280, "height": 720})
    rest(page)
    width = page.evaluate("() => document.documentElement.scrollWidth")
    page.context.close()
    assert wide == [] and width <= 1280
    assert len(found) > 3
    assert {text for text in found if any(run not in data for run in CHINESE.findall(text))} == set()


@pytest.mark.parametrize("path", ["/", "/timeliness", "/data"])
def test_print_leaves_out_what_is_only_for_clicking_and_is_dark_on_light(browser: Browser, site_url: str, path: str):
    page = opened(browser, site_url + path, "theme=dark")
    page.emulate_media(media="print")
    shown = page.evaluate(PRINTED)
    page.context.close()
    ground, ink = (sum(map(int, shown[name].split("(")[1].split(")")[0].split(",")[:3])) for name in ("ground", "ink"))
    assert shown["clicks"] == 0 and ground > 700 > 300 > ink
