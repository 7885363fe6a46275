"""The grid map in a real Chromium: every grid painted, values right, drilled by click, outlines fetched once."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pandas as pd
import pytest
import shapely
from playwright.sync_api import Page, expect

from tests.analytics import map_district
from tests.e2e.conftest import serve
from tests.e2e.test_overview import own_count
from tests.homes import living_in

pytestmark = pytest.mark.e2e
GRID = "path.map-grid"
TOWN = "370116003"
SINCE = "timestamp '2026-10-25 16:00'"


def filled(home: Path, **how: object) -> Path:
    """That home with the map's district in it."""
    with living_in(home):
        map_district.fill(**how)
    return home


def served(home: Path, log: Path) -> Iterator[str]:
    process, url = serve(home, log)
    yield url
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture(scope="module")
def map_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("map") / "home")


@pytest.fixture(scope="module")
def map_url(map_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from served(map_home, tmp_path_factory.mktemp("log") / "map.log")


def open_map(page: Page, url: str, query: str = "") -> None:
    page.goto(f"{url}/map{query}")
    page.wait_for_selector(f"{GRID}:not(.map-shade-wait)", state="attached")


def area_of(page: Page) -> str | None:
    return parse_qs(urlparse(page.url).query).get("area", [None])[0]


def hold_still(page: Page) -> None:
    """Waits until the map has stopped moving."""
    page.evaluate("() => { window.lastPlace = null; }")
    page.wait_for_function(
        """() => { const now = String(zhili.gridMap.state.map.getBounds().toBBoxString()), still = now === window.lastPlace;
        window.lastPlace = now; return still; }""",
        polling=350,
    )


def centre_of(page: Page, area_id: str) -> tuple[float, float]:
    """Where a point inside that area is on the screen."""
    at = page.evaluate(
        """(id) => { const s = zhili.gridMap.state, p = s.map.latLngToContainerPoint(s.areas.label[s.areas.place.get(id)]);
        const frame = s.map.getContainer().getBoundingClientRect(); return [frame.left + p.x, frame.top + p.y]; }""",
        area_id,
    )
    return at[0], at[1]


def value_of(page: Page, area_id: str) -> float | None:
    return page.evaluate(
        "(id) => { const s = zhili.gridMap.state; return s.values.value[s.areas.place.get(id)]; }", area_id
    )


def test_every_grid_is_painted_and_the_legend_counts_them_all(page: Page, map_url: str):
    open_map(page, map_url)
    expect(page.locator(GRID)).to_have_count(1251)
    assert page.locator(f"{GRID}.map-shade-none").count() == 1
    counts = page.locator("#map-legend .map-legend-row:not(.map-legend-count) .map-legend-n").all_inner_texts()
    assert sum(int(count.replace(",", "")) for count in counts) == 1251


def test_what_the_browser_holds_is_what_sql_counts(page: Page, map_url: str, map_home: Path):
    open_map(page, map_url)
    for area, inside in (
        ("370116004002001", "grid_id"),
        ("370116002001001", "grid_id"),
        ("370116009", "substr(area_id, 1, 9)"),
    ):
        n = own_count(
            map_home, f"select count(*) as n from incident where {inside} = '{area}' and reported_at >= {SINCE}"
        )
        assert value_of(page, area) == n
    assert value_of(page, map_district.SILENT) is None


def test_a_filter_change_sends_values_only_and_repaints(page: Page, map_url: str):
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "/geometry/" in request.url else None)
    open_map(page, map_url)
    before = value_of(page, "370116")
    for query in ("period", "90d"), ("period", "7d"):
        painted = int(page.locator("#map-canvas").get_attribute("data-painted"))
        page.evaluate("([key, value]) => zhili.setFilter(key, value)", list(query))
        page.wait_for_function("(n) => Number(document.getElementById('map-canvas').dataset.painted) > n", arg=painted)
    page.wait_for_function("(was) => zhili.gridMap.state.values.value[0] !== was", arg=before)
    assert value_of(page, "370116") < before
    assert len(fetched) == 1
    expect(page.locator(GRID)).to_have_count(1251)


