"""A filter asks the server once and at once; what no answer came to is asked again."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.e2e
HEADLINE = "#overview-headline"


def test_a_change_is_one_request_sent_before_the_controls_have_followed(page: Page, site_url: str):
    page.goto(site_url)
    expect(page.locator(HEADLINE)).to_contain_text("莱芜区")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if r.method == "POST" else None)
    page.evaluate("() => zhili.setFilter('area', '370116001')")
    expect(page.locator(HEADLINE)).to_contain_text("凤城街道")
    expect(page.locator("#shell-area")).to_have_value("凤城街道")
    assert asked[0] == f"{site_url}/answers/overview"
    assert sum("/answers/" in url for url in asked) == 1


def test_a_page_asks_once_when_it_is_opened(page: Page, site_url: str):
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/answers/" in r.url else None)
    page.goto(f"{site_url}/timeliness")
    expect(page.locator("#timeliness-change-note")).not_to_be_empty()
    assert asked == [f"{site_url}/answers/timeliness"]


def test_two_filters_set_in_one_breath_both_hold(page: Page, site_url: str):
    page.goto(site_url)
    expect(page.locator(HEADLINE)).to_contain_text("莱芜区")
    page.evaluate("() => { zhili.setFilter('area', '370116001'); zhili.setFilter('category', '城乡建设'); }")
    expect(page.locator("#shell-category")).to_have_value("城乡建设")
    expect(page.locator("#shell-area")).to_have_value("凤城街道")
    expect(page.locator(HEADLINE)).to_contain_text("凤城街道")
    expect(page).to_have_url(re.compile("area=370116001.*category="))


def test_what_no_answer_came_to_is_asked_again(page: Page, site_url: str):
    page.goto(site_url)
    expect(page.locator(HEADLINE)).to_contain_text("莱芜区")
    lost: list[str] = []

    def lose(route: Route) -> None:
        lost.append(route.request.url)
        route.fulfill(status=200, content_type="application/x-ndjson", body="{no json\n")

    page.route("**/answers/**", lose, times=1)
    page.evaluate("() => zhili.setFilter('area', '370116001')")
    expect(page.locator(HEADLINE)).to_contain_text("凤城街道")
    assert len(lost) == 1
