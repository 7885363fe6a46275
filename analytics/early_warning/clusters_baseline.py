"""How many incidents are to be expected in each grid on each day if nothing is going on.

district's day × town's wave × the grid's share. The share is an empirical-Bayes gamma-Poisson estimate (Clayton & Kaldor,
Biometrics 1987): a law of population that the stream's own grids teach, corrected by the grid's own past. Grids also change
for good (a block is moved into, a market closes): a second share with a short memory, two weeks late so that it does not learn
a cluster away, takes over where it has lately foretold the grid better. Several streams are followed side by side, for one alone
gives numpy too little to do a day.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from scipy.special import gammaln

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


@dataclass(frozen=True)
class _Stream:
    """What describes a stream as a whole: share by population, what that is worth, the day's total, the towns' waves."""

    prior: Floats
    strength: float
    dispersion: float
    district: Floats
    factors: Floats


def background(counts: Floats, population: Floats, town: Ints, weekday: Ints, learnt: int) -> Background:
    """What was to be expected of `counts[days, grids]`: each day by the days before it and its own district total.

    The few numbers that describe the stream as a whole (law of population, spread, weekdays) come from the first `learnt` days.
    """
    return backgrounds([counts], population, town, weekday, learnt)[0]


def backgrounds(
    streams: Sequence[Floats], population: Floats, town: Ints, weekday: Ints, learnt: int, kept: int | None = None
) -> list[Background]:
    """The same for several streams over the same days and grids; `expected` of the last `kept` days only, where given."""
    known = [_stream(counts, population, town, weekday, learnt) for counts in streams]
    expected = _followed(streams, known, town, kept or len(weekday))
    return [Background(expected[:, n], stream.dispersion) for n, stream in enumerate(known)]


def _stream(counts: Floats, population: Floats, town: Ints, weekday: Ints, learnt: int) -> _Stream:
    every = csr_matrix(counts)  # most are nought
    past = np.asarray(every[:learnt].sum(axis=0)).ravel()
    prior, strength = _share_prior(past, population)
    share = _shrunk(past, prior, strength)
    dispersion = _dispersion(every[:learnt], share)
    district = day_totals(np.asarray(every.sum(axis=1)).ravel(), weekday, learnt, dispersion)
    usual = district[:, None] * town_sums(share[None], town)
    factors = town_factors(town_sums(every, town), usual, learnt, dispersion)
    return _Stream(prior, strength, dispersion, district, factors)


def _share_prior(past: Floats, population: Floats) -> tuple[Floats, float]:
    """Each grid's share of the district by its population alone, and how many incidents that is worth."""
    logs = np.log(np.maximum(population, 1.0))
    logs -= logs.mean()
    if past.sum() <= 0:
        return _normed(np.exp(logs)), 1.0

    values, times = np.unique(past, return_counts=True)  # few, and the gamma function is slow

    def surprise(guess: Floats) -> float:
        strength, mean = np.exp(guess[1]), _normed(np.exp(guess[0] * logs)) * past.sum()
        known = times @ (gammaln(values + strength) - gammaln(strength))
        log_sum = np.log(strength + mean)
        return -float(known + np.sum(strength * (guess[1] - log_sum) + past * (np.log(mean) - log_sum)))

    power, log_strength = minimize(surprise, [0.9, 0.7], method="Nelder-Mead", options={"xatol": 0.01, "fatol": 0.01}).x
    return _normed(np.exp(power * logs)), float(np.exp(np.clip(log_strength, -3.0, 6.0)))


def _shrunk(past: Floats, prior: Floats, strength: float) -> Floats:
    return _normed((strength + past) / (strength / prior + past.sum()))


def _normed(values: Floats) -> Floats:
    return values / values.sum()


def _dispersion(counts: csr_matrix, share: Floats) -> float:
    """Pearson's variance ÷ mean of a grid's day, given the day's total and the grid's share."""
    total = np.asarray(counts.sum(axis=1)).ravel()
    squares = (counts.data**2).sum() - 2.0 * total @ (counts @ share) + (total @ total) * (share @ share)
    return float(np.clip(squares / max(float(total.sum()), 1e-9), *DISPERSIONS))


def _followed(streams: Sequence[Floats], known: Sequence[_Stream], town: Ints, kept: int) -> Floats:
    """The shares followed from day to day, and what they expect on the `kept` last days: `[days, streams, grids]`."""
    prior = np.stack([stream.prior for stream in known])
    strength, dispersion = (
        np.array([[value] for value in values])
        for values in zip(*((one.strength, one.dispersion) for one in known), strict=True)
    )
    district = np.stack([stream.district for stream in known], axis=1)[:, :, None]
    factors = np.stack([stream.factors for stream in known], axis=1)
    days = len(district)
    expected = np.empty((min(kept, days), *prior.shape))
    late: deque[tuple[Floats, Floats]] = deque()
    seen, past = np.broadcast_to(strength, prior.shape), strength / prior
    short_seen, short_past, better = np.zeros_like(prior), np.zeros_like(prior), np.zeros_like(prior)
    forget, forgive = np.exp(-1.0 / SHORT_MEMORY_DAYS), np.exp(-1.0 / JUDGED_DAYS)
    unlikely = 1.0 / CHANGED_BEFORE - 1.0
    for day in range(days):
        count, factor = np.stack([counts[day] for counts in streams]), factors[day][:, town]
        share = seen / past
        short = share
        if day > LATE_DAYS + FIRST_DAYS:
            old, weighed = late.popleft()
            short_seen, short_past = short_seen * forget + old, short_past * forget + weighed
            short = (SHORT_PRIOR_INCIDENTS + short_seen) / (SHORT_PRIOR_INCIDENTS / share + short_past)
        more = short - share
        mixed = share + more / (1.0 + unlikely * np.exp(-better))
        weighed = district[day] * factor / (mixed * factor).sum(axis=1, keepdims=True)
        if day >= days - kept:
            expected[day - days + kept] = weighed * mixed
        hit = np.nonzero(count)
        better = forgive * better - weighed * more / dispersion
        better[hit] += count[hit] * np.log(short[hit] / share[hit]) / dispersion[hit[0], 0]
        seen, past = seen + count, past + weighed
        if day >= FIRST_DAYS:
            late.append((count, weighed))
    return expected
