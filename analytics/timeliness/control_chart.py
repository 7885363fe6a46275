"""Is that week a real change, or the usual coming and going? Shewhart charts of a share and of a median.

A point is a change if it lies beyond 3 sigma, or is the eighth or a later one in a row on one side of the centre: rules 1
and 4 of the Western Electric Company's Statistical Quality Control Handbook (1956), as in Montgomery, Introduction to
Statistical Quality Control, section 5.3. Centre and sigma come from the baseline alone, the first half of the weeks, 26 at
most: a change later on then cannot hide itself in its own limits. With fewer than 8 weeks there, nothing is judged.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

SIGMAS = 3.0
IN_A_ROW = 8
LEAST_BASELINE, MOST_BASELINE = 8, 26
HAIR = 1e-9
"""Closer than this to a limit or the centre is on it: logarithms and shares are rounded."""
RANGE_TO_SIGMA = 1.128
"""Mean moving range of two ÷ this = sigma (d2 for n = 2)."""


@dataclass(frozen=True)
class Chart:
    """Points with their limits: `key, n, value, low, high, is_beyond, is_run, is_change`; and what they are judged by.

    `centre` and limits are in the unit of `value`, NaN where `baseline` (first and last key) is None: too few points.
    `spread` is sigma over what chance alone would give, for a share; 1 is chance alone.
    """

    points: pd.DataFrame
    centre: float
    spread: float
    baseline: tuple[object, object] | None


def share_chart(points: pd.DataFrame) -> Chart:
    """Chart of shares from `key, hits, n` in order of time: Laney's p′ (Quality Engineering 14, 2002, 531–537).

    Limits are the binomial's times `spread`, the sigma of the z-scores from their moving range, so that a rate that always
    swings more than chance does not alarm every week. Never under 1: a calm baseline is not held against what follows.
    """
    base = points.head(_baseline_size(len(points)))
    centre = base["hits"].sum() / base["n"].sum() if len(base) else np.nan
    sigma = np.sqrt(centre * (1 - centre) / points["n"])
    share = points["hits"] / points["n"]
    scores = ((share - centre) / sigma.where(sigma > 0)).fillna(0.0)
    spread = max(1.0, _sigma_of(scores.head(len(base)))) if len(base) else np.nan
    reach = SIGMAS * sigma * spread
    limits = {"low": (centre - reach).clip(lower=0.0), "high": (centre + reach).clip(upper=1.0)}
    return _judge(points.assign(value=share, **limits), float(centre), float(spread), base)


def median_chart(points: pd.DataFrame) -> Chart:
    """Chart of median hours from `key, n, value` in order of time: individuals with moving range, on the logarithm.

    Montgomery, section 6.4; on the logarithm, because times are skewed and change by factors. Medians of nought or not
    reached (inf) cannot be judged: they stay as points and count neither for limits nor for runs.
    """
    known = points["value"].between(0, np.inf, inclusive="neither")
    usable = points[known]
    base = usable.head(_baseline_size(len(usable)))
    logs = np.log(base["value"])
    centre, sigma = (logs.mean(), _sigma_of(logs)) if len(base) else (np.nan, np.nan)
    limits = {"low": np.exp(centre - SIGMAS * sigma), "high": np.exp(centre + SIGMAS * sigma)}
    return _judge(points.assign(**limits), float(np.exp(centre)), float("nan"), base, known)


def _baseline_size(count: int) -> int:
    half = min(count // 2, MOST_BASELINE)
    return half if half >= LEAST_BASELINE else 0


def _sigma_of(values: pd.Series) -> float:
    return float(values.diff().abs().mean() / RANGE_TO_SIGMA)


def _judge(
    points: pd.DataFrame, centre: float, spread: float, base: pd.DataFrame, known: pd.Series | None = None
) -> Chart:
    usable = points if known is None else points[known]
    beyond = (usable["value"] < usable["low"] - HAIR) | (usable["value"] > usable["high"] + HAIR)
    away = usable["value"] - centre
    side = np.sign(away.where(away.abs() > HAIR, 0.0))
    length = side.groupby((side != side.shift()).cumsum()).cumcount() + 1
    run = (length >= IN_A_ROW) & (side != 0)
    marks = {"is_beyond": beyond, "is_run": run, "is_change": beyond | run}
    judged = points.assign(**{name: mark.reindex(points.index, fill_value=False) for name, mark in marks.items()})
    columns = ["key", "n", "value", "low", "high", *marks]
    baseline = (base["key"].iloc[0], base["key"].iloc[-1]) if len(base) else None
    return Chart(judged[columns], centre, spread, baseline)
