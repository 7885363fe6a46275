"""How good a forecast was: hit rate, PAI and PEI at the top shares of cells, and whether as many came as were expected.

Hit rate: share of what came that lay in the flagged cells. PAI: hit rate ÷ share of cells flagged (Chainey 2008). PEI: what was hit ÷
the most that as many cells could have hit in that period (Hunt 2016; the measures of the NIJ challenge of 2017).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.risk.history import Floats

TOPS = (0.01, 0.02, 0.05, 0.10)
BINS = 10
SEED = 7


@dataclass(frozen=True)
class Period:
    """One forecast and what came: both `[cell]`."""

    expected: Floats
    came: Floats


def hit_rates(periods: Sequence[Period], tops: Sequence[float] = TOPS) -> pd.DataFrame:
    """One row a share of cells: `top, cells, hit, pai, pei, low, high`, over all periods together; `low, high` hold hit's 95 %.

    Cells that tie are flagged by lot, the same one each time. Nothing came: NaN.
    """
    lots = np.random.default_rng(SEED)
    order = [np.lexsort((lots.random(len(one.expected)), -one.expected)) for one in periods]
    came = float(sum(one.came.sum() for one in periods))
    rows = []
    for top in tops:
        n = max(1, round(top * len(periods[0].expected)))
        hit = float(sum(one.came[flagged[:n]].sum() for one, flagged in zip(periods, order, strict=True)))
        best = float(sum(np.sort(one.came)[::-1][:n].sum() for one in periods))
        rate = hit / came if came else np.nan
        low, high = _wilson(hit, came)
        share = n / len(periods[0].expected)
        rows.append((top, n, rate, rate / share, hit / best if best else np.nan, low, high))
    return pd.DataFrame(rows, columns=["top", "cells", "hit", "pai", "pei", "low", "high"])


def _wilson(hit: float, of: float) -> tuple[float, float]:
    if not of:
        return np.nan, np.nan
    z, share = 1.959964, hit / of
    middle = (share + z**2 / (2 * of)) / (1 + z**2 / of)
    half = z * np.sqrt(share * (1 - share) / of + z**2 / (4 * of**2)) / (1 + z**2 / of)
    return float(middle - half), float(middle + half)


def calibration(periods: Sequence[Period], bins: int = BINS) -> pd.DataFrame:
    """Cells and periods by how much was expected, each bin with as much of it: `expected, came` a cell, `low, high` of what came, `n`.

    `low, high`: where the mean of so many counts lies in 95 of 100 cases if it is `came` and they are as uneven as these.
    """
    expected = np.concatenate([one.expected for one in periods])
    came = np.concatenate([one.came for one in periods])
    order = np.argsort(expected, kind="stable")
    reached = np.cumsum(expected[order])
    at = np.minimum((reached / max(reached[-1], 1e-12) * bins).astype(int), bins - 1)
    rows = []
    for number in np.unique(at):
        mine = order[at == number]
        mean, spread = came[mine].mean(), came[mine].std(ddof=1) if len(mine) > 1 else 0.0
        half = 1.959964 * spread / np.sqrt(len(mine))
        rows.append((expected[mine].mean(), mean, max(mean - half, 0.0), mean + half, len(mine)))
    return pd.DataFrame(rows, columns=["expected", "came", "low", "high", "n"])
