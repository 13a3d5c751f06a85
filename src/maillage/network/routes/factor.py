"""A road network is a sparse matrix over the semiring (min, +); this is its Cholesky factorisation.

Nodes become rows, numbered in the order of elimination. Eliminating v joins its later neighbours two by two
(fill-in). The pattern is symmetric, the two values of an arc are not: ``up`` is the time from the lower row
to the higher, ``down`` the way back. :func:`symbolic` depends on the map, :func:`customise` on the speeds. It
is what the literature calls a customizable contraction hierarchy (Dibbelt, Strasser, Wagner 2016).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.network.routes.graph import Graph
from maillage.network.routes.order import Ordering, neighbours, nested_dissection
from maillage.network.routes.parts import TOP, share_rows

INFINITE = np.int32(2**30 - 1)  # 3.4 years in deciseconds; two of them still fit in 32 bits


class Pattern(NamedTuple):
    """Where the factor is not empty: row v holds the later neighbours of v, ascending.

    ``rank`` int32[nodes] (node → row), ``indptr`` int64[nodes + 1], ``head`` int32[arcs].
    """

    rank: NDArray[np.int32]
    indptr: NDArray[np.int64]
    head: NDArray[np.int32]


class Columns(NamedTuple):
    """A pattern by column: w is reached by arcs ``arc[start[w]:start[w + 1]]``, of rows ``tail``.

    ``part`` int8[rows]: see :mod:`parts`.
    """

    start: NDArray[np.int64]
    arc: NDArray[np.int64]
    tail: NDArray[np.int32]
    part: NDArray[np.int8]


Times = tuple[NDArray[np.int32], NDArray[np.int32]]


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
    """Shortest times on every arc of the pattern; arcs that a detour over higher nodes beats are dropped.

    Subtrees of the elimination tree go at once, a part of them on each core: the same factor on any number.
    """
    up = np.full(len(pattern.head), INFINITE)
    down = np.full(len(pattern.head), INFINITE)
    _scatter(pattern, (graph.tail, graph.head, graph.weight_ds), up, down)
    parts = range(len(os.sched_getaffinity(0)))
    part = share_rows(pattern.indptr, pattern.head, len(parts))
    start, arc, tail = _columns(pattern)
    columns = Columns(start, arc, tail, part)
    with ThreadPoolExecutor(len(parts)) as pool:
        up, down = _eliminate_parts(pool, pattern, columns, (up, down))
        best_up, best_down = up.copy(), down.copy()
        _perfect(pattern, columns, TOP, best_up, best_down)
        list(pool.map(lambda part: _perfect(pattern, columns, part, best_up, best_down), parts))
    return Factor(pattern.rank, _keep(pattern, up, best_up), _keep(pattern, down, best_down))


def _eliminate_parts(pool: ThreadPoolExecutor, pattern: Pattern, columns: Columns, times: Times) -> Times:
    """Each part on a copy of its own, then the least of the copies, then the top over itself."""

    def eliminate(part: int) -> Times:
        up, down = times[0].copy(), times[1].copy()
        _eliminate(pattern, columns, part, up, down)
        return up, down

    copies = list(pool.map(eliminate, range(columns.part.max() + 1)))
    up, down = (reduce(np.minimum, halves) for halves in zip(*copies, strict=True))
    _eliminate(pattern, columns, TOP, up, down)
    return up, down


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
def _columns(pattern):  # type: ignore[no-untyped-def]
    """Where each column begins, its arcs and their rows."""
    _, indptr, head = pattern
    n = len(indptr) - 1
    start = np.zeros(n + 1, np.int64)
    for w in head:
        start[w + 1] += 1
    start = np.cumsum(start)
    free = start[:-1].copy()
    arc, tail = np.empty(len(head), np.int64), np.empty(len(head), np.int32)
    for v in range(n):
        for k in range(indptr[v], indptr[v + 1]):
            arc[free[head[k]]], tail[free[head[k]]] = k, v
            free[head[k]] += 1
    return start, arc, tail


@njit(cache=True, nogil=True)
def _eliminate(pattern, columns, mine, up, down):  # type: ignore[no-untyped-def]
    """Row by row, left-looking: going from w to x need not take longer than w → v → x, v below both.

    Rows of part ``mine`` and of the top, over the v of ``mine``: what is below a row of a part is in it too.
    """
    _, indptr, head = pattern
    start, arc, tail, part = columns
    to, back = np.empty(len(indptr), np.int32), np.empty(len(indptr), np.int32)  # row w, spread out
    for w in range(len(indptr) - 1):
        if part[w] != mine and part[w] != TOP:
            continue
        row = slice(indptr[w], indptr[w + 1])
        to[head[row]], back[head[row]] = up[row], down[row]
        for c in range(start[w], start[w + 1]):
            if part[tail[c]] == mine:
                k = arc[c]
                rest = slice(k + 1, indptr[tail[c] + 1])
                _lower(head[rest], up[rest], down[rest], (up[k], down[k]), to, back)
        up[row], down[row] = to[head[row]], back[head[row]]


@njit(cache=True, nogil=True)
def _perfect(pattern, columns, mine, up, down):  # type: ignore[no-untyped-def]
    """From the top down, the true time between the ends of every arc, over a third row if that is shorter.

    The arcs of part ``mine``; those of the top, which they go over, are true already.
    """
    _, indptr, head = pattern
    start, arc, tail, part = columns
    to, back = np.empty(len(indptr), np.int32), np.empty(len(indptr), np.int32)
    for w in range(len(indptr) - 2, -1, -1):
        if part[w] != mine and part[w] != TOP:
            continue
        row = slice(indptr[w], indptr[w + 1])
        to[head[row]], back[head[row]] = up[row], down[row]
        for c in range(start[w], start[w + 1]):
            if part[tail[c]] == mine:
                k = arc[c]
                rest = slice(k + 1, indptr[tail[c] + 1])
                up[k], down[k] = _tighten(head[rest], up[rest], down[rest], (up[k], down[k]), to, back)


@njit(cache=True)
def _lower(heads, up, down, arc, to, back):  # type: ignore[no-untyped-def]
    """Row w, spread out, over v below it: ``up`` and ``down`` join v to ``heads``, ``arc`` joins it to w."""
    v_w, w_v = arc
    for i in range(len(heads)):
        x = heads[i]
        to[x] = min(to[x], np.int32(w_v + up[i]))
        back[x] = min(back[x], np.int32(down[i] + v_w))


@njit(cache=True)
def _tighten(heads, up, down, arc, to, back):  # type: ignore[no-untyped-def]
    """The triangles of v with w and each x above: all three sides are cut short; returns the arc v – w."""
    v_w, w_v = arc
    for i in range(len(heads)):
        w_x, x_w = to[heads[i]], back[heads[i]]
        v_x, x_v = up[i], down[i]
        up[i], down[i] = min(v_x, np.int32(v_w + w_x)), min(x_v, np.int32(x_w + w_v))
        v_w, w_v = min(v_w, np.int32(v_x + x_w)), min(w_v, np.int32(w_x + x_v))
    return v_w, w_v
