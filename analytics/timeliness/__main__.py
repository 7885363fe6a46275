"""`python -m analytics.timeliness`: resolution times of any file of cases, as Kaplan–Meier has them."""

from pathlib import Path
from typing import Annotated

import duckdb
import numpy as np
import pandas as pd
import typer

from analytics.timeliness.case_files import case_counts
from analytics.timeliness.errors import TimelinessError
from analytics.timeliness.survival import resolution_times
from warehouse.errors import ZhiliError, one_line

cli = typer.Typer(help="Resolution times of files of cases.", no_args_is_help=True, add_completion=False)


@cli.callback()
def timeliness() -> None:
    """Resolution times of files of cases."""


@cli.command()
def km(
    files: Annotated[list[Path], typer.Argument(help="CSV files of cases, durations or events")],
    out: Annotated[Path, typer.Option(help="CSV file to write: dataset,n,events,p50,p90,p50_lo,p50_hi")],
) -> None:
    """Write median and 90th percentile of each dataset, and of each category where a dataset has several."""
    answers = resolution_times(pd.concat([_with_categories(case_counts(path)) for path in files]))
    answers = answers.rename(columns={"group": "dataset", "p50_low": "p50_lo", "p50_high": "p50_hi"})
    columns = ["dataset", "n", "events", "p50", "p90", "p50_lo", "p50_hi"]
    try:
        answers[columns].replace(np.inf, "inf").to_csv(out, index=False)
    except OSError as error:
        raise TimelinessError(f"{out}: cannot be written ({error.strerror or error}). Give another --out.") from None
    typer.echo(f"{len(answers):,} datasets and categories, in hours, are in {out}.")


def _with_categories(counts: pd.DataFrame) -> pd.DataFrame:
    """The counts of each dataset, then those of its categories if it has more than one, by `group`."""
    several = counts.groupby("dataset")["category"].transform("nunique") > 1
    parts = counts[several & counts["category"].notna()]
    named = parts.assign(group=parts["dataset"] + "/" + parts["category"])
    return pd.concat([counts.assign(group=counts["dataset"]), named])


def main() -> None:
    """Run a command; what goes wrong is one line and exit code 1."""
    try:
        cli()
    except (ZhiliError, duckdb.Error) as error:
        typer.echo(f"error: {one_line(error)}", err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
