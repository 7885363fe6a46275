"""`python -m analytics.risk forecast EVENTS --plan FOLDER --horizon DAYS --out RISK.parquet`, and `backtest` of our own grids."""

import sys
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from analytics.answers import newest_snapshot
from analytics.risk.backtest import BACK_DAYS, OURS, backtested, calibration_of, hit_rates_of
from analytics.risk.forecast import REFIT_DAYS, Forecast, forecast
from analytics.risk.plan import PlanError, read_history, read_plan
from analytics.risk.reported import reported
from warehouse.errors import ZhiliError

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)


@app.callback()
def risk() -> None:
    """Where incidents will be."""


@app.command(name="forecast")
def answer(
    events: Annotated[Path, typer.Argument(help="CSV or Parquet with a time, and grid_id or lon and lat")],
    plan: Annotated[Path, typer.Option(help="folder with cells.csv and dates.csv")],
    horizon: Annotated[int, typer.Option(min=1, max=366, help="days ahead")],
    out: Annotated[Path, typer.Option(help="Parquet or CSV: forecast_date, cell_id, risk")],
) -> None:
    """Expected incidents of each cell for each date of a plan, from what happened strictly before it."""
    asked = read_plan(plan)
    history = read_history(events, asked)
    made: Forecast | None = None
    made_on, rows = 0, []
    for on in asked.dates:
        day = (on - history.first).days
        if day < 1:
            raise PlanError(f"{plan}: {on} lies before the first event ({history.first}).")
        known = history.before(day)
        if made is None or day - made_on >= REFIT_DAYS:
            made, made_on = forecast(known, horizon), day
            typer.echo(
                f"{on}: fitted; " + ", ".join(f"{name} {weight:.2f}" for name, weight in made.weights.items()), err=True
            )
        rows.append(pd.DataFrame({"forecast_date": on, "cell_id": asked.cells.ids, "risk": made.expected(known)}))
    found = pd.concat(rows, ignore_index=True)
    if out.suffix == ".csv":
        found.to_csv(out, index=False)
    else:
        found.to_parquet(out, index=False)


@app.command(name="backtest")
def look_back(
    horizon: Annotated[int, typer.Option(min=1, max=90, help="days ahead")] = 7,
    days: Annotated[int, typer.Option(min=7, help="days at the end that are forecast")] = BACK_DAYS,
    category: Annotated[str | None, typer.Option(help="one category and what lies below it; none: all")] = None,
) -> None:
    """How often forecasts of our own grids would have been right, beside simple ones: hit rate, PAI, PEI, and calibration."""
    history = reported(newest_snapshot(), category)
    if len(history) < days + horizon or history.counts.sum() == 0:
        raise PlanError(f"Only {len(history)} days with incidents are known; a look back at {days} days needs more.")
    found = backtested(history, horizon, days)
    typer.echo(hit_rates_of(found).round(4).to_string(index=False))
    typer.echo(calibration_of({OURS: found[OURS]}).round(4).to_string(index=False))


if __name__ == "__main__":
    try:
        app()
    except ZhiliError as error:
        sys.exit(str(error))
