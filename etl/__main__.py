"""`python -m etl`: load exports, see what came in and what was rejected, take a load back, make the demo district."""

import json
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import duckdb
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from etl.load import Outcome, in_order, load_file
from settings import settings
from warehouse.connect import writer
from warehouse.errors import ZhiliError

cli = typer.Typer(help="Exports in: load, status, rejects, undo, watch.", no_args_is_help=True, add_completion=False)


@cli.callback()
def etl() -> None:
    """Exports in: load, status, rejects, undo, watch."""


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
    for outcome in outcomes:
        if not outcome.is_good:
            typer.echo(f"error: {outcome.said}", err=True)
    if not all(outcome.is_good for outcome in outcomes):
        raise typer.Exit(1)


def _load_all(paths: list[Path]) -> list[Outcome]:
    files = in_order(paths)
    bars = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,} rows"), TimeElapsedColumn(),
        console=Console(stderr=True), disable=not sys.stderr.isatty(),
    )  # fmt: skip
    outcomes = []
    with bars, writer(memory=settings().load_memory, wait_seconds=10) as connection:
        for path, profile in files:
            task = bars.add_task(path.name, total=None)
            outcomes.append(load_file(connection, path, profile, partial(_show, bars, task)))
            bars.update(task, total=1, completed=1)
    return outcomes


def _show(bars: Progress, task: TaskID, rows: int) -> None:
    bars.update(task, completed=rows)


def _as_dict(outcome: Outcome) -> dict:
    loaded = outcome.attempt.__dict__ if outcome.attempt else {"status": "unchanged"}
    return {"file": outcome.path.name, "said": outcome.said, **loaded}


def main() -> None:
    """Run a command; what goes wrong is one line and exit code 1."""
    try:
        cli()
    except (ZhiliError, duckdb.Error) as error:
        typer.echo(f"error: {' '.join(str(error).split())}", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
