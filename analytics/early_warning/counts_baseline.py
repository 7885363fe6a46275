"""What was to be expected: a Poisson regression that learns one period at a time, for many series and readings at once.

West, Harrison and Migon's dynamic generalized linear model (Journal of the American Statistical Association 80, 1985): the
logarithm of the mean is a sum of effects with a normal distribution; each count moves them through the gamma distribution
that has the same mean and variance. Several readings run side by side (of the calendar, and of how much the level may move
from one period to the next); each series weighs them by how well they foretold it (Raftery and others, Technometrics 52, 2010).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.early_warning.counts_calendar import Numbers

FIRST_PHI, FIRST_WORTH = 1.2, 15.0
"""Over-dispersion (variance ÷ mean) before anything was seen, and how many periods that guess is worth."""
FORGETTING = 0.995
"""Per period, of how well the readings foretold: so that a series may change its mind."""
OUTLIER = 16.0
RARE = 0.25
"""A squared residual counts as no more than `OUTLIER`; where less than `RARE` is expected, one case alone is as much."""
LOWEST_MEAN = 1e-4
LOWEST_LOG, HIGHEST_LOG = -12.0, 14.0
MODE_STEPS = 4


@dataclass
class Expected:
    """What is foretold for one period: `mean[c]`, `variance[c]` of that mean, `phi[c]` of the counts around it."""

    mean: Numbers
    variance: Numbers
    phi: Numbers


class Baseline:
    """The state of c series under m readings with k effects: `effects[c, m, k]`, `spread[c, m, k, k]`."""

    def __init__(self, effects: Numbers, spread: Numbers, noise: Numbers, phi: Numbers) -> None:
        self.effects, self.spread, self.noise = effects, spread, noise
        self.squares = FIRST_WORTH * phi
        self.periods = np.full(len(effects), FIRST_WORTH)
        self.credit = np.zeros(effects.shape[:2])
        self.lifelong = np.zeros(effects.shape[:2])

    def settle(self, calendars: int) -> npt.NDArray[np.intp]:
        """Keep, for each series, the reading of the calendar that foretold best so far: their numbers `[c, kept]`."""
        noises = self.effects.shape[1] // calendars
        weighed = np.logaddexp.reduce(self.lifelong.reshape(-1, calendars, noises), axis=2)
        best = weighed.argmax(axis=1)
        kept = best[:, None] * noises + np.arange(noises)
        rows = np.arange(len(kept))[:, None]
        self.effects, self.spread = self.effects[rows, kept], self.spread[rows, kept]
        self.credit, self.lifelong, self.noise = self.credit[rows, kept], self.lifelong[rows, kept], self.noise[:noises]
        return kept

    @property
    def phi(self) -> Numbers:
        """Variance ÷ mean of the counts, at least 1."""
        return np.maximum(self.squares / self.periods, 1.0)

    def foretell(self, columns: Numbers) -> tuple[Expected, Numbers, Numbers]:
        """What is expected under `columns[m, k]`, and each reading's mean `[c, m]` and relative variance `[c, m]`."""
        self.spread[:, :, 0, 0] += self.noise
        reach = (self.spread @ columns[..., None])[..., 0]
        doubt = np.minimum((reach * columns).sum(axis=2), 4.0) + 1e-9
        means = np.exp(np.clip((self.effects * columns).sum(axis=2), LOWEST_LOG, HIGHEST_LOG))
        weight = np.exp(self.credit - self.credit.max(axis=1, keepdims=True))
        weight /= weight.sum(axis=1, keepdims=True)
        mean = np.maximum((weight * means).sum(axis=1), LOWEST_MEAN)
        variance = (weight * means**2 * (1.0 + doubt)).sum(axis=1) - mean**2
        return Expected(mean, np.maximum(variance, 0.0), self.phi), means, doubt

    def learn(self, columns: Numbers, counts: Numbers, trust: Numbers, foretold: tuple[Numbers, Numbers]) -> None:
        """Take in `counts[c]` of a period, each as far as `trust[c]` (0 to 1) says that nothing was going on."""
        self._judge_readings(counts, trust, *foretold)
        reach = (self.spread @ columns[..., None])[..., 0]
        doubt = (reach * columns).sum(axis=2) + 1e-9
        log_mean = np.clip((self.effects * columns).sum(axis=2), LOWEST_LOG, HIGHEST_LOG)
        worth = (trust / self.phi)[:, None]
        mode = _mode(counts[:, None], log_mean, doubt, worth)
        shrunk = 1.0 / (1.0 / doubt + worth * np.exp(mode))
        self.effects += reach * ((mode - log_mean) / doubt)[:, :, None]
        self.spread -= (reach * ((doubt - shrunk) / doubt**2)[:, :, None])[..., None] * reach[:, :, None, :]

    def _judge_readings(self, counts: Numbers, trust: Numbers, means: Numbers, doubt: Numbers) -> None:
        """Credit by the logarithm of the probability foretold (normal), and over-dispersion by the best reading's error."""
        phi = self.phi[:, None]
        squares = (counts[:, None] - means) ** 2
        variance = means * (phi + means * doubt)
        foretold = -0.5 * trust[:, None] * (np.minimum(squares / variance, OUTLIER) + np.log(variance))
        self.credit = FORGETTING * self.credit + foretold
        self.lifelong += foretold
        best = self.credit.argmax(axis=1)[:, None]
        dispersion = np.take_along_axis(phi * squares / variance, best, axis=1)[:, 0]
        mean = np.take_along_axis(means, best, axis=1)[:, 0]
        self.squares += trust * np.minimum(
            dispersion, OUTLIER * phi[:, 0] * (1.0 + RARE / np.maximum(mean, LOWEST_MEAN))
        )
        self.periods += trust


