"""`/reports`: a schedule is added, run, cancelled, paused and taken away; files are had from it; without leave nothing can be done."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from analytics import freshness
from operations import report_runs, report_schedules
from operations.report_schedules import Plan
from operations.report_tables import ReportRunRow
from operations.store import session
from reports import checks, rounds
from tests import small
from tests.e2e.conftest import serve
from tests.homes import living_in
from tests.reports.test_schedules import DAY


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A home of its own whose readers may schedule, and its address."""
    folder = tmp_path_factory.mktemp("office")
    with living_in(folder / "home") as home:
        small.build()
        process, url = serve(home, folder / "web.log", ZHILI_READERS_MAY_SCHEDULE="true")
        yield home, url
        process.terminate()
        process.wait(20)


def row(page: Page, table: str, text: str):
    return page.locator(f"#{table} .ag-row", has_text=text).first


def test_a_schedule_is_added_run_made_and_its_file_had(
    page: Page, office: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
):
    _, url = office
    page.goto(f"{url}/reports")
    expect(page.locator("#reports-headline")).to_contain_text("0 个定时报告")
    page.fill("#reports-new-name", "晨报 <b>一</b>")
    page.click("#reports-add")
    expect(page.locator("#reports-outcome")).to_contain_text("已新增：晨报 <b>一</b>")
    expect(row(page, "reports-schedules-table", "晨报")).to_contain_text("周一至周五 07:30")
    page.click("#reports-add")
    expect(page.locator("#reports-outcome")).to_contain_text("already")

    row(page, "reports-schedules-table", "晨报").click()
    page.click("#reports-run")
    expect(row(page, "reports-runs-table", "晨报")).to_contain_text("等待")
    real = freshness.by_source
    monkeypatch.setattr(checks, "by_source", lambda as_of: [replace(one, state="fresh") for one in real(as_of)])
    (run,) = report_runs.runs()
    with session() as store:
        store.get_one(ReportRunRow, run.id).on_day = DAY
    rounds.make_next("test")
    expect(row(page, "reports-runs-table", "晨报")).to_contain_text("完成")
    with page.expect_download() as got:
        row(page, "reports-runs-table", "晨报").locator("a", has_text="docx").click()
    sums = {file.name: file.sha256 for file in report_runs.files_of([run.id])[run.id]}
    body = Path(got.value.path()).read_bytes()
    assert hashlib.sha256(body).hexdigest() == sums[got.value.suggested_filename] and "daily-2026-10-19" in got.value.suggested_filename  # fmt: skip


def test_a_run_is_cancelled_a_schedule_paused_and_taken_away(page: Page, office: tuple[Path, str]):
    _, url = office
    number = report_schedules.add(Plan(name="周报", kind="weekly", due="mon 08:00", area="towns")).id
    report_runs.ask(number, lambda: ["370116001"])
    page.goto(f"{url}/reports")
    row(page, "reports-runs-table", "周报").click()
    page.click("#reports-cancel")
    expect(row(page, "reports-runs-table", "周报")).to_contain_text("已取消")
    row(page, "reports-schedules-table", "周报").click()
    page.click("#reports-pause")
    expect(row(page, "reports-schedules-table", "周报")).to_contain_text("已暂停")
    row(page, "reports-schedules-table", "周报").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#reports-remove")
    expect(page.locator("#reports-schedules-table .ag-row", has_text="周报")).to_have_count(0)
    assert number not in [one.id for one in report_schedules.schedules()]


def test_without_leave_there_is_nothing_to_press_and_nothing_is_done(page: Page, site_url: str):
    page.goto(f"{site_url}/reports")
    expect(page.locator("#reports-schedules-note")).to_contain_text("python -m reports schedule")
    assert page.locator("#reports-add, #reports-run, #reports-cancel").count() == 0
    assert page.request.get(f"{site_url}/reports/files/999").status == 404
    assert page.request.get(f"{site_url}/reports/files/99999999999999").status == 404
    assert page.request.get(f"{site_url}/reports/files/..%2f..%2fclock.json").status == 404
