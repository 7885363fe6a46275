"""The wall: its scenes say what the warehouse says, are made once for all walls, and one that makes no sense takes nothing down."""

import html
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from analytics import freshness
from analytics.answers import cursor
from analytics.metrics import METRICS
from analytics.risk.kept import folder, kept
from clock.risk import make_next
from pages.wall import routes as wall_routes
from pages.wall.scenes import SceneError, scene, scenes
from pages.wall.screens import Answer, Screens
from settings import REFERENCE, settings

OURS = sorted(path.stem for path in (REFERENCE / "scenes").glob("*.toml"))
RIGHT = """
name = { zh = "一", en = "One" }
question = { zh = "一？", en = "One?" }
[middle]
kind = "map"
title = { zh = "图", en = "Map" }
metric = "incident_count"
"""


@pytest.fixture(autouse=True)
def looked_at_anew(monkeypatch: pytest.MonkeyPatch):
    """Each test sees what is so now, and waits for it."""
    monkeypatch.setattr(wall_routes, "SCREENS", Screens(look_seconds=0, wait_seconds=60, first_seconds=60))
    for remembered in (wall_routes._scenes, wall_routes._sources):
        remembered.cache_clear()


@pytest.fixture
def own(client: FlaskClient) -> Iterator[Path]:
    """Where a scene of the site's own lies."""
    file = settings().home / "scenes" / "own.toml"
    file.parent.mkdir()
    yield file
    shutil.rmtree(file.parent)


@pytest.fixture
def ask(client: FlaskClient) -> Callable[[str], list[tuple]]:
    return lambda sql: cursor(None).execute(sql).fetchall()


def asked(client: FlaskClient, key: str, **query: str) -> dict:
    answer = client.get(f"/wall/data/{key}", query_string=query)
    assert answer.status_code == 200
    return answer.json


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("key", OURS)
def test_every_scene_has_all_its_blocks(client: FlaskClient, key: str, lang: str):
    found = asked(client, key, lang=lang)
    assert found["wrong"] == [] and found["state"] in ("fresh", "late", "stale") and found["until"]
    assert set(found["blocks"]) >= {"left-0", "middle", "right-0"}
    assert [block.get("failed") for block in found["blocks"].values()] == [None] * len(found["blocks"])


def test_its_numbers_are_those_that_sql_counts(client: FlaskClient, ask):
    blocks = asked(client, "overview")["blocks"]
    (now,) = ask("select max(data_until) from load where kind = 'incidents'")[0]
    last = f"reported_at + interval 8 hour >= date_trunc('day', timestamp '{now}' + interval 8 hour) - interval 29 day and reported_at <= timestamp '{now}'"
    (n,) = ask(f"select count(*) from incident where {last}")[0]
    (late,) = ask(f"select count(*) from incident where closed_at is null and due_at <= timestamp '{now}'")[0]
    shown = {one["label"]: one["value"] for one in blocks["left-0"]["numbers"]}
    assert shown["事件数"] == f"{n:,}" and shown["超期"] == f"{late:,}" and n > 0
    assert (
        sum(value or 0 for value in _of_grids(client, blocks["middle"]))
        == ask(f"select count(*) from incident join area using (area_id) where level = 'grid' and {last}")[0][0]
    )
    assert sum(blocks["left-1"]["counts"]) == n and len(blocks["left-1"]["days"]) == 30


def _of_grids(client: FlaskClient, block: dict) -> list[float | None]:
    levels = client.get(block["url"]).json["level"]
    return [value for value, level in zip(block["value"], levels, strict=True) if level == 3]


