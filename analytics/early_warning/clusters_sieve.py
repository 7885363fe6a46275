"""Which zones are worth following up to the last day: the few whose last weeks could raise their odds at all.

Whatever multiple a cluster has and whenever it began, its log likelihood ratio is at most that of the best multiple,
N log(N ÷ E) − N + E for N incidents where E were to be expected (with over-dispersion E ÷ dispersion: `clusters_evidence`). A zone
is followed if these bounds, weighed by how likely a cluster began then and goes on, raise its odds `LEAST_TIMES`. All zones of
one place together have a prior of about 0.02 at most, so what is left out adds less than 0.2 to odds that matter from 1 up.
"""

import numpy as np

from analytics.early_warning.clusters_baseline import Background
from analytics.early_warning.clusters_district import Floats
from analytics.early_warning.clusters_evidence import ENDS, STEP_BOUND
from analytics.early_warning.clusters_zones import Zones

WINDOWS = (1, 2, 3, 4, 6, 8, 11, 15, 21)
"""Last days that are summed. A beginning in between is bounded by the incidents of the longer and the expected of the shorter one."""
LEAST_TIMES = 10.0
LEAST_INCIDENTS = 2
"""Fewer in a zone within the longest window are no cluster."""


def promising(zones: Zones, counts: Floats, usual: Background, least_score: float) -> Zones:
    """The zones to follow through the last days of `counts[days, grids]`; none if all together cannot reach `least_score`."""
    recent = counts[-WINDOWS[-1] :].sum(axis=0).astype(np.float32)
    some = np.flatnonzero(zones.member @ recent >= LEAST_INCIDENTS)
    times = most_times(zones.only(some), counts, usual)
    if times @ zones.prior[some] < np.exp(least_score):
        return zones.only(some[:0])
    return zones.only(some[times >= LEAST_TIMES])


def most_times(zones: Zones, counts: Floats, usual: Background) -> Floats:
    """A bound on how many times its prior a zone's odds can be after the last day of `counts`, `[zones]`."""
    seen = zones.member @ _back(counts)
    expected = np.maximum(zones.member @ _back(usual.expected) / usual.dispersion, 1e-12)
    expected[:, 1:] = expected[:, :-1].copy()
    more = np.maximum(seen, expected)
    ratio = np.exp(np.minimum(more * np.log(more / expected) - more + expected, STEP_BOUND))
    goes_on = (1.0 - ENDS) ** np.array([0, *WINDOWS])
    return np.asarray(ratio @ -np.diff(goes_on), dtype=np.float64)


def _back(values: Floats) -> Floats:
    """The sums of each window of the last days, `[grids, windows]`."""
    return np.column_stack([values[-days:].sum(axis=0) for days in WINDOWS]).astype(np.float32)
