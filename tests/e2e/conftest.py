"""A real server on the small district and a real Chromium; every page tells its console errors and outside requests."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from settings import ROOT
from tests import small
from tests.e2e.browser import ADVICE, FLAGS, find
from tests.homes import living_in

HERE = {"127.0.0.1", "localhost", ""}
START_SECONDS = 60
expect.set_options(timeout=20_000)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(
    home: Path, log: Path, server: str = "app:ready_server()", **environment: str
) -> tuple[subprocess.Popen, str]:
    """The web process as `make run` starts it, on a home; its address when it answers."""
    port = free_port()
    gunicorn = Path(sys.executable).with_name("gunicorn")
    command = [
        str(gunicorn),
        server,
        "--worker-class",
        "gthread",
        "--threads",
        "8",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    variables = {**os.environ, "ZHILI_HOME": str(home), **environment}
    process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=log.open("w"), stderr=subprocess.STDOUT)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).close()
            return process, f"http://127.0.0.1:{port}"
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise RuntimeError(f"the web process did not answer:\n{log.read_text()}")


@pytest.fixture(scope="session")
def web_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small district in it."""
    with living_in(tmp_path_factory.mktemp("web") / "home") as home:
        small.build()
    return home


@pytest.fixture(scope="session")
def site_url(web_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a running server on the small district; anybody may undo there."""
    log = tmp_path_factory.mktemp("log") / "web.log"
    process, url = serve(web_home, log, ZHILI_READERS_MAY_UNDO="true", ZHILI_ANSWER_AHEAD="false")
    yield url
    process.terminate()
    process.wait(timeout=20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find()
    if path is None:
        pytest.fail(ADVICE)
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page; after the test it must have had no console error and no request to another machine."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN", color_scheme="dark")
    fresh, errors, outside = context.new_page(), [], []
    fresh.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    fresh.on("pageerror", lambda error: errors.append(str(error)))
    fresh.on("request", lambda r: outside.append(r.url) if _leaves(r.url) else None)
    fresh.set_default_timeout(20_000)
    yield fresh
    context.close()
    assert errors == []
    assert outside == []


def _leaves(url: str) -> bool:
    parts = urlparse(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in HERE
