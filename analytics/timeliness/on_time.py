"""Who is on time? The on-time rate by week, month, department or area, with its interval, ranked only where n is enough."""

import numpy as np
import pandas as pd

from analytics.answers import reckoning
from analytics.intervals import share_interval
from analytics.metrics import measure_by
from analytics.view import View

LEAST_N = 30
"""Fewer cases due than this rank nobody: at 30 a rate of 80 % is known to about ±14 points, at 10 to ±23."""


@reckoning
def on_time_by(view: View, by: str, least_n: int = LEAST_N) -> pd.DataFrame:
    """`key, on_time, due, share, low, high, has_enough`, a row a key: the metric `on_time_rate` as a share, 0 to 1.

    `on_time` of `due` were closed by their due time; `due` counts those whose due time fell in the view's period, open ones
    included. `low`, `high`: Wilson's 95 % interval. `by` is week or month of the due time (its first local day),
    department, category:1 and deeper, district, town, community or grid; null keys hold cases known less exactly.
    """
    rows = measure_by(view, "on_time_rate", by)
    rows = rows.rename(columns={"numerator": "on_time", "denominator": "due"})[["key", "on_time", "due"]]
    rows = rows.astype({"on_time": np.int64, "due": np.int64})
    low, high = share_interval(rows["on_time"], rows["due"])
    return rows.assign(share=rows["on_time"] / rows["due"], low=low, high=high, has_enough=rows["due"] >= least_n)


@reckoning
def rank_on_time(view: View, by: str, least_n: int = LEAST_N) -> pd.DataFrame:
    """The keys with enough cases, best first: `place, first, last, key, on_time, due, share, low, high`.

    Equal shares share a place. `first` and `last` are the places chance (95 %) allows: only those whose intervals do not
    touch are surely better or worse. Keys with fewer than `least_n` due, and cases without a key, are not ranked.
    """
    rows = on_time_by(view, by, least_n)
    rows = rows[rows["has_enough"] & rows["key"].notna()].drop(columns="has_enough")
    rows = rows.sort_values(["share", "key"], ascending=[False, True]).reset_index(drop=True)
    low, high = rows["low"].to_numpy(), rows["high"].to_numpy()
    above = (low[None, :] > high[:, None]).sum(axis=1)
    below = (high[None, :] < low[:, None]).sum(axis=1)
    place = rows["share"].rank(method="min", ascending=False).astype(int)
    for at, name, values in ((0, "place", place), (1, "first", 1 + above), (2, "last", len(rows) - below)):
        rows.insert(at, name, values)
    return rows
