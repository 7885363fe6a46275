"""Scheduled reports: once and only once, caught up after an outage, tried again, told to their owner, kept and taken away."""

import base64
import errno
import hashlib
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from typer.testing import CliRunner

from operations import report_runs, report_schedules
from operations.errors import BadScheduleError, NotThereError
from operations.report_schedules import Plan
from operations.report_span import finished, span_of
from operations.report_tables import ReportDeliveryRow, ReportRunRow, ReportScheduleRow
from operations.store import session
from operations.tables import now
from reports import rounds
from reports.__main__ import app
from reports.formats import FORMATS
from reports.kinds import KINDS
from settings import settings

DAY = date(2026, 10, 19)
MORNING = datetime(2026, 10, 19, 23, 30)
"""07:30 of the day after, in Shanghai."""


@pytest.fixture(autouse=True)
def clean(district: Path) -> Iterator[None]:
    """No schedules of another test."""
    yield
    for one in report_schedules.schedules():
        report_schedules.remove(one.id)


@contextmanager
def setting(monkeypatch: pytest.MonkeyPatch, **values: object) -> Iterator[None]:
    for key, value in values.items():
        monkeypatch.setenv(f"ZHILI_{key.upper()}", str(value))
    settings.cache_clear()
    yield
    for key in values:
        monkeypatch.delenv(f"ZHILI_{key.upper()}")
    settings.cache_clear()


def kept(since: datetime = MORNING - timedelta(hours=1), **more: object) -> int:
    """A schedule that knows of nothing that was due before `since`."""
    plan = Plan(**{"name": "晨报", "kind": "daily", "due": "every day 07:30", "formats": ("xlsx",), **more})  # type: ignore[arg-type]
    number = report_schedules.add(plan).id
    with session() as store:
        store.get_one(ReportScheduleRow, number).planned_until = since
    return number


def plan(at: datetime = MORNING) -> int:
    return report_runs.plan_due(rounds.town_codes, at)


def due_now() -> None:
    """What waits for its next try need not wait."""
    with session() as store:
        store.query(ReportRunRow).filter(ReportRunRow.state == "waiting").update({"next_try_at": now()})
        open_ = (ReportDeliveryRow.delivered_at.is_(None), ReportDeliveryRow.dead_at.is_(None))
        store.query(ReportDeliveryRow).filter(*open_).update({"next_try_at": now()})


def test_the_kinds_and_formats_that_can_be_scheduled_are_those_there_are():
    assert tuple(KINDS) == report_schedules.KINDS and set(report_schedules.FORMATS) == set(FORMATS)


def test_a_report_is_of_the_newest_days_that_are_over():
    assert finished("daily", date(2026, 10, 20)) == DAY and finished("topic", date(2026, 10, 20)) == DAY
    assert {finished("weekly", date(2026, 10, day)) for day in range(19, 26)} == {date(2026, 10, 18)}
    assert {finished("monthly", date(2026, 10, day)) for day in (1, 2, 31)} == {date(2026, 9, 30)}
    assert span_of("monthly", date(2026, 9, 30)).first == date(2026, 9, 1)


def test_what_is_due_is_planned_and_made_once_and_only_once():
    kept()
    assert (plan(MORNING - timedelta(seconds=1)), plan(), plan(), plan(MORNING + timedelta(hours=1))) == (0, 1, 0, 0)
    (run,) = report_runs.runs()
    assert (run.state, run.on_day, run.due_at) == ("waiting", DAY, MORNING)
    assert rounds.make_next("one") == run.id and rounds.make_next("one") is None
    (run,) = report_runs.runs()
    (file,) = report_runs.files_of([run.id])[run.id]
    body = (rounds.folder_of(run.id) / file.name).read_bytes()
    assert run.state == "done" and run.steps_done == run.steps - 1
    assert (file.sha256, file.bytes) == (hashlib.sha256(body).hexdigest(), len(body))


def test_many_processes_make_each_run_once():
    kept(MORNING - timedelta(days=4))
    assert plan() == 4
    claimed, gate = [], threading.Barrier(4)

    def work(name: str) -> None:
        gate.wait()
        while (run := report_runs.claim(name)) is not None or any(one.state == "waiting" for one in report_runs.runs()):
            if run is not None:
                claimed.append(run.id)

    threads = [threading.Thread(target=work, args=(f"process {n}",)) for n in range(4)]
    [one.start() for one in threads]
    [one.join() for one in threads]
    assert sorted(claimed) == sorted(run.id for run in report_runs.runs()) and len(set(claimed)) == 4


