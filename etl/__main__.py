"""`python -m etl`: load exports, see what came in and what was rejected, take a load back, make the demo district."""

import getpass
import json
import logging
import os
import sys
import time
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from etl import draft, status, watch
from etl.load import Outcome, findings_of, in_order, load_file
from etl.profile import ProfileError
from etl.undo import undo as take_back
from settings import settings
from warehouse import spreadsheet
from warehouse.connect import writer
from warehouse.errors import one_line

cli = typer.Typer(help="Exports in: load, status, rejects, undo, watch.", no_args_is_help=True, add_completion=False)


@cli.callback()
def etl() -> None:
    """Exports in: load, status, rejects, undo, watch."""


SHOWN_REJECTS = 20
SHOWN_FINDINGS = 20
AsJson = Annotated[bool, typer.Option("--json", help="write JSON instead of text")]


@cli.command()
def load(paths: Annotated[list[Path], typer.Argument(help="files or folders")], as_json: AsJson = False) -> None:
    """Load exports; each file is one snapshot, or fails whole."""
    outcomes = _load_all(paths)
    if as_json:
        typer.echo(json.dumps([_as_dict(outcome) for outcome in outcomes], ensure_ascii=False, default=str))
    else:
        for outcome in outcomes:
            if outcome.is_good:
                typer.echo(outcome.said)
            for finding in findings_of(outcome.attempt)[:SHOWN_FINDINGS] if outcome.attempt else ():
                typer.echo(f"    {finding}")
    for outcome in outcomes:
        if not outcome.is_good:
            typer.echo(f"error: {outcome.said}", err=True)
    if not all(outcome.is_good for outcome in outcomes):
        raise typer.Exit(1)


def _load_all(paths: list[Path]) -> list[Outcome]:
    files = in_order(paths)
    outcomes = []
    with _bars() as bars, writer(memory=settings().load_memory, wait_seconds=10) as connection:
        for path, profile in files:
            task = bars.add_task(path.name, total=None)
            outcomes.append(load_file(connection, path, profile, partial(_show, bars, task)))
            bars.update(task, total=1, completed=1)
    return outcomes


def _show(bars: Progress, task: TaskID, rows: int) -> None:
    bars.update(task, completed=rows)


def _as_dict(outcome: Outcome) -> dict:
    loaded = vars(outcome.attempt) if outcome.attempt else {"status": "unchanged"}
    return {"file": outcome.path.name, "said": outcome.said, **loaded}


@cli.command(name="status")
def show_status(as_json: AsJson = False) -> None:
    """Show how fresh each source is, and the newest loads."""
    sources, loads = status.sources(), status.loads()
    if as_json:
        content = {"sources": _records(sources), "loads": _records(loads), "clock": status.clock(settings())}
        typer.echo(json.dumps(content, ensure_ascii=False))
        return
    typer.echo(sources.to_string(index=False))
    shown = ["load_id", "status", "file", "rows_read", "rows_loaded", "rows_duplicate", "rows_rejected", "message"]
    typer.echo("\n" + loads[shown].to_string(index=False, na_rep="", max_colwidth=60))


