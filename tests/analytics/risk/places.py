"""A small town to forecast: a square of cells, and incidents of which each brings about others where it was."""

from datetime import date

import numpy as np

from analytics.risk.history import Cells, History

SIDE, SPACING = 8, 250.0
FIRST = date(2024, 1, 1)


def cells(side: int = SIDE) -> Cells:
    """A square of so many cells a side."""
    at = np.arange(side * side)
    return Cells(tuple(f"k{n}" for n in at), (at % side + 0.5) * SPACING, (at // side + 0.5) * SPACING)


def town(days: int = 500, seed: int = 1, brings: float = 0.0, decay: float = 0.1, side: int = SIDE) -> History:
    """Cells of very different rates; each incident brings about `brings` others there, soon."""
    rng, places = np.random.default_rng(seed), cells(side)
    rate, kept = rng.gamma(0.5, 0.3, len(places)), np.zeros(len(places))
    counts = np.zeros((days, len(places)), dtype=np.float32)
    for day in range(days):
        counts[day] = rng.poisson(rate + brings * decay * kept)
        kept = (kept + counts[day]) * np.exp(-decay)
    return History.of(places, FIRST, counts)
