"""How far what comes may lie from what is expected: learnt from how far it lay in the look back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import nbinom, norm, poisson

from analytics.risk.history import Floats
from analytics.risk.scores import Period

LEVEL = 0.8
PRIOR = 20.0
"""So many incidents as expected are added before a total is corrected."""


@dataclass(frozen=True)
class Spread:
    """Expected counts times `factor` were right on average; a cell's variance is μ + over·μ², a total's spread `sway` of itself besides."""

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
    totals = np.array([(one.expected.sum() * factor, one.came.sum()) for one in periods])
    apart = ((totals[:, 1] - totals[:, 0]) ** 2 - totals[:, 0]).sum() / max((totals[:, 0] ** 2).sum(), 1e-12)
    return Spread(float(factor), max(over, 0.0), float(np.sqrt(max(apart, 0.0))))


def interval(mean: Floats, how: Spread, level: float = LEVEL) -> tuple[Floats, Floats]:
    """Each cell's count lies between these, ends included, in at least `level` of cases; `mean` is corrected already."""
    tail = (1 - level) / 2
    if how.over <= 1e-9:
        return poisson.ppf(tail, mean), poisson.ppf(1 - tail, mean)
    size = 1 / how.over
    share = size / (size + np.maximum(mean, 1e-12))
    return nbinom.ppf(tail, size, share), nbinom.ppf(1 - tail, size, share)


def total_interval(mean: float, how: Spread, level: float = LEVEL) -> tuple[float, float]:
    """The same of the whole district's count, which sways as a whole."""
    half = float(norm.ppf(1 - (1 - level) / 2)) * float(np.sqrt(mean + (how.sway * mean) ** 2))
    return max(mean - half, 0.0), mean + half
