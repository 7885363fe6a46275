"""Which of thousands of series are told of: so few are false, by share and by day, as the office can live with.

Two promises, both kept: of what is told at most `false_share` is false on average (Benjamini & Hochberg 1995; it holds for
series that rise together, Benjamini & Yekutieli 2001), and a day brings at most `per_day` false ones on average, because
each of N series is told of only from a probability of `per_day` ÷ N down. The first binds on quiet days, the second when
much is going on. A forecast has no such probability but a confidence: the surest are told, for as long as the misses that
are to be expected among them stay within `per_day`.
"""

import numpy as np
import numpy.typing as npt
from scipy.stats import t

from analytics.early_warning.rules import Rule

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FALSE_SHARE = 0.2
PRIOR_WINDOWS = 6.0
LEAST_SPREAD = 0.5
MOST_CONFIDENCE = 0.999999


def false_shares(probabilities: Floats, tests: int | None = None) -> Floats:
    """For each series the least share of false ones at which it would be told of; `tests` series were looked at in all.

    Those left out count as not unusual at all (probability 1).
    """
    n = max(tests or 0, len(probabilities))
    order = np.argsort(probabilities)
    raw = probabilities[order] * n / np.arange(1, len(order) + 1)
    shares = np.empty(len(order))
    shares[order] = np.minimum.accumulate(raw[::-1])[::-1]
    return np.minimum(shares, 1.0)


def told(probabilities: Floats, rule: Rule, tests: int | None = None) -> Flags:
    """Which series are told of; probabilities are right or too large, one series each, `tests` of them in all."""
    n = max(tests or 0, len(probabilities), 1)
    share = rule.limits.get("false_share", FALSE_SHARE)
    is_rare = probabilities <= rule.per_day / n
    return np.asarray(is_rare & (false_shares(probabilities, tests) <= share))


def confidences(probabilities: Floats, tests: int | None = None) -> Floats:
    """How sure each is to be no chance: one less the share of false ones among all at least as unusual."""
    return np.minimum(1.0 - false_shares(probabilities, tests), MOST_CONFIDENCE)


def surest(confidence: Floats, per_day: float) -> Flags:
    """The surest forecasts, as many as are expected to hold no more than `per_day` misses."""
    order = np.argsort(-confidence, kind="stable")
    is_within = np.cumsum(1.0 - confidence[order]) <= per_day
    kept = np.zeros(len(order), dtype=bool)
    kept[order[is_within]] = True
    return kept


def upper_tail(now: Floats, past: Floats) -> Floats:
    """Probability of at least `now` (a series each) by how its own `past` windows (series × windows, NaN unknown) swung.

    Each series' spread is drawn towards the middle one of all, worth six windows (a moderated t, Smyth 2004), so that a
    short past does not look calm by luck. NaN where fewer than six windows are known.
    """
    n = np.sum(~np.isnan(past), axis=1)
    enough = n >= PRIOR_WINDOWS
    kept = np.where(enough[:, None], past, 0.0)
    mean = np.nanmean(kept, axis=1) if kept.size else np.zeros(len(now))
    squares = np.nansum((kept - mean[:, None]) ** 2, axis=1)
    usual = np.median(squares[enough] / (n[enough] - 1)) if enough.any() else 1.0
    prior = max(float(usual), LEAST_SPREAD)
    df = PRIOR_WINDOWS + n - 1
    spread = np.sqrt((PRIOR_WINDOWS * prior + squares) / df * (1 + 1 / np.maximum(n, 1)))
    return np.where(enough, t.sf((now - mean) / spread, df), np.nan)
