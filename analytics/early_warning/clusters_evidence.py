"""How much the days up to now speak for a cluster in each zone.

A cluster in a zone multiplies what is expected there by one of `TIMES`. What it adds is Poisson on top of the usual negative
binomial count, so two incidents of one grid and day, which over-dispersion explains by itself, do not count for two. Each zone
and multiple keeps its odds of being active now, begun on any day: Shiryaev's rule, with the chance to end each day and to grow
by one step of `TIMES` (ramps). All is a sum over zones, beginnings and sizes, never a maximum: the expected odds if nothing is
going on stay 1, whatever the zones have in common, which is what makes a probability out of them (`clusters_chance`).
"""

import numpy as np
import numpy.typing as npt

from analytics.early_warning.clusters_baseline import Background
from analytics.early_warning.clusters_district import Floats
from analytics.early_warning.clusters_zones import Zones

Singles = npt.NDArray[np.float32]

TIMES = np.array([1.15, 1.3, 1.5, 1.8, 2.3, 3.0, 4.0, 6.0, 9.0, 14.0, 22.0, 36.0, 60.0, 120.0])
ENDS, GROWS = 0.1, 0.1
"""Chance a day that a cluster ends (they last about ten days), and that it grows by a step."""
INFORMATION = (6.0, 40.0)
"""Total log likelihood ratio that a cluster will have given if it lasts `SPAN_DAYS`: as likely on each logarithmic step between
these. Smaller ones nobody can see, larger ones anybody."""
SPAN_DAYS = 7.0
REFRESHED_DAYS = 7
UNIT = 1e-20
"""Odds are kept in single precision, times this: from 10⁻¹⁸ to 10⁵⁷."""
MOST = 1e37
STEP_BOUND = 80.0
"""No day's evidence counts for more, on the logarithm."""


class Evidence:
    """The odds of each zone and multiple, fed with one day after another."""

    def __init__(self, zones: Zones, background: Background) -> None:
        self.zones, self.background = zones, background
        self._odds: Singles = np.zeros((len(zones.size), len(TIMES)), np.float32)
        self._begin: Singles = self._odds

    def day(self, day: int, counts: Floats, is_refreshed: bool) -> Singles:
        """Take in a day's `counts[grids]`; returns each grid's log likelihood ratio `[grids, TIMES]` for that day alone.

        `is_refreshed`: zones are given their prior anew from the last four weeks; the first day must be.
        """
        if is_refreshed:
            self._begin = self._beginnings(day)
        expected = self.background.expected[day]
        grids = log_ratios(counts, expected, self.background.dispersion)
        ratio = self.zones.member @ grids
        np.exp(np.clip(ratio, -STEP_BOUND, STEP_BOUND, out=ratio), out=ratio)
        odds = self._odds * np.float32(1.0 - ENDS - GROWS)
        odds[:, 1:] += np.float32(GROWS) * self._odds[:, :-1]
        odds += self._begin
        with np.errstate(over="ignore"):  # what overflows is cut to the most there is
            odds *= ratio
        self._odds = np.minimum(odds, np.float32(MOST), out=odds)
        return grids

    def odds(self) -> Floats:
        """Posterior odds of each zone now, if one cluster in ten days is thought to begin somewhere: `[zones]`."""
        return self._odds.sum(axis=1).astype(float) / UNIT

    def _beginnings(self, day: int) -> Singles:
        """The odds that a cluster begins today in a zone with a multiple, `[zones, TIMES]`."""
        usual = self.background.expected[max(day - 28, 0) : day].mean(axis=0) * SPAN_DAYS
        chances = multiple_prior(self.zones.member @ usual) * self.zones.prior[:, None]
        return (chances * ENDS * UNIT).astype(np.float32)


def multiple_prior(expected: Floats) -> Floats:
    """Chance of each of `TIMES` in zones where so many incidents are `expected` within `SPAN_DAYS`: `[zones, TIMES]`.

    A multiple r of E expected gives E (r log r − r + 1) of information; that is log-uniform between `INFORMATION`.
    """
    edges = np.concatenate([[1.0 + 1e-9], np.sqrt(TIMES[1:] * TIMES[:-1]), [1e4]])
    gain = np.log(np.maximum(edges * np.log(edges) - edges + 1.0, 1e-30))
    low, high = np.log(INFORMATION)
    reached = np.clip(np.log(np.maximum(expected, 1e-9))[:, None] + gain, low, high)
    return np.diff(reached, axis=1) / (high - low)


def log_ratios(counts: Floats, expected: Floats, dispersion: float) -> Singles:
    """Log likelihood ratio of one day's `counts[grids]` under each of `TIMES` against 1: `[grids, TIMES]`.

    Usual counts are negative binomial with variance `dispersion` × mean; a cluster adds Poisson((r − 1) × mean).
    """
    ratios = -np.outer(expected, TIMES - 1.0)
    hit = np.flatnonzero(counts)
    ratios[hit] += _log_mixture(counts[hit], expected[hit], dispersion)
    return ratios.astype(np.float32)


def _log_mixture(counts: Floats, expected: Floats, dispersion: float) -> Floats:
    """Log of the sum, over how many j of the count the cluster may have added, of NB(count − j) ÷ NB(count) × added^j ÷ j!."""
    overshoot = 1.0 - 1.0 / dispersion
    total = np.ones((len(counts), len(TIMES)))
    term = np.ones_like(total)
    for added in range(1, int(counts.max(initial=0)) + 1):
        some = np.flatnonzero(counts >= added)
        left = counts[some] - added
        step = (left + 1.0) / added * expected[some] / (expected[some] / dispersion + left * overshoot)
        term[some] *= step[:, None] * (TIMES - 1.0)
        total[some] += term[some]
    return np.log(total)
