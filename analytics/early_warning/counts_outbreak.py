"""Is something going on now? The evidence of several periods joined, over all outbreaks that may have begun.

A hypothesis is an outbreak that began so many periods ago, of one of several courses and sizes. Each period multiplies its
likelihood ratio against "nothing going on" (negative binomial, of which an outbreak's cases are an added Poisson part). The
posterior odds that one is active now are the score: they mean the same for a mean of 0.1 and of 150. This is Shiryaev's rule
with a mixture for what is not known (Frisén, Scandinavian Actuarial Journal 2003, for surveillance).
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, ndtr

from analytics.early_warning.counts_calendar import DAYS, Numbers, Step

SIZES = (1.0, 2.0, 4.0, 8.0, 16.0)
LEVELS = np.concatenate([[0.0], 0.05 * 2.0 ** (np.arange(0, 18) / 2)])
"""Added cases a period in units of the usual spread: courses are rounded to these, so that few ratios need reckoning."""
LEAST_UNIT = 0.7
CHANCE_A_YEAR = 1.0
"""Outbreaks a year and series before anything is seen."""


@dataclass(frozen=True)
class Courses:
    """Hypotheses h at ages j: `level[j, h]` index into LEVELS, `active[j, h]` chance that it still goes on, `prior[h]`."""

    level: np.ndarray
    active: Numbers
    prior: Numbers


def courses(step: Step) -> Courses:
    """The courses an outbreak may take in steps of `step`, each in every size."""
    days = DAYS[step]
    shapes = [(_lognormal(scale, days), weight) for scale, weight in ((4.0, 0.25), (8.0, 0.25), (16.0, 0.15))]
    shapes += [(np.ones(1), 0.2), (np.full(3, 1 / 3), 0.15)]
    ages = max(len(shape) for shape, _ in shapes) + 2
    sizes = np.array(SIZES) * max(1.0, np.sqrt(7.0 / days) / 1.0 if step != "week" else 1.0)
    added = np.zeros((ages, len(shapes), len(sizes)))
    rest = np.zeros_like(added)
    for number, (shape, _) in enumerate(shapes):
        added[: len(shape), number] = shape[:, None] * sizes
        rest[: len(shape), number] = np.cumsum(shape[::-1])[::-1][:, None] * sizes
    nearest = np.abs(np.log(np.maximum(added, 0.02))[..., None] - np.log(np.maximum(LEVELS, 0.02))).argmin(axis=-1)
    prior = np.repeat([weight for _, weight in shapes], len(sizes)) / len(sizes)
    flat = (ages, len(shapes) * len(sizes))
    active = np.where(added > 0, 1.0 - np.exp(-rest), 0.0)
    return Courses(nearest.reshape(flat), active.reshape(flat), prior * CHANCE_A_YEAR * days / 365.25)


def _lognormal(scale_days: float, days: float, sd: float = 0.5) -> Numbers:
    edges = np.arange(0.0, 4.0 * scale_days + days, days)
    mass = np.diff(ndtr(np.log(np.maximum(edges, 1e-9) / scale_days) / sd))
    return mass / mass.sum()


class Outbreaks:
    """The likelihood ratios of c series' hypotheses, `ratio[c, slot, h]`; a slot holds what began in one period."""

    def __init__(self, courses: Courses, series: int) -> None:
        self.courses = courses
        self.ages = len(courses.level)
        self.ratio = np.zeros((series, *courses.level.shape))
        self.now = -1

    def take(self, counts: Numbers, mean: Numbers, phi: Numbers) -> None:
        """Reckon `counts[c]` of the next period in, where `mean[c]` was expected with variance `phi[c]` × mean."""
        self.now += 1
        self.ratio[:, self.now % self.ages] = self.courses.prior
        steps = np.exp(np.clip(level_ratios(counts, mean, phi), -50.0, 50.0))
        self.ratio *= steps[:, self.courses.level[self._age()]]
        np.minimum(self.ratio, 1e120, out=self.ratio)

    def odds(self, at_least_old: int = 0) -> Numbers:
        """Posterior odds `[c]` that an outbreak begun that long ago was active then (0: is active now)."""
        age = self._age()
        old = age >= at_least_old
        active = np.where(old[:, None], self.courses.active[np.maximum(age - at_least_old, 0)], 0.0)
        flat = self.ratio.reshape(len(self.ratio), -1)
        on = flat @ active.ravel()
        return on / (1.0 + flat.sum(axis=1) - on)

    def _age(self) -> np.ndarray:
        return (self.now - np.arange(self.ages)) % self.ages


def level_ratios(counts: Numbers, mean: Numbers, phi: Numbers) -> Numbers:
    """Log-likelihood ratios `[c, level]` of the count with added cases against without: negative binomial both times."""
    excess = phi - 1.0 + 1e-3
    usual = np.sqrt(mean * phi)
    added = np.maximum(usual, LEAST_UNIT)[:, None] * LEVELS
    total = mean[:, None] + added
    over = (mean * excess)[:, None] / total
    size = total / over
    y = counts[:, None]
    log_mass = gammaln(y + size) - gammaln(size) - size * np.log1p(over) + y * (np.log(over) - np.log1p(over))
    return log_mass - log_mass[:, :1]
