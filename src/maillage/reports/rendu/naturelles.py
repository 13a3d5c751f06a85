"""Natural breaks: the classes whose values are nearest to their own means (Fisher, 1958; Jenks, 1977).

Cut n sorted values into k runs so that the sum of squared gaps to each run's mean is least. Exact, by dynamic
programming: the best cut of the first j values into c runs is the best over the start i of the last run.

    D(c, j) = min over i of D(c - 1, i) + S(i, j)
    S(i, j) = Σ v² - (Σ v)² / (j - i), over the values i to j - 1
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# The cost grows with the square of the number of values: beyond this, evenly spread ranks stand for all.
EXACT_JUSQU_A = 1500


def natural_breaks(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Upper bounds (included, ascending) of at most ``count`` classes of known values, the greatest last.

    >>> natural_breaks(np.array([1.0, 2.0, 1.5, 9.0, 9.5, 30.0]), 3).tolist()
    [2.0, 9.5, 30.0]
    """
    unique, weights = np.unique(_sample(np.sort(values)), return_counts=True)
    if len(unique) <= count:
        return unique
    ends = _last_of_each_run(unique, weights.astype(np.float64), count)
    return np.append(unique[ends], values.max())


def _sample(ordered: NDArray[np.float64]) -> NDArray[np.float64]:
    """All values, or as many as one can afford at even ranks, both ends among them."""
    if len(np.unique(ordered)) <= EXACT_JUSQU_A:
        return ordered
    sampled: NDArray[np.float64] = ordered[
        np.linspace(0, len(ordered) - 1, EXACT_JUSQU_A).round().astype(int)
    ]
    return sampled


def _last_of_each_run(
    values: NDArray[np.float64], weights: NDArray[np.float64], count: int
) -> NDArray[np.int64]:
    """Rank of the last value of each run but the last one."""
    n = len(values)
    centred = values - values.mean()
    sums = [np.concatenate([[0.0], np.cumsum(weights * centred**power)]) for power in (0, 1, 2)]
    best = np.full(n + 1, np.inf)
    best[0] = 0.0
    starts = np.zeros((count, n + 1), dtype=np.int64)
    for run in range(count):
        following = np.full(n + 1, np.inf)
        for end in range(run + 1, n + 1):
            weight, total, square = (s[end] - s[run:end] for s in sums)
            costs = best[run:end] + square - total**2 / weight
            start = int(np.argmin(costs))
            following[end], starts[run, end] = costs[start], run + start
        best = following
    ends, end = [], n
    for run in range(count - 1, 0, -1):
        end = int(starts[run, end])
        ends.append(end - 1)
    return np.array(ends[::-1], dtype=np.int64)
