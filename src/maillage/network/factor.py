"""A road network is a sparse matrix over the semiring (min, +); this is its Cholesky factorisation.

Nodes become rows, numbered in the order of elimination. Eliminating v joins its later neighbours two by two
(fill-in). The pattern is symmetric, the two values of an arc are not: ``up`` is the time from the lower row
to the higher, ``down`` the way back. :func:`symbolic` depends on the map, :func:`customise` on the speeds. It
is what the literature calls a customizable contraction hierarchy (Dibbelt, Strasser, Wagner 2016).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.network.graph import Graph
from maillage.network.order import Ordering, neighbours, nested_dissection

INFINITE = np.int32(2**30 - 1)  # 3.4 years in deciseconds; two of them still fit in 32 bits


class Pattern(NamedTuple):
    """Where the factor is not empty: row v holds the later neighbours of v, ascending.

    ``rank`` int32[nodes] (node → row), ``indptr`` int64[nodes + 1], ``head`` int32[arcs].
    """

    rank: NDArray[np.int32]
    indptr: NDArray[np.int64]
    head: NDArray[np.int32]


class Triangle(NamedTuple):
    """Half of a factor, useful arcs only: row v, ``head`` above v, ``weight`` int32 deciseconds."""

    indptr: NDArray[np.int64]
    head: NDArray[np.int32]
    weight: NDArray[np.int32]


class Factor(NamedTuple):
    """A network factorised: ``up`` from a row to higher rows, ``down`` from higher rows back to it."""

    rank: NDArray[np.int32]
    up: Triangle
    down: Triangle


def factorise(graph: Graph, ordering: Ordering = nested_dissection) -> Factor:
    """Order, fill in, and give every arc its time."""
    return customise(symbolic(graph, ordering), graph)


def symbolic(graph: Graph, ordering: Ordering = nested_dissection) -> Pattern:
    """Order the nodes and find where eliminating them fills in."""
    roads = neighbours(graph.n_nodes, graph.tail, graph.head)
    order = ordering(roads)
    rank = np.empty(graph.n_nodes, np.int32)
    rank[order] = np.arange(graph.n_nodes, dtype=np.int32)
    indptr, head = _fill(order, rank, roads)
    return Pattern(rank, indptr, head)


def customise(pattern: Pattern, graph: Graph) -> Factor:
    """Shortest times on every arc of the pattern; arcs that a detour over higher nodes beats are dropped."""
    up = np.full(len(pattern.head), INFINITE)
    down = np.full(len(pattern.head), INFINITE)
    _scatter(pattern, (graph.tail, graph.head, graph.weight_ds), up, down)
    _eliminate(pattern, up, down)
    best_up, best_down = up.copy(), down.copy()
    _perfect(pattern, best_up, best_down)
    return Factor(pattern.rank, _keep(pattern, up, best_up), _keep(pattern, down, best_down))


def _keep(pattern: Pattern, weight: NDArray[np.int32], best: NDArray[np.int32]) -> Triangle:
    kept = (weight == best) & (weight < INFINITE)
    before = np.concatenate([[0], np.cumsum(kept)])
    return Triangle(before[pattern.indptr], pattern.head[kept], weight[kept])


@njit(cache=True)
def _fill(order, rank, roads):  # type: ignore[no-untyped-def]
    """Row v is its own later neighbours and those of the rows whose first entry is v (its children)."""
    n = len(order)
    start, head = np.zeros(n + 1, np.int64), np.empty(len(roads.node), np.int32)
    child, sibling = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
    seen = np.full(n, -1, np.int32)
    for v in range(n):
        own = rank[roads.node[roads.indptr[order[v]] : roads.indptr[order[v] + 1]]]
        head, end = _add(own, v, seen, head, start[v])
        c = child[v]
        while c >= 0:
            head, end = _add(head[start[c] : start[c + 1]], v, seen, head, end)
            c = sibling[c]
        start[v + 1] = end
        if end > start[v]:
            head[start[v] : end].sort()
            parent = head[start[v]]
            sibling[v] = child[parent]
            child[parent] = v
    return start, head[: start[n]].copy()


@njit(cache=True)
def _add(rows, v, seen, head, end):  # type: ignore[no-untyped-def]
    """Append to row v the ``rows`` above it that it does not hold yet, in a longer array if need be."""
    if end + len(rows) > len(head):
        longer = np.empty(2 * end + len(rows), np.int32)
        longer[:end] = head[:end]
        head = longer
    for w in rows:
        if w > v and seen[w] != v:
            seen[w] = v
            head[end] = w
            end += 1
    return head, end


@njit(cache=True)
def _scatter(pattern, arcs, up, down):  # type: ignore[no-untyped-def]
    """The matrix before elimination: each arc of the graph in its place, the fastest of parallels."""
    rank, indptr, head = pattern
    tails, heads, weights = arcs
    for a in range(len(tails)):
        v, w = rank[tails[a]], rank[heads[a]]
        if v != w:
            low, high = min(v, w), max(v, w)
            k = indptr[low] + np.searchsorted(head[indptr[low] : indptr[low + 1]], high)
            value = up if v < w else down
            value[k] = min(value[k], np.int32(weights[a]))


@njit(cache=True)
def _eliminate(pattern, up, down):  # type: ignore[no-untyped-def]
    """Eliminate v: going from a to b above it need not take longer than a → v → b."""
    _, indptr, head = pattern
    for v in range(len(indptr) - 1):
        for i in range(indptr[v], indptr[v + 1]):
            k = indptr[head[i]]
            for j in range(i + 1, indptr[v + 1]):
                while head[k] != head[j]:
                    k += 1
                up[k] = min(up[k], np.int32(down[i] + up[j]))
                down[k] = min(down[k], np.int32(down[j] + up[i]))


@njit(cache=True)
def _perfect(pattern, up, down):  # type: ignore[no-untyped-def]
    """From the top down, the true time between the ends of every arc, over a third row if that is shorter."""
    _, indptr, head = pattern
    for v in range(len(indptr) - 2, -1, -1):
        for i in range(indptr[v], indptr[v + 1]):
            k = indptr[head[i]]
            for j in range(i + 1, indptr[v + 1]):
                while head[k] != head[j]:
                    k += 1
                up[i] = min(up[i], np.int32(up[j] + down[k]))
                up[j] = min(up[j], np.int32(up[i] + up[k]))
                down[i] = min(down[i], np.int32(up[k] + down[j]))
                down[j] = min(down[j], np.int32(down[k] + down[i]))