def test_drilling_by_click_and_back_by_crumbs_escape_and_history(page: Page, map_url: str):
    open_map(page, map_url)
    hold_still(page)
    page.mouse.click(*centre_of(page, TOWN))
    page.wait_for_url(f"**/map?*area={TOWN}*")
    expect(page.locator("#map-area-name")).to_have_text("town003")
    expect(page.locator(f"{GRID}.map-away")).to_have_count(
        1251 - int(page.locator("#map-area-facts dd").last.inner_text().split()[-1])
    )
    hold_still(page)
    page.mouse.click(*centre_of(page, f"{TOWN}005"))
    page.wait_for_url(f"**area={TOWN}005*")
    hold_still(page)
    page.mouse.click(*centre_of(page, f"{TOWN}005001"))
    page.wait_for_url(f"**area={TOWN}005001*")
    expect(page.locator(".map-crumb")).to_have_count(4)
    page.locator(".map-crumb").nth(1).click()
    page.wait_for_function(f"() => new URLSearchParams(location.search).get('area') === '{TOWN}'")
    page.keyboard.press("Escape")
    page.wait_for_function("() => !new URLSearchParams(location.search).get('area')")
    expect(page.locator(".map-away")).to_have_count(0)
    page.go_back()
    page.wait_for_function(f"() => new URLSearchParams(location.search).get('area') === '{TOWN}'")
    expect(page.locator(".map-crumb")).to_have_count(2)
    page.go_forward()
    expect(page.locator(".map-crumb")).to_have_count(1)


def test_areas_are_reached_by_keyboard_alone(page: Page, map_url: str):
    open_map(page, map_url)
    first = page.locator(".map-below-area").first
    first.focus()
    expect(page.locator("path.map-line-lifted")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_function("() => new URLSearchParams(location.search).get('area')")


def test_hover_tells_name_value_and_what_it_is_made_of(page: Page, map_url: str):
    open_map(page, map_url, f"?area={TOWN}005&metric=overdue_count:per_10k")
    hold_still(page)
    page.mouse.move(*centre_of(page, f"{TOWN}005001"))
    expect(page.locator(".map-tip")).to_contain_text("件/万人")
    for part in ("分子：", "分母：", "时段：", "数据截至：", "注意："):
        expect(page.locator(".map-tip")).to_contain_text(part)
    expect(page.locator(".map-tip")).to_contain_text("网格 · town003 · community003005")


def test_a_grid_named_like_an_attack_is_shown_as_text(page: Page, map_url: str):
    open_map(page, map_url, "?area=370116001001")
    hold_still(page)
    page.mouse.move(*centre_of(page, "370116001001002"))
    expect(page.locator(".map-tip strong")).to_have_text(map_district.EVIL)
    expect(page.locator(".map-below-name").filter(has_text="<img")).to_have_count(1)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src='x']").count() == 0


def test_layers_are_in_the_address_and_tell_states_apart(page: Page, map_url: str):
    open_map(page, map_url)
    page.get_by_text("传感器", exact=True).first.click()
    page.wait_for_url("**layers=sensors*")
    expect(page.locator("path.map-mark-sensors-alarm.leaflet-interactive")).to_have_count(1)
    for state in ("online", "silent", "unknown"):
        expect(page.locator(f"path.map-mark-sensors-{state}.leaflet-interactive")).to_have_count(1)
    page.get_by_text("队伍缺口", exact=True).first.click()
    expect(page.locator("path.map-mark-teams-short.leaflet-interactive")).to_have_count(1)
    expect(page.locator("path.map-mark-teams-no_team.leaflet-interactive")).to_have_count(1)
    page.get_by_text("传感器", exact=True).first.click()
    expect(page.locator("path.map-mark-sensors-alarm.leaflet-interactive")).to_have_count(0)
    assert parse_qs(urlparse(page.url).query)["layers"] == ["teams"]


