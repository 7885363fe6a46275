"""Killed at any moment: the warehouse opens, no half load is seen, and running it again completes."""

import os
import random
import signal
import subprocess
import sys
import time

from settings import ROOT
from tests.etl.conftest import Site, row, write_csv

ROWS = 50_000
TIMES = 12


def start(site: Site, path: str) -> subprocess.Popen:
    home = {"ZHILI_HOME": str(site.settings.home), "ZHILI_SOURCES": str(site.settings.sources)}
    command = [sys.executable, "-m", "etl", "load", path]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | home, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_load_killed_at_random_moments_is_never_half_there(here: Site):
    path = str(write_csv(here.folder / "grid_app.csv", [row(n) for n in range(ROWS)]))
    other = str(write_csv(here.folder / "grid_app_other.csv", [row(n) for n in range(ROWS, 2 * ROWS)]))
    began = time.monotonic()
    warm = start(here, other)
    warm.wait()
    usual = time.monotonic() - began
    chance = random.Random(os.urandom(8))
    killed = 0
    for _ in range(TIMES):
        process = start(here, path)
        time.sleep(chance.uniform(0.2, 0.95) * usual)
        killed += process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
        rows, loads = here.ask("select (select count(*) from incident), (select count(*) from load)")[0]
        assert (rows, loads) in ((ROWS, 1), (2 * ROWS, 2))
    assert killed >= TIMES // 4, "the moments came too late to kill anything"
    again = start(here, path)
    _, err = again.communicate()
    assert again.returncode == 0, err
    assert here.one("select count(*) from incident") == 2 * ROWS
    assert not (here.settings.work / "stage").exists()
