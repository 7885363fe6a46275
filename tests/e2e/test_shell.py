"""The frame: filters and address hold the same, and a filter never lays a page out anew."""

import re
import urllib.request
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.test_overview import own_count

pytestmark = pytest.mark.e2e
HEADLINE = "#overview-headline"


def test_a_filter_goes_into_the_address_and_the_page_stays(page: Page, site_url: str):
    page.goto(site_url)
    expect(page.locator(HEADLINE)).to_contain_text("莱芜区近30天")
    page.evaluate("document.querySelector('#overview-headline').dataset.same = 'yes'")
    page.click("#shell-period")
    page.get_by_role("option", name="近7天", exact=True).click()
    expect(page.locator(HEADLINE)).to_contain_text("近7天")
    expect(page).to_have_url(f"{site_url}/?period=7d")
    assert page.get_attribute(HEADLINE, "data-same") == "yes"


def test_back_and_forward_walk_through_the_views(page: Page, site_url: str):
    page.goto(f"{site_url}/?period=7d")
    expect(page.locator(HEADLINE)).to_contain_text("莱芜区近7天")
    page.evaluate("document.querySelector('#overview-headline').dataset.same = 'yes'")
    page.click("#shell-area")
    page.keyboard.type("胜利")
    page.get_by_role("option", name="凤城街道 › 胜利社区", exact=True).click()
    expect(page.locator(HEADLINE)).to_contain_text("胜利社区近7天")
    expect(page).to_have_url(re.compile("area=370116001002"))
    page.go_back()
    expect(page.locator(HEADLINE)).to_contain_text("莱芜区近7天")
    expect(page.locator("#shell-area")).to_have_value("")
    assert page.get_attribute(HEADLINE, "data-same") == "yes"
    page.go_forward()
    expect(page.locator(HEADLINE)).to_contain_text("胜利社区近7天")
    expect(page.locator("#shell-area")).to_have_value("凤城街道 › 胜利社区")


def test_a_department_changes_figures_and_address_and_the_way_back_is_kept(page: Page, site_url: str, web_home: Path):
    page.goto(f"{site_url}/?period=all")
    every = own_count(web_home, "select count(*) as n from incident")
    expect(page.locator("#overview-incidents-value")).to_have_text(f"{every:,}")
    page.click("#shell-more")
    page.click("#shell-department")
    page.get_by_role("option", name="城管局", exact=True).click()
    n = own_count(web_home, "select count(*) as n from incident where department = '城管局'")
    assert 0 < n < every
    expect(page.locator("#overview-incidents-value")).to_have_text(f"{n:,}")
    expect(page).to_have_url(re.compile("department="))
    assert parse_qs(urlparse(page.url).query)["department"] == ["城管局"]
    expect(page.locator(".chip")).to_have_text("部门城管局×")
    expect(page.locator("#shell-more-count")).to_have_text("1")
    page.go_back()
    expect(page.locator("#overview-incidents-value")).to_have_text(f"{every:,}")
    expect(page.locator(".chip")).to_have_count(0)
    page.go_forward()
    expect(page.locator("#overview-incidents-value")).to_have_text(f"{n:,}")
    page.click(".chip")
    expect(page.locator("#overview-incidents-value")).to_have_text(f"{every:,}")
    expect(page).not_to_have_url(re.compile("department"))


def test_a_source_in_a_link_is_shown_by_its_name(page: Page, site_url: str, web_home: Path):
    source = own_count(web_home, "select min(source) as n from incident")
    page.goto(f"{site_url}/?period=all&source={source}")
    n = own_count(web_home, f"select count(*) as n from incident where source = '{source}'")
    expect(page.locator("#overview-incidents-value")).to_have_text(f"{n:,}")
    expect(page.locator(".chip b")).not_to_be_empty()


