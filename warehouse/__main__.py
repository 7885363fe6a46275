"""`python -m warehouse`: ask the tables, list the snapshots, write `docs/tables.md`."""

import json
import logging
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import duckdb
import pandas as pd
import typer

from settings import ROOT
from warehouse import question, tables
from warehouse.connect import Reader
from warehouse.errors import ZhiliError
from warehouse.snapshot import snapshots as all_snapshots
from warehouse.spreadsheet import neutralised

cli = typer.Typer(
    help="The tables: ask them read-only, list their snapshots.", no_args_is_help=True, add_completion=False
)


class Format(StrEnum):
    """How an answer is written."""

    table = "table"
    csv = "csv"
    json = "json"


@cli.command()
def sql(
    statement: Annotated[str, typer.Argument(help="one SELECT")],
    format: Annotated[Format, typer.Option(help="how the answer is written")] = Format.table,
    as_of: Annotated[int | None, typer.Option(help="snapshot to ask; see `snapshots`")] = None,
) -> None:
    """Ask the warehouse one read-only question."""
    answer = question.ask(statement, as_of)
    if format is Format.table:
        answer.show(max_width=200)
    else:
        _write(answer.df(), format)


@cli.command()
def snapshots(format: Annotated[Format, typer.Option(help="how the answer is written")] = Format.table) -> None:
    """List the snapshots that can still be asked, newest first."""
    frame = all_snapshots(Reader())
    if format is Format.table:
        typer.echo(frame.to_string(index=False))
    else:
        _write(frame, format)


@cli.command()
def docs(out: Annotated[Path, typer.Option(help="file to write")] = ROOT / "docs" / "tables.md") -> None:
    """Write docs/tables.md from the descriptions of the tables."""
    out.write_text(tables.markdown(), encoding="utf-8")


def _write(frame: pd.DataFrame, format: Format) -> None:
    if format is Format.csv:
        neutralised(frame).to_csv(sys.stdout, index=False)
    else:
        typer.echo(json.dumps(json.loads(frame.to_json(orient="records", date_format="iso")), ensure_ascii=False))


def main() -> None:
    """Run a command; what goes wrong is one line and exit code 1."""
    try:
        cli()
    except (ZhiliError, duckdb.Error) as error:
        typer.echo(f"error: {' '.join(str(error).split())}", err=True)
        raise SystemExit(1) from None
    except Exception as error:  # nobody who types a command should have to read a trace; it is in the log at debug
        logging.getLogger("zhili").debug("a command failed", exc_info=error)
        said = " ".join(str(error).split())[:300]
        typer.echo(f"error: {type(error).__name__}: {said}", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
