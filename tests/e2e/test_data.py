"""`/data` shows every source, load and reject, and asks the clock process to undo."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from settings import ROOT

pytestmark = pytest.mark.e2e


def test_sources_loads_coverage_and_findings_are_shown(page: Page, site_url: str):
    page.goto(f"{site_url}/data")
    expect(page.locator("#data-headline")).to_have_text("6 个来源：0 个正常，0 个滞后，6 个停更；共拒收 30 行。")
    expect(page.locator("#data-sources-table .ag-row")).to_have_count(6)
    expect(page.locator("#data-loads-table .ag-center-cols-container .ag-row")).to_have_count(6)
    expect(page.locator("#data-coverage-note")).to_contain_text("1/6 个网格")
    expect(page.locator("#data-findings-table")).to_contain_text("370116001001001")


def test_rejects_are_paged_and_their_text_is_text(page: Page, site_url: str):
    page.goto(f"{site_url}/data")
    table = page.locator("#data-rejects-table")
    expect(table).to_contain_text("=cmd|0<b>行</b>")
    assert table.locator("b").count() == 0
    page.locator("#data-rejects-page").get_by_role("button", name="2", exact=True).click()
    expect(table).to_contain_text("=cmd|25<b>")


def test_a_chosen_load_shows_its_own_rejects(page: Page, site_url: str):
    page.goto(f"{site_url}/data")
    page.locator("#data-loads-table .ag-row").first.click()
    expect(page.locator("#data-rejects-note")).to_have_text("没有拒收的行。")
    page.click("#data-rejects-all")
    expect(page.locator("#data-rejects-note")).to_contain_text("共 30 行")


def test_a_snapshot_opens_the_overview_as_of_then(page: Page, site_url: str):
    page.goto(f"{site_url}/data")
    page.locator(".as-of-link").first.click()
    expect(page.locator("#shell-past")).to_contain_text("第 2 版")
    assert page.url.startswith(f"{site_url}/?as_of=2")


def test_an_undo_is_asked_for_after_a_confirmation(page: Page, site_url: str, web_home: Path):
    request = web_home / "requests" / "undo-6.json"
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.goto(f"{site_url}/data")
    expect(page.locator("#data-undo")).to_be_disabled()
    page.locator("#data-loads-table .ag-row").first.click()
    page.click("#data-undo")
    expect(page.locator("#data-undo-outcome")).to_contain_text("已请求撤销装载 6")
    assert "camera_states.csv" in asked[0]
    assert json.loads(request.read_text())["undo"] == 6
    request.unlink()
    expect(page.locator("#data-undo-outcome")).to_contain_text("未能撤销")


def test_pages_never_import_the_writing_room():
    for path in (ROOT / "pages").glob("*.py"):
        assert "from etl" not in path.read_text(encoding="utf-8")
