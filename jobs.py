"""The clock process: takes what is in the inbox, does what pages ask for, lets rules look at new data, sends notices, tidies up,
and says when it last ran.
"""

import fcntl
import json
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from analytics.explore.rows_export import EXPORTS
from clock import rounds
from clock.rounds import Rounds
from etl import requests, watch
from settings import Settings, settings
from warehouse.connect import exists, writer
from warehouse.errors import WriterBusyError, ZhiliError
from warehouse.fact_reader import FactReader
from warehouse.upkeep import flush_inlined_rows, tidy

if TYPE_CHECKING:
    from reports.rounds import ReportRounds

log = logging.getLogger("zhili.clock")


@dataclass
class Job:
    """Something done every so many seconds; a failure is logged and does not stop the clock.

    What `run` returns, if it is a line, is its outcome. `is_beside`: it runs in a thread of its own, so that neither it waits for a
    long load nor anything else for it; it is never run twice at once.
    """

    name: str
    every_seconds: float
    run: Callable[[], object]
    is_beside: bool = False
    next_at: float = field(default=0.0)
    last: dict[str, str] = field(default_factory=dict)
    thread: threading.Thread | None = None

    def run_if_due(self, now: float) -> bool:
        """Run it if it is time; whether it was."""
        if now < self.next_at or (self.thread is not None and self.thread.is_alive()):
            return False
        self.next_at = now + self.every_seconds
        if self.is_beside:
            self.thread = threading.Thread(target=self._run, name=self.name, daemon=True)
            self.thread.start()
        else:
            self._run()
        return True

    def _run(self) -> None:
        started_at = _now()
        self.last = {"started_at": started_at, "outcome": self._outcome(), "finished_at": _now()}

    def _outcome(self) -> str:
        try:
            said = self.run()
        except WriterBusyError:
            return "waits: another load is running"
        except ZhiliError as error:
            log.error("%s: %s", self.name, error)
            return str(error)
        except Exception as error:  # the clock must go on whatever one job meets; the trace is in the log
            log.exception("%s failed", self.name)
            return f"{type(error).__name__}: {error}"
        return said if isinstance(said, str) else "done"


_STOP = threading.Event()
"""Set when the process is told to end: a query that runs at that moment fails, and its job takes that for a fault."""


def _end(*_signal: object) -> None:
    _STOP.set()
    sys.exit(0)


def jobs(site: Settings, is_only_clock: bool = False) -> list[Job]:
    """What this site's clock does, in order; `is_only_clock` if this process holds the clock's lock."""
    return [
        Job("requests", site.poll_seconds, lambda: requests.serve(site)),
        Job("inbox", site.poll_seconds, lambda: watch.look(site)),
        Job("facts", site.poll_seconds, _prepare_facts),
        Job("warnings", site.poll_seconds, Rounds(is_only_clock=is_only_clock).look, is_beside=True),
        Job("escalation", 30, rounds.escalate, is_beside=True),
        Job("notices", site.poll_seconds, rounds.deliver, is_beside=True),
        Job("risk", site.poll_seconds, _make_risk, is_beside=True),
        Job("reports", site.poll_seconds, lambda: _see_to_reports(is_only_clock), is_beside=True),
        Job("report deliveries", site.poll_seconds, _send_reports, is_beside=True),
        Job("exports", 300, EXPORTS.tidy),
        Job("flush", 300, lambda: _upkeep(flush_inlined_rows)),
        Job("old reports", 3600, _tidy_reports),
        Job("tidy", 6 * 3600, lambda: _upkeep(tidy)),
    ]


def _prepare_facts() -> None:
    if exists():
        _fact_reader().prepare()


@lru_cache(maxsize=1)
def _fact_reader() -> FactReader:
    return FactReader(threads=1)


def _make_risk() -> str:
    if not exists():
        return "no warehouse yet"
    from clock.risk import (
        make_next,  # what it learns with takes a second to load, and a clock without data never needs it
    )

    return make_next()


def _see_to_reports(is_only_clock: bool) -> str:
    return _report_rounds(is_only_clock).look() if exists() else "no warehouse yet"


@lru_cache(maxsize=1)
def _report_rounds(is_only_clock: bool) -> "ReportRounds":
    from reports.rounds import (
        ReportRounds,  # Word, PowerPoint and PDF take half a second to load, and a clock without data never needs them  # fmt: skip
    )

    return ReportRounds(is_only_clock)


def _send_reports() -> str:
    """Beside the making: a share that hangs keeps no report from being made."""
    if not exists():
        return "no warehouse yet"
    from reports.rounds import send_waiting

    return f"sent {send_waiting()}"


def _tidy_reports() -> None:
    if exists():
        from reports.rounds import tidy

        tidy()


def _upkeep(what: Callable) -> None:
    if exists():
        with writer() as connection:
            what(connection)


def main() -> int:
    """Tick until told to stop."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s clock %(message)s", datefmt="%H:%M:%S", stream=sys.stderr
    )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, _end)
    site = settings()
    site.home.mkdir(parents=True, exist_ok=True)
    with (site.home / "clock.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.error("Another clock process runs on %s. Stop it first.", site.home)
            return 1
        try:
            _tick_for_ever(jobs(site, is_only_clock=True), site.home / "clock.json")
        except KeyboardInterrupt:
            return 0
    return 0


def _tick_for_ever(all_jobs: list[Job], state: Path) -> None:
    upkeep_starts = time.monotonic() + 60
    for job in all_jobs:
        job.next_at = upkeep_starts if job.name in ("flush", "tidy") else 0.0
    while not _STOP.is_set():
        ran = [job.run_if_due(time.monotonic()) for job in all_jobs if not _STOP.is_set()]
        if any(ran):
            _write_state(all_jobs, state)
        _STOP.wait(0.2)


def _write_state(all_jobs: list[Job], state: Path) -> None:
    content = {"ticked_at": _now(), "jobs": {job.name: job.last for job in all_jobs if job.last}}
    draft = state.with_suffix(".part")
    try:
        draft.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        draft.replace(state)
    except OSError as error:  # a full disk must not end the clock, and with it the site
        log.error("%s: %s. How the jobs went cannot be shown.", draft, error.strerror)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


if __name__ == "__main__":
    sys.exit(main())