@cli.command()
def rejects(
    load: Annotated[int | None, typer.Option(help="one load; see `status`")] = None,
    out: Annotated[Path | None, typer.Option(help=".csv or .xlsx file to write")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the records that could not be loaded, with every reason."""
    written = spreadsheet.write(status.rejects(load), out) if out is not None else 0
    if as_json:
        typer.echo(json.dumps(_records(pd.concat(status.rejects(load))), ensure_ascii=False))
    elif out is not None:
        typer.echo(f"{written:,} rejected records are in {out}.")
    else:
        for row in pd.concat(status.rejects(load, SHOWN_REJECTS)).itertuples():
            typer.echo(f"{row.file}:{row.line}: {row.reasons}\n    {str(row.text)[:160]!r}")
        count = status.reject_count(load)
        typer.echo(f"{count:,} rejected; {min(count, SHOWN_REJECTS)} shown. All: --out FILE.csv")


@cli.command()
def undo(
    load: Annotated[int, typer.Argument(help="number of the load; see `status`")], as_json: AsJson = False
) -> None:
    """Take one load back; what it replaced comes back."""
    with writer(memory=settings().load_memory, wait_seconds=10) as connection:
        said = take_back(connection, load, _who())
    typer.echo(json.dumps({"load": load, "said": said}, ensure_ascii=False) if as_json else said)


@cli.command(name="watch")
def watch_inbox(
    once: Annotated[bool, typer.Option(help="take what is there now, then end")] = False, as_json: AsJson = False
) -> None:
    """Load what is put into the inbox, until Ctrl-C (the clock process does the same)."""
    site = settings()
    typer.echo(f"Watching {site.inbox} …", err=True)
    try:
        while True:
            for outcome in watch.look(site, patience_seconds=0 if once else watch.PATIENCE_SECONDS):
                typer.echo(json.dumps(_as_dict(outcome), ensure_ascii=False, default=str) if as_json else outcome.said)
            if once:
                return
            time.sleep(site.poll_seconds)
    except KeyboardInterrupt:
        return


@cli.command(name="profile")
def draft_profile(
    file: Annotated[Path, typer.Argument(help="an export nobody has a profile for yet")],
    out: Annotated[Path | None, typer.Option(help="file to write instead of showing it")] = None,
    as_json: AsJson = False,
) -> None:
    """Look at an unknown export and write a first draft of its profile."""
    text = draft.draft(file)
    if out is not None:
        if out.exists():
            raise ProfileError(f"{out}: is there already; it is not overwritten.")
        out.write_text(text, encoding="utf-8")
    typer.echo(json.dumps({"profile": text}, ensure_ascii=False) if as_json else text)


@cli.command()
def demo(
    out: Annotated[Path, typer.Option(help="folder to write the exports into")],
    days: Annotated[int, typer.Option(min=1, help="days of history")] = 730,
    incidents: Annotated[int, typer.Option(min=1, help="how many incidents")] = 400_000,
    readings: Annotated[int, typer.Option(min=1, help="how many sensor readings")] = 3_000_000,
    seed: Annotated[int, typer.Option(min=0, help="same seed, same bytes")] = 7,
    outline: Annotated[Path | None, typer.Option(help="GeoJSON outline of the district; else a schematic one")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="the day after the last one")] = None,
    as_json: AsJson = False,
) -> None:
    """Make the demo district's exports (演示数据), mess included, and truth.json beside them."""
    from etl.demo.make import make  # only here: nothing else needs the writers

    with _bars() as bars:
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        truth = make(out, days, incidents, readings, seed, outline, until.date() if until else None, show)
    files = sorted(path.name for path in out.iterdir())
    content = {"out": str(out), "files": files, "incidents": truth["incidents"]}
    typer.echo(
        json.dumps(content, ensure_ascii=False) if as_json else f"{len(files)} files of the demo district in {out}"
    )


def _who() -> str:
    """The name of whoever runs this; their number where the system has no name for them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _bars() -> Progress:
    """Progress bars on a terminal, nothing elsewhere."""
    return Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,}"), TimeElapsedColumn(),
        console=Console(stderr=True), disable=not sys.stderr.isatty(),
    )  # fmt: skip


def _records(frame: pd.DataFrame) -> list[dict]:
    return list(json.loads(frame.to_json(orient="records", date_format="iso")))


def main() -> None:
    """Run a command; what goes wrong is one line and exit code 1."""
    try:
        cli()
    except Exception as error:  # nobody who types a command should have to read a trace; it is in the log at debug
        logging.getLogger("zhili").debug("a command failed", exc_info=error)
        typer.echo(f"error: {one_line(error)}", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
