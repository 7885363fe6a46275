"""Rolling origin: what would have been forecast on each past day, by each model, and what came."""

from collections.abc import Iterator

import pandas as pd

from analytics.risk.baselines import BASELINES
from analytics.risk.forecast import REFIT_DAYS, Forecast, forecast
from analytics.risk.history import History
from analytics.risk.scores import Period, calibration, hit_rates

BACK_DAYS = 182
OURS = "forecast"


def backtested(history: History, horizon: int, back_days: int = BACK_DAYS) -> dict[str, list[Period]]:
    """By model, ours and the baselines: each of the last periods, forecast from what was known before it."""
    found: dict[str, list[Period]] = {name: [] for name in (OURS, *BASELINES)}
    for day, made in origins(history, horizon, back_days):
        known, came = history.before(day), history.between(day, day + horizon)
        found[OURS].append(Period(made.expected(known), came))
        for name, baseline in BASELINES.items():
            found[name].append(Period(baseline(known, horizon), came))
    return found


def origins(history: History, horizon: int, back_days: int) -> Iterator[tuple[int, Forecast]]:
    """The days that are forecast from, a horizon apart, with the models as of then, fitted anew every eight weeks."""
    first = max(len(history) - back_days, 1)
    made: Forecast | None = None
    made_on = 0
    for day in range(first, len(history) - horizon + 1, horizon):
        if made is None or day - made_on >= REFIT_DAYS:
            made, made_on = forecast(history.before(day), horizon), day
        yield day, made


def hit_rates_of(found: dict[str, list[Period]]) -> pd.DataFrame:
    """The hit rates of each model: `model` and the columns of `scores.hit_rates`."""
    return pd.concat([hit_rates(periods).assign(model=name) for name, periods in found.items()], ignore_index=True)


def calibration_of(found: dict[str, list[Period]]) -> pd.DataFrame:
    """The calibration of each model: `model` and the columns of `scores.calibration`."""
    return pd.concat([calibration(periods).assign(model=name) for name, periods in found.items()], ignore_index=True)
