"""How likely is a case to be closed today? Shares learnt from the past, by office and matter, age, time left and kind of day.

A discrete-time hazard (Singer & Willett 1993): closed ÷ at risk in each cell. Few cases in a cell say little, so each
matter's cell is drawn towards its office's, that towards everybody's (a beta prior worth `PRIOR` days of cases), and
that towards the same age whatever the time left.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.early_warning.case_days import CELLS, LEFT, Floats, Ints, Trials, summed

PRIOR = 40.0


@dataclass(frozen=True)
class Hazard:
    """Shares closed a day: `by_matter[matter, cell]`; matters are the pairs of office and category seen."""

    matters: dict[tuple[str, str], int]
    offices: dict[str, int]
    by_matter: Floats
    by_office: Floats
    of_all: Floats

    def of(self, cases: pd.DataFrame, row: Ints, cell: Ints) -> Floats:
        """The share for each case's row in its cell; an unknown matter takes its office's, an unknown office everybody's."""
        matter = self._codes(cases)[row]
        office = cases["department"].astype(str).map(self.offices).fillna(-1).to_numpy(np.int64)[row]
        share = np.where(office >= 0, self.by_office[office, cell], self.of_all[cell])
        return np.where(matter >= 0, self.by_matter[matter, cell], share)

    def _codes(self, cases: pd.DataFrame) -> Ints:
        pairs = zip(cases["department"].astype(str), cases["category"].astype(str), strict=True)
        return np.array([self.matters.get(pair, -1) for pair in pairs], dtype=np.int64)


def learnt(cases: pd.DataFrame, seen: Trials) -> Hazard:
    """The shares of these trials; nobody at risk in a cell: the share of what lies above it."""
    names = pd.MultiIndex.from_arrays([cases["department"].astype(str), cases["category"].astype(str)])
    matter, pairs = pd.factorize(names)
    office, offices = pd.factorize(cases["department"].astype(str))
    of_all = _of_all(seen)
    by_office = _drawn(office[seen.row], max(len(offices), 1), seen, of_all[None])
    above = np.zeros(len(pairs), dtype=np.int64)
    above[matter] = office
    by_matter = _drawn(matter[seen.row], len(pairs), seen, by_office[above])
    places = {name: n for n, name in enumerate(offices)}
    return Hazard({pair: n for n, pair in enumerate(pairs)}, places, by_matter, by_office, of_all)


def _of_all(seen: Trials) -> Floats:
    """Everybody's cells, each drawn towards its age and kind of day whatever the time left."""
    at_risk, closed = (summed(seen.cell, weights, CELLS) for weights in (seen.n, seen.n * seen.is_closed))
    shape = (-1, len(LEFT), 2)
    by_age = (closed.reshape(shape).sum(1, keepdims=True) + 1) / (at_risk.reshape(shape).sum(1, keepdims=True) + 4)
    prior = np.broadcast_to(by_age, (CELLS // len(LEFT) // 2, len(LEFT), 2)).ravel()
    return np.asarray((closed + PRIOR * prior) / (at_risk + PRIOR))


def _drawn(group: Ints, groups: int, seen: Trials, above: Floats) -> Floats:
    """Each group's cells drawn towards those above it."""
    flat = group * CELLS + seen.cell
    at_risk, closed = (
        summed(flat, weights, groups * CELLS).reshape(groups, CELLS) for weights in (seen.n, seen.n * seen.is_closed)
    )
    return np.asarray((closed + PRIOR * above) / (at_risk + PRIOR))
