"""`python -m reports`: make a report now, and see to schedules."""

import json
import shutil
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from operations import report_runs, report_schedules
from operations.migrate import bring_up_to_date
from operations.report_schedules import TOWNS, Plan, Schedule
from operations.report_when import ZONE
from reports import rounds
from reports.build import build
from reports.errors import ReportError
from reports.formats import FORMATS
from reports.kinds import KINDS
from reports.subject import area_of
from reports.template import FOR_ALL, check
from settings import settings
from warehouse.errors import ZhiliError

app = typer.Typer(help="Reports as documents.", no_args_is_help=True)
LOOK_SECONDS = 0.5
schedule = typer.Typer(help="Reports that are due again and again; the clock makes them.", no_args_is_help=True)
app.add_typer(schedule, name="schedule")
template = typer.Typer(help="The office's own Word template.", no_args_is_help=True)
app.add_typer(template, name="template")


@app.callback()
def reports() -> None:
    """Reports as documents: Word, Excel, PDF, PowerPoint."""
    bring_up_to_date()


@app.command("build")
def build_command(
    kind: Annotated[str, typer.Argument(help=f"which report: {', '.join(KINDS)}")],
    out: Annotated[Path, typer.Option(help="folder that the files are put into")],
    on: Annotated[
        str, typer.Option(help="the day it is of, or a day of the week or month it is of, such as 2026-10-07")
    ] = "",
    area: Annotated[str, typer.Option(help="code or name of an area; none: all")] = "",
    category: Annotated[str, typer.Option(help="for a topic report: the category, with / between its levels")] = "",
    warning: Annotated[int | None, typer.Option(help="for a topic report: the number of the warning to review")] = None,
    format: Annotated[str, typer.Option(help="formats, with commas between them")] = ",".join(FORMATS),
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="the files as JSON")] = False,
) -> None:
    """Make a report and print its files; if it must not go out, one line says why, and there is no file."""
    if warning is not None and (kind != "topic" or on or area or category):
        raise ReportError("A warning is reviewed by: topic --warning NUMBER, without day, area or category.")
    try:
        day = date.fromisoformat(on) if warning is None else date.today()
    except ValueError:
        raise ReportError(f"--on {on!r} is no day. Write it as 2026-10-07.") from None
    if lang not in ("zh", "en"):
        raise ReportError(f"--lang {lang!r} is neither zh nor en.")
    files = build(
        kind, day, out, area=area or None, formats=_words(format), lang=lang, category=category or None, warning=warning
    )
    typer.echo(json.dumps([str(path) for path in files]) if as_json else "\n".join(map(str, files)))


