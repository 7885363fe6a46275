"""Files of rows: begun, followed, fetched and stopped by whoever began them, and by nobody else."""

import io
import os
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pytest
import xlsxwriter
from flask.testing import FlaskClient

from analytics.answers import cursor
from analytics.explore import rows_export
from analytics.explore.rows_columns import COLUMNS
from analytics.explore.rows_export import EXPORTS
from api import exports as exports_api
from jobs import jobs
from settings import settings
from warehouse import takeaway

ASKED = {"format": "csv", "query": {"period": "all"}, "sort": [{"colId": "hours_to_close", "sort": "desc"}],
         "filter": {"channel": {"filterType": "set", "values": ["hotline"]}}}  # fmt: skip
ENDLESS = (
    "select count(*) as n from range(100000) a, range(100000) b, range(100000) c where a.range + b.range < c.range"
)


def begin(client: FlaskClient, **more: object) -> dict:
    answer = client.post("/api/exports", json={**ASKED, **more})
    assert answer.status_code == 202, answer.get_json()
    return answer.get_json()


def ended(client: FlaskClient, token: str) -> dict:
    deadline = time.monotonic() + 60
    while (said := client.get(f"/api/exports/{token}").get_json())[
        "state"
    ] == "running" and time.monotonic() < deadline:
        time.sleep(0.02)
    return said


@pytest.fixture(autouse=True)
def nothing_goes_on(client: FlaskClient) -> Iterator[None]:
    """Whatever a test has begun is stopped after it."""
    yield
    for export in list(EXPORTS._known.values()):
        export.cancel()


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch):
    """Every export is a statement that never ends by itself."""
    real = rows_export.rows_sql
    monkeypatch.setattr(rows_export, "rows_sql", lambda *asked: type(real(*asked))(ENDLESS, {}))


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_each_format_holds_the_rows_of_the_selection_in_the_grids_order(client: FlaskClient, format: str):
    own = (
        cursor(None)
        .execute(
            "select incident_id from incident where channel = 'hotline' order by round(epoch(closed_at - reported_at) / 3600, 2) desc nulls last, incident_id"
        )
        .fetchall()
    )
    said = ended(client, begin(client, format=format)["token"])
    assert (said["state"], said["written"], said["total"]) == ("done", len(own), len(own))
    answer = client.get(f"/api/exports/{said['token']}/file")
    read = {"csv": pd.read_csv, "xlsx": pd.read_excel, "parquet": pd.read_parquet}[format]
    frame = read(io.BytesIO(answer.data))
    assert answer.headers["Content-Type"].count("charset") == (format == "csv")
    assert list(frame["incident_id" if format == "parquet" else "编号"]) == [row[0] for row in own]
    assert len(frame.columns) == len(COLUMNS)


def test_a_file_says_what_it_holds_and_is_kept_by_no_cache(client: FlaskClient):
    said = ended(client, begin(client, lang="en")["token"])
    answer = client.get(f"/api/exports/{said['token']}/file")
    assert said["name"].startswith("incidents_2026-09-10_2026-10-20_v") and said["name"].endswith(".csv")
    assert said["name"] in answer.headers["Content-Disposition"] and answer.headers["Cache-Control"] == "no-store"
    assert answer.data.decode("utf-8-sig").splitlines()[0].startswith('"Reported"')
    zh = ended(client, begin(client)["token"])
    assert "filename*=UTF-8''%E4%BA%8B" in client.get(f"/api/exports/{zh['token']}/file").headers["Content-Disposition"]


def test_a_selection_narrows_the_file(client: FlaskClient):
    said = begin(client, query={"period": "7d", "sel": "channel:grid_app"}, filter={})
    own = cursor(None).execute(
        "select count(*) from incident where channel = 'grid_app' and reported_at >= timestamp '2026-10-13 16:00'"
    )
    assert said["total"] == own.fetchone()[0] > 0


def test_cancelling_stops_duckdb_and_leaves_no_file(client: FlaskClient, endless):
    token = begin(client)["token"]
    export = EXPORTS.find(token)
    time.sleep(0.5)
    assert export is not None and not export.is_stopped()
    began = time.monotonic()
    assert client.delete(f"/api/exports/{token}").get_json()["state"] == "cancelled"
    assert export.is_stopped() and time.monotonic() - began < 5
    with pytest.raises(duckdb.ConnectionException):
        export._cursor.execute("select 1")  # the cursor ended with its statement
    assert client.get(f"/api/exports/{token}/file").status_code == 409
    assert [path for path in settings().exports.iterdir() if token in path.name] == []


def test_cancelling_right_away_is_heard_too(client: FlaskClient, endless):
    token = begin(client)["token"]
    client.delete(f"/api/exports/{token}")
    assert EXPORTS.find(token).is_stopped()


def test_a_cancelled_file_that_was_done_is_gone(client: FlaskClient):
    said = ended(client, begin(client)["token"])
    assert client.delete(f"/api/exports/{said['token']}").status_code == 200
    assert client.get(f"/api/exports/{said['token']}/file").status_code == 409