def test_what_has_not_changed_is_not_sent_and_not_made_again(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    first = client.get("/wall/data/overview")
    monkeypatch.setattr(wall_routes, "_body", lambda *_: pytest.fail("made again"))
    again = client.get("/wall/data/overview", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.data
    assert client.get("/wall/data/overview").data == first.data
    monkeypatch.setattr(wall_routes, "_newest_event", lambda: 10**6)
    monkeypatch.setattr(wall_routes, "_body", lambda *_: Answer(first.data, None, is_whole=True))
    monkeypatch.setattr(wall_routes, "packed_json", lambda body: wall_routes.Response(b"made again"))
    assert client.get("/wall/data/overview").data == b"made again"


def test_a_risk_map_made_meanwhile_is_shown_though_nothing_else_has_changed(client: FlaskClient):
    assert asked(client, "risk")["blocks"]["right-0"]["rows"] == []
    made = make_next()
    try:
        rows = asked(client, "risk")["blocks"]["right-0"]["rows"]
        best = kept("", 7)
        assert made.startswith("made all, 7 days") and rows[0]["text"] == f"{best.expected.max():.1f}"
    finally:
        shutil.rmtree(folder())


def test_devices_have_the_share_online_that_the_overview_says(client: FlaskClient):
    page = client.post(
        "/answers/overview", json={"filters": {"period": "7d"}, "values": {}, "changed": None}
    ).data.splitlines()
    shown = {name: parts["children"] for name, parts in json.loads(page[0]).items() if "children" in parts}
    blocks = asked(client, "devices")["blocks"]
    numbers = {one["label"]: one["value"] for one in blocks["left-1"]["numbers"]}
    assert numbers[METRICS["camera_online_rate"].label["zh"]] == shown["overview-cameras-value"]
    online, total = (
        sum(int(row["note"].split(" · ")[0].split(" / ")[part].replace(",", "")) for row in blocks["left-0"]["rows"])
        for part in (0, 1)
    )
    assert f"{100 * online / total:.1f}" == shown["overview-sensors-value"] and total > 0


def test_open_cases_by_step_and_alarms_are_those_that_sql_counts(client: FlaskClient, ask):
    steps = asked(client, "dispatch")["blocks"]["left-1"]["rows"]
    (open_,) = ask("select count(*) from incident where closed_at is null")[0]
    assert [row["name"] for row in steps] == ["待受理", "待派遣", "待处置", "待核查", "待结案"]
    assert sum(int(row["text"].replace(",", "")) for row in steps) == open_ > 0
    late = asked(client, "dispatch")["blocks"]["right-0"]["rows"]
    (n,) = ask("select count(*) from incident where closed_at is null and due_at <= timestamp '2026-10-20 04:00'")[0]
    assert len(late) == min(9, n) and late[0]["share"] == 1
    alarms = asked(client, "devices")["blocks"]["right-0"]
    (standing,) = ask("select count(*) from alarm where cleared_at is null")[0]
    assert len(alarms["warnings"]) + alarms["more"] == standing


def test_a_question_is_answered_by_its_own_numbers(client: FlaskClient):
    found = asked(client, "dispatch")
    steps = {row["name"]: row["text"] for row in found["blocks"]["left-1"]["rows"]}
    most = max(steps, key=lambda name: int(steps[name].replace(",", "")))
    numbers = {one["label"]: one["value"] for one in found["blocks"]["left-0"]["numbers"]}
    assert f"在办 {numbers['未办结']} 件，超期 {numbers['超期']} 件；{most}最多（{steps[most]} 件）" == found["answer"]
    assert asked(client, "warnings")["answer"] == "没有等待签收的预警，0 条在处置"


def test_the_town_is_the_one_with_most_past_due_or_as_asked_or_as_set(client: FlaskClient, ask, monkeypatch):
    (worst,) = ask(
        """select t.name from incident i join area a using (area_id) join area t on t.area_id = a.town_id
        where closed_at is null and due_at <= timestamp '2026-10-20 04:00' group by 1 order by count(*) desc limit 1"""
    )[0]
    assert asked(client, "town")["question"] == f"{worst}怎么样？"
    assert (
        asked(client, "town", area="杨庄镇")["question"]
        == asked(client, "town", area="370116101")["question"]
        == "杨庄镇怎么样？"
    )
    monkeypatch.setenv("ZHILI_WALL_AREA", "凤城街道")
    settings.cache_clear()
    try:
        assert asked(client, "town")["question"] == "凤城街道怎么样？"
        assert asked(client, "overview")["blocks"]["middle"]["area"] is None
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_an_area_that_nobody_knows_is_said_and_not_silently_the_whole(client: FlaskClient):
    found = asked(client, "overview", area="火星")
    assert found["answer"].startswith("没有“火星”这个区域") and found["blocks"]["middle"]["area"] is None
    assert not asked(client, "overview")["answer"].startswith("没有")


@pytest.mark.parametrize(
    ("seconds", "is_right"), [("0", True), ("5", True), ("3", False), ("601", False), ("-1", False)]
)
def test_a_scene_that_is_to_stay_for_too_short_is_said_at_the_start(monkeypatch, seconds: str, is_right: bool):
    monkeypatch.setenv("ZHILI_WALL_SECONDS", seconds)
    settings.cache_clear()
    try:
        if is_right:
            assert settings().wall_seconds == int(seconds)
        else:
            with pytest.raises(SystemExit, match="wall_seconds"):
                settings()
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_only_the_figures_of_a_stale_source_turn_grey(client: FlaskClient, monkeypatch):
    cut_off = [
        replace(one, state="stale" if one.kind == "camera_states" else "fresh") for one in freshness.by_source(None)
    ]
    monkeypatch.setattr(wall_routes, "_sources", lambda *_: tuple(cut_off))
    blocks = asked(client, "devices")["blocks"]
    grey = {one["label"]: one["is_stale"] for one in blocks["left-1"]["numbers"]}
    assert [name for name, is_stale in grey.items() if is_stale] == [METRICS["camera_online_rate"].label["zh"]]
    assert blocks["left-1"]["stale"] is not None and blocks["left-0"]["stale"] is None


def test_the_sites_settings_say_what_a_wall_plays(client: FlaskClient, monkeypatch):
    monkeypatch.setenv("ZHILI_WALL_SCENES", "town,risk")
    monkeypatch.setenv("ZHILI_WALL_PIN", "false")
    settings.cache_clear()
    try:
        page = html.unescape(client.get("/wall").data.decode())
        assert '"playlist":{"scenes":"town,risk","seconds":0,"pin":false}' in page
    finally:
        monkeypatch.undo()
        settings.cache_clear()


def test_an_area_narrows_the_scene(client: FlaskClient, ask):
    town, _ = ask(
        "select town_id, count(*) from incident join area using (area_id) where town_id is not null group by all order by 2 desc"
    )[0]
    whole, part = asked(client, "overview")["blocks"], asked(client, "overview", area=town)["blocks"]
    count = {
        name: int(found["left-0"]["numbers"][0]["value"].replace(",", ""))
        for name, found in (("whole", whole), ("part", part))
    }
    assert 0 < count["part"] < count["whole"] and part["middle"]["area"] == town


def test_the_page_names_its_scenes_and_escapes_what_a_site_wrote(client: FlaskClient, own: Path):
    own.write_text(RIGHT.replace('"One"', '"<script>alert(1)</script>"'), encoding="utf-8")
    page = client.get("/wall?lang=en").data.decode()
    assert "own" in page and "<script>alert" not in page and client.get("/wall").status_code == 200
    assert asked(client, "own")["blocks"]["middle"]["kind"] == "map"
    assert client.get("/wall/data/nothing").status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('metric = "incident_count"', 'metric = "love"'), "'love' is none of"),
        (('kind = "map"', 'kind = "pie"'), "middle, kind: 'pie' is none of"),
        (('{ zh = "一", en = "One" }', '"One"'), "name: say it in both languages"),
        (("[middle]", "seconds = 2\n[middle]"), "seconds: give a whole number from 5 to 600"),
        (("[middle]", "colour = 1\n[middle]"), "does not know 'colour'"),
        (('metric = "incident_count"', ""), "needs metric"),
        (("name =", "name = ="), "Mend the file"),
    ],
)
def test_a_scene_that_makes_no_sense_is_left_out_and_said_in_a_line(client: FlaskClient, own: Path, change, said: str):
    own.write_text(RIGHT.replace(*change), encoding="utf-8")
    with pytest.raises(SceneError, match=said):
        scene(own)
    found, wrong = scenes()
    assert [one.key for one in found if one.key == "own"] == [] and len(found) == len(OURS)
    assert len(wrong) == 1 and wrong[0].startswith("scenes/own.toml: ") and "\n" not in wrong[0]
    assert asked(client, "overview")["wrong"] == wrong