def test_after_an_outage_what_was_missed_is_made_the_newest_seven():
    kept(MORNING - timedelta(days=30))
    assert plan() == 7
    assert [run.on_day for run in report_runs.runs()] == [DAY - timedelta(days=back) for back in range(7)]
    assert plan() == 0


def test_a_paused_schedule_plans_nothing_and_what_was_due_meanwhile_is_not_made_later():
    number = kept()
    report_schedules.pause(number, True)
    assert plan() == 0 and report_schedules.schedule(number).next_at is None
    report_schedules.pause(number, False)
    assert plan() == 0 and report_schedules.schedule(number).next_at is not None


def test_each_town_gets_its_own():
    kept(area="towns")
    assert plan() == len(rounds.town_codes()) > 1
    while rounds.make_next("one") is not None:
        pass
    done = {run.area: report_runs.files_of([run.id])[run.id][0].name for run in report_runs.runs() if run.state == "done"}  # fmt: skip
    assert done and all(area in name for area, name in done.items())
    other = {run.area: run.said for run in report_runs.runs() if run.state != "done"}
    assert {*done, *other} == set(rounds.town_codes()) and all(
        "Nothing was reported in" in said for said in other.values()
    )


def test_a_report_that_must_not_go_out_is_tried_again_and_then_its_owner_is_told(monkeypatch: pytest.MonkeyPatch):
    kept(MORNING + timedelta(hours=23), owner="chief@example.org")
    plan(MORNING + timedelta(days=1))  # of a day that is not over
    for tries in range(1, report_runs.TRIES + 1):
        due_now()
        assert rounds.make_next("one") is not None
        (run,) = report_runs.runs()
        assert run.tries == tries and "are not whole" in run.said and not report_runs.files_of([run.id])
        assert run.state == ("failed" if tries == report_runs.TRIES else "waiting")
        assert run.state == "failed" or run.next_try_at > now() + timedelta(minutes=9)
    with mail_server(monkeypatch) as mails:
        assert rounds.send_waiting() == 1 and rounds.send_waiting() == 0
    (mail,) = mails
    text = mail.get_payload(decode=True).decode()
    assert mail["To"] == "chief@example.org" and "are not whole" in text and "8 次" in text and "2026-10-20" in text


def test_nobody_is_said_to_be_told_where_there_is_no_owner():
    kept(MORNING + timedelta(hours=23))
    plan(MORNING + timedelta(days=1))
    for _ in range(report_runs.TRIES):
        due_now()
        rounds.make_next("one")
    (run,) = report_runs.runs()
    assert run.state == "failed" and report_runs.deliveries_of([run.id]) == {} and rounds.send_waiting() == 0


def test_a_fault_of_the_program_leaves_no_file_and_says_who_can_mend_it(monkeypatch: pytest.MonkeyPatch):
    kept()
    plan()
    monkeypatch.setitem(FORMATS, "xlsx", lambda _: 1 / 0)
    rounds.make_next("one")
    (run,) = report_runs.runs()
    assert run.state == "waiting" and "division by zero" in run.said and "Whoever looks after this system" in run.said
    assert not list(rounds.folder_of(run.id).glob("*"))
    monkeypatch.undo()


def test_a_run_that_is_cancelled_is_made_no_further(monkeypatch: pytest.MonkeyPatch):
    (number,) = rounds.ask(kept())
    real = FORMATS["xlsx"]

    def cancelled_meanwhile(document: object) -> bytes:
        report_runs.cancel(number)
        return real(document)  # type: ignore[arg-type]

    with session() as store:
        store.get_one(ReportRunRow, number).on_day = DAY
    monkeypatch.setitem(FORMATS, "xlsx", cancelled_meanwhile)
    assert rounds.make_next("one") == number
    (run,) = report_runs.runs()
    assert run.state == "cancelled" and not rounds.folder_of(number).exists() and not report_runs.files_of([number])
    with pytest.raises(NotThereError, match="look at the list again"):
        report_runs.cancel(number)


def test_what_a_killed_clock_left_behind_is_made_by_the_next_one():
    kept()
    plan()
    run = report_runs.claim(rounds.clock_name())
    assert run is not None and rounds.make_next("other") is None
    rounds.ReportRounds(is_only_clock=True).look()
    assert {one.id: one.state for one in report_runs.runs()}[run.id] == "done"


