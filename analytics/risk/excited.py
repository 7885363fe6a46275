"""Self-excitation: an incident makes more of them likely where it was, for a while (grid ETAS, Mohler et al. 2015).

Each cell has a rate of its own, and every incident adds to it what fades exponentially, fast and slowly. The rates, and how much an
incident adds, are found by expectation–maximisation. Where little is known of a cell its rate is drawn towards that of all (a gamma
prior worth `PRIOR` incidents), without which quiet cells would be foretold to stay at exactly nought.
"""

from dataclasses import dataclass

import numpy as np

from analytics.risk.history import Floats, History

DECAYS = (0.1, 1 / 30)
"""A day's share that fades: half is gone after a week, after three weeks."""
FADED_DAYS = 365
ROUNDS = 25
PRIOR = 0.3


@dataclass(frozen=True, eq=False)
class Excitation:
    """`rate` a day of each cell by itself, and how many incidents one brings about, for each decay."""

    rate: Floats
    brings: Floats

    def parts(self, history: History, day: int, horizon: int) -> tuple[Floats, Floats]:
        """Incidents of each cell in the `horizon` days from `day` on: by itself, and brought about by those before."""
        past = history.counts[max(0, day - FADED_DAYS) : day]
        age = np.arange(len(past), 0, -1)
        shares = np.exp(-np.outer(DECAYS, age - 1)) - np.exp(-np.outer(DECAYS, age - 1 + horizon))
        return self.rate * horizon, np.asarray((self.brings @ shares) @ past, dtype=np.float64)

    def expected(self, history: History, day: int, horizon: int) -> Floats:
        """Both together."""
        own, brought = self.parts(history, day, horizon)
        return own + brought


def excitation(history: History, days: int) -> Excitation:
    """Fitted to the last `days` days of the history."""
    days = min(len(history), days)
    seen = history.counts[len(history) - days :].astype(np.float64)
    decays, cells = np.array(DECAYS), seen.shape[1]
    brings, rate = np.full(len(decays), 0.1), seen.mean(0) * 0.7 + 1e-6
    fading = np.exp(-decays)[:, None]
    left = 1 - np.exp(-np.outer(decays, days - np.arange(days)))
    possible = np.maximum(left @ seen.sum(1), 1.0)
    places = [np.flatnonzero(day) for day in seen]
    for _ in range(ROUNDS):
        kept = np.zeros((len(decays), cells))
        own, brought = np.zeros(cells), np.zeros(len(decays))
        gain = (brings * decays)[:, None]
        for day, where in zip(seen, places, strict=True):
            if len(where):
                parts = gain * kept[:, where]
                share = day[where] / (rate[where] + parts.sum(0))
                own[where] += share * rate[where]
                brought += (parts * share).sum(1)
            kept = (kept + day) * fading
        usual = max(own.sum() / (days * cells), 1e-9)
        brings, rate = brought / possible, (own + PRIOR) / (days + PRIOR / usual)
    return Excitation(rate, brings)
