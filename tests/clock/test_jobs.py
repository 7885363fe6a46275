"""The clock goes on whatever one job meets; a job beside the others is never there twice, and says when it last ran."""

import json
import threading
from pathlib import Path

import pytest

from jobs import Job, _write_state, jobs
from settings import Settings
from warehouse.errors import ZhiliError


def test_a_job_beside_the_others_keeps_nobody_waiting_and_is_never_there_twice(tmp_path: Path):
    goes_on, runs = threading.Event(), []

    def run() -> str:
        runs.append(1)
        goes_on.wait(60)
        return "3 rules looked"

    job = Job("warnings", 0, run, is_beside=True)
    assert job.run_if_due(1.0) and not job.run_if_due(2.0) and job.last == {}
    goes_on.set()
    job.thread.join(60)
    _write_state([job], tmp_path / "clock.json")
    state = json.loads((tmp_path / "clock.json").read_text())["jobs"]["warnings"]
    assert state["outcome"] == "3 rules looked" and state["started_at"] <= state["finished_at"] and len(runs) == 1
    assert job.run_if_due(3.0)
    job.thread.join(60)


def test_a_job_that_fails_says_so_in_one_line_and_is_due_again():
    def run() -> None:
        raise ZhiliError("no warehouse here")

    job = Job("warnings", 5, run)
    assert job.run_if_due(1.0) and job.last["outcome"] == "no warehouse here"
    assert not job.run_if_due(5.9) and job.run_if_due(6.0)


def test_warnings_timers_notices_risk_maps_and_reports_are_jobs_beside_the_inbox(site: Settings):
    assert {job.name for job in jobs(site) if job.is_beside} == {
        "warnings",
        "escalation",
        "notices",
        "risk",
        "reports",
        "report deliveries",
    }


def test_a_full_disk_does_not_end_the_clock(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    (tmp_path / "clock.part").symlink_to("/dev/full")
    _write_state([], tmp_path / "clock.json")
    assert "No space left on device" in caplog.text and not (tmp_path / "clock.json").exists()
