"""The rows on `/explore` and the views that people save, in a real browser."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e

ROWS = "#explore-rows-table .ag-center-cols-container .ag-row"


@pytest.fixture
def rows(page: Page, site_url: str) -> Page:
    page.goto(f"{site_url}/explore?period=all")
    expect(page.locator("#explore-rows-note")).to_contain_text("共 400 条", timeout=60_000)
    return page


def cells(page: Page, column: str) -> list[str]:
    found = page.locator(f'{ROWS} [col-id="{column}"]')
    return sorted_by_place(
        found.evaluate_all("all => all.map(c => [c.closest('.ag-row').getAttribute('row-index'), c.textContent])")
    )


def sorted_by_place(found: list[list[str]]) -> list[str]:
    return [text for _, text in sorted(found, key=lambda one: int(one[0]))]


def test_rows_are_shown_newest_first_in_local_time_and_words(rows: Page):
    expect(rows.locator(f'{ROWS}[row-index="0"]')).to_contain_text("2026-10-20 12:00:00")
    shown = cells(rows, "reported_at")
    assert shown == sorted(shown, reverse=True) and "热线" in "".join(cells(rows, "channel"))


def test_a_heading_sorts_on_the_server(rows: Page):
    rows.locator('#explore-rows-table .ag-header-cell[col-id="reported_at"] .ag-header-cell-text').click()
    expect(rows.locator(f'{ROWS}[row-index="0"]')).to_contain_text("2026-09-10")
    shown = cells(rows, "reported_at")
    assert shown == sorted(shown)


def test_scrolling_loads_what_lies_below(rows: Page):
    rows.locator("#explore-rows-table .ag-body-viewport").evaluate("v => { v.scrollTop = v.scrollHeight; }")
    expect(rows.locator(f'{ROWS}[row-index="399"] [col-id="reported_at"]')).to_contain_text("2026-09-10")


def test_codes_are_ticked_and_texts_typed(rows: Page):
    header = '#explore-rows-table .ag-header-cell[col-id="{}"] .ag-header-cell-filter-button'
    rows.locator(header.format("channel")).click()
    rows.locator(".explore-rows-choice input").first.uncheck()
    rows.locator(".explore-rows-choice label", has_text="热线").locator("input").check()
    expect(rows.locator("#explore-rows-note")).to_contain_text("共 200 条")
    rows.keyboard.press("Escape")
    rows.locator(header.format("community")).click()
    rows.locator(".ag-filter-from input").first.fill("杨庄")
    rows.get_by_role("button", name="应用").click()
    expect(rows.locator("#explore-rows-note")).not_to_contain_text("共 200 条")
    expect(rows.locator(f'{ROWS}[row-index="0"]')).to_contain_text("杨庄村")
    rows.locator("#explore-rows-clear").click()
    expect(rows.locator("#explore-rows-note")).to_contain_text("共 400 条")


def test_what_is_picked_narrows_the_rows(rows: Page):
    rows.evaluate("window.zhili.setQuery('sel', 'channel:hotline')")
    expect(rows.locator("#explore-rows-note")).to_contain_text("共 200 条")


def test_a_row_opens_its_stages_and_can_be_opened_again(rows: Page):
    detail = rows.locator('section[role="dialog"]')  # the grid's tooltip calls itself a dialog too
    for _ in range(2):
        rows.locator(f'{ROWS}[row-index="2"] [col-id="title"]').click()
        expect(detail).to_contain_text("上报时间")
        expect(detail).to_contain_text("应结时间")
        rows.keyboard.press("Escape")
        expect(detail).to_have_count(0)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_all_rows_are_taken_away(rows: Page, tmp_path: Path, kind: str):
    with rows.expect_download(timeout=60_000) as download:
        rows.locator(f'[data-take="{kind}"]').click()
    download.value.save_as(tmp_path / "taken")
    assert download.value.suggested_filename.startswith("事件明细_") and download.value.suggested_filename.endswith(
        kind
    )
    expect(rows.locator("#explore-rows-said")).to_contain_text("400")
    if kind == "csv":
        taken = list(csv.reader((tmp_path / "taken").open(encoding="utf-8-sig", newline="")))
        assert len(taken) == 401 and taken[0][0] == "上报时间"
    assert (tmp_path / "taken").stat().st_size > 1000


def test_a_file_in_the_making_shows_how_far_it_is_and_is_cancelled(rows: Page):
    said = {"token": "t", "state": "running", "written": 120, "total": 400, "name": "n", "message": ""}
    asked = []

    def answer(route) -> None:
        asked.append(route.request.method)
        route.fulfill(json=said, status=202 if route.request.method == "POST" else 200)

    rows.route("**/api/exports**", answer)
    rows.route("**/api/exports/**", answer)
    rows.locator('[data-take="csv"]').click()
    expect(rows.locator("#explore-rows-said")).to_contain_text("120 / 400")
    expect(rows.locator('[data-take="xlsx"]')).to_be_disabled()
    assert float(rows.locator("#explore-rows-bar").get_attribute("value") or 0) == pytest.approx(0.3)
    rows.locator("#explore-rows-cancel").click()
    expect(rows.locator("#explore-rows-said")).to_contain_text("已取消")
    assert asked[0] == "POST" and "DELETE" in asked
    expect(rows.locator('[data-take="xlsx"]')).to_be_enabled()


def test_a_view_is_saved_renamed_opened_and_deleted(page: Page, site_url: str):
    page.goto(f"{site_url}/explore?period=90d&channel=hotline")
    expect(page.locator("#explore-rows-note")).to_contain_text("共 200 条", timeout=60_000)
    said, name = page.locator("#saved-views-said"), page.locator("#saved-views-name")
    page.click("#saved-views-open")
    name.fill("热线 <b>近90天</b>")
    page.click("#saved-views-save")
    expect(said).to_contain_text("已保存")
    link = page.locator(".saved-views-link")
    expect(link).to_have_text("热线 <b>近90天</b>")
    name.fill("热线 <b>近90天</b>")
    name.press("Enter")
    expect(said).to_contain_text("请换一个名称")
    page.get_by_role("button", name="改名").click()
    expect(page.locator("#saved-views-save")).to_have_text("保存新名称")
    name.fill("热线")
    page.click("#saved-views-save")
    expect(link).to_have_text("热线")
    assert link.get_attribute("href") == "/explore?period=90d&channel=hotline"

    page.goto(f"{site_url}/explore")
    page.click("#saved-views-open")
    link.click()
    page.wait_for_url("**/explore?period=90d&channel=hotline")
    expect(page.locator("#explore-rows-note")).to_contain_text("共 200 条", timeout=60_000)

    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#saved-views-open")
    page.get_by_role("button", name="删除").click()
    expect(said).to_contain_text("已删除")
    expect(link).to_have_count(0)
