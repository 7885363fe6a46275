"""The wall in a real browser: it fits every screen, says when it is cut off, comes back by itself, and touches nothing that is the same."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.small import NAMES


def opened(page: Page, site_url: str, query: str = "") -> None:
    page.goto(f"{site_url}/wall?refresh=0.3&{query}")
    expect(page.locator("#wall-question")).not_to_be_empty()
    expect(page.locator(".block").first).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (3840, 2160), (5760, 1080), (1080, 1920)])
def test_it_fills_the_screen_without_scroll_bars_and_its_text_is_large(
    browser: Browser, site_url: str, width: int, height: int
):
    page = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()
    opened(page, site_url, "play=0")
    expect(page.locator(".middle canvas")).to_be_visible()
    over = page.evaluate(
        """() => [...document.querySelectorAll("#wall, header, .block, .body, .middle, .number b, .row b")]
        .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline" || one.getBoundingClientRect().bottom > innerHeight + 1)
        .map((one) => one.className || one.id)"""
    )
    assert over == []
    least = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll("#wall *")].filter((one) => one.offsetParent && [...one.childNodes]
        .some((node) => node.nodeType === 3 && node.data.trim())).map((one) => parseFloat(getComputedStyle(one).fontSize)))"""
    )
    assert least >= 20 * min(width, height) / 1080 - 0.5
    page.context.close()


@pytest.mark.parametrize("key", ["timeliness", "devices"])
def test_no_number_stands_over_the_edge_of_its_block_in_the_longer_language(page: Page, site_url: str, key: str):
    opened(page, site_url, f"scenes={key}&play=0&lang=en")
    expect(page.locator(".number")).to_have_count(4)
    over = page.evaluate(
        """() => [...document.querySelectorAll(".number, .number *")].filter((one) => {
            const range = document.createRange();
            range.selectNodeContents(one);
            return range.getBoundingClientRect().right > one.closest(".body").getBoundingClientRect().right + 1;
        }).map((one) => one.textContent)"""
    )
    assert over == []


def test_scenes_are_gone_through_by_keys_and_by_playlist(page: Page, site_url: str):
    opened(page, site_url, "scenes=warnings,nothing,overview&play=0")
    expect(page.locator("#wall-question")).to_have_text("现在有什么要决定？")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#wall-question")).to_have_text("全区怎么样？")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#wall-question")).to_have_text("现在有什么要决定？")
    assert page.locator("#wall-tabs button").count() == 2


def test_what_is_the_same_is_not_touched(page: Page, site_url: str):
    opened(page, site_url, "scenes=overview&play=0")
    page.wait_for_function(
        "() => { const map = document.querySelector('.stage canvas'); return map && map.width !== 300; }"
    )  # drawn, once its outlines came
    page.evaluate("""() => { window.touched = 0; new MutationObserver((all) => { touched += all.length; })
        .observe(document.getElementById("wall-main"), { childList: true, subtree: true, attributes: true, characterData: true }); }""")
    before = page.evaluate("() => zhiliWall.refreshes")
    page.wait_for_function("(before) => zhiliWall.refreshes > before + 5", arg=before)
    assert page.evaluate("() => touched") == 0


def test_it_says_that_it_is_cut_off_keeps_what_it_has_and_comes_back(browser: Browser, site_url: str):
    page = browser.new_context(locale="zh-CN").new_page()  # the lost connection is told to the console, as it should be
    opened(page, site_url, "scenes=overview&play=0")
    shown = page.locator(".number b").all_text_contents()
    page.route("**/wall/data/*", lambda route: route.abort())
    expect(page.locator("#wall-lost")).to_contain_text("正在重连")
    assert page.locator(".number b").all_text_contents() == shown and shown
    page.unroute("**/wall/data/*")
    expect(page.locator("#wall-lost")).to_be_hidden()
    page.context.close()


def test_a_red_warning_that_waits_holds_the_scene(page: Page, site_url: str):
    opened(page, site_url, "scenes=overview,warnings&seconds=5")
    page.evaluate(
        "() => { Object.defineProperty(zhiliWall, 'reds', { get: () => 1, set: () => {} }); zhiliWall.since -= 60000; }"
    )
    page.wait_for_timeout(2500)
    expect(page.locator("#wall-question")).to_have_text("全区怎么样？")


def test_another_version_of_the_server_is_loaded_anew(page: Page, site_url: str):
    opened(page, site_url, "scenes=overview&play=0")
    page.evaluate("() => { window.isOld = true; zhiliWall.etags = {}; }")  # before the answer that loads the page anew
    page.route("**/wall/data/*", lambda route: route.fulfill(json={"version": "another", "blocks": {}}), times=1)
    page.wait_for_function("() => !window.isOld")
    expect(page.locator(".block").first).to_be_visible()


WRITTEN = """(() => { window.written = []; const paint = CanvasRenderingContext2D.prototype, real = paint.fillText;
  paint.fillText = function (text, x, y, ...more) {
    const { width } = this.measureText(text), tall = parseFloat(this.font.match(/([\\d.e-]+)px/)[1]), { a, d, e, f } = this.getTransform();
    window.written.push({ text, left: a * (x - width / 2) + e, right: a * (x + width / 2) + e, top: d * (y - tall / 2) + f, bottom: d * (y + tall / 2) + f, wide: this.canvas.width, high: this.canvas.height });
    return real.call(this, text, x, y, ...more);
  }; })()"""


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1080, 1920)])
def test_every_town_has_its_name_and_nothing_is_written_over_it(
    browser: Browser, site_url: str, width: int, height: int
):
    page = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()
    page.add_init_script(WRITTEN)
    opened(page, site_url, "scenes=overview&play=0&refresh=600")
    page.wait_for_function("() => window.written.length > 0")
    page.wait_for_timeout(500)
    written = page.evaluate("() => window.written")
    last = {one["text"]: one for one in written}
    towns = {name for code, name in NAMES.items() if len(code) == 9}
    assert towns <= set(last)
    for name in towns:
        mine = last[name]
        assert (
            mine["left"] >= 0 and mine["right"] <= mine["wide"] and mine["top"] >= 0 and mine["bottom"] <= mine["high"]
        )
        for other in last.values():
            if other is not mine:
                assert mine["right"] <= other["left"] or other["right"] <= mine["left"] or mine["bottom"] <= other["top"] or other["bottom"] <= mine["top"]  # fmt: skip
    page.context.close()


def test_a_finger_leads_to_other_scenes(browser: Browser, site_url: str):
    page = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN", has_touch=True).new_page()
    opened(page, site_url, "scenes=warnings,overview&play=0")
    finger = page.context.new_cdp_session(page)

    def swipe(*xs: int) -> None:
        for kind, x in zip(("touchStart", *["touchMove"] * (len(xs) - 1)), xs, strict=True):
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": 500}]})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    swipe(1400, 1100, 800, 500)
    expect(page.locator("#wall-question")).to_have_text("全区怎么样？")
    swipe(500, 800, 1100, 1400)
    expect(page.locator("#wall-question")).to_have_text("现在有什么要决定？")
    page.touchscreen.tap(900, 500)
    expect(page.locator("#wall-tabs button").first).to_be_visible()
    box = page.locator("#wall-tabs button").last.bounding_box()
    assert box["height"] >= 44 and box["width"] >= 44
    page.locator("#wall-tabs button").last.tap()
    expect(page.locator("#wall-question")).to_have_text("全区怎么样？")
    page.context.close()
