"""More incidents than season, weekday, holidays, trend and chance explain: many series of counts judged at once."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import nbinom

from analytics.early_warning.counts_baseline import Baseline, fitted
from analytics.early_warning.counts_calendar import Calendar, Numbers, Step, calendar
from analytics.early_warning.counts_outbreak import Outbreaks, courses

FIRST = {"hour": 24 * 28, "day": 364, "week": 104}
"""Periods that are only learnt from."""
LAG = {"hour": 24, "day": 14, "week": 4}
"""Periods until a count is learnt from: by then it is known whether an outbreak had begun."""
NOISES = {"hour": (0.0, 0.005), "day": (0.0, 0.02), "week": (0.0, 0.02, 0.06)}
"""How far the level may move from one period to the next: standard deviations on the logarithm."""
UNREST_PERIODS = {"hour": 24 * 60, "day": 180, "week": 52}
SETTLED_AFTER = {"hour": 24 * 28, "day": 728, "week": 156}
"""Periods after the first until a series keeps to one reading of the calendar."""
TOGETHER = 32
"""Series reckoned at once: their state then lies in the processor's cache."""


@dataclass(frozen=True)
class CountScores:
    """For each series and period `[n, t]`: `score` (log odds that something is going on), what was expected, the band's top,
    and the probability of at least as many by chance. Periods before `first` are only learnt from and hold NaN."""

    first: int
    score: Numbers
    expected: Numbers
    upper: Numbers
    probability: Numbers


def count_scores(
    counts: Numbers, dates: pd.DatetimeIndex, step: Step, holidays: Mapping[pd.Timestamp, str] | None = None
) -> CountScores:
    """Judge `counts[n, t]` of the periods that begin at `dates`; each period by itself and those before it alone."""
    first = min(FIRST[step], counts.shape[1])
    readings = calendar(dates, step, holidays)
    results = np.full((3, *counts.shape), np.nan)
    for start in range(0, len(counts), TOGETHER):
        part = slice(start, start + TOGETHER)
        results[:, part, first:] = _judged(counts[part].astype(float), readings, step, first)
    score, expected, phi = results
    return CountScores(first, score, expected, *_tails(counts, expected, phi))


def _judged(counts: Numbers, readings: Calendar, step: Step, first: int) -> Numbers:
    """Score, expected and phi `[3, c, t - first]` of a few series."""
    lag, noises = LAG[step], np.array(NOISES[step])
    baseline = _begun(counts[:, :first], readings, noises)
    outbreaks = Outbreaks(courses(step), len(counts))
    columns = np.repeat(readings.columns, len(noises), axis=0)
    results = np.empty((3, len(counts), counts.shape[1] - first))
    unrest = np.zeros(len(counts))
    waiting: list[tuple[Numbers, ...]] = []
    for t in range(first, counts.shape[1]):
        if t == first + SETTLED_AFTER[step]:
            kept = baseline.settle(readings.readings)
            columns = readings.columns[kept[:, 0] // len(noises)][:, None]
            waiting = [tuple(np.take_along_axis(part, kept, 1) for part in parts) for parts in waiting]
        expected, *foretold = baseline.foretell(columns[..., t, :])
        phi = expected.phi + expected.variance / expected.mean
        outbreaks.take(counts[:, t], expected.mean, phi)
        results[:, :, t - first] = np.log(outbreaks.odds() + 1e-12), expected.mean, phi
        waiting.append(tuple(foretold))
        if t - first >= lag:
            calm = 1.0 / (1.0 + outbreaks.odds(lag))
            unrest += (1.0 - calm - unrest) / UNREST_PERIODS[step]
            trust = calm + (1.0 - calm) * np.clip((unrest - 0.06) / 0.1, 0.0, 1.0)
            baseline.learn(columns[..., t - lag, :], counts[:, t - lag], trust, waiting.pop(0))
    return results


def _begun(counts: Numbers, readings: Calendar, noises: Numbers) -> Baseline:
    fits = [fitted(counts, columns[: counts.shape[1]], readings.variance) for columns in readings.columns]
    effects, spread, phi = (np.stack(part, axis=1) for part in zip(*fits, strict=True))
    each = len(noises)
    noise = np.tile(noises**2, readings.readings)
    return Baseline(np.repeat(effects, each, axis=1), np.repeat(spread, each, axis=1), noise, phi.mean(axis=1))


def _tails(counts: Numbers, expected: Numbers, phi: Numbers) -> tuple[Numbers, Numbers]:
    """Top of the band that 99 of 100 usual counts keep to, and the chance of at least as many."""
    size, share = expected / (phi - 1.0 + 1e-6), 1.0 / (phi + 1e-6)
    return nbinom.ppf(0.99, size, share), nbinom.sf(counts - 1, size, share)
