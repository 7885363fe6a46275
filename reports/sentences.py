"""What may be said of numbers: a claim only where they carry it, and with how sure it is.

Pure: numbers in, a judgement out. That the words of a report follow from these is tested on many made-up states.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

from analytics.intervals import Z

LEAST_DAYS = 8
"""So many like days are needed to say what is usual."""
LEAST_N = 30
"""A share out of fewer is not compared."""


class Judgement(StrEnum):
    """What can be said of a number against others."""

    higher = "higher"
    lower = "lower"
    usual = "usual"
    unknown = "unknown"


@dataclass(frozen=True)
class Usual:
    """Where a count of one more such day lies 19 times out of 20, by the days before; None where too few are known."""

    low: float | None
    high: float | None
    days: int

    def judge(self, value: float) -> Judgement:
        """Whether the value lies outside of it."""
        if self.low is None or self.high is None:
            return Judgement.unknown
        return Judgement.higher if value > self.high else Judgement.lower if value < self.low else Judgement.usual


def usual(days: Sequence[float]) -> Usual:
    """The 95 % range for a next day from like days before it: their spread, at least chance's own (Poisson)."""
    n = len(days)
    if n < LEAST_DAYS:
        return Usual(None, None, n)
    mean = sum(days) / n
    spread = sum((day - mean) ** 2 for day in days) / (n - 1)
    half = Z * math.sqrt(max(spread, mean) * (1 + 1 / n))
    return Usual(max(0.0, math.ceil(mean - half)), math.floor(mean + half), n)


def compare_counts(now: float, before: float, *, share: float = 0.5, among: int = 1) -> Judgement:
    """Two counts: different only beyond chance, at 95 % (conditional on their sum, normal).

    `share` is that of the first period in the time of both. `among` so many such comparisons there is, 19 times out of 20, no false
    one (Bonferroni).
    """
    both = now + before
    if both == 0:
        return Judgement.usual
    z = (now - both * share) / math.sqrt(both * share * (1 - share))
    return Judgement.usual if abs(z) < _z(among) else Judgement.higher if z > 0 else Judgement.lower


def compare_shares(hits: float, n: float, hits_before: float, n_before: float, *, among: int = 1) -> Judgement:
    """Two shares: different only if Newcombe's 95 % interval of the difference (1998, method 10) leaves nought out.

    `among` so many such comparisons there is, 19 times out of 20, no false one (Bonferroni).
    """
    if min(n, n_before) < LEAST_N:
        return Judgement.unknown
    now, before, z = hits / n, hits_before / n_before, _z(among)
    (low, high), (low_before, high_before) = _wilson(hits, n, z), _wilson(hits_before, n_before, z)
    least = (now - before) - math.hypot(now - low, high_before - before)
    most = (now - before) + math.hypot(high - now, before - low_before)
    return Judgement.higher if least > 0 else Judgement.lower if most < 0 else Judgement.usual


def _z(among: int) -> float:
    return Z if among <= 1 else NormalDist().inv_cdf(1 - 0.025 / among)


def _wilson(hits: float, n: float, z: float) -> tuple[float, float]:
    share = hits / n
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return middle - half, middle + half