def test_a_layers_key_counts_the_chosen_area(page: Page, map_url: str, map_home: Path):
    open_map(page, map_url, "?layers=sensors,teams")
    counted = page.locator(".map-key-layer[data-layer=sensors] .map-legend-n")
    expect(counted.first).to_be_visible()
    every = own_count(map_home, "select count(*) as n from sensor")
    assert sum(int(n) for n in counted.all_inner_texts()) == every
    area = own_count(map_home, "select min(area_id[:9]) as n from sensor")
    page.evaluate(f"() => zhili.setFilter('area', '{area}')")
    inside = own_count(map_home, f"select count(*) as n from sensor where starts_with(area_id, '{area}')")
    page.wait_for_function(
        """(n) => [...document.querySelectorAll('.map-key-layer[data-layer=sensors] .map-legend-n')]
        .reduce((sum, cell) => sum + Number(cell.textContent), 0) === n""",
        arg=inside,
    )


def test_many_incidents_are_a_density_and_few_are_clusters(page: Page, map_url: str, map_home: Path):
    open_map(page, map_url, "?layers=incidents")
    expect(page.locator("img.map-density")).to_have_count(1)
    expect(page.locator(".map-cluster")).to_have_count(0)
    page.evaluate(f"() => zhili.setFilter('area', '{TOWN}')")
    expect(page.locator("img.map-density")).to_have_count(0)
    page.wait_for_selector(".map-cluster")
    hold_still(page)
    inside = page.locator(".map-cluster").all_inner_texts()
    singles = page.locator("path.map-incident").count()
    sql = f"select count(*) as n from incident where starts_with(area_id, '{TOWN}') and lon is not null and reported_at >= {SINCE}"
    assert sum(int(n) for n in inside) + singles == own_count(map_home, sql)


def test_the_panel_agrees_with_sql_and_leads_to_the_overview(page: Page, map_url: str, map_home: Path):
    open_map(page, map_url, f"?area={TOWN}")
    sql = f"select count(*) as n from incident where starts_with(area_id, '{TOWN}') and reported_at >= {SINCE}"
    expect(page.locator("#map-headline .map-row b").first).to_have_text(f"{own_count(map_home, sql):,}件")
    expect(page.locator("#map-rank")).to_contain_text("共 15 个")
    href = page.locator("#map-overview").get_attribute("href")
    assert parse_qs(urlparse(href).query)["area"] == [TOWN]


@pytest.mark.parametrize(("theme", "lang"), [("light", "en"), ("dark", "zh")])
def test_colours_and_words_follow_theme_and_language(page: Page, map_url: str, theme: str, lang: str):
    open_map(page, map_url, f"?theme={theme}&lang={lang}")
    fill = page.locator("path.map-shade-6").first.evaluate("path => getComputedStyle(path).fill")
    assert fill == {"light": "rgb(0, 68, 78)", "dark": "rgb(161, 241, 213)"}[theme]
    hatched = page.locator("path.map-shade-none").first.evaluate("path => getComputedStyle(path).fill")
    assert "map-hatch" in hatched
    expect(page.locator("#map-legend")).to_contain_text({"en": "No data", "zh": "无数据"}[lang])


def test_names_of_towns_never_touch(page: Page, map_url: str):
    open_map(page, map_url)
    hold_still(page)
    boxes = [name.bounding_box() for name in page.locator(".map-name").all()]
    assert len(boxes) >= 10
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            apart_x = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            assert apart_x or one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]


def test_leaving_and_coming_back_draws_the_map_again(page: Page, map_url: str):
    open_map(page, map_url)
    page.locator(".nav-link").first.click()
    expect(page.locator("#map-canvas")).to_have_count(0)
    page.locator(".nav-link", has_text="网格图").click()
    expect(page.locator(GRID)).to_have_count(1251)
    page.wait_for_selector(f"{GRID}:not(.map-shade-wait)", state="attached")


def test_without_a_map_the_page_says_what_to_load(page: Page, tmp_path: Path):
    for url in served(tmp_path / "home", tmp_path / "web.log"):
        page.goto(f"{url}/map")
        expect(page.locator("#map-empty")).to_be_visible()
        expect(page.locator("#map-empty")).to_contain_text("etl load")


