"""The forecast: several models of expected counts, pooled by how well each foretold the last weeks.

Half of the pool is shared out evenly among the models that are strong everywhere. The other half goes by the weights of a mixture
of where the incidents of the last weeks lay, found by expectation–maximisation, each model knowing only what was known before
those weeks: so few weeks alone tell good models apart by luck.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from threadpoolctl import threadpool_limits

from analytics.risk.baselines import long_run_rate, rolling_density
from analytics.risk.excited import Excitation, excitation
from analytics.risk.features import features
from analytics.risk.history import Floats, History, Numbers
from analytics.risk.learnt import Learnt, learn

LEARN_DAYS, FIRST_DAY = 728, 120
"""Forecasts of the last two years are learnt from, as far as each had so many days before it."""
EXCITED_DAYS = (365, 1456)
REFIT_DAYS = 56
TRIED_DAYS = 84
"""So many days at the end of the history the models are tried on."""
STRONG = ("excited_1456", "regression", "power_law", "trees")
EVENLY = 0.5
"""This share of the pool is shared out evenly among the strong ones."""
FEWEST_CAME = 50.0
MOST_ROWS = 500_000
ROUNDS = 300
LEAST_SHARE = 1e-9


@dataclass(frozen=True, eq=False)
class Models:
    """What has been fitted to a history, for one horizon."""

    horizon: int
    excited: tuple[Excitation, ...]
    learnt: Mapping[str, Learnt]

    def expected(self, history: History) -> dict[str, Floats]:
        """By model, the incidents of each cell in the days after the history's last one."""
        with one_thread():
            return self._expected(history)

    def _expected(self, history: History) -> dict[str, Floats]:
        day, horizon = len(history), self.horizon
        found = {"long_run_rate": long_run_rate(history, horizon), "density": rolling_density(history, horizon)}
        for days, one in zip(EXCITED_DAYS, self.excited, strict=True):
            found[f"excited_{days}"] = one.expected(history, day, horizon)
        if self.learnt:
            known = features(history, day, horizon, self.excited).astype(np.float32)
            found |= {name: model.predict(known) for name, model in self.learnt.items()}
        return found


@dataclass(frozen=True, eq=False)
class Forecast:
    """Fitted models and the share of each in the pool."""

    models: Models
    weights: Mapping[str, float]

    def expected(self, history: History) -> Floats:
        """Incidents of each cell in the days after the history's last one."""
        return pooled(self.models.expected(history), self.weights)


@dataclass(frozen=True, eq=False)
class Examples:
    """Forecasts of the past: of each day the features of all cells, and what came of them in the `horizon` days from it on."""

    horizon: int
    days: tuple[int, ...]
    known: tuple[Numbers, ...]
    came: tuple[Floats, ...]

    def over_by(self, day: int) -> tuple[Numbers, Floats]:
        """Features and what came, of those periods that were over before a day."""
        n = sum(one + self.horizon <= day for one in self.days)
        if not n:
            return np.empty((0, 0), dtype=np.float32), np.empty(0)
        return np.vstack(self.known[:n]), np.concatenate(self.came[:n])


def examples(history: History, horizon: int) -> Examples:
    """Of whole periods that are over, oldest first.

    What an incident brings about is fitted anew every so often, to the days before, as for a forecast: a feature that had seen
    what came would be believed too much.
    """
    last = len(history) - horizon
    days = list(range(last, max(FIRST_DAY, last - LEARN_DAYS) - 1, -max(7, horizon)))
    days = sorted(days[:: max(1, -(-len(days) * len(history.cells) // MOST_ROWS))])
    known = [_known(history, day, horizon) for day in days]
    came = tuple(history.between(day, day + horizon) for day in days)
    return Examples(horizon, tuple(days), tuple(known), came)


def _known(history: History, day: int, horizon: int) -> Numbers:
    """Features of a past day, made once for all forecasts that learn from it."""
    name = ("features", day, horizon)
    if name not in history.made:
        excited = excitations(history.before(day // REFIT_DAYS * REFIT_DAYS))
        history.made[name] = features(history, day, horizon, excited).astype(np.float32)
    return cast(Numbers, history.made[name])


def excitations(history: History) -> tuple[Excitation, ...]:
    """Self-excitation as of the last year, and of four; fitted once to the same days."""
    name = ("excitations", len(history))
    if name not in history.made:
        history.made[name] = tuple(excitation(history, days) for days in EXCITED_DAYS)
    return cast(tuple[Excitation, ...], history.made[name])


def fitted(history: History, past: Examples) -> Models:
    """All models, fitted to the history."""
    known, came = past.over_by(len(history))
    return Models(past.horizon, excitations(history), learn(known, came) if came.sum() >= FEWEST_CAME else {})


def forecast(history: History, horizon: int) -> Forecast:
    """Models fitted to all of the history, pooled by how they did on its last weeks when fitted to what came before."""
    with one_thread():
        return _forecast(history, horizon)


def one_thread() -> threadpool_limits:
    """Small sums by many threads that wait for each other take a hundred times as long where other processes work too."""
    return threadpool_limits(limits=1)


def _forecast(history: History, horizon: int) -> Forecast:
    past, before = examples(history, horizon), len(history) - TRIED_DAYS
    models = fitted(history, past)
    if before < 2 * TRIED_DAYS:
        names = STRONG if models.learnt else ("long_run_rate", "excited_365")
        return Forecast(models, dict.fromkeys(names, 1 / len(names)))
    tried = fitted(history.before(before), past)
    days = range(before, len(history) - horizon + 1, min(horizon, 7))
    tries = [(tried.expected(history.before(day)), history.between(day, day + horizon)) for day in days]
    return Forecast(models, drawn_to_even(pool(tries)))


def pooled(expected: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """The weighted mean of shares, brought to the weighted mean of totals."""
    mine = {name: weight for name, weight in weights.items() if name in expected}
    shares = sum(weight * _share(expected[name]) for name, weight in mine.items())
    total = sum(weight * float(expected[name].sum()) for name, weight in mine.items()) / max(sum(mine.values()), 1e-12)
    return np.asarray(shares * total / max(sum(mine.values()), 1e-12), dtype=np.float64)


def pool(tries: list[tuple[dict[str, Floats], Floats]]) -> dict[str, float]:
    """Of models that were tried: the weights of the mixture of shares under which what came was most likely."""
    names = list(tries[0][0]) if tries else []
    lit = [np.flatnonzero(came) for _, came in tries]
    shares = [[_share(found[name])[where] for name in names] for (found, _), where in zip(tries, lit, strict=True)]
    came = np.concatenate([came[where] for (_, came), where in zip(tries, lit, strict=True)])
    weights = np.full(len(names), 1 / max(len(names), 1))
    if len(came):
        joined = np.maximum(np.hstack(shares), LEAST_SHARE)
        for _ in range(ROUNDS):
            parts = weights[:, None] * joined
            weights = (parts / parts.sum(0)) @ came / came.sum()
    return dict(zip(names, (float(weight) for weight in weights), strict=True))


def drawn_to_even(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights, drawn to even ones of the strong models; as they are where one of those is not there."""
    if not weights.keys() >= set(STRONG):
        return dict(weights)
    even = dict.fromkeys(STRONG, EVENLY / len(STRONG))
    return {name: (1 - EVENLY) * weight + even.get(name, 0.0) for name, weight in weights.items()}


def _share(expected: Floats) -> Floats:
    positive = np.maximum(expected, 0.0)
    return positive / max(float(positive.sum()), 1e-12)
