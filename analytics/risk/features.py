"""What is known of each cell before a day: its past near and far, its neighbours', its weekday's, its season's, its people, its place."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from analytics.risk.excited import Excitation
from analytics.risk.history import Floats, History

WINDOWS = (7, 28, 91, 182, 364, 728, 1456)
NEAR = (28, 91, 364)
HALF_LIVES = (3.0, 10.0, 30.0, 90.0, 180.0, 400.0)
YEAR, SEASON, WEEKS = 364, 14, 26
SHORT_MEMORY, LONG_MEMORY = 364, 1456
NEVER = 400.0


def features(history: History, day: int, horizon: int, excited: Sequence[Excitation]) -> Floats:
    """`[cell, feature]` for the `horizon` days from `day` on, by what happened strictly before it. The last two are x and y.

    All but those two are counts or weighted counts, from none up. `excited` must be fitted to days before `day` only.
    """
    cells = history.cells
    narrow, middle, wide, far = (cells.kernel(times * cells.spacing) for times in (1.0, 1.5, 2.0, 4.0))
    own = {days: history.between(day - days, day) for days in WINDOWS}
    columns = list(own.values())
    for days in NEAR:
        around = own[days]
        columns += [around[cells.nearest].mean(1), narrow @ around, middle @ around, wide @ around, far @ around]
    last_year = history.between(day - YEAR - SEASON, day - YEAR + horizon + SEASON)
    columns += [middle @ own[1456], last_year, wide @ last_year]
    for half_life in HALF_LIVES:
        faded = history.faded(day, half_life, SHORT_MEMORY if half_life < 100 else LONG_MEMORY)
        columns += [faded, narrow @ faded]
    for one in excited:
        base, brought = one.parts(history, day, horizon)
        columns += [base, brought, base + brought, narrow @ base, middle @ (base + brought)]
    columns += [_weekdays(history, day, horizon), _since_last(history, day)]
    if history.free is not None:
        columns += [
            _such_days(history, day, horizon, history.free),
            np.full(len(cells), history.free[day : day + horizon].sum()),
        ]
    if cells.residents is not None:
        columns.append(cells.residents)
    return np.column_stack([*columns, cells.x, cells.y])


def _weekdays(history: History, day: int, horizon: int) -> Floats:
    """Incidents of half a year on the weekdays that are forecast."""
    if horizon >= 7:
        return history.between(day - 7 * WEEKS, day)
    total = np.zeros(len(history.cells))
    for ahead in range(horizon):
        for week in range(1, WEEKS + 1):
            at = day + ahead - 7 * week
            if 0 <= at < day:
                total += history.counts[at]
    return total


def _such_days(history: History, day: int, horizon: int, free: npt.NDArray[np.bool_]) -> Floats:
    """What half a year's free days and workdays would bring in as many of each as lie ahead."""
    since, ahead = max(0, day - 7 * WEEKS), free[day : day + horizon]
    past, was_free = history.counts[since:day], free[since:day]
    total = np.zeros(len(history.cells))
    for kind in (True, False):
        days = past[was_free == kind]
        total += (ahead == kind).sum() * (days.mean(0) if len(days) else 0.0)
    return total


def _since_last(history: History, day: int) -> Floats:
    """Days since the last incident; `NEVER` if there was none in a year."""
    past = history.counts[max(0, day - YEAR) : day]
    return np.where(past.any(0), np.argmax(past[::-1] > 0, axis=0), NEVER)
