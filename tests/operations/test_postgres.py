"""The same promises in a real PostgreSQL: its tables, a warning's life, two clocks at once, outcomes and the outbox."""

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from operations import report_runs, report_schedules
from operations import warning_actions as actions
from operations.errors import WarningActionError
from operations.migrate import bring_up_to_date
from operations.notice_delivery import deliver_due
from operations.notices import dead_notices, outboxes, unread
from operations.report_schedules import Plan
from operations.report_tables import ReportScheduleRow
from operations.store import engine, session, url
from operations.tables import Base, now
from operations.warning_folding import fold, recheck
from operations.warning_mutes import mute_rule
from operations.warning_outcomes import outcomes
from operations.warning_raised import Look
from operations.warning_rules import change_rule, changed_rules
from operations.warning_runs import Looked, begun, finished, looked, run_states
from operations.warning_timers import escalate_unanswered
from operations.warnings import similar, warning, warnings
from settings import settings
from tests.operations.findings import NOON, TOWN, found, grids, in_words, look

PROGRAMS = Path(shutil.which("postgres") or "/usr/lib/postgresql/15/bin/postgres").resolve().parent
AS_USER = {"user": "postgres"} if os.geteuid() == 0 else {}
"""PostgreSQL does not run as root."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server of this module's own, reached over a socket in its folder."""
    if not (PROGRAMS / "initdb").exists():
        pytest.skip("PostgreSQL is not installed here")
    folder = Path(tempfile.mkdtemp(prefix="zhili-pg-"))
    if AS_USER:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    try:
        subprocess.run(
            [PROGRAMS / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-N"],
            check=True, capture_output=True, **AS_USER,
        )  # fmt: skip
        start = [
            "-D",
            data,
            "-w",
            "-l",
            folder / "log",
            "-o",
            f"-k {folder} -c listen_addresses='' -c fsync=off",
            "start",
        ]
        subprocess.run([PROGRAMS / "pg_ctl", *start], check=True, stdout=subprocess.DEVNULL, **AS_USER)
        yield f"postgresql://postgres@/postgres?host={folder}"
        subprocess.run([PROGRAMS / "pg_ctl", "-D", data, "-m", "immediate", "stop"], capture_output=True, **AS_USER)
    except (subprocess.CalledProcessError, KeyError, LookupError, PermissionError) as error:
        pytest.skip(f"PostgreSQL cannot be started here: {error}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def store(server: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("ZHILI_OPERATIONS", server)
    settings.cache_clear()
    bring_up_to_date()
    yield
    with engine(url()).begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())


def test_the_migrations_make_exactly_the_tables_that_the_code_knows():
    with engine(url()).connect() as connection:
        assert (
            compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata) == []
        )


def test_a_warning_goes_its_whole_way():
    one, other = fold(look(), [found(extent=grids(1, 2)), found(extent=grids(8, 9))], begun("counts", 1))
    fold(look(NOON + timedelta(hours=1)), [found(extent=grids(1, 2, 8, 9), grade=4, until=NOON + timedelta(hours=1))])
    assert warning(other).warning.merged_into == one and [kept.id for kept in warnings(areas=[TOWN])] == [one]
    assert escalate_unanswered(now() + timedelta(minutes=31)) == [one]
    actions.mute(one, "王", now() + timedelta(hours=1), "庙会")
    actions.acknowledge(one, "王")
    actions.judge(one, "王", True, confirmed_at=now() + timedelta(hours=1))
    actions.dispatch(one, "李")
    actions.settle(one, "李")
    assert actions.close(one, "王").outcome is True and similar(one) == []
    assert outcomes()[0].lead_minutes in (59, 60) and unread().count == 4
    mute_rule("counts", "王", now() + timedelta(hours=1), "庙会", area_id=TOWN)
    change_rule("counts", "per_day", 2, "王")
    assert changed_rules() == {"counts": {"per_day": 2}}


def test_what_is_corrected_is_withdrawn():
    (one,) = fold(look(), [found()])
    fold(look(NOON + timedelta(days=1)), [])
    assert recheck(Look("counts", NOON, NOON + timedelta(days=1)), []) == [one]


def test_of_many_clocks_one_looks_and_what_they_find_at_once_is_one_warning():
    began: list[int | None] = []
    clocks = [threading.Thread(target=lambda: began.append(begun("counts", 1))) for _ in range(6)]
    clocks += [threading.Thread(target=lambda: fold(look(), [found()])) for _ in range(6)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    assert sum(run is not None for run in began) == 1 and len(began) == 6
    assert [kept.seen_count for kept in warnings()] == [6]
    finished(next(run for run in began if run), "done", Looked(1, NOON, {"h": "1"}))
    assert looked("counts").marks == {"h": "1"} and run_states()[0].is_good


def test_of_many_people_at_once_one_acknowledges():
    (one,) = fold(look(), [found()])
    said: list[str] = []

    def try_it(name: str) -> None:
        try:
            said.append(actions.acknowledge(one, name).state)
        except WarningActionError as error:
            said.append(error.reason)

    people = [threading.Thread(target=try_it, args=(f"人{n}",)) for n in range(6)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(said) == ["acknowledged", *["step"] * 5]


def test_a_notice_waits_and_dies_in_the_outbox(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ZHILI_NOTICE_WEBHOOK", "http://127.0.0.1:1/")
    monkeypatch.setenv("ZHILI_NOTICE_TRIES", "2")
    settings.cache_clear()
    fold(look(), [found()])
    assert deliver_due(in_words) == 0 and outboxes()[0].waiting == 1
    assert deliver_due(in_words, now() + timedelta(minutes=1)) == 0 and len(dead_notices()) == 1


def test_of_many_processes_each_run_of_a_schedule_is_planned_made_and_sent_once():
    number = report_schedules.add(Plan("晨报", "daily", "every day 07:30", area="towns", webhook=False, owner="a@example.org")).id  # fmt: skip
    with session() as store_:
        store_.get_one(ReportScheduleRow, number).planned_until = now() - timedelta(days=1)
    seen: list[tuple[str, int]] = []

    def one() -> None:
        report_runs.plan_due(lambda: ["370116001", "370116002", "370116003"])
        while (run := report_runs.claim("one")) is not None:
            seen.append(("made", run.id))
            assert report_runs.went_on(run.id, 1, 2) and report_runs.finished(run.id, [("a.pdf", 3, "0" * 64)], ("mail",))  # fmt: skip
        while (sent := report_runs.claim_delivery()) is not None:
            seen.append(("sent", sent.run_id))
            report_runs.delivered(sent.id)

    processes = [threading.Thread(target=one) for _ in range(6)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    one()  # what a clock meets that came second is left to the next look
    made = report_runs.runs()
    assert {run.area for run in made} == {"370116001", "370116002", "370116003"} and len(made) == 3
    assert sorted(seen) == sorted((what, run.id) for what in ("made", "sent") for run in made)
    again = report_runs.ask(number, lambda: ["370116001"])
    for _ in range(report_runs.TRIES):
        run = report_runs.claim("one", now() + timedelta(days=1))
        report_runs.failed(run.id, "Nothing came.")
    assert report_runs.run(again[0]).state == "failed" and report_runs.claim_delivery().way == report_runs.OWNER
    report_schedules.remove(number)
    assert report_runs.runs() == [] and report_schedules.schedules() == []
