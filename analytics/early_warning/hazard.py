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
    """Shares closed a day: `by_matter[matter, cell]`; `matter_of[office, category]` numbers the pairs that were seen, else -1."""

    offices: dict[str, int]
    categories: dict[str, int]
    matter_of: Ints
    by_matter: Floats
    by_office: Floats
    of_all: Floats

    def of(self, cases: pd.DataFrame, row: Ints, cell: Ints) -> Floats:
        """The share for each case's row in its cell; an unknown matter takes its office's, an unknown office everybody's."""
        office, category = numbers(cases["department"], self.offices), numbers(cases["category"], self.categories)
        matter = np.where((office >= 0) & (category >= 0), self.matter_of[office, category], -1)[row]
        of_office = np.where(office[row] >= 0, self.by_office[office[row], cell], self.of_all[cell])
        return np.where(matter >= 0, self.by_matter[matter, cell], of_office)


def numbers(names: pd.Series, known: dict[str, int]) -> Ints:
    """The number of each name, -1 for one that nobody knows or that is missing; each different name is looked up once."""
    kinds = names.astype("category").cat
    by_kind = np.array([*(known.get(str(name), -1) for name in kinds.categories), -1], dtype=np.int64)
    return np.asarray(by_kind[kinds.codes.to_numpy()], dtype=np.int64)


def numbered(names: pd.Series) -> dict[str, int]:
    """A number for each different name."""
    return {str(name): n for n, name in enumerate(names.astype("category").cat.categories)}


def learnt(cases: pd.DataFrame, seen: Trials) -> Hazard:
    """The shares of these trials; nobody at risk in a cell: the share of what lies above it."""
    offices, categories = numbered(cases["department"]), numbered(cases["category"])
    office, category = numbers(cases["department"], offices), numbers(cases["category"], categories)
    pairs, matter = np.unique(office * (len(categories) + 1) + category + 1, return_inverse=True)
    above = pairs // (len(categories) + 1)
    matter_of = np.full((len(offices), len(categories) + 1), -1)
    matter_of[above, pairs % (len(categories) + 1) - 1] = np.arange(len(pairs))
    of_all = _of_all(seen)
    by_office = _drawn(office[seen.row], len(offices), seen, of_all[None])
    by_matter = _drawn(matter[seen.row], len(pairs), seen, by_office[above])
    return Hazard(offices, categories, matter_of, by_matter, by_office, of_all)


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