def _words(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


@schedule.command("list")
def list_command(as_json: Annotated[bool, typer.Option("--json", help="as JSON")] = False) -> None:
    """Which schedules there are, when each is due next, and how its last run ended."""
    rows = [_told(one) for one in report_schedules.schedules()]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
    elif not rows:
        typer.echo("no schedules yet; add one with: python -m reports schedule add NAME KIND --due 'weekdays 07:30'")
    for row in [] if as_json else rows:
        typer.echo("  ".join(str(row[name]) for name in ("id", "name", "kind", "area", "due", "next", "last")))


def _told(one: Schedule) -> dict[str, object]:
    last = next(iter(report_runs.runs(1, one.id)), None)
    next_at = one.next_at and f"{one.next_at.replace(tzinfo=UTC).astimezone(ZONE):%Y-%m-%d %H:%M}"
    return {
        "id": one.id, "name": one.name, "kind": one.kind, "area": one.area or "all", "due": one.due, "next": next_at or "paused",
        "last": f"{last.state} {last.on_day}{': ' + last.said if last.said else ''}" if last else "never",
    }  # fmt: skip


@schedule.command("add")
def add_command(
    name: Annotated[str, typer.Argument(help="its name")],
    kind: Annotated[str, typer.Argument(help=f"which report: {', '.join(KINDS)}")],
    due: Annotated[
        str, typer.Option(help="such as 'weekdays 07:30', 'workdays 07:30', 'mon,thu 08:00', 'day 1 08:00'")
    ],
    area: Annotated[
        str, typer.Option(help="code or name of an area; 'towns': an edition for each town; none: all")
    ] = "",
    category: Annotated[str, typer.Option(help="for a topic report")] = "",
    format: Annotated[str, typer.Option(help="formats, with commas between them")] = "docx,pdf",
    lang: Annotated[str, typer.Option(help="zh or en")] = "zh",
    role: Annotated[str, typer.Option(help="whom it is for: leader, analyst, duty, town")] = "",
    skip_holidays: Annotated[bool, typer.Option("--skip-holidays", help="not on public holidays")] = False,
    owner: Annotated[str, typer.Option(help="mail address that is told when there is no report")] = "",
    folder: Annotated[str, typer.Option(help="folder below the setting report_folder")] = "",
    mail_to: Annotated[str, typer.Option(help="mail addresses, with commas between them")] = "",
    webhook: Annotated[bool, typer.Option("--webhook", help="to the setting report_webhook")] = False,
    sftp: Annotated[bool, typer.Option("--sftp", help="to the setting report_sftp")] = False,
    keep_days: Annotated[int, typer.Option(help="how long its files are kept")] = 365,
) -> None:
    """Keep a schedule; the clock makes it from now on."""
    plan = Plan(
        name=name, kind=kind, due=due, area=area if area in ("", TOWNS) else area_of(None, area).area_id, category=category, formats=_words(format), lang=lang, role=role, skips_holidays=skip_holidays,
        owner=owner, folder=folder, mail_to=mail_to, webhook=webhook, sftp=sftp, keep_days=keep_days,
    )  # fmt: skip
    kept = report_schedules.add(plan)
    typer.echo(f"schedule {kept.id}: {kept.name}, next {_told(kept)['next']}")


@schedule.command("run")
def run_command(id: Annotated[int, typer.Argument(help="number of the schedule, as `list` prints it")]) -> None:
    """Make it now and send it; one line a run. Exit code 1 if one could not be made."""
    asked = rounds.ask(id)
    me = f"command:{datetime.now(UTC).isoformat()}"
    with typer.progressbar(length=len(asked), label="reports", file=sys.stderr) as bar:
        while open_ := [number for number in asked if not report_runs.run(number).is_over]:
            bar.update(len(asked) - len(open_) - bar.pos)
            if rounds.make_next(me) is None:  # the clock has taken them
                time.sleep(LOOK_SECONDS)
        bar.update(len(asked) - bar.pos)
    rounds.send_waiting()
    ended = {number: report_runs.run(number) for number in asked}
    files = report_runs.files_of(asked)
    for number in asked:
        run_ = ended[number]
        names = ", ".join(str(rounds.folder_of(number) / file.name) for file in files.get(number, []))
        typer.echo(f"{run_.area or 'all'}: {run_.state} {run_.said or names}")
    if any(run.state != "done" for run in ended.values()):
        raise typer.Exit(1)


@schedule.command("pause")
def pause_command(
    id: int, go_on: Annotated[bool, typer.Option("--go-on", help="make it again from now on")] = False
) -> None:
    """Make it no more until it goes on."""
    report_schedules.pause(id, not go_on)


@schedule.command("remove")
def remove_command(id: int) -> None:
    """Take it away, with its history."""
    report_schedules.remove(id)


@template.command("check")
def check_command(file: Annotated[Path, typer.Argument(help="a .docx with places such as {{title}}")]) -> None:
    """Say which places a template has, or in one line why it cannot be filled."""
    typer.echo("places: " + ", ".join(check(file)))


@template.command("put")
def put_command(
    file: Annotated[Path, typer.Argument(help="a .docx with places such as {{title}}")],
    kind: Annotated[str, typer.Argument(help=f"for which report: {', '.join(KINDS)}, or all")] = FOR_ALL,
) -> None:
    """Check a template and take it for all Word reports of a kind from now on."""
    if kind not in (*KINDS, FOR_ALL):
        raise ReportError(f"There is no report {kind!r} (have: {', '.join(KINDS)}, {FOR_ALL}).")
    check(file)
    folder = settings().home / "templates"
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{kind}.part"
    shutil.copyfile(file, part)
    part.replace(folder / f"{kind}.docx")
    typer.echo(str(folder / f"{kind}.docx"))


def main() -> None:
    """Errors of ours are one line and exit code 1."""
    try:
        app(standalone_mode=True)
    except ZhiliError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