def _mode(counts: Numbers, log_mean: Numbers, doubt: Numbers, worth: Numbers) -> Numbers:
    """Logarithm of the mean that is likeliest after `counts`, where it was normal around `log_mean` before; by Newton's rule."""
    mode = log_mean + 0.0
    for _ in range(MODE_STEPS):
        means = worth * np.exp(mode)
        step = (worth * counts - means - (mode - log_mean) / doubt) / (means + 1.0 / doubt)
        mode = mode + np.clip(step, -2.0, 1.0)
    return mode


def fitted(counts: Numbers, columns: Numbers, variance: Numbers, rounds: int = 6) -> tuple[Numbers, Numbers, Numbers]:
    """Effects `[c, k]`, their covariance `[c, k, k]` and phi `[c]` of a first stretch, `counts[c, t]` under `columns[t, k]`.

    Poisson regression by Fisher scoring with a normal prior; counts far above the fit weigh less, as in Farrington and
    others (Journal of the Royal Statistical Society A 159, 1996) in the form of Noufaily and others (Statistics in
    Medicine 32, 2013): residuals beyond 2.58 by the inverse of their square.
    """
    effects = np.zeros((len(counts), columns.shape[1]))
    effects[:, 0] = np.log(counts.mean(axis=1) + 0.5 / counts.shape[1])
    prior_mean = effects.copy()
    prior = 1.0 / variance
    products = (columns[:, :, None] * columns[:, None, :]).reshape(len(columns), -1)
    weight = np.ones_like(counts)
    phi = np.full(len(counts), FIRST_PHI)
    for _ in range(rounds):
        means = np.exp(np.clip(effects @ columns.T, LOWEST_LOG, HIGHEST_LOG))
        information = ((weight * means) @ products).reshape(len(counts), *[len(prior)] * 2) / phi[
            :, None, None
        ] + np.diag(prior)
        slope = (weight * (counts - means)) @ columns / phi[:, None] - prior * (effects - prior_mean)
        change = np.linalg.solve(information, slope[..., None])[..., 0]
        effects = effects + change / np.maximum(np.abs(change).max(axis=1, keepdims=True), 1.0)
        means = np.exp(np.clip(effects @ columns.T, LOWEST_LOG, HIGHEST_LOG))
        phi = np.maximum(
            ((weight * (counts - means) ** 2 / np.maximum(means, 0.02)).sum(axis=1) + FIRST_WORTH * FIRST_PHI)
            / (weight.sum(axis=1) + FIRST_WORTH),
            1.0,
        )
        residual = 1.5 * (counts ** (2 / 3) - means ** (2 / 3)) / (means ** (1 / 6) * np.sqrt(phi)[:, None])
        weight = np.where(residual > 2.58, (2.58 / np.maximum(residual, 2.58)) ** 2, 1.0)
    return effects, np.linalg.inv(information), phi
