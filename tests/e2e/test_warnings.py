"""`/warnings` in a real browser: a warning is led through its life by button and key, two people at once, map, address, rules."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text

from operations import warning_actions as actions
from operations.migrate import bring_up_to_date
from operations.store import session
from operations.warning_folding import fold
from operations.warnings import warning
from tests.homes import living_in
from tests.operations.findings import found, look

pytestmark = pytest.mark.e2e
GRIDS = ("370116001001001", "370116001001002")
REASON = {
    "kind": "counts", "place": "东升社区", "what": "噪声", "observed": 9, "expected": 2, "unit": "incidents", "probability": 1e-6,
    "confidence": 0.9, "points": {"probability": 2, "size": 2, "spread": 1, "impact": 0}, "since": "2026-10-20 06:00",
}  # fmt: skip


@pytest.fixture
def numbers(web_home: Path) -> Iterator[list[int]]:
    """Three warnings: red, orange, blue; gone after the test."""
    with living_in(web_home):
        bring_up_to_date()
        yield raised(4, 3, 1)
        with session() as store:
            for table in ("notice", "mute", "warning_area", "warning_event", "warning", "warning_rule_change"):
                store.execute(text(f"delete from {table}"))


def raised(*grades: int) -> list[int]:
    """The numbers of warnings of these grades, found at one look."""
    every = [found(subject=f"s{grade}", grade=grade, extent=GRIDS[: 1 + grade % 2]) for grade in grades]
    for one in every:
        object.__setattr__(one, "reason", REASON | {"place": f"东升<b>社区</b>{one.grade}"})
    return fold(look(), every)


def rows(page: Page):
    return page.locator("#warnings-list .warning-row")


def opened(page: Page, site_url: str, query: str = "") -> Page:
    page.goto(f"{site_url}/warnings{query}")
    expect(rows(page).first).to_be_visible()
    return page


def test_the_list_has_the_gravest_first_and_what_a_rule_said_is_text(page: Page, site_url: str, numbers: list[int]):
    opened(page, site_url)
    expect(rows(page)).to_have_count(3)
    expect(rows(page).first).to_contain_text("东升<b>社区</b>4噪声")
    assert [badge.inner_text() for badge in page.locator("#warnings-list .warning-badge").all()] == ["红", "橙", "蓝"]
    assert page.locator("#warnings-list b").count() == 0
    expect(page.locator("#warnings-headline")).to_have_text("在办预警 3 条：红色 1、橙色 1、蓝色 1；3 条待受理。")


def test_a_warning_is_led_through_its_life_by_keys_and_the_name_is_asked_once(
    page: Page, site_url: str, numbers: list[int]
):
    opened(page, site_url)
    page.keyboard.press("j")
    expect(page.locator("#warnings-one-head")).to_contain_text("<b>社区</b>4")
    page.keyboard.press("a")
    page.locator("#warnings-form input[name=by]").fill("王强")
    page.keyboard.press("Enter")
    expect(page.locator("#warnings-one-head .warning-state")).to_have_text("已受理")
    expect(page.locator("#warnings-name b")).to_have_text("王强")
    for key, field, state in (
        ("t", "comment", "属实"),
        ("d", "to", "已派遣"),
        ("s", "comment", "已处置"),
        ("c", "comment", "已结案"),
    ):
        page.keyboard.press(key)
        page.locator(f"#warnings-form [name={field}]").fill("环卫一队")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#warnings-one-head .warning-state")).to_have_text(state)
    expect(rows(page)).to_have_count(2)
    expect(page.locator("#warnings-life-body li")).to_have_count(6)
    assert warning(numbers[0]).warning.outcome is True


def test_who_was_slower_sees_who_was_faster_and_the_fresh_state(page: Page, site_url: str, numbers: list[int]):
    opened(page, site_url, f"?warning={numbers[1]}")
    page.evaluate("() => localStorage.setItem('zhili-name', '王')")
    expect(page.locator("[data-step=acknowledge]")).to_be_visible()
    actions.acknowledge(numbers[1], "李敏")
    page.click("[data-step=acknowledge]")
    expect(page.locator("#warnings-said.refused")).to_contain_text("李敏")
    expect(page.locator("#warnings-one-head .warning-state")).to_have_text("已受理")
    expect(page.locator("[data-step=judge_true]")).to_be_visible()


def test_what_others_do_is_seen_without_asking_and_no_row_is_made_anew(page: Page, site_url: str, numbers: list[int]):
    opened(page, site_url)
    page.evaluate(
        "() => document.querySelectorAll('#warnings-list .warning-row').forEach((row) => { row.mine = true; })"
    )
    actions.acknowledge(numbers[0], "李敏")
    expect(rows(page).first.locator(".warning-state")).to_have_text("已受理", timeout=15_000)
    assert page.evaluate("() => [...document.querySelectorAll('#warnings-list .warning-row')].every((row) => row.mine)")
    raised(2)
    expect(rows(page)).to_have_count(4, timeout=15_000)
    expect(page.locator("#warnings-unread")).to_contain_text("1 条新消息")
    page.click("#warnings-unread")
    expect(page.locator("#warnings-unread")).to_be_hidden()


def test_the_address_holds_the_chosen_warning_and_the_filters(page: Page, site_url: str, numbers: list[int]):
    opened(page, site_url)
    page.click('.warnings-grade[data-grade="3"]')
    expect(rows(page)).to_have_count(1)
    rows(page).first.click()
    expect(page.locator("#warnings-one-head")).to_contain_text("<b>社区</b>3")
    assert f"warning={numbers[1]}" in page.url and "grade=3" in page.url
    sent = page.url
    page.goto("about:blank")
    page.goto(sent)
    expect(page.locator("#warnings-one-head")).to_contain_text("<b>社区</b>3")
    expect(rows(page)).to_have_count(1)
    page.click("#shell-lang")
    expect(page.locator("#warnings-one-head")).to_contain_text("in 东升<b>社区</b>3")
    assert f"warning={numbers[1]}" in page.url and "grade=3" in page.url


def test_the_map_paints_the_extents_and_a_click_chooses(page: Page, site_url: str, numbers: list[int]):
    opened(page, site_url)
    expect(page.locator(".warnings-grid.warning-fill-4, .warnings-grid.warning-fill-3")).to_have_count(2)
    page.locator(".warnings-mark").first.click()
    expect(page.locator("#warnings-one-head .warning-title")).to_be_visible()
    expect(page.locator(".warnings-mark.is-chosen")).to_have_count(1)
    assert page.locator(".warnings-extent path").count() >= 1


@pytest.mark.parametrize("odd", ["999", "x", "<b>1</b>"])
def test_a_warning_that_is_not_there_is_said_and_the_list_stands(
    page: Page, site_url: str, numbers: list[int], odd: str
):
    opened(page, site_url, f"?warning={odd}")
    expect(page.locator("#warnings-none")).to_contain_text(f"没有编号为 {odd} 的预警")
    assert page.locator("#warnings-none b").count() == 0


def test_an_empty_list_says_why(page: Page, site_url: str, numbers: list[int]):
    page.goto(f"{site_url}/warnings?grade=2")
    expect(page.locator("#warnings-list-note")).to_contain_text("没有符合条件的预警")


def test_a_rule_is_changed_checked_and_goes_back(page: Page, site_url: str, numbers: list[int]):
    opened(page, site_url)
    page.evaluate("() => localStorage.setItem('zhili-name', '王')")
    page.click("#warnings-tab-rules")
    field = page.locator("#warnings-rules input[name=per_day]")
    before = field.input_value()
    field.fill("0")
    page.click("#warnings-rules button[type=submit]")
    expect(page.locator("#warnings-rules .warnings-said")).to_contain_text("须在 >0 到 1000 之间")
    field.fill("2.5")
    page.click("#warnings-rules button[type=submit]")
    expect(page.locator("#warnings-rules .warnings-said")).to_contain_text("1 处改动已保存")
    expect(page.locator("#warnings-rules .warning-life li").first).to_contain_text("2.5")
    page.get_by_role("button", name="恢复出厂值").click()
    assert page.locator("#warnings-rules input[name=per_day]").input_value() == before


def test_a_rule_is_muted_with_an_end_and_heard_again(page: Page, site_url: str, numbers: list[int]):
    opened(page, site_url)
    page.evaluate("() => localStorage.setItem('zhili-name', '王')")
    page.goto(f"{site_url}/warnings?part=rules&rule=counts_hour")
    page.get_by_role("button", name="静默规则").click()
    page.fill("#warnings-rules [name=reason]", "庙会")
    page.click("#warnings-rules .warnings-form button[type=submit]")
    expect(page.locator("#warnings-rules .warnings-said:visible")).to_contain_text("在全区静默至")
    page.click("#warnings-tab-outcomes")
    row = page.locator("#warnings-outcomes tr", has_text="庙会")
    expect(row).to_contain_text("全区")
    row.get_by_role("button").click()
    expect(page.locator("#warnings-outcomes .warnings-said")).to_contain_text("已取消静默")


def test_a_preview_runs_in_the_background_and_the_page_stays_alive(page: Page, site_url: str, numbers: list[int]):
    page.goto(f"{site_url}/warnings?part=rules&rule=repeats")
    page.get_by_role("button", name="预演近90天").click()
    expect(page.locator(".warnings-preview")).to_contain_text("近 90 天会发出", timeout=60_000)


def test_outcomes_are_shown_with_their_counts(page: Page, site_url: str, numbers: list[int]):
    page.goto(f"{site_url}/warnings?part=outcomes")
    expect(page.locator("#warnings-outcomes section")).to_have_count(5)
    expect(page.locator("#warnings-outcomes tbody tr").first).to_contain_text("事件突增")


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (390, 844)])
def test_the_page_fits_the_window_and_every_button_can_be_touched(
    browser: Browser, site_url: str, numbers: list[int], width: int, height: int
):
    page = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()
    page.goto(f"{site_url}/warnings")
    rows(page).first.click()
    expect(page.locator("[data-step=acknowledge]")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    if width > 800:
        assert page.evaluate("() => document.documentElement.scrollHeight <= window.innerHeight")
    small = page.evaluate(
        "() => [...document.querySelectorAll('#warnings-page button')].filter((one) => one.offsetParent && one.offsetHeight < 43).map((one) => one.className)"
    )
    assert small == []
    page.context.close()


def test_a_page_that_gets_no_answer_says_since_when_and_recovers(browser: Browser, site_url: str, numbers: list[int]):
    page = browser.new_context(locale="zh-CN").new_page()
    opened(page, site_url)
    page.context.set_offline(True)
    expect(page.locator("#warnings-live.lost")).to_contain_text("失去联系", timeout=15_000)
    expect(rows(page)).to_have_count(3)
    page.context.set_offline(False)
    expect(page.locator("#warnings-live")).to_have_text("实时", timeout=15_000)
    page.context.close()
