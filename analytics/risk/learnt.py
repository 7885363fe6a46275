"""Expected counts learnt from the past: Poisson regressions with spatial lags, and boosted trees, on the same features."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import PoissonRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from analytics.risk.history import Floats, Numbers

LEAST = 0.02
"""Added to a count before its logarithm is taken."""
TREES: dict[str, Any] = {
    "loss": "poisson", "max_iter": 300, "learning_rate": 0.03, "max_leaf_nodes": 15, "min_samples_leaf": 200,
    "max_features": 0.6, "l2_regularization": 5.0, "early_stopping": False, "random_state": 1,
}  # fmt: skip


class Learnt(Protocol):
    """What gives expected counts for features."""

    def predict(self, known: Numbers) -> Floats:
        """`[cell]` for `[cell, feature]`."""


@dataclass(frozen=True)
class Regression:
    """Poisson regression on the features but the place, as `bent` makes them straight."""

    fitted: object
    bent: Callable[[Numbers], Numbers]

    def predict(self, known: Numbers) -> Floats:
        """Expected counts."""
        return np.asarray(self.fitted.predict(self.bent(known[:, :-2])), dtype=np.float64)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Trees:
    """Boosted trees."""

    fitted: HistGradientBoostingRegressor

    def predict(self, known: Numbers) -> Floats:
        """Expected counts."""
        return np.asarray(self.fitted.predict(known), dtype=np.float64)


def logarithm(counts: Numbers) -> Numbers:
    """Of counts: what doubles adds the same, however few there are."""
    return np.asarray(np.log(counts + LEAST))


def learn(known: Numbers, came: Floats) -> dict[str, Learnt]:
    """Two regressions and trees, by name, from features and what came of them."""
    return {
        "regression": regression(known, came, np.log1p),
        "power_law": regression(known, came, logarithm),
        "trees": Trees(HistGradientBoostingRegressor(**TREES).fit(known, came)),
    }


def regression(known: Numbers, came: Floats, bent: Callable[[Numbers], Numbers]) -> Regression:
    """Fitted by maximum likelihood, held back a little."""
    model = make_pipeline(StandardScaler(), PoissonRegressor(alpha=1e-3, max_iter=1000))
    return Regression(model.fit(bent(known[:, :-2]), came), bent)
