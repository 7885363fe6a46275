"""What `/risk` is told: maps made by the clock, in words, checked against the map itself; odd addresses get the whole district's."""

import csv
import io
import shutil
from collections.abc import Iterator

import numpy as np
import pytest
from flask.testing import FlaskClient

from analytics.answers import newest_snapshot
from analytics.risk import kept as files
from analytics.risk.kept import categories_kept
from analytics.risk.reported import learnt_from
from clock.risk import make_next
from pages import risk_answers


@pytest.fixture
def maps(client: FlaskClient) -> Iterator[FlaskClient]:
    """With every map made."""
    while make_next().startswith("made"):
        pass
    yield client
    shutil.rmtree(files.folder())


def asked(client: FlaskClient, path: str = "data", **query: object) -> dict:
    answer = client.get(f"/risk/{path}", query_string=query)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    return answer.json


def test_before_a_map_is_made_the_page_waits_and_says_so(client: FlaskClient):
    assert "正在计算" in asked(client)["waits"] and "being made" in asked(client, lang="en")["waits"]
    assert asked(client, "patrol")["teams"] == []


@pytest.mark.parametrize("horizon", [1, 7, 30])
def test_numbers_and_words_are_those_of_the_map(maps: FlaskClient, horizon: int):
    found, risk = asked(maps, horizon=horizon), files.kept("", horizon)
    assert np.allclose(found["expected"], risk.expected, atol=1e-3) and found["grids"] == list(risk.grids)
    assert found["total"]["expected"] == pytest.approx(risk.expected.sum(), abs=0.06)
    assert str(round(risk.expected.sum())) in found["said"] and found["from"] == "2026-10-20"
    assert found["top"][0]["grid"] == risk.grids[int(np.argmax(risk.expected))]
    assert found["top"][0]["name"].count(" › ") == 2 and found["top"][0]["reasons"]
    assert np.array_equal(found["weeks"]["counts"], risk.weeks) and len(found["weeks"]["from"]) == 52
    assert found["url"].startswith("/geometry/") and maps.get(found["url"]).status_code == 200


def test_what_makes_no_sense_is_as_if_it_were_not_there(maps: FlaskClient):
    plain = asked(maps)
    for odd in (
        {"horizon": "x"},
        {"horizon": 9},
        {"category": "<b>"},
        {"category": "../x"},
        {"corrected": "yes"},
        {"horizon": "7" * 50},
    ):
        assert asked(maps, **odd) == plain


def test_the_correction_for_patrols_keeps_the_total_and_is_said(maps: FlaskClient):
    plain, corrected = asked(maps), asked(maps, corrected=1)
    assert plain["correctable"] and sum(corrected["expected"]) == pytest.approx(sum(plain["expected"]), abs=0.01)
    assert "已按巡查力度校正" in "".join(corrected["notes"]) and "上报偏差" in "".join(plain["notes"])


def test_grids_that_nothing_came_from_have_no_data(maps: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    risk = files.kept("", 7)
    usual = risk.facts["usual"].copy()
    assert usual[2] > 0 and asked(maps)["known"] == (usual > 0).astype(int).tolist()
    usual[2] = 0.0
    monkeypatch.setitem(risk.facts, "usual", usual)
    assert asked(maps)["known"] == (usual > 0).astype(int).tolist()


def test_patrols_are_listed_and_taken_along_and_no_cell_runs_as_a_formula(
    maps: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    found = asked(maps, "patrol", teams=2, visits=2)
    assert [len(team["grids"]) for team in found["teams"]] == [2, 2] and "2组走访4个网格" in found["said"]
    monkeypatch.setattr(risk_answers, "_names", lambda _snapshot, grids: ["=cmd()"] * len(grids))
    answer = maps.get("/risk/patrol.csv", query_string={"teams": 2, "visits": 2})
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0] == ["小组", "顺序", "网格编码", "网格", "预计件数"] and len(rows) == 5
    assert {row[3] for row in rows[1:]} == {"'=cmd()"}
    listed = [(team["name"], grid["grid"]) for team in found["teams"] for grid in team["grids"]]
    assert [(row[0], row[2]) for row in rows[1:]] == listed


def test_more_teams_than_anybody_has_are_cut(maps: FlaskClient):
    assert len(asked(maps, "patrol", teams=10**4, visits=-3)["teams"]) <= risk_answers.MOST_TEAMS


def test_a_fault_is_said_in_one_line(maps: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object) -> None:
        raise KeyError("odd")

    monkeypatch.setattr(risk_answers, "kept", broken)
    assert "程序出错" in asked(maps)["failed"] and "程序出错" in asked(maps, "patrol")["failed"]


def test_a_category_has_a_map_of_its_own_if_enough_is_known_of_it(maps: FlaskClient):
    (name, *_), *_ = asked(maps)["choices"]["categories"][1:] or [("",)]
    assert name, "the small district has a category with enough incidents"
    assert sum(asked(maps, category=name)["expected"]) < sum(asked(maps)["expected"])


def test_the_clock_makes_each_map_once_a_day(maps: FlaskClient):
    assert "nothing new after 2026-10-19" in make_next()


def test_a_map_is_made_anew_where_its_past_has_become_another(maps: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    assert make_next().startswith("nothing new")
    now = learnt_from(newest_snapshot())
    assert all(now[one] == files.kept(one, 7).learnt_from for one in ("", *categories_kept()))
    top = categories_kept()[0] if categories_kept() else ""
    monkeypatch.setattr("clock.risk.learnt_from", lambda _: now | {top: round(0.99 * now[top])})
    assert make_next().startswith(f"made {top or 'all'}, 7 days")
