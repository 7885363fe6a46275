"""What a rule would have raised: one matter at one place is one warning, in the background, one at a time, to be stopped."""

import time
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient

from analytics.early_warning.finding import Finding, Grade
from pages import warning_preview
from pages.warning_preview import DAYS, WEEK, Previews, folded

DAY = datetime(2026, 10, 1)


def finding(
    day: int, *, subject: str = "噪声", grids: tuple[str, ...] = ("g1",), grade: Grade = Grade.yellow
) -> Finding:
    until = DAY + timedelta(days=day)
    return Finding(
        "counts", "category", subject, "c1", grids, until, until, 5.0, 1.0, "incidents", 1e-4, 0.9, grade,
        reason={"kind": "counts", "what": subject, "place": "东升社区", "observed": 5, "expected": 1, "unit": "incidents"},
    )  # fmt: skip


def looks(*days: tuple[int, list[Finding]]):
    return [(DAY + timedelta(days=day), found) for day, found in days]


def test_the_same_matter_seen_on_three_days_is_one_warning_of_its_gravest_grade():
    (one,) = folded(looks((0, [finding(0)]), (1, [finding(1, grade=Grade.red)]), (2, [finding(2)])))
    assert (one.looks, one.gravest.grade) == (3, Grade.red)


def test_after_a_week_of_silence_it_is_another_one():
    assert len(folded(looks((0, [finding(0)]), (7, [finding(7)]), (15, [finding(15)])))) == 2


def test_another_matter_or_another_place_is_another_one():
    found = [finding(0), finding(0, subject="垃圾"), finding(0, grids=("g9",))]
    assert len(folded(looks((0, found)))) == 3


def asked(client: FlaskClient, token: str) -> dict:
    return client.get(f"/warnings/preview/{token}").json


def over(client: FlaskClient, token: str) -> dict:
    deadline = time.monotonic() + 60
    while not (answer := asked(client, token))["is_over"]:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return answer


def begun(client: FlaskClient, rule: str = "repeats", **values: object) -> dict:
    return client.post("/warnings/preview", json={"rule": rule, "values": values}).json


def test_a_preview_looks_at_every_day_of_the_last_ninety(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    seen = []
    monkeypatch.setattr(warning_preview, "findings", lambda _rule, _at, until, **_more: seen.append(until) or [])
    monkeypatch.setattr(warning_preview, "REST_SECONDS", 0.0)
    answer = over(client, begun(client)["token"])
    assert len(set(seen)) == DAYS and "0 条预警" in answer["said"] and "每天看一次" in answer["note"]


def test_a_slow_rule_is_looked_at_on_one_day_a_week_and_says_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(warning_preview, "findings", lambda *_asked, **_more: time.sleep(0.01) or [finding(0)])
    monkeypatch.setattr(warning_preview, "MOST_SECONDS", 0.5)
    answer = over(client, begun(client)["token"])
    assert "每周只看一天" in answer["note"] and "下限" in answer["note"]
    assert len(answer["rows"]) >= 1 and WEEK == 7


def test_only_one_preview_runs_at_a_time_and_it_can_be_stopped(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(warning_preview, "findings", lambda *_asked, **_more: time.sleep(0.05) or [])
    token = begun(client)["token"]
    assert "另一次预演" in begun(client)["refused"]
    client.post("/warnings/preview/stop", json={"token": token})
    answer = over(client, token)
    assert "已停止" in answer["note"]
    assert "token" in begun(client)
    client.post("/warnings/preview/stop", json={"token": list(warning_preview.PREVIEWS._known)[-1]})


def test_a_preview_that_nobody_asks_after_ends(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(warning_preview, "PREVIEWS", Previews())
    monkeypatch.setattr(warning_preview, "findings", lambda *_asked, **_more: time.sleep(0.05) or [])
    monkeypatch.setattr(warning_preview, "UNHEARD_SECONDS", 0.2)
    token = begun(client)["token"]
    time.sleep(1.0)
    answer = over(client, token)
    assert "已停止" in answer["note"]


def test_a_preview_that_fails_says_why(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    def fails(*_asked: object, **_more: object) -> None:
        raise KeyError("odd")

    monkeypatch.setattr(warning_preview, "findings", fails)
    monkeypatch.setattr(warning_preview, "PREVIEWS", Previews())
    assert "程序出错" in over(client, begun(client)["token"])["failed"]


def test_a_real_rule_is_previewed_on_real_data(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(warning_preview, "PREVIEWS", Previews())
    monkeypatch.setattr(warning_preview, "REST_SECONDS", 0.0)
    answer = over(client, begun(client)["token"])
    assert "failed" not in answer and "近 90 天会发出" in answer["said"]


def test_an_unknown_preview_and_a_rule_that_is_off_are_said(client: FlaskClient):
    assert "已不在" in asked(client, "odd")["failed"]
    assert "已停用" in begun(client, is_on=False)["refused"]
    assert begun(client, rule="odd")["refused"] == "没有这条规则。"
