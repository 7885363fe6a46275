"""What is planted in the demo for detectors to find: outbreaks, slow departments, hot grids, duplicates across channels."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.demo.days import Days
from etl.demo.district import FENGCHENG
from etl.demo.geography import Geography
from etl.demo.trouble import Trouble, troubles

HOT_GRIDS = 8
HOT_FACTOR = 5.0
DUPLICATE_SHARE = 0.03
"""Of the hotline's tickets: also reported by a grid worker."""


@dataclass(frozen=True)
class Outbreak:
    """Far more of one matter than usual, in one area, for some days."""

    area: str
    grids: np.ndarray
    leaf: int
    first_day: int
    days: int
    extra: int


@dataclass(frozen=True)
class SlowDepartment:
    """A department that takes longer from one day on."""

    name: str
    first_day: int
    factor: float


@dataclass(frozen=True)
class Plan:
    """Everything planted among the incidents."""

    outbreaks: tuple[Outbreak, ...]
    slow: tuple[SlowDepartment, ...]
    hot_grids: np.ndarray
    trouble: tuple[Trouble, ...]


def plan(place: Geography, leaves: pd.DataFrame, days: Days, incidents: int, seed: int) -> Plan:
    """What to plant in a demo of this length and size."""
    rng = np.random.default_rng([seed, 5])
    number = int(np.clip(days.count // 50, 3, 14))
    each = max(15, min(130, incidents // (40 * number)))
    outbreaks = tuple(_outbreak(place, leaves, days, index, number, each, rng) for index in range(number))
    hot = rng.choice(len(place.grids), HOT_GRIDS, replace=False)
    return Plan(outbreaks, _slow(days), hot, troubles(place, leaves, days, incidents, seed))


def _outbreak(
    place: Geography, leaves: pd.DataFrame, days: Days, index: int, number: int, each: int, rng: np.random.Generator
) -> Outbreak:
    """Every third one hits a whole town, the others one community; the last one is still going on at the end."""
    level = "town_code" if index % 3 == 2 else "community_code"
    pool = place.grids if index % 2 else place.grids[place.grids["town_code"] == FENGCHENG]
    area = pool[level].iloc[int(rng.integers(len(pool)))]
    likely = leaves[leaves["season"].isin(["flat", "summer", "winter"]) & (leaves["place"] != "rural")]
    leaf = int(likely.index[int(rng.integers(len(likely)))])
    length = int(rng.integers(3, 9))
    latest = days.count - length
    first = latest if index == number - 1 else int((index + rng.random()) / number * latest)
    extra = int(each * rng.uniform(0.6, 1.4) * (1.6 if level == "town_code" else 1.0))
    return Outbreak(area, np.flatnonzero(place.grids[level] == area), leaf, first, length, extra)


def _slow(days: Days) -> tuple[SlowDepartment, ...]:
    return (
        SlowDepartment("区住房和城乡建设局", int(days.count * 0.55), 1.9),
        SlowDepartment("区水利局", int(days.count * 0.88), 2.4),
        SlowDepartment("区市场监督管理局", max(days.count - 24, 0), 2.5),
    )
