"""One risk map whole: forecast, interval, what drives it, hot spots, and how often such forecasts were right."""

import numpy as np
import pandas as pd

from analytics.risk.backtest import BACK_DAYS, OURS, backtested, calibration_of, hit_rates_of
from analytics.risk.forecast import forecast
from analytics.risk.history import Floats, History
from analytics.risk.hotspots import kinds, pattern
from analytics.risk.reasons import facts
from analytics.risk.uncertainty import Spread, interval, spread, total_interval
from analytics.risk.whole import Risk

WEEKS, WEEK = 52, 7
PATTERN_DAYS = 91


def made(history: History, category: str, horizon: int) -> Risk:
    """The risk map after the last day of the history; looks back as far as half of it allows, half a year at most."""
    history = History.of(
        history.cells, history.first, history.counts, history.free
    )  # what is made of its days goes with this map
    back = min(BACK_DAYS, len(history) // 2)
    found = backtested(history, horizon, back) if back >= horizon else {}
    how = spread(found.get(OURS, []))
    model = forecast(history, horizon)
    expected = model.expected(history) * how.factor
    low, high = interval(expected, how)
    whole = total_interval(expected, how)
    look = history.between(len(history) - PATTERN_DAYS, len(history))
    seen = pattern(look, history.cells)
    return Risk(
        category=category, horizon=horizon, last=history.on(len(history) - 1), grids=history.cells.ids, x=history.cells.x, y=history.cells.y,
        expected=expected, low=low, high=high, total_low=whole[0], total_high=whole[1], over=how.over, sway=how.sway, learnt_from=int(history.summed[-1].sum()), kinds=tuple(kinds(history)),
        moran=seen.moran, chance=seen.chance, weeks=_weeks(history), foretold=_foretold(history, horizon, back, found, how),
        facts=facts(history, horizon, model.models.excited[0]),
        hits=hit_rates_of(found) if found else pd.DataFrame(), calibration=calibration_of({OURS: found[OURS]}) if found else pd.DataFrame(),
    )  # fmt: skip


def _weeks(history: History) -> Floats:
    end = len(history)
    return np.array([history.between(end - (n + 1) * WEEK, end - n * WEEK) for n in reversed(range(WEEKS))])


def _foretold(history: History, horizon: int, back: int, found: dict, how: Spread) -> Floats:
    """Forecasts of whole weeks, where the look back made such and they end with the history's weeks."""
    foretold = np.full((WEEKS, len(history.cells)), np.nan)
    if horizon != WEEK or not found:
        return foretold
    first = len(history) - back
    for number, one in enumerate(found[OURS]):
        behind = len(history) - (first + number * WEEK + WEEK)
        if behind % WEEK == 0 and behind // WEEK < WEEKS:
            foretold[WEEKS - 1 - behind // WEEK] = one.expected * how.factor
    return foretold
