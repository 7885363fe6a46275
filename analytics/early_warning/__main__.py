"""`python -m analytics.early_warning`: alarms for any folder of counts, with the scores that the pages' rules go by."""

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from analytics.early_warning.clusters import cluster_alarms
from analytics.early_warning.count_alarms import count_alarms
from analytics.early_warning.count_files import grid_counts, holidays, is_space_time, series_table
from analytics.early_warning.errors import EarlyWarningError
from warehouse.errors import ZhiliError, one_line

cli = typer.Typer(help="Early warning over files of counts.", no_args_is_help=True, add_completion=False)


@cli.callback()
def early_warning() -> None:
    """Early warning over files of counts."""


@cli.command()
def score(
    folder: Annotated[
        Path, typer.Argument(help="folder with series.parquet, or counts.parquet, grids.csv, streams.csv")
    ],
    out: Annotated[Path, typer.Option(help="Parquet file to write (CSV if it is called .csv)")],
) -> None:
    """Judge every period by itself and what came before it, and write the alarms with their scores."""
    alarms = cluster_alarms(*grid_counts(folder)) if is_space_time(folder) else _series_alarms(folder)
    _write(alarms, out)
    typer.echo(f"{len(alarms):,} rows are in {out}.")


def _series_alarms(folder: Path) -> pd.DataFrame:
    table, step = series_table(folder)
    return count_alarms(table, step, holidays(folder))


def _write(alarms: pd.DataFrame, out: Path) -> None:
    try:
        alarms.to_csv(out, index=False) if out.suffix == ".csv" else alarms.to_parquet(out, index=False)
    except OSError as error:
        raise EarlyWarningError(f"{out}: cannot be written ({error.strerror or error}). Give another --out.") from None


def main() -> None:
    """Run a command; what goes wrong is one line and exit code 1."""
    try:
        cli()
    except ZhiliError as error:
        typer.echo(f"error: {one_line(error)}", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
