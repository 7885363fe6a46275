"""More incidents than season, weekday, holidays, trend and chance explain: many series of counts judged at once.

Each period is judged by itself and what came before it alone. A count is learnt from only some periods later, when it is
known whether something had begun by then, and the less, the likelier it had.
"""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import nbinom

from analytics.early_warning.counts_baseline import Baseline, fitted
from analytics.early_warning.counts_calendar import Calendar, Numbers, Step, calendar
from analytics.early_warning.counts_outbreak import Indexes, Outbreaks, courses

FIRST = {"hour": 24 * 28, "day": 364, "week": 104}
"""Periods that are only learnt from; half of a shorter history."""
LAG = {"hour": 24, "day": 14, "week": 4}
"""Periods until a count is learnt from."""
NOISES = {"hour": (0.0, 0.005), "day": (0.0, 0.02), "week": (0.0, 0.04)}
"""How far the level may move from one period to the next: standard deviations on the logarithm."""
BRIEF_HARMONICS = 2
SETTLED_AFTER = {"hour": 24 * 28, "day": 728, "week": 156}
"""Periods after the first until a series keeps to one reading of the calendar."""
CREDULITY = 0.3
"""How far odds are believed when it comes to what is not learnt from: chance crowds too, and to leave all that out lowers the mean."""
UNREST_OVER = {"hour": 24 * 60, "day": 180, "week": 52}
USUAL_UNREST, MOST_UNREST = 0.06, 0.16
"""Share of the last `UNREST_OVER` periods spent in outbreaks: beyond the first it is doubted that these are any, from the
second on all is learnt from. What goes on all the time is how the series is."""
TOGETHER = {"hour": 32, "day": 32, "week": 256}
"""Series reckoned at once: their state then lies in the processor's cache."""
USUAL_SHARE = 0.99
"""Of counts when nothing is going on that lie under the top of the usual band."""


@dataclass(frozen=True)
class CountScores:
    """For each series and period `[n, t]`: log odds that something is going on, the mean to be expected, variance ÷ mean.

    Periods before `first` are only learnt from and hold NaN. `begun[n]`: how many periods before the last one the likeliest
    outbreak that still goes on began.
    """

    first: int
    score: Numbers
    expected: Numbers
    phi: Numbers
    begun: Indexes

    @property
    def confidence(self) -> Numbers:
        """Probability that something is going on, 0 to 1."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.score)))


def count_scores(
    counts: Numbers,
    dates: pd.DatetimeIndex,
    step: Step,
    holidays: Mapping[pd.Timestamp, str] | None = None,
    is_brief: bool = False,
) -> CountScores:
    """Judge `counts[n, t]` of the periods that begin at `dates`, every one of them; `holidays` gives kinds by day.

    `is_brief` keeps to one reading of calendar and level: a tenth of the time, for the many series of a live district.
    """
    periods = counts.shape[1]
    first = FIRST[step] if periods > FIRST[step] else periods // 2
    readings = calendar(dates, step, holidays, BRIEF_HARMONICS if is_brief else None)
    noises = NOISES[step][-1:] if is_brief else NOISES[step]
    results = np.full((3, *counts.shape), np.nan)
    begun = np.zeros(len(counts), dtype=np.intp)

    def judge(start: int) -> None:
        part = slice(start, start + TOGETHER[step])
        watch = _Watch(counts[part].astype(float), readings, noises, step, first)
        for t in range(first, periods):
            results[:, part, t] = watch.judge(t)
        begun[part] = watch.outbreaks.begun() if periods > first else 0

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(judge, range(0, len(counts), TOGETHER[step])))
    score, expected, phi = results
    return CountScores(first, score, expected, phi, begun)


def upper(expected: Numbers, phi: Numbers) -> Numbers:
    """Top of the usual band, which 99 of 100 counts keep to."""
    return np.asarray(nbinom.ppf(USUAL_SHARE, *_size_and_share(expected, phi)))


def probability(counts: Numbers, expected: Numbers, phi: Numbers) -> Numbers:
    """Of at least so many by chance: upper tail of the negative binomial."""
    return np.asarray(nbinom.sf(counts - 1, *_size_and_share(expected, phi)))


def _size_and_share(expected: Numbers, phi: Numbers) -> tuple[Numbers, Numbers]:
    excess = phi - 1.0 + 1e-6
    return expected / excess, 1.0 / (1.0 + excess)


class _Watch:
    """A few series `counts[c, t]` on their way through time."""

    def __init__(self, counts: Numbers, readings: Calendar, noises: Sequence[float], step: Step, first: int) -> None:
        self.counts, self.readings, self.step, self.first = counts, readings, step, first
        self.noises = np.array(noises)
        self.baseline = _begun(counts[:, :first], readings, self.noises)
        self.outbreaks = Outbreaks(courses(step), len(counts))
        self.columns = np.repeat(readings.columns, len(self.noises), axis=0)
        self.unrest = np.zeros(len(counts))
        self.waiting: list[tuple[Numbers, Numbers]] = []

    def judge(self, t: int) -> tuple[Numbers, Numbers, Numbers]:
        """Score, expected and phi `[c]` of period t; the periods before it have been judged."""
        if t == self.first + SETTLED_AFTER[self.step]:
            self._settle()
        expected, *foretold = self.baseline.foretell(self.columns[..., t, :])
        phi = expected.phi + expected.variance / expected.mean
        self.outbreaks.take(self.counts[:, t], expected.mean, phi)
        self.waiting.append((foretold[0], foretold[1]))
        if t - self.first >= LAG[self.step]:
            self._learn(t - LAG[self.step])
        return np.log(self.outbreaks.odds() + 1e-12), expected.mean, phi

    def _learn(self, t: int) -> None:
        calm = 1.0 / (1.0 + CREDULITY * self.outbreaks.odds(LAG[self.step]))
        self.unrest += (1.0 - calm - self.unrest) / UNREST_OVER[self.step]
        doubted = np.clip((self.unrest - USUAL_UNREST) / (MOST_UNREST - USUAL_UNREST), 0.0, 1.0)
        trust = calm + (1.0 - calm) * doubted
        self.baseline.learn(self.columns[..., t, :], self.counts[:, t], trust, self.waiting.pop(0))

    def _settle(self) -> None:
        kept = self.baseline.settle(self.readings.readings)
        self.columns = self.readings.columns[kept[:, 0] // len(self.noises)][:, None]
        self.waiting = [(np.take_along_axis(a, kept, 1), np.take_along_axis(b, kept, 1)) for a, b in self.waiting]


def _begun(counts: Numbers, readings: Calendar, noises: Numbers) -> Baseline:
    fits = [fitted(counts, columns[: counts.shape[1]], readings.variance) for columns in readings.columns]
    effects, spread, phi = (np.stack(part, axis=1) for part in zip(*fits, strict=True))
    each = len(noises)
    noise = np.tile(noises**2, readings.readings)
    return Baseline(np.repeat(effects, each, axis=1), np.repeat(spread, each, axis=1), noise, phi.mean(axis=1))
