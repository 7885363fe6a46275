"""Whatever fails is said where it would have stood, and the rest of the page stands; too big a body is refused."""

import io
import sys
from types import ModuleType
from typing import NoReturn

import duckdb
import pytest
from flask.testing import FlaskClient

from analytics import answers as answers_kept
from analytics.patience import QuestionTooLongError
from tests.pages.asking import FILTERS, answers, asked, dependencies, lines

FAULTS = [QuestionTooLongError("too long"), duckdb.Error("odd"), KeyError("odd")]
SAID = {QuestionTooLongError: "计算超过了允许的时间"}


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers_kept, "_ANSWERS", answers_kept.Answers())


def page(name: str) -> ModuleType:
    """A page as Dash has loaded it: without its package knowing."""
    return sys.modules[f"pages.{name}"]


def raising(error: Exception):
    def fails(*_asked: object, **_more: object) -> NoReturn:
        raise error

    return fails


def said_of(error: Exception) -> str:
    return SAID.get(type(error), "程序出错，详情见网页进程日志")


@pytest.mark.parametrize("error", FAULTS)
def test_the_map_says_why_it_has_no_values_and_the_rest_of_it_stands(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    monkeypatch.setattr(page("map"), "values_by_area", raising(error))
    found = answers(client, "map", FILTERS | {"layers": "sensors"})
    assert found["map-values-data"]["data"]["url"] is None
    assert said_of(error) in found["map-values-data"]["data"]["failed"]
    assert found["map-values-key"]["data"] == "failed", "so that the next change asks anew"
    assert "failed" not in found["map-sensors-data"]["data"]


@pytest.mark.parametrize("error", FAULTS)
def test_a_layer_that_fails_says_so_in_its_key(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception):
    monkeypatch.setattr(page("map"), "sensor_states", raising(error))
    found = answers(client, "map", FILTERS | {"layers": "sensors,cameras"})
    assert said_of(error) in found["map-sensors-data"]["data"]["failed"]
    assert found["map-sensors-data"]["data"]["label"] == "传感器"
    assert "failed" not in found["map-cameras-data"]["data"] and "failed" not in found["map-values-data"]["data"]


@pytest.mark.parametrize("error", FAULTS)
def test_the_maps_panel_says_why_it_is_empty(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception):
    monkeypatch.setattr(page("map"), "parts", raising(error))
    found = answers(client, "map", FILTERS)
    assert said_of(error) in found["map-headline"]["children"]["props"]["children"]
    assert found["map-overview"]["href"].startswith("/?")


@pytest.mark.parametrize("error", FAULTS)
def test_a_headline_that_fails_leaves_the_seven_views(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    monkeypatch.setattr(page("explore"), "total", raising(error))
    found = answers(client, "explore", FILTERS)
    assert said_of(error) in found["explore-headline"]["children"]
    assert found["explore-days-figure"]["figure"]["data"] and "failed" not in found["explore-data"]["data"]


@pytest.mark.parametrize("error", FAULTS)
def test_cards_that_cannot_be_counted_all_say_why(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception
):
    monkeypatch.setattr("analytics.overview.prepare_changes", raising(error))
    found = answers(client, "overview", FILTERS)
    details = [parts["children"] for name, parts in found.items() if name.endswith("-detail")]
    assert len(details) == 7 and all(said_of(error) in detail for detail in details)
    assert found["overview-trend-figure"]["figure"]["data"]


def test_a_saved_view_that_is_not_there_is_said(client: FlaskClient):
    (save,) = [known for known in dependencies(client) if known["inputs"][0]["id"] == "saved-views-asked"]
    values = {"saved-views-page": "/explore", "saved-views-changed": 0, "filters": FILTERS}
    state = [{**one, "value": values[one["id"]]} for one in save["state"]]
    for odd in (10**30, "x", -1, 1.5, 99):
        for what in ({"id": odd, "name": "a", "query": ""}, {"delete": odd}):
            found = asked(client, save, [{**save["inputs"][0], "value": what}], state)
            assert found["saved-views-said"]["children"] == "这个视图已被删除。"
            assert found["saved-views-changed"]["data"] == 1 and found["saved-views-editing"]["data"] is None


def test_a_view_out_of_reach_is_said(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pages.saved_views.deleted", raising(KeyError("odd")))
    (save,) = [known for known in dependencies(client) if known["inputs"][0]["id"] == "saved-views-asked"]
    values = {"saved-views-page": "/explore", "saved-views-changed": 0, "filters": FILTERS}
    state = [{**one, "value": values[one["id"]]} for one in save["state"]]
    found = asked(client, save, [{**save["inputs"][0], "value": {"delete": 1}}], state)
    assert "程序出错" in found["saved-views-said"]["children"]


def test_a_body_of_many_megabytes_is_refused_whether_its_length_is_told_or_not(client: FlaskClient):
    body = b'{"x": "' + b"a" * 5_000_000 + b'"}'
    for path in ("/_dash-update-component", "/api/exports"):
        told = client.post(path, data=body, content_type="application/json")
        chunked = client.post(
            path,
            input_stream=io.BytesIO(body),
            content_type="application/json",
            environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
        )
        assert (told.status_code, chunked.status_code) == (413, 413)


def test_a_control_that_says_nothing_known_is_taken_for_its_first_choice(client: FlaskClient):
    for odd in (None, "x", 3):
        found = answers(client, "timeliness", FILTERS, {"timeliness-trend-by": odd})
        assert found["timeliness-trend-figure"]["figure"]["data"]


@pytest.mark.parametrize("body", [None, [], {}, {"filters": []}, {"filters": "x"}])
def test_an_answer_is_asked_for_with_filters(client: FlaskClient, body: object):
    assert client.post("/answers/overview", json=body).status_code == 400
    assert client.post("/answers/nowhere", json={"filters": FILTERS}).status_code == 400


def test_only_the_panel_whose_control_was_turned_is_answered_anew(client: FlaskClient):
    body = {"filters": FILTERS, "values": {"timeliness-trend-by": "month"}, "changed": ["timeliness-trend-by"]}
    (line,) = lines(client, "timeliness", body)
    assert set(line) == {"timeliness-trend-figure", "timeliness-trend-note"}


def test_filters_of_odd_kinds_are_no_fault(client: FlaskClient, caplog: pytest.LogCaptureFixture):
    odd = {
        "lang": 3,
        "theme": [],
        "scale": "x",
        "layers": 7,
        "sel": {},
        "area": [1],
        "period": {},
        "metric": 1,
        "tab": None,
    }
    for page in ("overview", "map", "timeliness", "explore"):
        lines(client, page, {"filters": odd, "values": 3, "changed": "x"})
    assert "Traceback" not in caplog.text


ODD = [
    {"area": 10**30}, {"area": "\ud800"}, {"area": [1]}, {"scale": float("nan")}, {"theme": ["a"]}, {"theme": "pink"}, {"period": {"a": 1}},
    {"lang": ["en"]}, {"sel": 10**30}, {"metric": "\ud800"}, {"layers": ["incidents"]}, {"tab": "\ud800"}, {"tab": [1]},
]  # fmt: skip


@pytest.mark.parametrize("name", ["overview", "map", "timeliness", "explore"])
@pytest.mark.parametrize("odd", ODD, ids=str)
def test_a_filter_that_no_browser_sends_is_answered_all_the_same(client: FlaskClient, name: str, odd: dict):
    assert answers(client, name, FILTERS | odd)


def test_a_control_that_says_what_no_browser_sends_is_taken_for_its_first_choice(client: FlaskClient):
    for odd in ({"explore-level": [1]}, {"": 1}, {"explore-level": {"a": 10**30}}):
        assert answers(client, "explore", FILTERS, odd) == answers(client, "explore", FILTERS)