def test_the_map_opens_as_of_an_earlier_load(page: Page, map_url: str, map_home: Path):
    first = own_count(map_home, "select max(snapshot_id) as n from wh.snapshots()")
    open_map(page, map_url, f"?as_of={first}")
    expect(page.locator(GRID)).to_have_count(1251)
    assert page.evaluate("zhili.gridMap.state.url").endswith(f"?as_of={first}")


def test_a_city_whose_grids_lie_right_below_the_district_works(page: Page, tmp_path: Path):
    areas = map_district.squares()
    grids = (
        areas[areas["level"] == "grid"]
        .head(77)
        .assign(parent_id="chi", district_id="chi", town_id=None, community_id=None)
    )
    whole = shapely.to_wkb(shapely.union_all(shapely.from_wkb(grids["geometry"].to_numpy())))
    top = areas.head(1).assign(area_id="chi", name="Chicago", district_id="chi", geometry=[whole])
    home = filled(tmp_path / "home", incidents=500, areas=pd.concat([top, grids], ignore_index=True))
    for url in served(home, tmp_path / "web.log"):
        open_map(page, url)
        expect(page.locator(GRID)).to_have_count(77)
        hold_still(page)
        page.mouse.click(*centre_of(page, grids["area_id"].iloc[20]))
        page.wait_for_function(
            f"() => new URLSearchParams(location.search).get('area') === '{grids['area_id'].iloc[20]}'"
        )
        expect(page.locator(".map-crumb")).to_have_count(2)


def test_a_fault_is_said_on_the_map_and_is_gone_with_the_next_period(page: Page, map_home: Path, tmp_path: Path):
    process, url = serve(map_home, tmp_path / "web.log", "tests.e2e.faulty:build_server()")
    try:
        open_map(page, url)
        page.evaluate("zhili.setQuery('period', '7d')")
        expect(page.locator("#map-failed")).to_contain_text("程序出错")
        expect(page.locator("#map-empty")).to_be_hidden()
        page.evaluate("zhili.setQuery('period', '90d')")
        expect(page.locator("#map-failed")).to_be_hidden()
        page.wait_for_selector(f"{GRID}:not(.map-shade-wait)", state="attached")
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_an_area_chosen_on_the_map_is_named_in_the_filters_without_another_request(page: Page, map_url: str):
    open_map(page, map_url)
    expect(page.locator("#shell-area")).to_have_value("")
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.post_data or "") if "_dash-update" in request.url else None)
    name = page.evaluate(
        "town => { zhili.setFilter('area', town); const a = zhili.gridMap.state.areas; return a.name[a.place.get(town)]; }",
        TOWN,
    )
    expect(page.locator("#shell-area")).to_have_value(name)
    expect(page.locator("#map-area-name")).to_have_text(name)
    assert not [body for body in asked if "shell-area.data" in body]
    page.locator("#shell-area").click()
    expect(page.get_by_role("option", name=name, exact=True)).to_be_visible()
    assert page.get_by_role("option").count() > 3, "the others are offered as before"


def test_outlines_are_written_once_and_lie_where_they_did_however_near(page: Page, map_url: str):
    """Against Leaflet's own reckoning of a grid's corner in the window."""
    open_map(page, map_url, f"?area={TOWN}")
    hold_still(page)
    before = ""
    for button in (None, "#map-button-in", "#map-button-out"):
        if button:
            page.locator(button).click()
            hold_still(page)
        written, apart = page.evaluate(
            """() => {
                const { map, areas, layers } = zhili.gridMap.state, frame = map.getContainer().getBoundingClientRect();
                let apart = 0, written = "";
                layers.grids.eachLayer((layer) => {
                    const path = layer.getElement(), corner = areas.shape[layer.areaIndex][0][0][0];
                    const first = path.getPointAtLength(0).matrixTransform(path.getScreenCTM()), there = map.latLngToContainerPoint(corner);
                    apart = Math.max(apart, Math.hypot(first.x - frame.left - there.x, first.y - frame.top - there.y));
                    written += path.getAttribute("d");
                });
                return [written, apart];
            }"""
        )
        assert apart < 1.5, f"{apart} px after {button}"
        before = before or written
        assert written == before != ""
