"""What is reported in the demo: the leaves of the category tree, each with who settles it, how soon and when it comes up."""

import numpy as np
import pandas as pd

from settings import REFERENCE

_CLOCKS = {
    "day": "1 1 1 1 1 2 5 12 30 46 50 42 26 28 42 46 42 34 24 18 14 9 5 2",
    "morning": "2 1 1 1 2 6 22 44 52 44 36 28 20 18 20 22 22 22 24 24 18 12 7 3",
    "rush": "1 1 1 1 1 2 10 52 58 30 22 20 20 18 18 20 34 56 52 30 16 10 5 2",
    "evening": "4 2 1 1 1 2 6 14 24 28 28 26 20 18 20 22 26 34 46 54 50 36 20 9",
    "night": "26 18 10 7 6 6 8 12 16 18 18 16 14 14 14 14 16 20 26 36 50 62 60 44",
}
"""Share of a day's reports in each hour."""


def matters() -> pd.DataFrame:
    """One row a leaf: `path`, `level1`…`level3`, `weight`, `department`, `due_workdays`, `median_hours`, `season`, `place` and so on."""
    table = pd.read_csv(REFERENCE / "demo" / "matters.csv")
    table[["level1", "level2", "level3"]] = table["path"].str.split("/", expand=True)
    return table


def hour_shares(clock: str) -> np.ndarray:
    """Share of a day's reports in each of its 24 hours."""
    weight = np.array(_CLOCKS[clock].split(), dtype=float)
    return weight / weight.sum()
