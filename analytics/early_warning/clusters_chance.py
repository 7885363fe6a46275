"""How unusual a score is, and how sure it is that something is going on.

The score is the log of odds whose mean is 1 if nothing is going on, summed over everything a cluster could be. So by Markov's
inequality no day exceeds s with a probability above exp(−s), whatever the zones share: no replicates, no fitted tail
(an e-value; Shafer et al., Statistical Science 2011). The odds are far from that bound; how far was measured on quiet streams.
"""

import numpy as np
from scipy.special import expit

SHARPER = 0.1
"""P(score > s) · exp(s) in quiet simulated streams stayed below this at every s: see docs/decisions/clusters.md."""
CLUSTERS_A_YEAR = 2.0
LASTING_DAYS = 10.0
"""How often a cluster is thought to occur in a stream, and for how long, before anything is seen."""


def probability(score: float) -> float:
    """Probability of a day's best score at least so high if nothing is going on."""
    return float(min(1.0, SHARPER * np.exp(-score)))


def confidence(score: float) -> float:
    """Probability that a cluster is going on, with `CLUSTERS_A_YEAR` thought to occur."""
    return float(expit(score + np.log(CLUSTERS_A_YEAR * LASTING_DAYS / 365.25)))
