"""Is something going on now? The evidence of several periods joined, over all outbreaks that may have begun.

A hypothesis is an outbreak that began so many periods ago, of one of several courses and sizes. Each period multiplies its
likelihood ratio against "nothing going on" (negative binomial, of which an outbreak's cases are an added Poisson part). The
posterior odds that one is active now are the score: they mean the same for a mean of 0.1 and of 150. This is Shiryaev's rule
with a mixture for what is not known (Frisén, Scandinavian Actuarial Journal 2003, for surveillance).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, ndtr

from analytics.early_warning.counts_calendar import DAYS, Numbers, Step

SCALES_DAYS = {"hour": (0.25, 0.5, 1.0), "day": (4.0, 8.0, 16.0), "week": (4.0, 8.0, 16.0)}
"""Until half of an outbreak's cases have come, in days: its course is lognormal with sigma 0.5, as in Noufaily and others 2013."""
WEIGHTS = {
    "hour": (0.4, 0.2, 0.06, 0.16, 0.18),
    "day": (0.5, 0.15, 0.01, 0.16, 0.18),
    "week": (0.3, 0.25, 0.12, 0.13, 0.2),
}
"""How likely each course is: three lognormal ones, all in one period, the same in each of three."""
SIZES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Cases of a whole outbreak in units of the usual spread of `SIZE_OVER` periods; each as likely as the others."""
SIZE_OVER = {"hour": 24, "day": 7, "week": 1}
LEVELS = np.concatenate([[0.0], 0.05 * 2.0 ** (np.arange(0, 18) / 2)])
"""Added cases a period in units of the usual spread: courses are rounded to these, so that few ratios need reckoning."""
LEAST_UNIT, LEAST_EXCESS = 0.7, 1e-3
"""In cases, where the usual spread is less: no outbreak has a tenth of a case. And variance ÷ mean beyond 1, against a nought."""
CHANCE_A_YEAR = 1.5
"""Outbreaks a year and series before anything is seen."""
MOST_RATIO = 1e120
CHANCE_OF_EVEN_ODDS, CHANCE_FALLS, LEAST_ODDS = 0.0035, 0.7, 0.1
"""Smaller odds than the least are as usual, and their chance is given as 1."""
MOST_PRIOR = 0.25
"""Outbreaks begun within one's longest course, before anything is seen: `CHANCE_A_YEAR` over some 12 weeks."""
Indexes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Courses:
    """Hypotheses h at ages j: `level[j, h]` index into LEVELS, `active[j, h]` chance that it still goes on, `prior[h]`."""

    level: Indexes
    active: Numbers
    prior: Numbers


def courses(step: Step) -> Courses:
    """The courses an outbreak may take in steps of `step`, each in every size."""
    days = DAYS[step]
    shapes = [_lognormal(scale, days) for scale in SCALES_DAYS[step]] + [np.ones(1), np.full(3, 1 / 3)]
    sizes = np.array(SIZES) * np.sqrt(SIZE_OVER[step])
    ages = max(len(shape) for shape in shapes) + 2
    share = np.stack([np.pad(shape, (0, ages - len(shape))) for shape in shapes], axis=1)
    rest = np.cumsum(share[::-1], axis=0)[::-1]
    added = (share[:, :, None] * sizes).reshape(ages, -1)
    still = 1.0 - np.exp(-(rest[:, :, None] * sizes).reshape(ages, -1))
    prior = np.repeat(WEIGHTS[step], len(sizes)) / len(sizes) * CHANCE_A_YEAR * days / 365.25
    return Courses(_nearest(added), np.where(added > 0, still, 0.0), prior)


def _nearest(added: Numbers) -> Indexes:
    least = LEVELS[1] / 2
    return np.asarray(
        np.abs(np.log(np.maximum(added, least))[..., None] - np.log(np.maximum(LEVELS, least))).argmin(axis=-1)
    )


def _lognormal(scale_days: float, days: float, sigma: float = 0.5) -> Numbers:
    """Shares of the periods after the beginning, up to four times the scale."""
    edges = np.arange(0.0, 4.0 * scale_days + days, days)
    share = np.diff(ndtr(np.log(np.maximum(edges, 1e-9) / scale_days) / sigma))
    return np.asarray(share / share.sum())


class Outbreaks:
    """The likelihood ratios of c series' hypotheses, `ratio[slot, h, c]`; a slot holds what began in one period."""

    def __init__(self, courses: Courses, series: int) -> None:
        self.courses = courses
        self.ages = len(courses.level)
        self.ratio = np.zeros((*courses.level.shape, series))
        self.now = -1

    def take(self, counts: Numbers, mean: Numbers, phi: Numbers) -> None:
        """Reckon `counts[c]` of the next period in, where `mean[c]` was expected with variance `phi[c]` × mean."""
        self.now += 1
        self.ratio[self.now % self.ages] = self.courses.prior[:, None]
        steps = np.exp(np.clip(level_ratios(counts, mean, phi), -50.0, 50.0))
        self.ratio *= steps[self.courses.level[self._age()]]
        np.minimum(self.ratio, MOST_RATIO, out=self.ratio)

    def odds(self, at_least_old: int = 0) -> Numbers:
        """Posterior odds `[c]` that an outbreak begun that long ago was active then (0: is active now)."""
        age = self._age()
        old = age >= at_least_old
        active = np.where(old[:, None], self.courses.active[np.maximum(age - at_least_old, 0)], 0.0)
        on = active.ravel() @ self.ratio.reshape(active.size, -1)
        return np.asarray(on / (1.0 + np.maximum(self.ratio.sum(axis=(0, 1)) - on, 0.0)))

    def begun(self) -> Indexes:
        """How many periods ago the likeliest outbreak that still goes on began, `[c]`: 0 is this period."""
        age = self._age()
        on = (self.ratio * self.courses.active[age][:, :, None]).sum(axis=1)
        return np.asarray(age[on.argmax(axis=0)])

    def _age(self) -> Indexes:
        return (self.now - np.arange(self.ages)) % self.ages


def chance(odds: Numbers) -> Numbers:
    """Probability `[…]` of such odds in a period when nothing is going on; right or too large.

    Measured on quiet series (docs/decisions/early-warning-counts.md); for great odds Markov's inequality says less: on
    average a likelihood ratio is 1 when nothing is going on, so odds above x come with a chance of at most prior ÷ x.
    """
    known = np.maximum(odds, LEAST_ODDS)
    measured = np.minimum(CHANCE_OF_EVEN_ODDS * known**-CHANCE_FALLS, MOST_PRIOR / known)
    return np.asarray(np.where(odds < LEAST_ODDS, 1.0, np.minimum(measured, 1.0)))


def level_ratios(counts: Numbers, mean: Numbers, phi: Numbers) -> Numbers:
    """Log-likelihood ratios `[level, c]` of the count with added cases against without: negative binomial both times."""
    added = np.maximum(np.sqrt(mean * phi), LEAST_UNIT) * LEVELS[:, None]
    total = mean + added
    over = mean * (phi - 1.0 + LEAST_EXCESS) / total
    size = total / over
    spread = np.log(1.0 + over)
    log_mass = gammaln(counts + size) - gammaln(size) - size * spread + counts * (np.log(over) - spread)
    return np.asarray(log_mass - log_mass[:1])
