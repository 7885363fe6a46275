"""The simple forecasts that any better one has to beat: last period, long-run rate, rolling kernel density."""

from collections.abc import Callable

from analytics.risk.history import Floats, History

YEAR = 365
DENSITY_DAYS = 365
Baseline = Callable[[History, int], Floats]


def last_period(history: History, horizon: int) -> Floats:
    """As many as in the period just over."""
    day = len(history)
    return history.between(day - horizon, day)


def long_run_rate(history: History, horizon: int) -> Floats:
    """As many a day as in the last year."""
    day = len(history)
    days = max(1, min(day, YEAR))
    return history.between(day - days, day) * (horizon / days)


def rolling_density(history: History, horizon: int) -> Floats:
    """A year's incidents, each spread by a Gaussian of three quarters of the cells' spacing."""
    day, cells = len(history), history.cells
    days = max(1, min(day, DENSITY_DAYS))
    spread = cells.kernel(0.75 * cells.spacing) @ history.between(day - days, day)
    return spread * (history.between(day - days, day).sum() / max(spread.sum(), 1e-12)) * (horizon / days)


BASELINES: dict[str, Baseline] = {
    "last_period": last_period,
    "long_run_rate": long_run_rate,
    "rolling_density": rolling_density,
}
"""By name."""
