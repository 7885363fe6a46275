"""Which cells should k teams visit to be where most is expected? Each team stays in one neighbourhood and walks to the nearest next."""

from dataclasses import dataclass

import numpy as np

from analytics.risk.history import Cells, Floats

REACH = 3
"""A team's cells lie among so many times as many nearest cells as it can visit."""


@dataclass(frozen=True)
class Round:
    """The cells (numbers) that a team visits, in the order of the walk, and what is expected there."""

    cells: tuple[int, ...]
    expected: float


def rounds(expected: Floats, cells: Cells, teams: int, visits: int) -> list[Round]:
    """A round a team, the one that meets most first; no cell is visited twice.

    Greedy: of all neighbourhoods the one whose richest cells hold most is the next team's. That is at least 63 % of the most that
    any choice of neighbourhoods could meet (Nemhauser 1978), and in practice nearly all.
    """
    n = len(cells)
    visits = min(visits, n)
    near = np.asarray(cells.tree.query(cells.tree.data, k=min(REACH * visits, n))[1], dtype=np.int64).reshape(n, -1)
    left, found = expected.astype(np.float64).copy(), []
    for _ in range(teams):
        around = left[near]
        kept = np.sort(around, axis=1)[:, -visits:].sum(1)
        best = int(np.argmax(kept))
        if kept[best] <= 0:
            break
        chosen = near[best][np.argsort(-around[best], kind="stable")[:visits]]
        chosen = chosen[left[chosen] > 0]
        found.append(Round(_walk(chosen, cells, left), float(left[chosen].sum())))
        left[chosen] = 0.0
    return found


def _walk(chosen: np.ndarray, cells: Cells, expected: Floats) -> tuple[int, ...]:
    """From the richest cell to the nearest one not yet visited, and so on."""
    rest = sorted((int(one) for one in chosen), key=lambda one: -expected[one])
    path = [rest.pop(0)]
    while rest:
        here = path[-1]
        following = min(rest, key=lambda one: np.hypot(cells.x[one] - cells.x[here], cells.y[one] - cells.y[here]))
        rest.remove(following)
        path.append(following)
    return tuple(path)
