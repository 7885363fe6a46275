"""`python -m warehouse`: ask the tables, list the snapshots, write `docs/tables.md`."""

import json
import logging
import math
import sys
from datetime import date
from datetime import time as datetime_time
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from settings import ROOT
from warehouse import question, tables
from warehouse.connect import Reader
from warehouse.errors import one_line
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
    elif format is Format.csv:
        _write(answer.df(), format)
    else:
        rows = [dict(zip(_distinct(answer.columns), row, strict=True)) for row in answer.fetchall()]
        typer.echo(json.dumps(_as_json(rows), ensure_ascii=False))


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


def _distinct(names: list[str]) -> list[str]:
    """The names, those that come again numbered."""
    return [name if name not in names[:at] else f"{name}_{names[:at].count(name)}" for at, name in enumerate(names)]


def _as_json(value: object) -> object:
    """The value as JSON has it: times in ISO 8601, bytes in hexadecimal, what is no number as null, the rest as text."""
    if isinstance(value, dict):
        return {str(key): _as_json(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(part) for part in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, date | datetime_time):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    return value if isinstance(value, int | str | None) else str(value)


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
