"""A newcomer is led to the guide once."""

from playwright.sync_api import Page, expect


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
