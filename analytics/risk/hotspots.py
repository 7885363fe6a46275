"""Where incidents crowd together more than chance would have them, since when, and whether there is any pattern at all.

Getis–Ord Gi* compares the sum over a cell and its neighbours with what it would be were the counts dealt out at random (Ord & Getis
1995). Over thousands of cells some look hot by chance; the false discovery rate is kept (Benjamini–Hochberg). Moran's I asks of the
whole map whether neighbours are alike.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.stats import false_discovery_control

from analytics.risk.history import Cells, Floats, History

FALSE_SHARE = 0.05
PERIODS, PERIOD_DAYS = 8, 28
LATELY, OFTEN = 2, 6
SHUFFLES, DRAWS, SEED = 999, 200_000, 7
Kind = Literal["", "emerging", "persistent", "fading", "sporadic"]


@dataclass(frozen=True)
class Pattern:
    """Moran's I over neighbours, and the share of random maps that are at least as patterned."""

    moran: float
    chance: float


def gi_star(values: Floats, cells: Cells) -> Floats:
    """Standard scores of Gi* with the nearest cells and itself as neighbourhood, `[cell]`; nought where all values are alike."""
    return _scores(values[cells.nearest].sum(1) + values, values, cells.nearest.shape[1] + 1)


def _scores(sums: Floats, values: Floats, k: int) -> Floats:
    """Sums of `k` of the values as standard scores."""
    n = len(values)
    spread = values.std() * np.sqrt((n * k - k**2) / (n - 1))
    return np.zeros(len(sums)) if spread <= 0 else np.asarray((sums - k * values.mean()) / spread)


def gi_chance(values: Floats, cells: Cells) -> Floats:
    """Probability of at least such a score, `[cell]`, were the counts dealt out at random.

    By drawing so many neighbourhoods of counts: sums of few small counts are skewed, and a normal tail would call far too much hot. Drawn
    with replacement, which takes no cell for hotter than it is.
    """
    n, k = len(values), cells.nearest.shape[1] + 1
    if n <= k or not values.std() > 0:  # where all are neighbours of all, none can be hotter than the rest
        return np.ones(n)
    drawn = _scores(values[np.random.default_rng(SEED).integers(0, n, (DRAWS, k))].sum(1), values, k)
    return np.asarray((DRAWS - np.searchsorted(np.sort(drawn), gi_star(values, cells)) + 1) / (DRAWS + 1))


def hot(values: Floats, cells: Cells, false_share: float = FALSE_SHARE) -> np.ndarray:
    """Which cells are hot, no more than this share of them by chance."""
    return np.asarray(false_discovery_control(gi_chance(values, cells)) <= false_share)


def kinds(history: History, periods: int = PERIODS, days: int = PERIOD_DAYS) -> list[Kind]:
    """What each cell has been over the last periods, the newest one ending with the history.

    Persistent: hot now and in six of eight. Emerging: hot now, and never before the last two. Fading: hot in six of those before
    the last two, and not now. Sporadic: hot now, and now and then before. No name: not hot.
    """
    end = len(history)
    flags = np.array(
        [hot(history.between(end - (n + 1) * days, end - n * days), history.cells) for n in range(periods)]
    )
    now, lately, before = flags[0], flags[:LATELY], flags[LATELY:]
    persistent = now & (flags.sum(0) >= OFTEN)
    emerging = now & lately.any(0) & ~before.any(0)
    fading = ~now & (before.sum(0) >= min(OFTEN, len(before)) - 1)
    found: list[Kind] = ["" for _ in now]
    ranked: tuple[tuple[Kind, np.ndarray], ...] = (
        ("sporadic", now), ("fading", fading), ("emerging", emerging), ("persistent", persistent),
    )  # fmt: skip
    for name, is_so in ranked:  # the last one that is so names it
        for cell in np.flatnonzero(is_so):
            found[cell] = name
    return found


def pattern(values: Floats, cells: Cells, shuffles: int = SHUFFLES) -> Pattern:
    """Whether neighbours are alike, against the same values dealt out at random (the same deals each time)."""
    apart = values - values.mean()
    if not apart.any():
        return Pattern(0.0, 1.0)

    def moran(of: Floats) -> float:
        return float((of * of[cells.nearest].mean(1)).sum() / (of**2).sum())

    lots, mine = np.random.default_rng(SEED), moran(apart)
    at_least = sum(moran(lots.permutation(apart)) >= mine for _ in range(shuffles))
    return Pattern(mine, (at_least + 1) / (shuffles + 1))
