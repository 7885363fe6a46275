"""Which towns are just now busier or quieter than their usual share, in waves of weeks that are no cluster.

Each town's ratio of counted to expected is followed by a Gaussian process (squared exponential, `WAVE_DAYS`): its forecast from
the days before is one weighted sum, its weights solved once a town (by one decomposition of the process for all). How high the waves go is learnt from how residuals of
days 1 to 5 apart go together; in a stream of few incidents that drowns in noise, and the factor stays near one.
"""

from functools import lru_cache

import numpy as np
from scipy.sparse import csr_matrix

from analytics.early_warning.clusters_district import Floats, Ints

WAVE_DAYS = 16.0
"""From 8, 12, 16 and 22 the one that foretold the towns' counts best in the history of all busy streams."""
REMEMBERED_DAYS = 120
LAGS = (1, 2, 3, 5)
LEAST_VARIANCE = 1e-5
BOUNDS = (0.3, 3.0)


def town_factors(counts: Floats, expected: Floats, learnt: int, dispersion: float) -> Floats:
    """Factor `[days, towns]` on the expected incidents, each day from the days before; `counts`, `expected` `[days, towns]`."""
    variance = _wave_variance((counts - expected)[:learnt], expected[:learnt])
    factors = np.ones_like(expected)
    if variance <= LEAST_VARIANCE:
        return factors
    residual = counts / np.maximum(expected, 1e-9) - 1.0
    for town in np.flatnonzero(expected[:learnt].mean(axis=0) > 0):
        noise = dispersion / expected[:learnt, town].mean()
        weights = np.concatenate([[0.0], _weights(variance, noise)])
        factors[:, town] += np.convolve(residual[:, town], weights)[: len(counts)]
    return np.clip(factors, *BOUNDS)


def _wave_variance(residual: Floats, expected: Floats) -> float:
    """The covariance of a town's relative residuals a few days apart, over all towns."""
    shared = [
        (residual[lag:] * residual[:-lag]).sum() / max(float((expected[lag:] * expected[:-lag]).sum()), 1e-9)
        for lag in LAGS
        if lag < len(residual)
    ]
    return float(np.mean(shared)) if shared else 0.0


def _weights(variance: float, noise: float) -> Floats:
    """Weight of yesterday's residual, the day before's and so on, in the forecast of today's factor."""
    values, vectors, today = _waves()
    return vectors @ ((vectors.T @ today) * (variance / (variance * values + noise)))


@lru_cache(maxsize=1)
def _waves() -> tuple[Floats, Floats, Floats]:
    """The process of variance one: values and vectors of what the remembered days have in common, and what today has with each."""
    ages = np.arange(1, REMEMBERED_DAYS + 1)
    values, vectors = np.linalg.eigh(np.exp(-0.5 * ((ages[:, None] - ages) / WAVE_DAYS) ** 2))
    return np.maximum(values, 0.0), vectors, np.exp(-0.5 * (ages / WAVE_DAYS) ** 2)


def town_sums(values: Floats | csr_matrix, town: Ints) -> Floats:
    """`values[days, grids]` summed to `[days, towns]`."""
    member = np.zeros((values.shape[-1], int(town.max()) + 1))
    member[np.arange(len(town)), town] = 1.0
    return np.asarray(values @ member, dtype=np.float64)
