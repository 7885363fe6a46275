"""What the clock does about reports: plans what is due, makes one, sends what waits, takes away what is over.

Each run's files lie in `home/reports/<run>`; a run that is tried again writes the same files anew, whole or not at all.
"""

import hashlib
import logging
import shutil
import socket
from pathlib import Path

from analytics.area import towns
from operations import report_runs
from operations.errors import OperationsError
from operations.report_runs import Run
from reports.build import build
from reports.deliver import deliver
from settings import settings
from warehouse.errors import ZhiliError, one_line

log = logging.getLogger("zhili.reports")


class Cancelled(Exception):  # noqa: N818 - nobody has erred
    """Whoever asked for the run wants it no more."""


def clock_name() -> str:
    """Of the one clock of this home."""
    return f"clock:{socket.gethostname()}:{settings().home}"


class ReportRounds:
    """The looks of one clock; `is_only_clock`: it holds `clock.lock`, so what a clock of this home began before was broken off."""

    def __init__(self, is_only_clock: bool = False) -> None:
        self._is_fresh = is_only_clock

    def look(self) -> str:
        """Plan what is due and make it; one line for `clock.json`."""
        if self._is_fresh:
            report_runs.give_back(clock_name())
            self._is_fresh = False
        planned = report_runs.plan_due(town_codes)
        made = 0
        while make_next(clock_name()) is not None:
            made += 1
        return f"planned {planned}, made {made}"


def town_codes() -> list[str]:
    """The codes of all towns."""
    return [area.area_id for area in towns(None)]


def ask(id: int) -> list[int]:
    """Run a schedule now; the numbers of its runs, which wait for whoever makes them."""
    return report_runs.ask(id, town_codes)


def make_next(made_by: str) -> int | None:
    """Make the run that is due next; its number, None if there was none. What goes wrong is noted on the run."""
    run = report_runs.claim(made_by)
    if run is None:
        return None
    log.info("report %s (%s) of %s", run.schedule.name, run.area or "all", run.on_day)
    try:
        _make(run)
    except Cancelled:
        shutil.rmtree(folder_of(run.id), ignore_errors=True)
    except OperationsError:
        raise  # the store itself cannot be written: the run is given back when its time has gone
    except ZhiliError as error:
        report_runs.failed(run.id, str(error))
    except (
        Exception
    ) as error:  # whatever a figure or a format meets: no half report goes out, and the run says what it was
        log.exception("report %s failed", run.schedule.name)
        report_runs.failed(run.id, f"The report cannot be made: {one_line(error)}. Whoever looks after this system can mend it; its log has more.")  # fmt: skip
    return run.id


def _make(run: Run) -> None:
    plan = run.schedule

    def told(done: int, steps: int) -> None:
        if not report_runs.went_on(run.id, done, steps):
            raise Cancelled

    out = folder_of(run.id)
    shutil.rmtree(out, ignore_errors=True)
    paths = build(plan.kind, run.on_day, out, area=run.area or None, formats=plan.formats, lang=plan.lang, category=plan.category or None, told=told)  # fmt: skip
    files = [(path.name, path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths]
    if not report_runs.finished(run.id, files, plan.ways):
        raise Cancelled


def folder_of(run_id: int) -> Path:
    """Where the files of a run lie."""
    return settings().reports / str(run_id)


def send_waiting() -> int:
    """Send what is due; how much arrived. What did not is noted, and tried again."""
    sent = 0
    while (one := report_runs.claim_delivery()) is not None:
        try:
            said = deliver(one)
        except ZhiliError as error:
            report_runs.not_delivered(one.id, str(error))
        except Exception as error:
            log.exception("delivery of run %s failed", one.run_id)
            report_runs.not_delivered(one.id, f"It cannot be sent ({type(error).__name__}).")
        else:
            report_runs.delivered(one.id, said)
            sent += 1
    return sent


def tidy() -> None:
    """Take away files whose time is over, and folders that are no run's."""
    root = settings().reports
    gone = report_runs.over()
    for file in gone:
        (root / str(file.run_id) / file.name).unlink(missing_ok=True)
    report_runs.removed([file.id for file in gone])
    folders = [one for one in root.iterdir() if one.name.isdigit()] if root.is_dir() else []
    known = report_runs.known_runs()  # asked after the look: who makes a folder has its run already
    for folder in folders:
        if int(folder.name) not in known:
            shutil.rmtree(folder, ignore_errors=True)
