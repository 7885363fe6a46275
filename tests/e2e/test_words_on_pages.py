"""No page mixes its languages: what stands on it in the other one comes from the data. And a newcomer is led to the guide once."""

import re

import duckdb
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.pages import PAGES, with_query
from tests.homes import living_in
from ui.words import all_words
from warehouse.connect import connect

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


def texts(browser: Browser, url: str) -> list[str]:
    page = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN").new_page()
    page.goto(url)
    page.wait_for_selector("main h1, #wall .block")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(300)
    found = page.evaluate(TEXTS)
    for _ in range(page.evaluate("() => document.querySelectorAll('#wall-tabs button').length - 1")):
        page.evaluate("() => zhiliWall.go(1)")  # the wall's scenes, one after another
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(700)
        found += page.evaluate(TEXTS)
    page.context.close()
    return found


@pytest.mark.parametrize("path", PAGES)
def test_an_english_page_has_no_chinese_but_from_the_data(browser: Browser, site_url: str, data: str, path: str):
    found = texts(browser, with_query(site_url + path, "lang=en"))
    assert len(found) > 3
    assert {
        text for text in found if text not in SAME and any(run not in data for run in CHINESE.findall(text))
    } == set()


@pytest.mark.parametrize("path", PAGES)
def test_a_chinese_page_has_no_english_sentence_of_ours(browser: Browser, site_url: str, path: str):
    english = {one["en"] for one in all_words().values() if one["en"] != one["zh"] and re.search(r"[A-Za-z]{3}", one["en"])} - SAME  # fmt: skip
    assert {text for text in texts(browser, site_url + path) if text in english} == set()


def test_a_newcomer_is_led_to_the_guide_once(page: Page, site_url: str):
    page.goto(f"{site_url}/")
    note = page.locator("#shell-first")
    expect(note).to_be_visible()
    page.click("#shell-first-open")
    expect(page.locator("h1")).to_have_text("怎么用智理")
    expect(note).to_be_hidden()
    page.goto(f"{site_url}/")
    expect(page.locator("#shell-help")).to_be_visible()
    expect(note).to_be_hidden()


def test_who_needs_no_guide_says_so(page: Page, site_url: str):
    page.goto(f"{site_url}/timeliness")
    page.click("#shell-first-close")
    page.reload()
    expect(page.locator("#shell-help")).to_be_visible()
    expect(page.locator("#shell-first")).to_be_hidden()
