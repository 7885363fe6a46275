"""Every figure says what it is made of: numerator, denominator, period, as-of and caveat, in both languages."""

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from pages.timeliness_panels.rows import QUANTILES, hover_times
from tests.e2e.test_map import map_home, map_url, open_map  # noqa: F401
from ui.figures.interval_dots import interval_dots
from ui.words import speaker

pytestmark = pytest.mark.e2e
PARTS = {
    "zh": ("分子：", "分母：", "时段：", "数据截至：", "注意："),
    "en": ("Numerator: ", "Denominator: ", "Period: ", "As of: ", "Caveat: "),
}
OVERVIEW = ("trend", "settled", "areas", "categories")
TIMELINESS = ("trend", "control", "stages", "times", "on_time", "overdue", "change")
EVERY_MARK = """(id) => { const host = document.getElementById(id);
    return host.plot.marks.map((mark) => zhili.plot.textOf(host, mark)).filter(Boolean); }"""


def holds_all(text: str, lang: str, what: str) -> None:
    missing = [part for part in PARTS[lang] if part not in text]
    assert not missing, f"{what} lacks {missing}: {text!r}"


def told_by_focus(page: Page, lang: str, numbers: str, least: int) -> None:
    """Walks through every number that `numbers` finds and reads what is told of it."""
    found = page.locator(numbers)
    expect(found.nth(least - 1)).to_be_visible()
    for at in range(found.count()):
        found.nth(at).focus()
        expect(page.locator("#made-box")).to_be_visible()
        holds_all(page.locator("#made-box").inner_text(), lang, f"{numbers} {at}")
        page.keyboard.press("Escape")


def told_by_figure(page: Page, lang: str, figure: str) -> None:
    """One mark by keyboard as it is shown, and every mark as it would be."""
    page.wait_for_function(
        "(id) => document.getElementById(id)?.plot?.data.some((trace) => trace.hovertext)", arg=figure
    )
    page.locator(".panel-marks", has=page.locator(f"#{figure}")).focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#made-box")).to_be_visible()
    holds_all(page.locator("#made-box").inner_text(), lang, figure)
    for text in page.evaluate(EVERY_MARK, figure):
        holds_all(text, lang, figure)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_card_and_mark_of_the_overview(page: Page, site_url: str, lang: str):
    page.goto(f"{site_url}/?lang={lang}")
    expect(page.locator("#overview-cameras-value")).not_to_be_empty()
    told_by_focus(page, lang, ".card.told", 7)
    for name in OVERVIEW:
        told_by_figure(page, lang, f"overview-{name}-figure")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_mark_of_timeliness_under_every_choice(page: Page, site_url: str, lang: str):
    page.goto(f"{site_url}/timeliness?lang={lang}")
    for name in TIMELINESS:
        told_by_figure(page, lang, f"timeliness-{name}-figure")
        for choice in page.locator(f"#timeliness-{name}-by label").all()[1:]:
            old = page.evaluate(EVERY_MARK, f"timeliness-{name}-figure")
            choice.click()
            page.wait_for_function(
                f"([id, old]) => JSON.stringify(({EVERY_MARK})(id)) !== JSON.stringify(old)",
                arg=[f"timeliness-{name}-figure", old],
            )
            told_by_figure(page, lang, f"timeliness-{name}-figure")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_number_beside_the_map_its_legend_and_its_keys(page: Page, map_url: str, lang: str):  # noqa: F811
    open_map(page, map_url, f"?lang={lang}&area=370116003&layers=sensors,cameras,teams")
    expect(page.locator(".map-key-layer")).to_have_count(3)
    told_by_focus(page, lang, "#map-panel .told", 8)
    told_by_focus(page, lang, ".map-legend.told, .map-key-layer.told", 4)
    assert "area=370116003" in page.url, "the Escape that closed what was told did not also go up on the map"
    page.keyboard.press("Escape")
    page.wait_for_function("() => !location.search.includes('area=370116003')")


def test_a_tap_opens_a_card_and_another_closes_it(page: Page, site_url: str):
    context = page.context.browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone = context.new_page()
    phone.goto(site_url)
    expect(phone.locator("#overview-open-value")).not_to_be_empty()
    phone.locator(".card", has=phone.locator("#overview-open-value")).tap()
    expect(phone.locator("#made-box")).to_be_visible()
    holds_all(phone.locator("#made-box").inner_text(), "zh", "a card")
    box = phone.locator("#made-box").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    phone.locator("#overview-headline").tap()
    expect(phone.locator("#made-box")).to_be_hidden()
    context.close()


def test_a_name_that_looks_like_markup_is_drawn_and_told_as_it_is(page: Page, site_url: str):
    names = ["<b>x</b>", '<a href="http://elsewhere">A & B</a>', "&lt;局&gt;"]
    rows = pd.DataFrame({"name": names, "chosen": names, "n": 9, "events": 5, **dict.fromkeys(QUANTILES, 2.0)})
    hover = hover_times(rows, names, speaker("zh"), [""] * len(names))
    figure = interval_dots(rows, [("p50", "")], hover, ["2"] * len(names), "h", "dark", 1).to_plotly_json()
    page.goto(f"{site_url}/timeliness")
    told_by_figure(page, "zh", "timeliness-times-figure")
    page.keyboard.press("Escape")
    page.evaluate(
        """(figure) => zhili.plot.draw(document.getElementById("timeliness-times-figure"), figure)""",
        figure,
    )
    axis = page.locator("#timeliness-times-figure .plot-yticks text")
    expect(axis).to_have_text(names)
    expect(axis.locator("a, tspan")).to_have_count(0)
    frame = page.locator(".panel-marks", has=page.locator("#timeliness-times-figure"))
    frame.blur()
    frame.focus()
    told = []
    for _ in names:
        page.keyboard.press("ArrowRight")
        told.append(page.locator("#made-box div").first.inner_text())
    assert told == names
