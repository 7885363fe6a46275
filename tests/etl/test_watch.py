"""The inbox and the clock process: what is dropped in is loaded, put away, and undone on request."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl import requests, watch
from settings import ROOT, settings
from tests.etl.conftest import INCIDENTS, Site, row, write_csv

PATIENCE_SECONDS = 60


@pytest.fixture
def inbox(mapped: Site) -> Path:
    mapped.settings.inbox.mkdir(parents=True)
    return mapped.settings.inbox


def test_a_good_file_is_done_and_a_bad_one_failed(mapped: Site, inbox: Path):
    write_csv(inbox / "grid_app.csv", [row(1)])
    (inbox / "grid_app_bad.csv").write_text("a,b\n1,2\n")
    outcomes = watch.look(mapped.settings, patience_seconds=0)
    assert [outcome.is_good for outcome in outcomes] == [True, False]
    assert (inbox / "done" / "grid_app.csv").exists() and (inbox / "failed" / "grid_app_bad.csv").exists()


def test_a_file_still_on_its_way_is_left_alone(mapped: Site, inbox: Path):
    write_csv(inbox / "grid_app.csv", [row(1)])
    (inbox / "grid_app_2.csv.part").write_text("x")
    assert watch.look(mapped.settings) == []
    assert (inbox / "grid_app.csv").exists()


def test_nothing_is_overwritten_in_the_inbox(mapped: Site, inbox: Path):
    for number in (1, 2):
        write_csv(inbox / "grid_app.csv", [row(number)])
        watch.look(mapped.settings, patience_seconds=0)
    assert sorted(path.name for path in (inbox / "done").iterdir()) == ["grid_app (2).csv", "grid_app.csv"]


def test_a_name_that_two_profiles_take_fails_alone(mapped: Site, inbox: Path):
    mapped.profile("grid_app_too", (INCIDENTS % "csv").replace('"grid_app*"', '"grid_app_b*"'))
    write_csv(inbox / "grid_app_b.csv", [row(1)])
    write_csv(inbox / "grid_app_z.csv", [row(2)])
    outcomes = watch.look(mapped.settings, patience_seconds=0)
    assert sorted(outcome.is_good for outcome in outcomes) == [False, True]
    assert (inbox / "failed" / "grid_app_b.csv").exists() and (inbox / "done" / "grid_app_z.csv").exists()


def test_a_file_that_cannot_be_put_away_does_not_keep_the_others_waiting(mapped: Site, inbox: Path):
    (inbox / "done").write_text("somebody's file, not a folder")
    write_csv(inbox / "grid_app.csv", [row(1)])
    (inbox / "grid_app_bad.csv").write_text("a,b\n1,2\n")
    watch.look(mapped.settings, patience_seconds=0)
    assert mapped.one("select count(*) from incident") == 1
    assert (inbox / "failed" / "grid_app_bad.csv").exists()


def test_a_name_as_long_as_names_can_be_is_taken_like_any_other(mapped: Site, inbox: Path):
    name = "grid_app" + "长" * 80 + ".csv"
    write_csv(inbox / name, [row(1)])
    assert [outcome.is_good for outcome in watch.look(mapped.settings, patience_seconds=0)] == [True]
    assert (inbox / "done" / name).exists()


def test_a_file_that_ends_the_process_twice_is_set_aside(mapped: Site, inbox: Path):
    write_csv(inbox / "grid_app.csv", [row(n) for n in range(60_000)])
    home = {"ZHILI_HOME": str(mapped.settings.home), "ZHILI_SOURCES": str(mapped.settings.sources)}
    for time_of_death in (1, 2):
        process = subprocess.Popen([sys.executable, "-m", "etl", "watch", "--once"], cwd=ROOT, env=os.environ | home)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (
            sum(mark.stat().st_size for mark in inbox.glob(".*.tries")) < time_of_death and time.monotonic() < deadline
        ):
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()
        process.wait()
    write_csv(inbox / "grid_app_2.csv", [row(1)])
    watch.look(mapped.settings, patience_seconds=0)
    assert (inbox / "failed" / "grid_app.csv").exists() and not list(inbox.glob(".*.tries"))
    assert (inbox / "done" / "grid_app_2.csv").exists()


def ask(site: Site, load_id: int) -> Path:
    folder = site.settings.home / "requests"
    folder.mkdir(exist_ok=True)
    path = folder / f"undo-{load_id}.json"
    path.write_text(json.dumps({"undo": load_id, "asked_at": "2026-10-01T00:00:00+00:00"}))
    return path


def test_an_undo_asked_for_by_a_page_is_done_where_the_site_allows_it(mapped: Site, monkeypatch: pytest.MonkeyPatch):
    mapped.csv(row(1))
    request = ask(mapped, 2)
    requests.serve(mapped.settings)
    outcome = json.loads(request.with_name("undo-2.outcome.json").read_text())
    assert "switched off" in outcome["outcome"] and not request.exists()
    assert mapped.one("select status from load where load_id = 2") == "done"
    monkeypatch.setenv("ZHILI_READERS_MAY_UNDO", "true")
    settings.cache_clear()
    request = ask(mapped, 2)
    requests.serve(settings())
    assert mapped.one("select status from load where load_id = 2") == "undone" and not request.exists()


def test_a_request_that_cannot_be_done_says_why(mapped: Site, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ZHILI_READERS_MAY_UNDO", "true")
    settings.cache_clear()
    request = ask(mapped, 77)
    requests.serve(settings())
    assert "There is no load 77" in request.with_name("undo-77.outcome.json").read_text()


@pytest.fixture
def clock(mapped: Site) -> Iterator[subprocess.Popen]:
    home = {
        "ZHILI_HOME": str(mapped.settings.home),
        "ZHILI_SOURCES": str(mapped.settings.sources),
        "ZHILI_POLL_SECONDS": "0.2",
    }
    process = subprocess.Popen([sys.executable, "jobs.py"], cwd=ROOT, env=os.environ | home, stderr=subprocess.PIPE)
    yield process
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)


def test_the_clock_process_loads_what_is_dropped_into_the_inbox(mapped: Site, inbox: Path, clock: subprocess.Popen):
    write_csv(inbox / "grid_app.csv", [row(1), row(2)])
    said = mapped.settings.home / "clock.json"  # written when every job of the round has had its turn
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not ((inbox / "done" / "grid_app.csv").exists() and said.exists()) and time.monotonic() < deadline:
        assert clock.poll() is None
        time.sleep(0.1)
    assert mapped.one("select count(*) from incident") == 2
    assert json.loads(said.read_text())["jobs"]["inbox"]["outcome"] == "done"
