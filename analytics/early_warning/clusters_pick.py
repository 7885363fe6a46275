"""Which few places are the candidates of a day, how strong each is, and how far it reaches.

A candidate is the zone with the highest odds that touches no earlier candidate. Its odds are those of all zones of about the
same place together (Jaccard at least `SAME_PLACE`), for the exact edge hardly matters to whether something is going on. Its
extent is the zone that by these odds is expected to overlap the true one best, not the single likeliest one. Where the edge is
in doubt, further extents are named: each the zone that, beside those before it, raises the best expected overlap most.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from analytics.early_warning.clusters_district import Floats, Ints
from analytics.early_warning.clusters_zones import Zones

SAME_PLACE = 0.25
CONSIDERED = 3000
"""Zones with the highest odds of the day; the rest weighs nothing."""
EXTENTS = 3
"""Extents named for one place."""
COMPARED = 80
"""Zones of one place that are compared for its extent."""


@dataclass(frozen=True)
class Place:
    """`score`: log of the odds that a cluster is here; `grids` ascending indices; `otherwise` further extents it may have."""

    score: float
    grids: Ints
    otherwise: tuple[Ints, ...] = ()


def places(zones: Zones, odds: Floats, most: int, least_score: float = -np.inf) -> list[Place]:
    """The day's candidates by falling odds, no grid in the zones of two: of the first `most` those of `least_score`; `odds[zones]`."""
    count = min(CONSIDERED, len(odds))
    top = np.sort(np.argpartition(odds, len(odds) - count)[len(odds) - count :])
    member, size, weight = zones.member[top], zones.size[top], odds[top].copy()
    found: list[Place] = []
    for _ in range(most):
        if weight.max(initial=0.0) <= 0:
            break
        best = int(np.argmax(weight))
        shared = member @ member[best].toarray()[0]
        here = (weight > 0) & (shared >= SAME_PLACE * (size + size[best] - shared))
        near = np.flatnonzero(here)
        near = near[np.argsort(-weight[near], kind="stable")]
        score = float(np.log(weight[near].sum()))
        if score >= least_score:
            chosen = _most_alike(member[near[:COMPARED]], weight[near[:COMPARED]])
            extents = [zones.grids(int(top[near[number]])) for number in chosen]
            found.append(Place(score, extents[0], tuple(extents[1:])))
        weight[shared > 0] = 0.0
    return sorted(found, key=lambda place: -place.score)


def _most_alike(member: csr_matrix, weight: Floats) -> list[int]:
    """Which of some zones are expected to have the highest Jaccard index with the true one, one of them by `weight`.

    The first by itself, each further one for the best of it and those before it; no more than bring anything.
    """
    shared = (member @ member.T).toarray()
    size = shared.diagonal()
    alike = shared / (size[:, None] + size - shared)
    best, chosen = np.zeros(len(size)), list[int]()
    for _ in range(EXTENTS):
        reached = np.maximum(alike, best) @ weight
        one = int(np.argmax(reached))
        if one in chosen:
            break
        chosen.append(one)
        best = np.maximum(best, alike[one])
    return chosen
