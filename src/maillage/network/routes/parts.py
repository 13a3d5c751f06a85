"""Rows shared out between cores: subtrees of the elimination tree know nothing of one another.

The parent of a row is its first entry. Eliminating a row touches its ancestors only, so that two subtrees can
go at once, each on a core; the rows above all of them, the top, come after.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush, nsmallest
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

TOP: Final = -1
ENTRY: Final = 100
"""An entry costs as much as so many pairs: two rows are fetched for it (measured at 4 M nodes)."""


def share_rows(indptr: NDArray[np.int64], head: NDArray[np.int32], n_parts: int) -> NDArray[np.int8]:
    """The part of each row, from 0, or :data:`TOP`; ``indptr`` and ``head`` as in a pattern.

    Largest subtrees are opened one by one, their root going to the top; what is kept is the cut whose longest
    part, top added, is least. A row of L entries costs L² (the pairs that it joins), and :data:`ENTRY` each.

    >>> indptr, head = np.array([0, 1, 2, 4, 5, 5]), np.array([2, 2, 3, 4, 4], np.int32)
    >>> share_rows(indptr, head, 2).tolist()
    [0, 1, -1, -1, -1]
    """
    length = np.diff(indptr)
    parent = (
        np.where(length > 0, head[np.minimum(indptr[:-1], len(head) - 1)], -1) if len(head) else length - 1
    )
    own = length * (length + ENTRY)
    cost = _add_up(parent, own)
    opened, whole = _cut(parent, cost, own, n_parts)
    part = np.full(len(length), -2, np.int8)
    part[opened] = TOP
    loads = np.zeros(n_parts, np.int64)
    for root in whole:  # the dearest first, each to the part that has least
        part[root] = loads.argmin()
        loads[loads.argmin()] += cost[root]
    shared: NDArray[np.int8] = _hand_down(parent, part)
    return shared


def _cut(
    parent: NDArray[np.int64], cost: NDArray[np.int64], own: NDArray[np.int64], n_parts: int
) -> tuple[list[int], list[int]]:
    """Rows of the top, and roots of the subtrees under it, the dearest first.

    A separator is a chain with twigs: hundreds of openings, of which none helps before its last. The search
    ends where the top is so dear that no share of the rest would do.
    """
    start, child = _children(parent)
    heap = [(-int(cost[root]), int(root)) for root in child[: start[0]]]
    heapify(heap)
    total, top, opened = -sum(cost for cost, _ in heap), 0, list[int]()
    estimate, n_opened, whole = _estimate(0, heap, n_parts), 0, list(heap)
    while heap and top + (total - top) // n_parts < estimate:
        root = heappop(heap)[1]
        opened.append(root)
        top += int(own[root])
        for one in child[start[root] : start[root + 1]]:
            heappush(heap, (-int(cost[one]), int(one)))
        if (found := _estimate(top, heap, n_parts)) < estimate:
            estimate, n_opened, whole = found, len(opened), list(heap)
    return opened[:n_opened], [root for _, root in sorted(whole)]


def _estimate(top: int, heap: list[tuple[int, int]], n_parts: int) -> int:
    """What a cut costs: its top, then the longest part when the dearest subtrees go first.

    Those after the dearest are small: they even parts out.
    """
    loads = [0] * n_parts
    for cost, _ in nsmallest(8 * n_parts, heap):
        loads[loads.index(min(loads))] -= cost
    return top + max(*loads, -sum(cost for cost, _ in heap) // n_parts)


@njit(cache=True, nogil=True)
def _add_up(parent, own):  # type: ignore[no-untyped-def]
    """The cost of each subtree; a parent comes after its children."""
    cost = own.copy()
    for v in range(len(parent)):
        if parent[v] >= 0:
            cost[parent[v]] += cost[v]
    return cost


@njit(cache=True, nogil=True)
def _children(parent):  # type: ignore[no-untyped-def]
    """Rows by parent: those of v are ``child[start[v]:start[v + 1]]``, the roots come before ``start[0]``."""
    start = np.zeros(len(parent) + 2, np.int64)
    for v in range(len(parent)):
        start[parent[v] + 2] += 1
    start = np.cumsum(start)
    free, child = start[:-1].copy(), np.empty(len(parent), np.int32)
    for v in range(len(parent)):
        child[free[parent[v] + 1]] = v
        free[parent[v] + 1] += 1
    return start[1:], child


@njit(cache=True, nogil=True)
def _hand_down(parent, part):  # type: ignore[no-untyped-def]
    """The part of a root given to all that is under it."""
    for v in range(len(parent) - 1, -1, -1):
        if part[v] == -2:
            part[v] = part[parent[v]]
    return part
