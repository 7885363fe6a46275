"""How far what comes may lie from what is expected: learnt from how far it lay in the look back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import nbinom, poisson

from analytics.risk.history import Floats
from analytics.risk.scores import Period
from analytics.risk.whole import LEVEL, z

PRIOR = 20.0
"""So many incidents as expected are added before a total is corrected."""


@dataclass(frozen=True)
class Spread:
    """Expected counts times `factor` were right on average; a cell's variance is μ + over·μ², of cells together (sway·Σμ)² besides."""

    factor: float = 1.0
    over: float = 0.0
    sway: float = 0.0


def spread(periods: Sequence[Period]) -> Spread:
    """From forecasts and what came; a plain Poisson where there are none."""
    if not periods:
        return Spread()
    expected, came = (np.concatenate([getattr(one, name) for one in periods]) for name in ("expected", "came"))
    factor = (came.sum() + PRIOR) / (expected.sum() + PRIOR)
    mean = expected * factor
    over = float(((came - mean) ** 2 - mean).sum() / max((mean**2).sum(), 1e-12))
    over = max(over, 0.0)
    means = [one.expected * factor for one in periods]
    totals = np.array([each.sum() for each in means])
    alone = np.array([each.sum() + over * (each**2).sum() for each in means])
    off = np.array([one.came.sum() for one in periods]) - totals
    apart = (off**2 - alone).sum() / max((totals**2).sum(), 1e-12)
    return Spread(float(factor), over, float(np.sqrt(max(apart, 0.0))))


def interval(mean: Floats, how: Spread, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Each cell's count lies between these, ends included, in at least `level` of cases; `mean` is corrected already."""
    tail = (1 - level) / 2
    if how.over <= 1e-9:
        return poisson.ppf(tail, mean), poisson.ppf(1 - tail, mean)
    size = 1 / how.over
    share = size / (size + np.maximum(mean, 1e-12))
    return nbinom.ppf(tail, size, share), nbinom.ppf(1 - tail, size, share)


def total_interval(mean: Floats, how: Spread, level: float = LEVEL) -> tuple[float, float]:
    """The same of the count of cells together, all or some, which sway as a whole."""
    total = float(mean.sum())
    half = z(level) * float(np.sqrt(total + how.over * (mean**2).sum() + (how.sway * total) ** 2))
    return max(total - half, 0.0), total + half