@pytest.mark.parametrize(
    ("size", "lang"), [((1920, 1080), "zh"), ((1920, 1080), "en"), ((1366, 768), "en"), ((390, 844), "en")]
)
def test_no_filter_cuts_what_is_chosen(page: Page, site_url: str, size: tuple[int, int], lang: str):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{site_url}/?lang={lang}&area=370116001002&category=城乡建设/环境卫生&department=城管局&channel=hotline")
    expect(page.locator(".chip")).to_have_count(2)
    page.click("#shell-more")
    cut = """() => [...document.querySelectorAll('.filters input:not([type=hidden])')].filter((input) => {
        const style = getComputedStyle(input), pencil = document.createElement('canvas').getContext('2d');
        pencil.font = style.font;
        const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        return input.value && pencil.measureText(input.value).width > room; }).map((input) => input.id)"""
    assert page.evaluate(cut) == []
    box = page.locator(".more-filters").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= size[0]
    page.keyboard.press("Escape")
    expect(page.locator(".more-filters")).to_be_hidden()


def test_an_area_is_found_by_its_code(page: Page, site_url: str):
    page.goto(site_url)
    page.click("#shell-area")
    page.keyboard.type("370116101201")
    page.get_by_role("option", name="杨庄镇 › 杨庄村", exact=True).click()
    expect(page.locator(HEADLINE)).to_contain_text("杨庄村近30天")


def test_a_view_that_is_left_at_once_is_one_to_come_back_to(page: Page, site_url: str):
    """A filter goes into the address a moment later; whoever turns on before that loses no step."""
    page.goto(f"{site_url}/?period=7d")
    expect(page.locator(HEADLINE)).to_contain_text("莱芜区近7天")
    page.evaluate("""() => {
        zhili.setFilter("area", "370116001");
        zhili.setFilter("category", "政法");
        document.querySelector(".nav-link[href^='/data']").click();
    }""")
    expect(page.locator("#data-headline")).to_contain_text("个来源")
    assert parse_qs(urlparse(page.url).query) == {"area": ["370116001"], "period": ["7d"], "category": ["政法"]}
    ways = []
    for _ in range(3):
        page.go_back()
        ways.append(urlparse(page.url).path + "?" + "&".join(parse_qs(urlparse(page.url).query)))
    assert ways == ["/?area&period&category", "/?area&period", "/?period"]
    expect(page.locator(HEADLINE)).to_contain_text("莱芜区近7天")


def test_a_link_opens_the_view_it_was_made_of(page: Page, site_url: str):
    page.goto(f"{site_url}/?area=370116001&period=90d&category=政法&channel=hotline&lang=en&theme=light")
    expect(page.locator(HEADLINE)).to_contain_text("凤城街道, Last 90 days")
    expect(page.locator("#shell-category")).to_have_value("政法")
    expect(page.locator("#shell-channel")).to_have_value("12345 hotline")
    assert page.evaluate("document.documentElement.dataset.mantineColorScheme") == "light"


def test_the_pages_keep_the_filters(page: Page, site_url: str):
    page.goto(f"{site_url}/?area=370116001&period=7d")
    expect(page.locator(HEADLINE)).to_contain_text("凤城街道近7天")
    page.click(".nav-link:has-text('数据')")
    expect(page.locator("#data-headline")).to_contain_text("个来源")
    assert page.url == f"{site_url}/data?area=370116001&period=7d"
    expect(page.locator(".nav-link[aria-current]")).to_have_text("数据")
    page.go_back()
    expect(page.locator(HEADLINE)).to_contain_text("凤城街道近7天")


def test_language_and_theme_are_switched_and_remembered(page: Page, site_url: str):
    page.goto(site_url)
    expect(page.locator(HEADLINE)).to_contain_text("莱芜区")
    page.click("#shell-theme")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.click("#shell-lang")
    expect(page.locator(HEADLINE)).to_contain_text("Last 30 days")
    expect(page.locator(".nav-link").first).to_have_text("Overview")
    expect(page).to_have_url(re.compile("theme=light.*lang=en|lang=en.*theme=light"))
    page.goto(site_url)
    expect(page.locator(HEADLINE)).to_contain_text("Last 30 days")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_what_the_address_gets_wrong_is_ignored_and_said(page: Page, site_url: str):
    page.goto(
        f"{site_url}/?area=<img src=x onerror=alert(1)>&period=zzz&category=%00&as_of=-3&channel=x&lang=xx&theme=pink"
    )
    expect(page.locator("#shell-ignored")).to_have_text("链接中的 数据版本、区域、时段、类别、渠道 无法识别，已忽略。")
    expect(page.locator(HEADLINE)).to_contain_text("莱芜区近30天")


