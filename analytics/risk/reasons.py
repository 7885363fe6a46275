"""What drives a cell's forecast: the facts that its words are made of, the strongest first."""

from collections.abc import Mapping, Sequence

import numpy as np

from analytics.risk.excited import Excitation
from analytics.risk.history import Floats, History

RECENT, YEAR, SEASON = 28, 364, 14
LEAST_TIMES, LEAST_MORE = 1.5, 1.0
MOST = 3


def facts(history: History, horizon: int, excited: Excitation) -> dict[str, Floats]:
    """Of each cell, for a span of `horizon` days: `usual`, `recent`, `around`, `season` and `brought`, as incidents.

    Usual is the year's rate, recent that of four weeks, around that of the neighbours in four weeks, season that of the same weeks a
    year ago (NaN where the year before is not known); brought is what recent incidents are expected to bring about.
    """
    day = len(history)
    known = max(1, min(day, YEAR))
    recent = history.between(day - RECENT, day) * (horizon / min(day, RECENT))
    season = history.between(day - YEAR - SEASON, day - YEAR + horizon + SEASON) * (horizon / (horizon + 2 * SEASON))
    return {
        "usual": history.between(day - known, day) * (horizon / known),
        "recent": recent,
        "around": recent[history.cells.nearest].mean(1),
        "season": season if day >= YEAR + SEASON else np.full(len(history.cells), np.nan),
        "brought": excited.parts(history, day, horizon)[1],
    }


def drivers(known: Mapping[str, float], all_cells: Mapping[str, float]) -> Sequence[str]:
    """Which of the facts drive a cell, the strongest first, at most three; `all_cells` are their means over the district.

    `usual` if the cell has always much, `recent` and `season` if more than its own usual, `around` if its neighbours have much,
    `brought` if a fair part of what is expected comes from incidents just past.
    """
    usual = max(known["usual"], 1e-6)
    strength = {
        "usual": known["usual"] / max(all_cells["usual"], 1e-6) / 3,
        "recent": known["recent"] / usual if known["recent"] - usual >= LEAST_MORE / 4 else 0.0,
        "season": known["season"] / usual if known["season"] - usual >= LEAST_MORE / 4 else 0.0,
        "around": known["around"] / max(all_cells["recent"], 1e-6) / 2,
        "brought": 4 * known["brought"] / usual,
    }
    strong = sorted(
        (name for name, times in strength.items() if times >= LEAST_TIMES), key=lambda name: -strength[name]
    )
    return strong[:MOST] or ["usual"]
