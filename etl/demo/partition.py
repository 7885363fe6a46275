"""How a patch of small faces is cut into connected parts of wanted sizes: towns, communities, then grids."""

import numpy as np


def power_labels(
    points: np.ndarray, sites: np.ndarray, shares: np.ndarray, rounds: int = 40, moving: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """For each point its site, so that sites get these shares of the points; and the weights that brought it about.

    A power diagram (squared distance less a weight per site); the weights follow the shortfall. With `moving`,
    sites also go to the middle of what they got, which rounds the parts (Lloyd).
    """
    step = 0.15 * float(np.ptp(points, axis=0).prod())  # a weight is an area; a larger step swings to and fro
    sites, weights = sites.astype(float).copy(), np.zeros(len(sites))
    label = np.zeros(len(points), dtype=int)
    for turn in range(rounds):
        distance = ((points[:, None] - sites[None]) ** 2).sum(axis=2)
        label = (distance - weights).argmin(axis=1)
        count = np.bincount(label, minlength=len(sites))
        if moving and turn < rounds // 2:
            middle = np.stack([np.bincount(label, points[:, axis], len(sites)) for axis in (0, 1)], axis=1)
            sites = np.where(count[:, None] > 0, middle / np.maximum(count, 1)[:, None], sites)
        weights += step * (shares - count / len(points))
    return (((points[:, None] - sites[None]) ** 2).sum(axis=2) - weights).argmin(axis=1), weights


def halves(points: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """For each point its part, by cutting again and again across the longer side: every part gets its share."""
    label = np.zeros(len(points), dtype=int)
    _halve(points, np.arange(len(points)), shares, np.arange(len(shares)), label)
    return label


def _halve(points: np.ndarray, own: np.ndarray, shares: np.ndarray, parts: np.ndarray, label: np.ndarray) -> None:
    if len(parts) == 1:
        label[own] = parts[0]
        return
    left = parts[: len(parts) // 2]
    cut = round(len(own) * shares[left].sum() / shares[parts].sum())
    cut = min(max(cut, len(left)), len(own) - (len(parts) - len(left)))
    across = points[own] - points[own].mean(axis=0)
    _, _, axes = np.linalg.svd(across, full_matrices=False)
    order = own[np.argsort(across @ axes[0], kind="stable")]
    _halve(points, order[:cut], shares, left, label)
    _halve(points, order[cut:], shares, parts[len(left) :], label)


def cut_into(points: np.ndarray, shares: np.ndarray, rounds: int = 14) -> np.ndarray:
    """For each point its part: even cuts first, then rounded into compact shapes. Every part gets some point."""
    if len(shares) == 1:
        return np.zeros(len(points), dtype=int)
    first = halves(points, shares)
    count = np.bincount(first, minlength=len(shares))[:, None]
    middle = np.stack([np.bincount(first, points[:, axis], len(shares)) for axis in (0, 1)], axis=1) / count
    label, _ = power_labels(points, middle, shares / shares.sum(), rounds, moving=True)
    enough = np.bincount(label, minlength=len(shares)).min() >= 0.25 * len(points) * shares.min() / shares.sum()
    return label if enough else first


def components(n: int, pairs: np.ndarray) -> np.ndarray:
    """For each of n things, the smallest number among all it is connected with."""
    root = np.arange(n)
    while True:
        low = np.minimum(root[pairs[:, 0]], root[pairs[:, 1]])
        following = root.copy()
        np.minimum.at(following, pairs[:, 0], low)
        np.minimum.at(following, pairs[:, 1], low)
        following = following[following]
        if np.array_equal(following, root):
            return root
        root = following


def largest_part_kept(label: np.ndarray, pairs: np.ndarray, within: np.ndarray | None = None) -> np.ndarray:
    """The labels, with every stray piece given to a neighbour, so that each label is one connected piece.

    With `within`, a piece only goes to a neighbour that lies in the same larger area.
    """
    label = label.copy()
    inside = pairs if within is None else pairs[within[pairs[:, 0]] == within[pairs[:, 1]]]
    while True:
        piece = components(len(label), inside[label[inside[:, 0]] == label[inside[:, 1]]])
        size = np.bincount(piece, minlength=len(label))
        order = np.lexsort((piece, -size[piece], label))
        main = np.full(label.max() + 1, -1)
        firsts = order[np.r_[True, np.diff(label[order]) > 0]]
        main[label[firsts]] = piece[firsts]
        stray = main[label] != piece
        both = np.concatenate([inside, inside[:, ::-1]])
        border = both[stray[both[:, 0]] & ~stray[both[:, 1]]]
        if not len(border):
            return label
        label[border[::-1, 0]] = label[border[::-1, 1]]
