"""What is likely to be asked next lies ready, and nobody who asks waits for it."""

import threading

import pytest
from flask.testing import FlaskClient

from analytics import answers as kept
from analytics.answers import Answers
from pages import ahead
from pages.ahead import Ahead, Step, crossroads, next_steps
from pages.answering import PAGES, Asking, is_ready
from pages.panels import why
from tests.pages.asking import FILTERS, answers

TOWN = "370116001"
TURNS_AT_MOST = 2000


@pytest.fixture(autouse=True)
def _nothing_kept_and_no_rest(monkeypatch: pytest.MonkeyPatch, client: FlaskClient) -> None:
    monkeypatch.setattr(kept, "_ANSWERS", Answers())
    monkeypatch.setattr(ahead, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(ahead, "LOOK_SECONDS", 0.01)


def ready(step: Step) -> bool:
    asking = Asking(step.filters, step.values)
    return all(is_ready(one, asking) for one in PAGES[step.page])


def turns(mine: Ahead, until) -> None:
    for _ in range(TURNS_AT_MOST):
        if until():
            return
        mine.turn(lambda _thoroughly: None)
    raise AssertionError("it never came")


def asked(mine: Ahead, step: Step, tab: str = "a") -> None:
    with mine.answering(step.page, Asking(step.filters | {"tab": tab}, step.values)):
        pass


def test_after_the_district_come_towns_categories_periods_and_pages_by_turns():
    steps = list(next_steps(Step("overview", FILTERS, {})))
    assert steps[0].filters["area"] and steps[1].filters["category"] and steps[2].filters["period"] == "today"
    assert {step.page for step in steps} == {"overview", "map", "timeliness", "explore"}
    assert len({step.text for step in steps}) == len(steps) and Step("overview", FILTERS, {}).text not in {
        one.text for one in steps
    }


def test_who_looks_through_the_towns_goes_on_to_the_next_one():
    before, now = Step("map", FILTERS, {}), Step("map", FILTERS | {"area": TOWN}, {})
    steps = list(next_steps(now, before))
    beside = [step.filters.get("area") for step in steps[:1]]
    assert all(area != TOWN and len(str(area)) == 9 for area in beside)
    category = next(step.filters["category"] for step in steps if step.filters.get("category"))
    turned = next_steps(now.turned(category=category), now)
    assert next(turned).filters["category"] != category


def test_the_crossroads_are_every_town_with_every_category_on_every_page_the_plainest_first():
    steps = list(crossroads(FILTERS))
    towns = {step.filters["area"] for step in steps}
    categories = {step.filters["category"] for step in steps}
    assert len(steps) == len(PAGES) * len(towns) * len(categories) == len({step.text for step in steps})
    assert None in towns and TOWN in towns and not any("/" in (name or "") for name in categories)
    assert [step.page for step in steps[: len(PAGES)]] == list(PAGES) and steps[0].filters["area"] is None


def test_what_a_tab_may_ask_next_lies_ready_after_a_while():
    mine, step = Ahead(is_on=True), Step("overview", FILTERS, {})
    asked(mine, step)
    likely = list(next_steps(step))[:6]
    assert not any(map(ready, likely))
    turns(mine, lambda: all(map(ready, likely)))


def test_for_one_look_it_is_worked_only_so_long(monkeypatch: pytest.MonkeyPatch):
    mine, step = Ahead(is_on=True), Step("overview", FILTERS, {})
    mine._snapshot = kept.newest_snapshot()  # no load has just come, so there are no crossroads to make
    monkeypatch.setattr(ahead, "WORK_SECONDS", 0.0)
    asked(mine, step)
    mine._later.clear()
    likely = list(next_steps(step))[:2]
    turns(mine, lambda: mine._is_idle)
    assert [ready(one) for one in likely] == [True, False]


def test_after_new_data_the_crossroads_lie_ready_without_anybody_asking():
    mine = Ahead(is_on=True)
    turns(mine, lambda: all(ready(Step(page, {"area": TOWN}, {})) for page in PAGES))


def test_nothing_is_made_ahead_where_the_site_does_not_wish_it():
    mine, step = Ahead(is_on=False), Step("overview", FILTERS, {})
    asked(mine, step)
    for _ in range(5):
        mine.turn(lambda _thoroughly: None)
    assert not kept._ANSWERS.lines.bytes


def test_while_somebody_is_answered_nothing_is_made():
    mine, step = Ahead(is_on=True), Step("overview", FILTERS, {})
    asked(mine, step)
    mine.stand_back()
    one = threading.Thread(target=mine.turn, args=(lambda _thoroughly: None,), daemon=True)
    one.start()
    one.join(0.3)
    assert one.is_alive() and not kept._ANSWERS.lines.bytes
    mine.go_on()
    one.join(20)
    assert not one.is_alive() and kept._ANSWERS.lines.bytes


def test_what_somebodys_asking_cuts_short_is_made_later(monkeypatch: pytest.MonkeyPatch):
    mine, step = Ahead(is_on=True), Step("overview", FILTERS, {})
    asked(mine, step)
    likely = next(next_steps(step))
    plain = ahead.line_of

    def interrupted(one, asking):
        line = plain(one, asking)
        if one is PAGES["overview"][0]:
            monkeypatch.setattr(ahead, "line_of", plain)
            mine.stand_back()  # somebody asks just now
            threading.Timer(0.2, mine.go_on).start()
        return line

    monkeypatch.setattr(ahead, "line_of", interrupted)
    turns(mine, lambda: ahead.line_of is plain)
    assert not ready(likely)
    turns(mine, lambda: ready(likely))


def test_a_text_nobody_would_write_is_not_thought_of():
    mine = Ahead(is_on=True)
    asked(mine, Step("explore", FILTERS | {"sel": "x" * 10_000}, {}))
    assert not mine._seen and not mine._next


def test_however_many_tabs_and_looks_there_are_only_some_are_thought_of():
    mine = Ahead(is_on=True)
    for n in range(200):
        step = Step("overview", FILTERS | {"scale": 0.5 + n / 16, "theme": f"theme {n}"}, {})
        asked(mine, step, tab=f"tab {n}")
    asked(mine, Step("overview", FILTERS, {}), tab="t" * 1000)
    assert len(mine._next) == len(mine._at) == ahead.TABS_AT_MOST and len(mine._seen) <= ahead.SEEN_AT_MOST
    assert len(mine._looks) == ahead.LOOKS_AT_MOST and len(mine._later) <= 1 + ahead.LOOKS_AT_MOST
    assert {look["theme"] for look in mine._looks.values()} == {"dark"}


def test_a_line_is_made_once_for_all_who_ask_the_same(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    calls: list[str] = []
    plain = PAGES["timeliness"][0]
    counting = type(plain)(
        plain.name, plain.targets, plain.controls, lambda asking: calls.append("") or plain.make(asking)
    )
    monkeypatch.setitem(PAGES, "timeliness", [counting, *PAGES["timeliness"][1:]])
    first = answers(client, "timeliness", FILTERS | {"tab": "a", "scale": 1.0})
    assert answers(client, "timeliness", FILTERS | {"tab": "b", "scale": 1.01}) == first
    assert len(calls) == 1
    answers(client, "timeliness", FILTERS | {"lang": "en"})
    answers(client, "timeliness", FILTERS | {"area": TOWN})
    assert len(calls) == 3


def test_a_line_that_tells_of_a_fault_is_not_kept(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    plain = PAGES["timeliness"][0]
    failing = type(plain)(plain.name, plain.targets, plain.controls, lambda asking: (why(KeyError("odd"), asking.say),))
    monkeypatch.setitem(PAGES, "timeliness", [failing])
    assert "程序出错" in answers(client, "timeliness", FILTERS)["timeliness-headline"]["children"]
    monkeypatch.setitem(PAGES, "timeliness", [plain])
    assert "程序出错" not in answers(client, "timeliness", FILTERS)["timeliness-headline"]["children"]


def test_what_the_browser_has_already_is_not_sent_again(client: FlaskClient):
    first = answers(client, "map", FILTERS)
    keys = {name: found["data"] for name, found in first.items() if name.endswith("-key")}
    assert len(keys) == 6 and not answers(client, "map", FILTERS, keys)
    other = answers(client, "map", FILTERS | {"area": TOWN}, keys)
    assert "map-panel-key" in other and "map-values-data" not in other
