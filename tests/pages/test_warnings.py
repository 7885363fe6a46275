"""What `/warnings` answers: the list, one warning, actions, rules; odd requests are said in one line and change nothing."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from analytics.early_warning.rules import default_rules
from operations import warning_actions as actions
from operations.store import session
from operations.tables import now
from operations.warning_folding import fold
from operations.warning_life import OPEN, State, Step
from operations.warning_rules import changed_rules
from operations.warnings import warning
from settings import settings
from tests.operations.findings import NOON, found, look
from tests.operations.locks import locked
from ui.words import all_words
from warehouse.errors import WarehouseError

LANGS = ("zh", "en")
PICKED = {
    "kind": "counts",
    "place": "东升社区",
    "what": "噪声",
    "observed": 9,
    "expected": 2,
    "unit": "incidents",
    "probability": 1e-6,
}
PICKED |= {
    "confidence": 0.9,
    "points": {"probability": 2, "size": 2, "spread": 1, "impact": 0},
    "since": "2026-10-20 06:00",
}


@pytest.fixture(autouse=True)
def emptied(client: FlaskClient) -> Iterator[None]:
    """Each test begins with a store without warnings and rule changes."""
    yield
    with session() as store:
        for table in (
            "notice",
            "mute",
            "warning_area",
            "warning_event",
            "warning",
            "warning_rule_change",
            "detector_run",
        ):
            store.execute(text(f"delete from {table}"))


def raised(**more: object) -> int:
    """The number of a warning now raised."""
    one = found(**more)  # type: ignore[arg-type]
    object.__setattr__(one, "reason", PICKED)
    return fold(look(rule=one.rule), [one])[0]


def asked(client: FlaskClient, path: str, **query: object) -> dict:
    answer = client.get(f"/warnings/{path}", query_string=query)
    assert answer.status_code == 200, answer.data[:200]
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.json


def told(client: FlaskClient, path: str, **body: object) -> dict:
    answer = client.post(f"/warnings/{path}?lang=zh", json=body)
    assert answer.status_code == 200, answer.data[:200]
    return answer.json


def test_the_gravest_come_first_then_those_that_nobody_has_answered(client: FlaskClient):
    grades = {name: raised(subject=name, grade=grade) for name, grade in (("a", 2), ("b", 4), ("c", 4), ("d", 1))}
    actions.acknowledge(grades["b"], "王")
    rows = asked(client, "list")["rows"]
    assert [row["id"] for row in rows] == [grades[name] for name in ("c", "b", "a", "d")]
    assert [row["letter"] for row in rows] == ["红", "红", "黄", "蓝"], "never by colour alone"


def test_the_numbers_of_the_list_are_those_of_the_store(client: FlaskClient):
    for n in range(7):
        raised(subject=f"s{n}", grade=1 + n % 4)
    answer = asked(client, "list")
    with session() as store:
        in_store = {row[0]: row[1] for row in store.execute(text("select grade, count(*) from warning group by 1"))}
    assert {int(grade): n for grade, n in answer["by_grade"].items()} == in_store
    assert answer["headline"] == "在办预警 7 条：红色 1、橙色 2、黄色 2、蓝色 2；7 条待受理。"
    assert answer["states"]["open"] == answer["states"]["raised"] == 7


@pytest.mark.parametrize(
    ("query", "left"),
    [({"grade": "4"}, 1), ({"grade": "4,3"}, 2), ({"rule": "counts"}, 2), ({"rule": "x' or 1=1 --"}, 0), ({"state": "acknowledged"}, 0),
     ({"area": "370116001"}, 2), ({"area": "999"}, 0), ({"grade": "9,x"}, 2), ({"state": "odd"}, 2), ({"seen": "-1"}, 2)],
)  # fmt: skip
def test_a_list_is_narrowed_and_what_makes_no_sense_narrows_nothing(client: FlaskClient, query: dict, left: int):
    raised(subject="a", grade=4)
    raised(subject="b", grade=3)
    assert len(asked(client, "list", **query)["rows"]) == left


def test_what_is_new_to_a_reader_is_counted_until_it_is_seen(client: FlaskClient):
    raised(subject="a")
    seen = asked(client, "pulse", seen=0)["mark"]
    raised(subject="b")
    pulse = asked(client, "pulse", seen=seen)
    assert pulse["unread"] == 1 and pulse["mark"] > seen
    assert asked(client, "pulse", seen=pulse["mark"])["unread"] == 0


@pytest.mark.parametrize("lang", LANGS)
def test_one_warning_says_why_its_grade_what_lies_behind_it_and_what_can_be_done(client: FlaskClient, lang: str):
    number = raised(grade=3)
    one = asked(client, "one", id=number, lang=lang)
    assert [row["points"] for row in one["why"]["rows"]] == [2, 2, 1, 0]
    assert ("5 分" if lang == "zh" else "5 points") in one["why"]["note"]
    assert one["sentence"].startswith("东升社区噪声" if lang == "zh" else "噪声 in 东升社区")
    assert [step for step, _key in one["steps"]] == ["acknowledge", "assign", "comment", "mute", "merge"]
    assert one["events"][0]["what"].startswith("发出" if lang == "zh" else "Raised")
    assert "failed" not in json.dumps([one[part] for part in ("why", "series", "incidents", "similar")])


@pytest.mark.parametrize("odd", ["0", "999999", "x", "-1", "1.5", "99999999999999999999", "<b>/../", "12 or 1", ""])
def test_a_number_of_no_warning_is_said(client: FlaskClient, odd: str):
    assert "没有编号为" in asked(client, "one", id=odd)["missing"]


def test_a_warning_is_led_through_its_whole_life_by_the_page(client: FlaskClient):
    number = raised()
    for step, more in (("acknowledge", {}), ("judge_true", {"comment": "核实"}), ("dispatch", {"to": "环卫一队", "comment": "清运"}), ("settle", {}), ("close", {})):  # fmt: skip
        seen = asked(client, "one", id=number)["seen"]
        assert "said" in told(client, "act", id=number, step=step, by="王", seen=seen, **more), step
    whole = warning(number)
    assert whole.warning.state == State.closed and whole.warning.outcome is True
    assert whole.events[3].comment == "→ 环卫一队 · 清运"
    assert [row["id"] for row in asked(client, "list", state="ended")["rows"]] == [number]


def test_who_comes_second_is_told_who_was_faster_and_nothing_is_done(client: FlaskClient):
    number = raised()
    seen = asked(client, "one", id=number)["seen"]
    actions.acknowledge(number, "李")
    refused = told(client, "act", id=number, step="acknowledge", by="王", seen=seen)["refused"]
    assert "李" in refused and "已受理" in refused and "\n" not in refused
    assert len(warning(number).events) == 2


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"step": "acknowledge", "by": ""}, "姓名"),
        ({"step": "acknowledge", "by": "王" * 81}, "姓名"),
        ({"step": "comment", "by": "王", "comment": "  "}, "几个字"),
        ({"step": "comment", "by": "王", "comment": "x" * 1001}, "1000字"),
        ({"step": "mute", "by": "王", "comment": "a", "until": "soon"}, "日期时间"),
        ({"step": "mute", "by": "王", "comment": "a", "until": "2099-01-01T00:00"}, "90天"),
        ({"step": "mute", "by": "王", "comment": "a", "until": "0001-01-01T00:00"}, "日期时间"),
        ({"step": "merge", "by": "王", "into": "x"}, "编号"),
        ({"step": "merge", "by": "王", "into": "99999"}, "没有这条预警"),
        ({"step": "dispatch", "by": "王", "to": " "}, "派给谁"),
        ({"step": "acknowledge", "by": {"name": "王"}}, "姓名"),
        ({"step": "judge_true", "by": "王", "confirmed_at": "2099-01-01T00:00"}, "不晚于现在"),
        ({"step": "judge_true", "by": "王", "confirmed_at": "1999-01-01T00:00"}, "一年之内"),
        ({"step": "withdraw", "by": "王"}, "没有这个操作"),
        ({"step": "escalate", "by": "王"}, "没有这个操作"),
        ({"step": ["x"], "by": {"a": 1}}, "没有这个操作"),
        ({"step": "close", "by": "王"}, "没有执行"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_line_and_nothing_is_done(client: FlaskClient, body: dict, says: str):
    number = raised()
    refused = told(client, "act", id=number, **body)["refused"]
    assert says in refused and "\n" not in refused
    assert len(warning(number).events) == 1


@pytest.mark.parametrize("id", ["x", None, -1, 10**30, 1.5, {"a": 1}, "999"])
def test_an_action_on_no_warning_is_refused(client: FlaskClient, id: object):
    assert "没有这条预警" in told(client, "act", id=id, step="acknowledge", by="王")["refused"]


@pytest.mark.parametrize(
    "path", ["act", "rules/change", "preview", "preview/stop", "letters/again", "mutes/begin", "mutes/end"]
)
def test_only_json_of_our_own_pages_changes_anything(client: FlaskClient, path: str):
    """A form of another site can send text, and its script JSON only with a leave that this server never gives."""
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        assert client.post(f"/warnings/{path}", data='{"step": "acknowledge"}', content_type=kind).status_code == 400
    assert client.post(f"/warnings/{path}", json=[1]).status_code == 400
    assert client.get(f"/warnings/{path}").status_code in (404, 405, 200)
    assert "Access-Control-Allow-Origin" not in client.options(f"/warnings/{path}").headers


def test_brackets_without_end_are_no_fault_of_ours(client: FlaskClient):
    answer = client.post("/warnings/act", data="[" * 200_000, content_type="application/json")
    assert answer.status_code == 400


def test_merging_into_what_has_ended_says_so_and_not_that_somebody_was_faster(client: FlaskClient):
    one, other = raised(subject="a"), raised(subject="b")
    actions.merge(other, one, "李")
    assert "已经了结" in told(client, "act", id=one, step="merge", by="王", into=str(other))["refused"]


def test_a_store_that_is_held_by_another_process_is_said_in_the_words_of_the_page(hasty: None, client: FlaskClient):
    number = raised()
    rule = first(client)
    with locked(settings().home / "operations.sqlite"):
        for path, body in (
            ("act", {"id": number, "step": "acknowledge"}),
            ("rules/change", {"rule": rule["name"], "values": {"per_day": "2"}}),
            ("mutes/begin", {"rule": rule["name"], "reason": "庙会", "until": _tomorrow()}),
        ):
            assert "写不进去" in told(client, path, by="王", **body)["refused"], path
        assert asked(client, "list")["rows"][0]["state"] == "raised"
    assert "said" in told(client, "act", id=number, step="acknowledge", by="王")


def _tomorrow() -> str:
    return f"{datetime.now() + timedelta(days=1):%Y-%m-%dT%H:%M}"


def test_a_phone_number_in_a_comment_never_comes_back(client: FlaskClient):
    number = raised()
    told(client, "act", id=number, step="comment", by="王", comment="联系人李建国 13812345678 <b>急</b>")
    said = asked(client, "one", id=number)["events"][0]["comment"]
    assert "13812345678" not in said and "李建国" not in said and "<b>急</b>" in said


def test_a_muted_warning_offers_to_be_heard_again(client: FlaskClient):
    number = raised()
    until = (now() + timedelta(hours=9)).isoformat()[:16]
    assert "said" in told(client, "act", id=number, step="mute", by="王", comment="庙会", until=until)
    one = asked(client, "one", id=number)
    assert "unmute" in [step for step, _ in one["steps"]] and "mute" not in [step for step, _ in one["steps"]]
    assert warning(number).warning.muted_until == now().replace(second=0) + timedelta(hours=1)


def test_a_failed_part_leaves_the_others(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    def fails(*_asked: object) -> None:
        raise KeyError("odd")

    monkeypatch.setattr("pages.warning_one.incidents_behind", fails)
    one = asked(client, "one", id=raised())
    assert "程序出错" in one["incidents"]["failed"] and one["series"]["note"] and one["events"]


# ---- rules ----


def test_every_rule_has_a_name_and_every_field_a_label(client: FlaskClient):
    for rule in default_rules():
        assert f"warnings.rule_{rule.name}" in all_words() and f"warnings.what_{rule.name}" in all_words(), rule.name
    for shown in asked(client, "rules")["rules"]:
        assert all(field["label"] != field["name"] for field in shown["fields"]), shown["name"]


def test_every_state_step_and_event_has_words():
    for state in State:
        assert f"warnings.state_{state}" in all_words()
    for step in Step:
        key = f"warnings.did_{step}"
        assert key in all_words() or step in (Step.grow, Step.withdraw), key
    assert len(OPEN) == 6


def first(client: FlaskClient) -> dict:
    return asked(client, "rules")["rules"][0]


def test_a_changed_rule_is_kept_with_who_changed_it_and_goes_back_to_what_was_delivered(client: FlaskClient):
    rule = first(client)
    values = {field["name"]: field["value"] for field in rule["fields"]}
    kept = told(
        client, "rules/change", rule=rule["name"], by="王", seen=rule["seen"], values=values | {"per_day": "2.5"}
    )
    assert "1 处改动" in kept["said"] and changed_rules() == {rule["name"]: {"per_day": 2.5}}
    again = first(client)
    assert again["history"][0]["who"] == "王" and "2.5" in again["history"][0]["what"]
    back = told(client, "rules/change", rule=rule["name"], by="王", seen=again["seen"], values=values)
    assert "said" in back and changed_rules() == {}


def test_a_rule_that_somebody_has_just_changed_is_not_overwritten(client: FlaskClient):
    rule = first(client)
    for by in ("王", "李"):
        answer = told(client, "rules/change", rule=rule["name"], by=by, seen=rule["seen"], values={"per_day": "2" if by == "王" else "3"})  # fmt: skip
    assert "别人刚改过" in answer["refused"] and changed_rules()[rule["name"]] == {"per_day": 2.0}


@pytest.mark.parametrize(
    "values",
    [{"per_day": "0"}, {"per_day": "x"}, {"per_day": "nan"}, {"per_day": "1e9"}, {"per_day": None}, {"level": "planet"}, {"odd": 1}, {"limits.odd": 1},
     {"limits.days": "0"}, {"limits.days": "0.5"}, {"limits.days": "10000"}, {"limits": 5}, {"level.days": 1}, {"per_day.days": 1}, {"is_on": "maybe"},
     {"level": "district", "limits.days": "3"}, {"least_observed": "-1"}, {"answer_within_minutes.red": "0"}, {"answer_within_minutes.red": "1.5"}, {"answer_within_minutes.mauve": "5"}, {"name": "x"}, {"detector": "x"}],
)  # fmt: skip
def test_what_no_rule_can_be_is_refused_in_one_line(client: FlaskClient, values: dict):
    rule = first(client)
    for path in ("rules/change", "preview"):
        refused = told(client, path, rule=rule["name"], by="王", values=values | ({"per_day": values["per_day"]} if "per_day" in values else {}))["refused"]  # fmt: skip
        assert refused and "\n" not in refused and "Rule " not in refused
    assert changed_rules() == {}


def test_an_unknown_rule_is_refused(client: FlaskClient):
    assert told(client, "rules/change", rule="odd", by="王", values={})["refused"] == "没有这条规则。"


# ---- outcomes ----


def test_outcomes_say_how_many_of_the_judged_were_true(client: FlaskClient):
    for n in range(12):
        number = raised(subject=f"s{n}")
        actions.acknowledge(number, "王")
        actions.judge(number, "王", n < 9)
    (row,) = asked(client, "outcomes")["rules"]["rows"]
    assert row[1] == "12" and row[3] == "9/12"
    assert row[4]["text"] == "75% (47%–91%)", "Wilson's interval of 9 of 12"


def test_the_suggested_threshold_is_a_field_of_every_rule_and_lets_through_what_it_counted(client: FlaskClient):
    for n in range(12):
        number = raised(subject=f"s{n}", confidence=0.99876 if n < 10 else 0.3)
        actions.acknowledge(number, "王")
        actions.judge(number, "王", n < 6)
    (row,) = asked(client, "outcomes")["rules"]["rows"]
    assert row[-1].startswith("≥0.3：6/12")
    for rule in asked(client, "rules")["rules"]:
        assert "limits.least_confidence" in {field["name"] for field in rule["fields"]}, rule["name"]


def test_a_suggestion_is_never_rounded_above_what_it_counted(client: FlaskClient):
    for n in range(12):
        number = raised(subject=f"s{n}", confidence=0.99996)
        actions.acknowledge(number, "王")
        actions.judge(number, "王", True)
    (row,) = asked(client, "outcomes")["rules"]["rows"]
    assert row[-1].startswith("≥0.9999：12/12")


def test_what_is_muted_is_listed_with_its_reason_and_can_be_heard_again(client: FlaskClient):
    number = raised()
    actions.mute(number, "王", now() + timedelta(days=1), "庙会")
    (row,) = asked(client, "outcomes")["mutes"]["rows"]
    assert row[0] == f"#{number}" and row[3] == "东升社区" and row[6:8] == ["王", "庙会"]
    assert "姓名" in told(client, "mutes/end", id=row[8]["unmute"], by=" ")["refused"]
    assert "已取消" in told(client, "mutes/end", id=row[8]["unmute"], by="李")["said"]
    assert warning(number).warning.muted_until is None and asked(client, "outcomes")["mutes"]["rows"] == []
    for odd in (row[8]["unmute"], "x", None, 10**20):
        assert "已经结束" in told(client, "mutes/end", id=odd, by="李")["refused"]


def test_a_rule_can_be_muted_in_an_area_and_what_cannot_be_is_said(client: FlaskClient):
    here, there = raised(), raised(subject="s2", area="370116101201")
    until = (now() + timedelta(hours=8 + 24)).isoformat(timespec="minutes")
    good = {"rule": "counts", "area": "370116001", "by": "王", "reason": "庙会", "until": until}
    for odd, says in (
        ({"rule": "moon"}, "没有这条规则"), ({"area": "1"}, "没有这个区域"), ({"by": " "}, "姓名"), ({"reason": ""}, "说明"),
        ({"until": "x"}, "90天以内"), ({"until": "2020-01-01T00:00"}, "90天以内"), ({"until": "2099-01-01T00:00"}, "90天以内"),
    ):  # fmt: skip
        assert says in told(client, "mutes/begin", **{**good, **odd})["refused"]
    assert asked(client, "outcomes")["mutes"]["rows"] == []
    assert "凤城街道" in told(client, "mutes/begin", **good)["said"]
    (row,) = asked(client, "outcomes")["mutes"]["rows"]
    assert row[2:4] == ["全部", "凤城街道"]
    assert warning(here).warning.muted_until is not None and warning(there).warning.muted_until is None


def test_nothing_yet_is_said_in_every_table(client: FlaskClient):
    for name, table in asked(client, "outcomes").items():
        assert table["rows"] == [] and table["note"], name


def test_a_letter_that_is_not_dead_is_not_tried_again(client: FlaskClient):
    for odd in (1, "x", None, 10**20):
        assert "refused" in told(client, "letters/again", id=odd)


def test_the_page_stands_in_the_navigation_with_its_icon(client: FlaskClient):
    assert (Path("assets/icons/warnings.svg")).exists()
    assert client.get("/warnings").status_code == 200
    assert NOON.year == 2026


# ---- the map ----


def test_the_extents_say_where_on_the_outlines_each_warning_lies(client: FlaskClient):
    number = raised(extent=("370116001001001", "370116001001002"))
    answer = asked(client, "extents")
    outlines = client.get(answer["url"]).json
    area, grids, is_painted = answer["places"][str(number)]
    assert outlines["id"][area] == "370116001001" and is_painted
    assert [outlines["id"][index] for index in grids] == ["370116001001001", "370116001001002"]
    hidden = {"state": "ended"}
    assert (
        asked(client, "extents", **hidden)["places"] == {} == asked(client, "extents", warning="99", **hidden)["places"]
    )
    assert list(asked(client, "extents", warning=number, **hidden)["places"]) == [str(number)], (
        "the chosen one is drawn too"
    )


def test_the_list_needs_no_warehouse(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    def fails(*_asked: object) -> None:
        raise WarehouseError("There is no warehouse yet.")

    monkeypatch.setattr("pages.warning_list.current_map", fails)
    number = raised()
    assert [row["id"] for row in asked(client, "list")["rows"]] == [number]
    assert asked(client, "extents") == {"url": None, "places": {}}