def test_more_at_once_than_the_site_allows_are_asked_to_wait(client: FlaskClient, endless):
    tokens = [begin(client)["token"] for _ in range(settings().exports_at_once)]
    answer = client.post("/api/exports", json=ASKED)
    for token in tokens:
        client.delete(f"/api/exports/{token}")
    assert answer.status_code == 429 and answer.get_json()["reason"] == "too_many"
    assert client.post("/api/exports", json=ASKED).status_code == 202


def test_an_export_that_nobody_asks_for_any_more_stops_by_itself(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rows_export, "FORGOTTEN_SECONDS", -1)
    token = begin(client)["token"]
    export = EXPORTS._known[token]
    export._thread.join(20)
    assert export.state == "cancelled" and not export.path.exists()


@pytest.mark.parametrize("token", ["x", "..", "%2e%2e%2fwriter.lock", "A" * 32, "operations.sqlite", "' or 1=1"])
def test_a_token_is_not_guessed(client: FlaskClient, token: str):
    for path in (f"/api/exports/{token}", f"/api/exports/{token}/file"):
        assert client.get(path).status_code == 404
    assert client.delete(f"/api/exports/{token}").status_code == 404


def test_tokens_are_long_and_all_different(client: FlaskClient):
    tokens = [begin(client)["token"] for _ in range(2)]
    assert len(set(tokens)) == 2 and all(len(token) * 6 >= 128 for token in tokens)
    for token in tokens:
        ended(client, token)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 202),
    ],
)
def test_only_our_own_pages_begin_and_stop_files(client: FlaskClient, headers: dict, status: int):
    assert client.post("/api/exports", json=ASKED, headers=headers).status_code == status
    if status == 403:
        said = begin(client)
        assert client.delete(f"/api/exports/{said['token']}", headers=headers).status_code == 403


def test_a_form_of_another_site_is_no_request(client: FlaskClient):
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
        assert client.post("/api/exports", data='{"format": "csv"}', content_type=kind).status_code == 415


@pytest.mark.parametrize(
    "body",
    [
        [], {}, {"format": "pdf"}, {"format": ["csv"]}, {"format": "csv", "query": "x"}, {"format": "csv", "query": {"area": 5}},
        {"format": "csv", "sort": "x"}, {"format": "csv", "filter": {"nothing": {}}}, {"format": "csv", "filter": {"title": "x"}},
        {"format": "csv", "query": None},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_a_sentence_and_a_400(client: FlaskClient, body: object):
    answer = client.post("/api/exports", json=body)
    assert answer.status_code == 400 and answer.get_json()["error"]


def test_what_is_no_json_is_a_400_and_what_is_too_long_a_413(client: FlaskClient):
    assert client.post("/api/exports", data="{", content_type="application/json").status_code == 400
    assert client.post("/api/exports", data=b" " * 300_000, content_type="application/json").status_code == 413


def test_more_rows_than_a_sheet_holds_are_refused_beforehand(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(exports_api, "MOST_ROWS", 10)
    answer = client.post("/api/exports", json={**ASKED, "format": "xlsx"})
    assert answer.status_code == 422 and answer.get_json()["reason"] == "too_long" and answer.get_json()["most"] == 10


def test_a_file_that_cannot_be_written_says_why(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        takeaway.CsvFile, "add", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    said = ended(client, begin(client)["token"])
    assert said["state"] == "failed" and "disk is full" in said["message"]
    assert client.get(f"/api/exports/{said['token']}").status_code == 200


def test_tidying_leaves_a_file_in_the_making_whole_however_old_its_pieces_say_they_are(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    close = xlsxwriter.workbook.Workbook._store_workbook

    def store(book: xlsxwriter.Workbook) -> None:
        for path in settings().exports.rglob("*"):
            os.utime(path, (0, 0))
        EXPORTS.tidy()
        close(book)

    monkeypatch.setattr(xlsxwriter.workbook.Workbook, "_store_workbook", store)
    said = ended(client, begin(client, format="xlsx")["token"])
    assert (said["state"], said["message"]) == ("done", "")
    assert len(pd.read_excel(io.BytesIO(client.get(f"/api/exports/{said['token']}/file").data))) == said["total"]
    assert not list(settings().exports.glob("*.pieces"))


def test_the_clock_removes_old_files_where_nobody_asks_for_any(client: FlaskClient):
    said = ended(client, begin(client)["token"])
    old, new = settings().exports / "old.csv", settings().exports / f"{said['token']}.csv"
    old.write_text("")
    os.utime(old, (time.time() - 3700,) * 2)
    (job,) = [job for job in jobs(settings()) if job.name == "exports"]
    assert job.run_if_due(time.monotonic()) and job.last["outcome"] == "done"
    assert new.exists() and not old.exists()


def test_old_files_go_and_those_of_an_earlier_process_too(client: FlaskClient, monkeypatch: pytest.MonkeyPatch):
    said = ended(client, begin(client)["token"])
    left, pieces = settings().exports / "left.csv.part", settings().exports / "left.pieces"
    left.write_text("")
    pieces.mkdir()
    (pieces / "sheet").write_text("")
    monkeypatch.setattr(rows_export, "KEPT_SECONDS", -1)
    assert client.get(f"/api/exports/{said['token']}").status_code == 404
    assert not left.exists() and not pieces.exists() and not Path(settings().exports / f"{said['token']}.csv").exists()
