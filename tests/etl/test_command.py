"""The commands: whatever is wrong with what was asked is one line that says what to do, and exit code 1."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from etl.__main__ import _who
from settings import ROOT
from tests.etl.conftest import Site, row
from warehouse.errors import one_line

SMALL = ("--days", "20", "--incidents", "500", "--readings", "500")
CROSSED = '{"type": "Polygon", "coordinates": [[[117, 36], [118, 37], [118, 36], [117, 37], [117, 36]]]}'
TINY = '{"type": "Polygon", "coordinates": [[[117, 36], [117.0001, 36], [117.0001, 36.0001], [117, 36]]]}'


def run(site: Site, *words: str, **environment: str) -> subprocess.CompletedProcess:
    home = {"ZHILI_HOME": str(site.settings.home), "ZHILI_SOURCES": str(site.settings.sources), **environment}
    command = [sys.executable, "-m", "etl", *words]
    return subprocess.run(command, cwd=ROOT, env=os.environ | home, capture_output=True, text=True, timeout=120)


def said(answer: subprocess.CompletedProcess) -> str:
    lines = answer.stderr.strip().splitlines()
    assert answer.returncode == 1 and len(lines) == 1 and "Traceback" not in answer.stderr, answer.stderr
    return lines[0]


@pytest.mark.parametrize("home", ["/etc/passwd/x", "/proc/nothing"])
def test_a_home_that_cannot_be(here: Site, home: str):
    path = here.folder / "grid_app.csv"
    path.write_text("x")
    assert f"error: {home}: " in said(run(here, "load", str(path), ZHILI_HOME=home))


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--days", "99999999"), "must lie between"),
        (("--until", "0001-01-02"), "must lie between"),
        (("--until", "9999-12-31"), "must lie between"),
        (("--outline", "crossed.json"), "crosses itself"),
        (("--outline", "tiny.json"), "too small for a district"),
        (("--out", "tiny.json"), "is a file"),
    ],
)
def test_a_demo_that_cannot_be_made(here: Site, words: tuple[str, str], line: str):
    (here.folder / "crossed.json").write_text(CROSSED)
    (here.folder / "tiny.json").write_text(TINY)
    option, value = words
    value = str(here.folder / value) if value.endswith(".json") else value
    assert line in said(run(here, "demo", "--out", str(here.folder / "demo"), *SMALL, option, value))


def test_a_draft_that_cannot_be_written(mapped: Site):
    mapped.csv(row(1))
    answer = run(mapped, "profile", str(mapped.folder / "grid_app.csv"), "--out", "/nonexistent/x")
    assert "/nonexistent/x: No such file" in said(answer)


def test_somebody_without_a_name_is_known_by_number(monkeypatch: pytest.MonkeyPatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.getuid", lambda: 54321)
    assert _who() == "uid 54321"


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device", "/x"),
        duckdb.TransactionException('Failed to execute query "COMMIT": database or disk is full'),
        duckdb.TransactionException("cannot rollback - no transaction is active"),
    ],
)
def test_a_full_disk_is_called_that(error: Exception):
    assert one_line(error).startswith("the disk is full")


def test_rejects_are_counted_whole_and_shown_in_part(mapped: Site, tmp_path: Path):
    mapped.csv(*[row("") for _ in range(30)])
    shown = run(mapped, "rejects").stdout.splitlines()
    assert shown[-1] == "30 rejected; 20 shown. All: --out FILE.csv" and len(shown) == 41
    assert run(mapped, "rejects", "--out", str(tmp_path / "r.csv")).stdout.startswith("30 rejected records")
