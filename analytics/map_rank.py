"""Where an area stands among its peers, and how far chance alone could have put it elsewhere."""

from dataclasses import dataclass

import pandas as pd

from analytics.area import area_frame
from analytics.intervals import count_interval, share_interval
from analytics.map_values import map_metric, values_by_area
from analytics.view import View

LEAST_COUNT = 5
"""A count below this, expected or seen, ranks nobody."""


@dataclass(frozen=True)
class Rank:
    """Place among `of` peers, highest value first, and the places that chance (95 %) allows."""

    place: int
    first: int
    last: int
    of: int


def peers_of(view: View) -> pd.Index:
    """Areas of the chosen area's level with the same parent, itself included; empty where none is chosen."""
    known = area_frame(view.as_of).set_index("area_id")
    if view.area_id is None or view.area_id not in known.index:
        return known.index[:0]
    me = known.loc[view.area_id]
    return known.index[(known["parent_id"] == me["parent_id"]) & (known["level"] == me["level"])]


def rank_among_peers(view: View, key: str) -> Rank | None:
    """The chosen area's place among its peers; None without peers, or where n is too small."""
    peers = peers_of(view)
    if len(peers) < 2:
        return None
    values = values_by_area(view, key).loc[peers].dropna(subset="value")
    enough = values[_has_enough(values, key)]
    if len(enough) < 2 or view.area_id not in enough.index:
        return None
    low, high = _interval(enough, key)
    mine = enough.index.get_loc(view.area_id)
    above, below = int((low > high.iloc[mine]).sum()), int((high < low.iloc[mine]).sum())
    place = int((enough["value"] > enough["value"].iloc[mine]).sum()) + 1
    return Rank(place, 1 + above, len(enough) - below, len(enough))


def _has_enough(values: pd.DataFrame, key: str) -> pd.Series:
    asked = map_metric(key)
    n = values["denominator"] if asked.metric.is_rate else values["numerator"]
    return n >= LEAST_COUNT


def _interval(values: pd.DataFrame, key: str) -> tuple[pd.Series, pd.Series]:
    asked, n = map_metric(key), values["numerator"]
    if asked.metric.is_rate:
        return share_interval(n, values["denominator"])
    low, high = count_interval(n)
    people = values["denominator"] if asked.per_10k else 1.0
    return low / people, high / people
