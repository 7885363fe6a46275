"""Starts Zhili on this machine: the demo district if there are no data, then the web and the clock process."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from settings import ROOT, Settings, settings
from warehouse.connect import Reader, exists

END_SECONDS = 8.0
START_SECONDS = 60


def main() -> int:
    """Exit code of the first process that ended by itself, or 0 after Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    site = settings()
    if _is_taken(site):
        print(f"Port {site.port} is taken. Set another one: ZHILI_PORT=8051 make run", file=sys.stderr)
        return 1
    if site.demo_when_empty and not _has_data():
        _make_demo(site)
    return _serve(site)


def _is_taken(site: Settings) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((site.host, site.port)) == 0


def _has_data() -> bool:
    if not exists():
        return False
    reader = Reader()
    try:
        return bool(reader.cursor().execute("select count(*) from load where status <> 'failed'").fetchone()[0])
    finally:
        reader.close()


def _make_demo(site: Settings) -> None:
    """Make the demo's exports in a folder of their own and load them like any other exports."""
    print("No data yet: making the demo district (演示数据). Your own exports: see README, 'Your own exports'.")
    folder = site.home / "demo"
    for command in (["etl", "demo", "--out", str(folder)], ["etl", "load", str(folder)]):
        subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=True)


def _serve(site: Settings) -> int:
    site.inbox.mkdir(parents=True, exist_ok=True)
    gunicorn = Path(sys.executable).with_name("gunicorn")
    web = [str(gunicorn), "app:ready_server()", "--worker-class", "gthread", "--threads", str(site.web_threads)]
    web += [
        "--bind",
        f"{site.host}:{site.port}",
        "--log-level",
        "warning",
        "--graceful-timeout",
        "3",
        "--no-control-socket",
    ]
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # a script that starts this in the background has it ignored
    processes = [
        subprocess.Popen(command, cwd=ROOT, start_new_session=True) for command in (web, [sys.executable, "jobs.py"])
    ]
    try:
        if _answers(site, processes):
            print(
                f"\nZhili 智理 is ready: http://{site.host}:{site.port}/  (inbox: {site.inbox}; Ctrl-C ends it)",
                flush=True,
            )
        return _first_to_end(processes)
    except KeyboardInterrupt:
        return 0
    finally:
        _end(processes)


def _answers(site: Settings, processes: list[subprocess.Popen]) -> bool:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and all(process.poll() is None for process in processes):
        try:
            with urllib.request.urlopen(f"http://{site.host}:{site.port}/", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def _first_to_end(processes: list[subprocess.Popen]) -> int:
    while True:
        for process in processes:
            if process.poll() is not None:
                print(f"{process.args[-1] if process is processes[1] else 'the web process'} ended; stopping the rest.")
                return process.returncode or 1
        time.sleep(0.3)


def _end(processes: list[subprocess.Popen]) -> None:
    """Ask all to end, and kill whoever has not within eight seconds: a question or a load under way, which may be broken off."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + END_SECONDS
    for process in processes:
        try:
            process.wait(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    sys.exit(main())