def test_a_page_as_of_a_snapshot_says_so(page: Page, site_url: str):
    page.goto(f"{site_url}/?as_of=2")
    expect(page.locator("#shell-past")).to_contain_text("第 2 版")
    expect(page.locator(HEADLINE)).to_contain_text("莱芜区近30天")


def test_demo_data_are_marked_and_old_data_called_stale(page: Page, site_url: str):
    page.goto(site_url)
    expect(page.locator("#shell-demo")).to_contain_text("演示数据")
    expect(page.locator("#shell-until")).to_have_text("数据截至 2026-10-20 12:00")
    expect(page.locator("#shell-state")).to_have_text("停更")


def test_the_keyboard_reaches_the_content_and_every_filter(page: Page, site_url: str):
    page.goto(site_url)
    expect(page.locator(HEADLINE)).to_contain_text("莱芜区")
    seen = []
    for _ in range(24):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "shell-more":
            page.keyboard.press("Enter")
        seen.append(page.evaluate("document.activeElement.id || document.activeElement.className"))
    assert seen[0] == "skip"
    for name in (
        "shell-lang",
        "shell-theme",
        "shell-area",
        "shell-period",
        "shell-category",
        "shell-more",
        "shell-department",
        "shell-channel",
        "shell-source",
        "shell-as-of",
    ):
        assert name in seen


def test_an_unknown_page_shows_the_way_back_and_its_status_says_so(page: Page, site_url: str):
    context = page.context.browser.new_context(locale="zh-CN")
    lost = context.new_page()  # the browser writes a 404 to its console, which `page` would take for a fault
    answer = lost.goto(f"{site_url}/nowhere")
    assert answer and answer.status == 404
    expect(lost.locator("#content")).to_contain_text("没有这个页面")
    context.close()


@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("/", "总览", "Overview"),
        ("/map", "网格图", "Grid map"),
        ("/timeliness", "办理时效", "Timeliness"),
        ("/explore", "分析", "Explore"),
        ("/data", "数据", "Data"),
    ],
)
def test_a_page_has_a_title_in_the_persons_language(page: Page, site_url: str, path: str, zh: str, en: str):
    page.goto(f"{site_url}{path}?lang=zh")
    expect(page).to_have_title(f"{zh} · 智理")
    page.goto(f"{site_url}{path}?lang=en")
    expect(page).to_have_title(f"{en} · Zhili")


def test_no_page_shows_a_raw_key(page: Page, site_url: str):
    for lang in ("zh", "en"):
        for path, ready in (("/", HEADLINE), ("/timeliness", "#timeliness-headline"), ("/data", "#data-headline")):
            page.goto(f"{site_url}{path}?lang={lang}")
            expect(page.locator(ready)).not_to_be_empty()
            assert not re.search(
                r"\b(shell|overview|timeliness|data|channel|level|status)\.[a-z_]+\b", page.inner_text("body")
            )


def test_answers_carry_the_headers_that_close_doors(site_url: str):
    with urllib.request.urlopen(site_url) as answer:
        headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "default-src 'self'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]


def test_scripts_come_compressed_and_for_good(page: Page, site_url: str):
    answers = []
    page.on("response", lambda r: answers.append(r) if "/_dash-component-suites/" in r.url and ".v" in r.url else None)
    page.goto(site_url)
    expect(page.locator(HEADLINE)).to_contain_text("莱芜区")
    assert len(answers) > 5
    for answer in answers:
        assert "immutable" in answer.headers["cache-control"], answer.url
        assert answer.headers.get("content-encoding") in ("br", "gzip") or int(answer.headers["content-length"]) < 1000
