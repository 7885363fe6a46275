"""How sure a count or a share is: 95 % intervals."""

import numpy as np
import pandas as pd

Z = 1.959964


def count_interval(n: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Low and high of a count taken as Poisson, by Byar's approximation (Breslow & Day 1987, eq. 2.13)."""
    n = n.astype(float)
    some = n.where(n > 0, 1.0)
    low = some * (1 - 1 / (9 * some) - Z / (3 * np.sqrt(some))) ** 3
    above = n + 1
    high = above * (1 - 1 / (9 * above) + Z / (3 * np.sqrt(above))) ** 3
    return low.where(n > 0, 0.0).clip(lower=0.0), high


def share_interval(hits: pd.Series, n: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Low and high of a share `hits / n`, by Wilson (1927)."""
    n = n.astype(float)
    share = hits / n
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * np.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return middle - half, middle + half
