"""`make run` starts everything on one machine, and Ctrl-C ends everything."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from settings import ROOT
from tests.e2e.conftest import free_port


@contextmanager
def started(home: Path, **environment: str) -> Iterator[subprocess.Popen]:
    """`run.py` in a session of its own, as a terminal starts it; killed with all its children at the end."""
    variables = {**os.environ, "ZHILI_HOME": str(home), **environment}
    process = subprocess.Popen(
        [sys.executable, "run.py"],
        cwd=ROOT,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        for child in (*psutil.Process(process.pid).children(recursive=True), process) if process.poll() is None else ():
            child.kill()


def read_until(process: subprocess.Popen, text: str) -> str:
    said = ""
    for line in process.stdout or ():
        said += line
        if text in line:
            return said
    raise AssertionError(f"{text!r} was never said:\n{said}")


def test_it_prints_the_address_serves_the_page_ticks_the_clock_and_ctrl_c_ends_everything(web_home: Path):
    port = free_port()
    (web_home / "clock.json").unlink(missing_ok=True)
    with started(web_home, ZHILI_PORT=str(port)) as process:
        assert f"http://127.0.0.1:{port}/" in read_until(process, "is ready")
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/map", timeout=20).read().decode()
        assert "智理" in page
        children = psutil.Process(process.pid).children(recursive=True)
        assert len(children) >= 2
        deadline = time.monotonic() + 20
        while not (web_home / "clock.json").exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert (web_home / "clock.json").exists(), "the clock never ticked"
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=20) == 0
        psutil.wait_procs(children, timeout=10)
        assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


def test_a_port_that_is_taken_is_one_line_with_advice(web_home: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with started(web_home, ZHILI_PORT=str(taken.getsockname()[1])) as process:
            said = process.communicate(timeout=30)[0]
    assert process.returncode == 1
    assert "is taken" in said and "ZHILI_PORT=" in said and len(said.strip().splitlines()) == 1


@pytest.mark.parametrize("ended", ["jobs.py", "gunicorn"])
def test_if_one_process_dies_the_other_is_stopped_and_said_so(web_home: Path, ended: str):
    with started(web_home, ZHILI_PORT=str(free_port())) as process:
        read_until(process, "is ready")
        children = psutil.Process(process.pid).children()
        victim = next(child for child in children if any(ended in word for word in child.cmdline()))
        victim.kill()
        said = process.communicate(timeout=20)[0]
        assert process.returncode != 0
        assert "ended" in said
        psutil.wait_procs(children, timeout=10)
        assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


def test_a_setting_that_is_wrong_is_one_line(web_home: Path):
    with started(web_home, ZHILI_PORT="eighty") as process:
        said = process.communicate(timeout=30)[0]
    assert process.returncode == 1
    assert "ZHILI_PORT" in said and "Traceback" not in said
