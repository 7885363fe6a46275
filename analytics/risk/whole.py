"""What a risk map holds; how it is made is `made.py`'s, which takes a second to load and only the clock needs."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np
import pandas as pd

from analytics.risk.history import Floats
from analytics.risk.hotspots import Kind

HORIZONS = (1, 7, 30)
LEVEL = 0.8
"""So many of a hundred cases, as a share, lie in an interval."""


def z(level: float = LEVEL) -> float:
    """So many spreads on either side hold that share of a normal distribution."""
    return NormalDist().inv_cdf((1 + level) / 2)


@dataclass(frozen=True, eq=False)
class Risk:
    """What is expected in the `horizon` days after `last` in each of `grids`, with what is told beside it.

    It was learnt from so many incidents. What comes of several grids together has the variance Σμ + over·Σμ² + (sway·Σμ)².
    `weeks[week, grid]` came in the 52 weeks up to `last`, `foretold[week, grid]` was forecast of them (NaN: not looked back so far).
    """

    category: str
    horizon: int
    last: date
    grids: tuple[str, ...]
    x: Floats
    y: Floats
    expected: Floats
    low: Floats
    high: Floats
    total_low: float
    total_high: float
    over: float
    sway: float
    learnt_from: int
    kinds: tuple[Kind, ...]
    moran: float
    chance: float
    weeks: Floats
    foretold: Floats
    facts: dict[str, Floats] = field(default_factory=dict)
    hits: pd.DataFrame = field(default_factory=pd.DataFrame)
    calibration: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def first(self) -> date:
        """The first day that is forecast."""
        return self.last + timedelta(days=1)

    @property
    def until(self) -> date:
        """The last one."""
        return self.last + timedelta(days=self.horizon)


@dataclass(frozen=True, eq=False)
class Effort:
    """Patrols of each of `grids` in half a year, and by which power of them reports grow (0: not at all, 1: as they do)."""

    grids: tuple[str, ...]
    patrols: Floats
    power: float

    @property
    def doubled(self) -> float:
        """How many times as many are reported where twice as many patrols go."""
        return float(2**self.power)

    def corrected(self, expected: Floats) -> Floats:
        """The same total, dealt out as if all cells had as many patrols as the middle one."""
        alike = expected * ((np.median(self.patrols) + 1) / (self.patrols + 1)) ** self.power
        return alike * (expected.sum() / max(float(alike.sum()), 1e-12))