def test_a_command_that_died_is_taken_over_after_an_hour():
    kept()
    plan()
    run = report_runs.claim("command")
    assert run is not None and report_runs.claim("other", now() + timedelta(minutes=59)) is None
    assert report_runs.claim("other", now() + timedelta(minutes=61)).id == run.id  # type: ignore[union-attr]


def test_files_are_put_into_a_folder_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    with setting(monkeypatch, report_folder=tmp_path):
        kept(folder="晨报/区里")
        plan()
        rounds.make_next("one")
        assert rounds.send_waiting() == 1
        (run,) = report_runs.runs()
        assert [path.name for path in (tmp_path / "晨报" / "区里").iterdir()] == [report_runs.files_of([run.id])[run.id][0].name]  # fmt: skip


def test_a_folder_that_fills_up_keeps_no_half_of_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def half(source: Path, there: Path) -> None:
        there.write_bytes(source.read_bytes()[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    with setting(monkeypatch, report_folder=tmp_path):
        kept(folder="晨报")
        plan()
        rounds.make_next("one")
        with monkeypatch.context() as full:
            full.setattr("reports.deliver.shutil.copyfile", half)
            assert rounds.send_waiting() == 0 and not list((tmp_path / "晨报").iterdir())
        (run,) = report_runs.runs()
        assert "No space left on device. Whoever runs that machine" in str(report_runs.deliveries_of([run.id])[run.id][0].last_error)  # fmt: skip
        due_now()
        assert rounds.send_waiting() == 1 and len(list((tmp_path / "晨报").iterdir())) == 1


@pytest.mark.parametrize("folder", ["../x", "/etc", "a/../../b", "a//b", "c:\\x", ".."])
def test_no_schedule_writes_outside_of_the_offices_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: str):
    with setting(monkeypatch, report_folder=tmp_path), pytest.raises(BadScheduleError, match="below the setting"):
        kept(folder=folder)


def test_a_link_does_not_lead_out_of_it_either(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "out").symlink_to(tmp_path)
    with setting(monkeypatch, report_folder=tmp_path / "share"):
        kept(folder="out")
        plan()
        rounds.make_next("one")
        assert rounds.send_waiting() == 0
        (run,) = report_runs.runs()
        (one,) = report_runs.deliveries_of([run.id])[run.id]
        assert "leads out" in one.last_error and one.delivered_at is None


@contextmanager
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[list]:
    """A real SMTP server; what it was given."""
    mails: list = []

    class Keeper:
        async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
            mails.append(message_from_bytes(envelope.content))
            return "250 OK"

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(Keeper(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with setting(monkeypatch, notice_mail_port=port):
            yield mails
    finally:
        controller.stop()


def test_files_go_by_mail(monkeypatch: pytest.MonkeyPatch):
    kept(mail_to="a@example.org, b@example.org", formats=("xlsx", "docx"))
    plan()
    rounds.make_next("one")
    with mail_server(monkeypatch) as mails:
        assert rounds.send_waiting() == 1
    (run,) = report_runs.runs()
    sums = {file.name: file.sha256 for file in report_runs.files_of([run.id])[run.id]}
    (mail,) = mails
    sent = {part.get_filename(): part.get_payload(decode=True) for part in mail.walk() if part.get_filename()}
    assert {name: hashlib.sha256(body).hexdigest() for name, body in sent.items()} == sums and len(sums) == 2
    assert mail["Message-ID"].startswith(f"<report-{run.id}-")


def test_a_mail_server_that_is_not_there_is_tried_again_and_then_the_owner_would_be_told(
    monkeypatch: pytest.MonkeyPatch,
):
    kept(mail_to="a@example.org", owner="chief@example.org")
    plan()
    rounds.make_next("one")
    (run,) = report_runs.runs()
    with setting(monkeypatch, notice_mail_port=9):
        for _ in range(report_runs.TRIES):
            due_now()
            assert rounds.send_waiting() == 0 or report_runs.deliveries_of([run.id])[run.id][0].dead_at
    ways = {one.way: one for one in report_runs.deliveries_of([run.id])[run.id]}
    assert ways["mail"].dead_at and "Mail cannot be sent" in ways["mail"].last_error and "owner" in ways
    assert "example.org" not in ways["mail"].last_error


def test_files_go_to_a_webhook_with_their_sums(monkeypatch: pytest.MonkeyPatch):
    got: list[dict] = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Taker)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with setting(monkeypatch, report_webhook=f"http://127.0.0.1:{server.server_port}/secret"):
        kept(webhook=True)
        plan()
        rounds.make_next("one")
        assert rounds.send_waiting() == 1
    server.shutdown()
    (body,) = got
    (file,) = body["files"]
    assert hashlib.sha256(base64.b64decode(file["base64"])).hexdigest() == file["sha256"] and body["on"] == "2026-10-19"


def test_a_schedule_that_cannot_be_is_refused_in_one_line():
    good = {"name": "x", "kind": "daily", "due": "every day 07:30"}
    for wrong in ({"kind": "yearly"}, {"due": "sometimes"}, {"name": " "}, {"name": "a\nb"}, {"formats": ("odt",)}, {"formats": ()}, {"lang": "fr"}, {"owner": "nobody"}, {"mail_to": "a@b, c"}, {"webhook": True}, {"sftp": True}, {"folder": "x"}, {"keep_days": 0}, {"category": "x"}, {"role": "king"}):  # fmt: skip
        with pytest.raises(BadScheduleError) as said:
            report_schedules.add(Plan(**{**good, **wrong}))  # type: ignore[arg-type]
        assert "\n" not in str(said.value)
    report_schedules.add(Plan(**good))  # type: ignore[arg-type]
    with pytest.raises(BadScheduleError, match="already"):
        report_schedules.add(Plan(**good))  # type: ignore[arg-type]


def test_files_are_kept_for_their_time_and_their_sums_longer():
    number = kept(keep_days=10)
    plan()
    rounds.make_next("one")
    (run,) = report_runs.runs()
    path = next(rounds.folder_of(run.id).iterdir())
    rounds.tidy()
    assert path.exists()
    with session() as store:
        store.get_one(ReportRunRow, run.id).finished_at = now() - timedelta(days=11)
    rounds.tidy()
    (file,) = report_runs.files_of([run.id])[run.id]
    assert not path.exists() and file.removed_at and len(file.sha256) == 64
    report_schedules.remove(number)
    rounds.tidy()
    assert not path.parent.exists() and report_runs.runs() == []


def test_the_command_waits_for_what_the_clock_has_taken(monkeypatch: pytest.MonkeyPatch):
    number = kept()
    monkeypatch.setattr(report_runs, "finished_on", lambda _kind, _day: DAY)
    real, taken = rounds.make_next, []

    def clock_is_quicker(_me: str) -> int | None:
        if not taken:
            taken.append(threading.Timer(0.3, real, ["clock"]))
            taken[0].start()
        return None

    monkeypatch.setattr(rounds, "make_next", clock_is_quicker)
    ran = CliRunner().invoke(app, ["schedule", "run", str(number)])
    assert ran.exit_code == 0 and "done" in ran.stdout, ran.output


def test_tidying_up_leaves_a_run_in_the_making_alone():
    (number,) = rounds.ask(kept())
    assert report_runs.claim("one") is not None
    rounds.folder_of(number).mkdir(parents=True, exist_ok=True)
    (rounds.folder_of(number).parent / "999999").mkdir()
    rounds.tidy()
    assert rounds.folder_of(number).exists() and not (rounds.folder_of(number).parent / "999999").exists()


def test_the_commands_add_list_run_pause_and_remove(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def said(*arguments: str) -> str:
        ran = CliRunner().invoke(app, ["schedule", *arguments])
        assert ran.exit_code == 0, (ran.exception, ran.output)
        return ran.stdout

    with setting(monkeypatch, report_folder=tmp_path):
        assert "no schedules yet" in said("list")
        assert "schedule" in said("add", "镇街晨报", "daily", "--due", "weekdays 07:30", "--area", "凤城街道", "--format", "xlsx", "--folder", "out")  # fmt: skip
        (one,) = json.loads(said("list", "--json"))
        assert (one["name"], one["area"], one["last"]) == ("镇街晨报", "370116001", "never")
        monkeypatch.setattr(report_runs, "finished_on", lambda _kind, _day: DAY)
        assert "done" in said("run", str(one["id"])) and len(list((tmp_path / "out").iterdir())) == 1
        said("pause", str(one["id"]))
        assert json.loads(said("list", "--json"))[0]["next"] == "paused"
        said("remove", str(one["id"]))
        assert "no schedules yet" in said("list")
