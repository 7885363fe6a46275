"""How many incidents are to be expected in each grid on each day if nothing is going on.

district's day × town's wave × the grid's share. The share is an empirical-Bayes gamma-Poisson estimate (Clayton & Kaldor,
Biometrics 1987): a law of population that the stream's own grids teach, corrected by the grid's own past. Grids also change
for good (a block is moved into, a market closes): a second share with a short memory, two weeks late so that it does not learn
a cluster away, takes over where it has lately foretold the grid better.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, gammaln, logit

from analytics.early_warning.clusters_district import FIRST_DAYS, Floats, Ints, day_totals
from analytics.early_warning.clusters_towns import town_factors, town_sums

DISPERSIONS = (1.001, 2.0)
"""Variance ÷ mean of a grid's day, kept within these."""
SHORT_MEMORY_DAYS = 40.0
LATE_DAYS = 14
"""The short memory learns a day only when it is so old."""
SHORT_PRIOR_INCIDENTS = 4.0
CHANGED_BEFORE = 0.01
"""Share of grids that are thought to have changed for good before anything is seen."""
JUDGED_DAYS = 33.0
"""Over how many days the two memories are compared."""


@dataclass(frozen=True)
class Background:
    """`expected[days, grids]`, and `dispersion`: variance ÷ mean of a grid's count on one day (negative binomial)."""

    expected: Floats
    dispersion: float


def background(counts: Floats, population: Floats, town: Ints, weekday: Ints, learnt: int) -> Background:
    """What was to be expected of `counts[days, grids]`: each day by the days before it and its own district total.

    The few numbers that describe the stream as a whole (law of population, spread, weekdays) come from the first `learnt` days.
    """
    prior, strength = _share_prior(counts[:learnt].sum(axis=0), population)
    dispersion = _dispersion(counts[:learnt], prior, strength)
    district = day_totals(counts.sum(axis=1), weekday, learnt, dispersion)
    share = _shrunk(counts[:learnt].sum(axis=0), prior, strength)
    usual = district[:, None] * town_sums(share[None], town)
    factors = town_factors(town_sums(counts, town), usual, learnt, dispersion)
    return Background(_followed(counts, district, factors[:, town], prior, strength, dispersion), dispersion)


def _share_prior(past: Floats, population: Floats) -> tuple[Floats, float]:
    """Each grid's share of the district by its population alone, and how many incidents that is worth."""
    logs = np.log(np.maximum(population, 1.0))
    logs -= logs.mean()
    if past.sum() <= 0:
        return _normed(np.exp(logs)), 1.0

    def surprise(guess: Floats) -> float:
        strength, mean = np.exp(guess[1]), _normed(np.exp(guess[0] * logs)) * past.sum()
        known = gammaln(past + strength) - gammaln(strength)
        return -float(
            np.sum(known + strength * np.log(strength / (strength + mean)) + past * np.log(mean / (strength + mean)))
        )

    power, log_strength = minimize(surprise, [0.9, 0.7], method="Nelder-Mead", options={"xatol": 0.01, "fatol": 0.01}).x
    return _normed(np.exp(power * logs)), float(np.exp(np.clip(log_strength, -3.0, 6.0)))


def _shrunk(past: Floats, prior: Floats, strength: float) -> Floats:
    return _normed((strength + past) / (strength / prior + past.sum()))


def _normed(values: Floats) -> Floats:
    return values / values.sum()


def _dispersion(counts: Floats, prior: Floats, strength: float) -> float:
    """Pearson's variance ÷ mean of a grid's day, given the day's total and the grid's share."""
    mean = np.outer(counts.sum(axis=1), _shrunk(counts.sum(axis=0), prior, strength))
    return float(np.clip(((counts - mean) ** 2).sum() / max(float(mean.sum()), 1e-9), *DISPERSIONS))


def _followed(
    counts: Floats, district: Floats, factor: Floats, prior: Floats, strength: float, dispersion: float
) -> Floats:
    """The shares followed from day to day, and what they expect `[days, grids]`."""
    expected, weighed = np.empty_like(counts), np.empty_like(counts)
    seen, past = np.full(len(prior), strength), strength / prior
    short_seen, short_past, better = np.zeros_like(prior), np.zeros_like(prior), np.zeros_like(prior)
    forget, forgive = np.exp(-1.0 / SHORT_MEMORY_DAYS), np.exp(-1.0 / JUDGED_DAYS)
    for day, count in enumerate(counts):
        share = short = seen / past
        if day > LATE_DAYS + FIRST_DAYS:
            old = day - 1 - LATE_DAYS
            short_seen, short_past = short_seen * forget + counts[old], short_past * forget + weighed[old]
            short = (SHORT_PRIOR_INCIDENTS + short_seen) / (SHORT_PRIOR_INCIDENTS / share + short_past)
        changed = expit(better + logit(CHANGED_BEFORE))
        mixed = share * (1.0 - changed) + short * changed
        weighed[day] = district[day] * factor[day] / (mixed * factor[day]).sum()
        expected[day] = weighed[day] * mixed
        better = forgive * better + (count * np.log(short / share) - weighed[day] * (short - share)) / dispersion
        seen, past = seen + count, past + weighed[day]
    return expected
