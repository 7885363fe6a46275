"""What programs get: the registry's figures in three formats, and a sentence where they ask for what is not there."""

import io
from pathlib import Path

import pandas as pd
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from analytics.metrics import METRICS, measure_by
from analytics.patience import QuestionStoppedError, QuestionTooBigError, QuestionTooLongError
from analytics.view import View
from api import routes
from api.openapi import document
from api.routes import serve_api
from settings import settings as site


def test_the_list_names_every_metric_and_how_it_splits(client: FlaskClient):
    listed = client.get("/api/metrics?lang=en").get_json()
    assert [one["name"] for one in listed] == list(METRICS)
    assert all(one["label"] and one["caveat"] and "town" in one["by"] for one in listed)


@pytest.mark.parametrize("by", ["town", "category:2", "week", "holiday", "channel"])
def test_the_three_formats_say_the_same_as_the_pages_query(client: FlaskClient, by: str):
    own = measure_by(View.from_query({"period": "30d"}), "on_time_rate", by)
    answers = {
        name: client.get(f"/api/metrics/on_time_rate?by={by}&format={name}") for name in ("json", "csv", "parquet")
    }
    rows = answers["json"].get_json()["rows"]
    frames = [
        pd.DataFrame(rows),
        pd.read_csv(io.BytesIO(answers["csv"].data)),
        pd.read_parquet(io.BytesIO(answers["parquet"].data)),
    ]
    for frame in frames:
        assert list(frame["numerator"]) == list(own["numerator"]) and list(frame["denominator"]) == list(
            own["denominator"]
        )
        assert frame["value"].to_list() == pytest.approx(own["value"].to_list())
    assert answers["csv"].headers["Content-Disposition"].endswith('"on_time_rate.csv"')


def test_an_answer_says_its_period_snapshot_and_caveat(client: FlaskClient):
    answer = client.get("/api/metrics/incident_count?from=2026-10-01&to=2026-10-07&area=370116101&lang=en").get_json()
    assert answer["asked"]["from"] == "2026-10-01T00:00:00+08:00"
    assert answer["asked"]["until"] == "2026-10-08T00:00:00+08:00"
    assert answer["asked"]["area"] == "370116101" and answer["asked"]["snapshot"] > 0
    assert answer["metric"]["caveat"].startswith("By time reported")
    assert answer["rows"][0]["numerator"] > 0


def test_areas_come_with_their_names(client: FlaskClient):
    rows = client.get("/api/metrics/incident_count?by=town").get_json()["rows"]
    assert {row["key"]: row["name"] for row in rows} == {"370116001": "凤城街道", "370116101": "杨庄镇"}


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/api/metrics/nothing", 404, "no metric"),
        ("/api/metrics/incident_count?by=title", 400, "cannot be split"),
        ("/api/metrics/incident_count?colour=red", 400, "no parameter 'colour'"),
        ("/api/metrics/incident_count?area=370116101&area=370116001", 400, "give it once"),
        ("/api/metrics/incident_count?area=", 400, "is empty"),
        ("/api/metrics/incident_count?area=9' or '1'='1", 400, "not known"),
        ("/api/metrics/incident_count?from=2026-10-07&to=2026-10-01", 400, "from not after to"),
        ("/api/metrics/incident_count?from=2026-10-07", 400, "give both"),
        ("/api/metrics/incident_count?period=7d&from=2026-10-01&to=2026-10-02", 400, "either period"),
        ("/api/metrics/incident_count?period=decade", 400, "none of today"),
        ("/api/metrics/incident_count?as_of=99999", 400, "no data version"),
        ("/api/metrics/incident_count?format=xml", 400, "none of json"),
        ("/api/metrics?lang=fr", 400, "zh or en"),
    ],
)
def test_what_makes_no_sense_is_a_sentence_and_a_4xx(client: FlaskClient, path: str, status: int, says: str):
    answer = client.get(path)
    assert answer.status_code == status
    assert says in answer.get_json()["error"]


def test_before_anything_is_loaded_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("ZHILI_HOME", str(tmp_path))
    site.cache_clear()
    empty = Flask("empty")
    serve_api(empty)
    answer = empty.test_client().get("/api/metrics/incident_count")
    monkeypatch.undo()
    site.cache_clear()
    assert answer.status_code == 503 and "Load something first" in answer.get_json()["error"]


@pytest.mark.parametrize(
    ("error", "status"),
    [(QuestionTooLongError("too long"), 504), (QuestionTooBigError("too big"), 503), (QuestionStoppedError(), 503)],
)
def test_a_question_past_the_sites_limits_is_a_sentence_the_document_knows(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
):
    def fails(*_asked: object) -> None:
        raise error

    monkeypatch.setattr(routes, "written", fails)
    answer = client.get("/api/metrics/incident_count")
    assert answer.status_code == status and answer.get_json() == {"error": str(error)}
    assert str(status) in document()["paths"]["/api/metrics/{name}"]["get"]["responses"]


def test_writing_is_not_offered(client: FlaskClient):
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)("/api/metrics/incident_count").status_code == 405


schema = schemathesis.openapi.from_dict(document())


@schema.parametrize()
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_is_asked_the_answer_keeps_its_description(case, server: Flask):
    """No 5xx, no answer of another shape, nothing wrong accepted. That a well-formed area need not exist is no fault."""
    response = case.call(app=server)
    case.validate_response(response, excluded_checks=[positive_data_acceptance])
