"""How busy the whole district is on each day, so that a day on which everybody reports more is not a cluster.

The day's factor is what weekday and the last weeks foretell, corrected by the day's own total: wholly where totals are large,
hardly where a few incidents are all there is (a gamma prior whose spread is that of past days around their forecast). A total
far off its forecast is believed whatever past days were like: a storm has no precedent in a quiet year.
"""

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEVEL_DAYS = 8.0
"""How fast the level forgets."""
FIRST_DAYS = 28
"""Days that are only learnt from."""
LEAST_DAY_VARIANCE = 0.0025
"""Of the day's factor around its forecast: 5 % is common everywhere."""
FAR_OFF = 3.0
"""Standard deviations of a total around its forecast, beyond which it is believed."""
WEEKDAY_PRIOR = 20.0
"""Incidents at the usual rate that each weekday is thought to have had before any is counted."""


def day_totals(total: Floats, weekday: Ints, learnt: int, dispersion: float) -> Floats:
    """Expected incidents of the district `[days]`, each day by its own total and those before it alone.

    `weekday` 0 to 6; weekdays and the spread are learnt from the first `learnt` days; `dispersion` is variance ÷ mean of counts.
    """
    forecast = _forecast(total, weekday, learnt)
    past = slice(2 * FIRST_DAYS, max(learnt, 2 * FIRST_DAYS + 1))
    error = (total[past] - forecast[past]) ** 2 - dispersion * forecast[past]
    usual = max(error.sum() / max(float((forecast[past] ** 2).sum()), 1e-9), LEAST_DAY_VARIANCE)
    off = (total / forecast - 1.0) ** 2 - FAR_OFF**2 * (usual + dispersion / forecast)
    weight = dispersion / np.maximum(usual, off)
    return (weight + total) / (weight / forecast + 1.0)


def _forecast(total: Floats, weekday: Ints, learnt: int) -> Floats:
    """What the days before, and the day of the week, foretell of each day's total."""
    factor = np.ones(7)
    for _ in range(3):
        level = _level(total / factor[weekday])
        for day in range(7):
            days = np.flatnonzero(weekday[:learnt] == day)
            factor[day] = (total[days].sum() + WEEKDAY_PRIOR) / (level[days].sum() + WEEKDAY_PRIOR)
        factor /= factor.mean()
    return _level(total / factor[weekday]) * factor[weekday]


def _level(total: Floats) -> Floats:
    """The smoothed level on the eve of each day; the first days, only learnt from, begin at their own mean."""
    kept = np.exp(-1.0 / LEVEL_DAYS)
    eves = np.concatenate([[3.0 * total[:FIRST_DAYS].mean() + 1e-6], total[:-1]])
    days = np.concatenate([[3.0], np.ones(len(total) - 1)])
    mass, weight = (lfilter([1.0], [1.0, -kept], values) for values in (eves, days))
    return np.asarray(mass / weight, dtype=np.float64)
