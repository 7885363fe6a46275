"""Which values share a colour: classes with about as many areas each, cut at numbers a person can say."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

CLASSES = 6
SHADES = 7


@dataclass(frozen=True)
class Scale:
    """Lower edges of the classes, ascending; the last class has no upper end. `counts` are areas per class."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    missing: int

    @property
    def shades(self) -> tuple[int, ...]:
        """For each class, how far along the ramp it is painted, 0 to 6; as far apart as the ramp allows."""
        last = len(self.edges) - 1
        return tuple(round(at * (SHADES - 1) / last) if last else SHADES // 2 for at in range(len(self.edges)))


def scale(values: Sequence[float | None], *, whole: bool) -> Scale:
    """The classes for `values`, where None means no data. `whole` numbers are cut between whole numbers.

    Zero is a class of its own where it occurs: nothing happened is not the same as little happened.
    """
    known = np.array([value for value in values if value is not None], dtype=float)
    edges = _edges(known, whole)
    at = np.searchsorted(edges, known, side="right") - 1
    counts = np.bincount(np.clip(at, 0, None), minlength=len(edges)) if len(edges) else np.zeros(0, int)
    return Scale(tuple(edges), tuple(int(count) for count in counts), len(values) - len(known))


def _edges(known: np.ndarray, whole: bool) -> list[float]:
    if not len(known):
        return []
    above = known[known > 0]
    zero = [0.0] if (known <= 0).any() else []
    if not len(above):
        return zero
    cuts = np.quantile(above, np.arange(CLASSES) / CLASSES)
    step = _step(cuts, whole)
    nice = sorted({float(f"{math.floor(cut / step + 1e-9) * step:.10g}") for cut in cuts})
    if nice[0] > above.min():  # what forgives the last digits of a cut must not leave the least value below every class
        nice[0] = float(f"{nice[0] - step:.10g}")
    first = nice[0] if nice[0] > 0 or not zero else (1.0 if whole else step)
    kept = [first, *(edge for edge in nice[1:] if edge > first)]
    return zero + kept


def _step(cuts: np.ndarray, whole: bool) -> float:
    """A round number, at most half the usual distance between two cuts."""
    gaps = np.diff(cuts)
    gaps = gaps[gaps > 0]
    if not len(gaps):
        return 1.0 if whole else 10 ** math.floor(math.log10(max(cuts[-1], 1e-9)) - 1)
    aim = float(np.median(gaps)) / 2
    power = 10 ** math.floor(math.log10(aim))
    step = power * (5 if aim >= 5 * power else 2 if aim >= 2 * power else 1)
    return max(1.0, step) if whole else step
