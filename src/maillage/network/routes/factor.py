"""A road network is a sparse matrix over the semiring (min, +); this is its Cholesky factorisation.

Nodes become rows, numbered in the order of elimination. Eliminating v joins its later neighbours two by two
(fill-in). The pattern is symmetric, the two values of an arc are not: ``up`` is the time from the lower row
to the higher, ``down`` the way back. :func:`symbolic` depends on the map, :func:`customise` on the speeds. It
is what the literature calls a customizable contraction hierarchy (Dibbelt, Strasser, Wagner 2016).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.network.routes.graph import Graph
from maillage.network.routes.order import Ordering, find_parents, neighbours, nested_dissection
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

    ``part`` int8[rows]: see :mod:`parts`; ``follows`` bool[rows]: see :func:`_follow`. The pattern has fewer
    than 2³¹ arcs: 200 million nodes at ten to a node.
    """

    start: NDArray[np.int64]
    arc: NDArray[np.int32]
    tail: NDArray[np.int32]
    part: NDArray[np.int8]
    follows: NDArray[np.bool_]


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
    parent = find_parents(roads, order, rank)
    indptr = _count(order, rank, roads, parent)
    head = np.empty(indptr[-1], np.int32)
    _fill(order, rank, roads, parent, indptr, head)
    return Pattern(rank, indptr, head)


def customise(pattern: Pattern, graph: Graph) -> Factor:
    """Shortest times on every arc of the pattern; arcs that a detour over higher nodes beats are dropped.

    Subtrees of the elimination tree go at once, a part of them on each core: the same factor on any number.
    Large arrays are numpy's own, which it lays on large pages; few are new, since a new page costs most.
    """
    cores = range(len(os.sched_getaffinity(0)))
    with ThreadPoolExecutor(len(cores)) as pool:
        ways = (graph.tail, graph.head), (graph.head, graph.tail)
        halves = [pool.submit(_spread_roads, pattern, *way, graph.weight_ds) for way in ways]
        columns = _list_columns(pattern, len(cores))
        times = halves[0].result(), halves[1].result()
        _eliminate_parts(pool, pattern, columns, times)
        best = tuple(pool.map(np.copy, times))
        _perfect_parts(pool, pattern, columns, best)
        up, down = pool.map(lambda half: _keep_useful(pattern, *half), zip(times, best, strict=True))
        return Factor(pattern.rank, up, down)


def _spread_roads(
    pattern: Pattern, tail: NDArray[np.int32], head: NDArray[np.int32], weight: NDArray[np.uint32]
) -> NDArray[np.int32]:
    """Half of the matrix before elimination."""
    value = np.full(len(pattern.head), INFINITE)
    _scatter(pattern, tail, head, weight, value)
    return value


def _list_columns(pattern: Pattern, n_parts: int) -> Columns:
    """The pattern by column, and its rows shared out."""
    part = share_rows(pattern.indptr, pattern.head, n_parts)
    start = np.zeros(len(pattern.indptr), np.int64)
    arc, tail = np.empty(len(pattern.head), np.int32), np.empty(len(pattern.head), np.int32)
    _transpose(pattern, start, arc, tail)
    return Columns(start, arc, tail, part, _follow(pattern, part))


def _eliminate_parts(pool: ThreadPoolExecutor, pattern: Pattern, columns: Columns, times: Times) -> None:
    """Each part on a core; then the rows of the top, shared out, over the parts; then the top over itself."""
    cores = range(columns.part.max() + 1)
    top = np.flatnonzero(columns.part == TOP)
    parts = [(np.flatnonzero(columns.part == one), False) for one in cores]
    over_parts = [(top[one :: len(cores)].copy(), False) for one in cores]
    for stage in (parts, over_parts, [(top, True)]):
        list(pool.map(lambda mine: _eliminate(pattern, columns, mine[0], mine[1], *times), stage))


def _perfect_parts(pool: ThreadPoolExecutor, pattern: Pattern, columns: Columns, best: Times) -> None:
    """The top, then each part on a core."""
    part = columns.part
    _perfect(pattern, columns, np.flatnonzero(part == TOP), TOP, *best)
    rows = [(np.flatnonzero((part == one) | (part == TOP)), one) for one in range(part.max() + 1)]
    list(pool.map(lambda mine: _perfect(pattern, columns, mine[0], mine[1], *best), rows))


def _keep_useful(pattern: Pattern, weight: NDArray[np.int32], best: NDArray[np.int32]) -> Triangle:
    """The arcs whose own time is the best: heads take the room of ``best``, times stay in theirs."""
    start = np.zeros(len(pattern.indptr), np.int64)
    n_kept = _keep(pattern, weight, best, start)
    for room in (best, weight):
        room.resize(n_kept, refcheck=False)
    return Triangle(start, best, weight)


@njit(cache=True)
def _count(order, rank, roads, parent):  # type: ignore[no-untyped-def]
    """Where each row of the pattern begins.

    Row w is in every row from each of its earlier neighbours up the elimination tree to w (Liu 1986).
    """
    n = len(order)
    start, seen = np.zeros(n + 1, np.int64), np.full(n, -1, np.int32)
    for w in range(n):
        for k in range(roads.indptr[order[w]], roads.indptr[order[w] + 1]):
            v = rank[roads.node[k]]
            while v < w and seen[v] != w:
                seen[v] = w
                start[v + 1] += 1
                v = parent[v]
    return np.cumsum(start)


@njit(cache=True)
def _fill(order, rank, roads, parent, start, head):  # type: ignore[no-untyped-def]
    """The same again, w after w: the entries of a row come ascending."""
    free = start[:-1].copy()
    for w in range(len(order)):
        for k in range(roads.indptr[order[w]], roads.indptr[order[w] + 1]):
            v = rank[roads.node[k]]
            while v < w and (free[v] == start[v] or head[free[v] - 1] != w):
                head[free[v]] = w
                free[v] += 1
                v = parent[v]


@njit(cache=True, nogil=True)
def _scatter(pattern, tail, head, weight, value):  # type: ignore[no-untyped-def]
    """Arcs to later rows, the fastest of parallels."""
    rank, indptr, heads = pattern
    for a in range(len(tail)):
        v, w = rank[tail[a]], rank[head[a]]
        if v < w:
            k = indptr[v]
            while heads[k] < w:  # most rows are short
                k += 1
            value[k] = min(value[k], np.int32(weight[a]))


@njit(cache=True, nogil=True)
def _transpose(pattern, start, arc, tail):  # type: ignore[no-untyped-def]
    """Where each column begins, its arcs and their rows; ``start`` comes full of zeros."""
    _, indptr, head = pattern
    for w in head:
        start[w + 1] += 1
    start[:] = np.cumsum(start)
    free = start[:-1].copy()
    for v in range(len(free)):
        for k in range(indptr[v], indptr[v + 1]):
            arc[free[head[k]]], tail[free[head[k]]] = k, v
            free[head[k]] += 1


@njit(cache=True, nogil=True)
def _follow(pattern, part):  # type: ignore[no-untyped-def]
    """Whether each row continues the one before it, in its part: same heads but for itself (a supernode).

    The rows of a run share all that is above the last: one list of heads, times side by side.
    """
    _, indptr, head = pattern
    follows = np.zeros(len(indptr) - 1, np.bool_)
    for v in range(1, len(follows)):
        before = indptr[v] - indptr[v - 1]
        same = before > 0 and head[indptr[v - 1]] == v and before - 1 == indptr[v + 1] - indptr[v]
        follows[v] = same and part[v] == part[v - 1]
    return follows


@njit(cache=True, nogil=True)
def _eliminate(pattern, columns, rows, of_top, up, down):  # type: ignore[no-untyped-def]
    """Row by row, left-looking: going from w to x need not take longer than w → v → x, v below both.

    The w of ``rows``, ascending, over the v of the top, or over all others.
    """
    spread, sums = _two(len(columns.part)), _two(len(columns.part))
    for w in rows:
        _lay_out(pattern, w, (up, down), spread)
        end = columns.start[w]
        while end < columns.start[w + 1]:
            first, end = end, _end_of_run(columns, end, columns.start[w + 1])
            if (columns.part[columns.tail[first]] == TOP) == of_top:
                _lower(pattern, columns, (first, end), (up, down), spread, sums)
        for k in range(pattern.indptr[w], pattern.indptr[w + 1]):
            up[k], down[k] = spread[0][pattern.head[k]], spread[1][pattern.head[k]]


@njit(cache=True, nogil=True)
def _perfect(pattern, columns, rows, mine, up, down):  # type: ignore[no-untyped-def]
    """From the top down, the true time between the ends of every arc, over a third row if that is shorter.

    The arcs of part ``mine`` to the w of ``rows``, from the last; those of the top, which they go over, are
    true already.
    """
    spread, sums = _two(len(columns.part)), _two(len(columns.part))
    for w in rows[::-1]:
        _lay_out(pattern, w, (up, down), spread)
        end = columns.start[w]
        while end < columns.start[w + 1]:
            first, end = end, _end_of_run(columns, end, columns.start[w + 1])
            if columns.part[columns.tail[first]] == mine:
                _tighten(pattern, columns, (first, end), (up, down), spread, sums)


@njit(inline="always")
def _lay_out(pattern, w, times, spread):  # type: ignore[no-untyped-def]
    """The times of row w by head."""
    for k in range(pattern.indptr[w], pattern.indptr[w + 1]):
        spread[0][pattern.head[k]], spread[1][pattern.head[k]] = times[0][k], times[1][k]


@njit(inline="always")
def _two(n):  # type: ignore[no-untyped-def]
    return np.empty(n, np.int32), np.empty(n, np.int32)


@njit(inline="always")
def _end_of_run(columns, first, last):  # type: ignore[no-untyped-def]
    """Where the rows of a column leave the supernode and part of its entry ``first``; ``last`` at most."""
    tail, follows = columns.tail, columns.follows
    end = first + 1
    while end < last and tail[end] == tail[end - 1] + 1 and follows[tail[end]]:
        end += 1
    return end


@njit(inline="always")
def _lower(pattern, columns, run, times, spread, sums):  # type: ignore[no-untyped-def]
    """Row w, spread out, over a run of rows v below it: their heads above w are the same, written once."""
    _, indptr, head = pattern
    (first, end), (up, down), (to, back) = run, times, spread
    heads = head[columns.arc[first] + 1 : indptr[columns.tail[first] + 1]]
    w_x, x_w = sums[0][: len(heads)], sums[1][: len(heads)]
    w_x[:], x_w[:] = INFINITE, INFINITE
    for c in range(first, end):
        k = columns.arc[c]
        rest = slice(k + 1, k + 1 + len(heads))
        v_x, x_v, v_w, w_v = up[rest], down[rest], up[k], down[k]
        for i in range(len(heads)):
            w_x[i] = min(w_x[i], np.int32(w_v + v_x[i]))
            x_w[i] = min(x_w[i], np.int32(x_v[i] + v_w))
    for i in range(len(heads)):
        x = heads[i]
        to[x], back[x] = min(to[x], w_x[i]), min(back[x], x_w[i])


@njit(inline="always")
def _tighten(pattern, columns, run, times, spread, sums):  # type: ignore[no-untyped-def]
    """The triangles of a run of rows v with w and each x above: the sides v – w, then v – x, cut short."""
    _, indptr, head = pattern
    (first, end), (up, down), (to, back) = run, times, spread
    heads = head[columns.arc[first] + 1 : indptr[columns.tail[first] + 1]]
    w_x, x_w = sums[0][: len(heads)], sums[1][: len(heads)]
    for i in range(len(heads)):
        w_x[i], x_w[i] = to[heads[i]], back[heads[i]]
    for c in range(first, end):
        k = columns.arc[c]
        rest = slice(k + 1, k + 1 + len(heads))
        v_x, x_v, v_w, w_v = up[rest], down[rest], up[k], down[k]
        for i in range(len(heads)):
            v_w, w_v = min(v_w, np.int32(v_x[i] + x_w[i])), min(w_v, np.int32(w_x[i] + x_v[i]))
        for i in range(len(heads)):
            v_x[i], x_v[i] = min(v_x[i], np.int32(v_w + w_x[i])), min(x_v[i], np.int32(x_w[i] + w_v))
        up[k], down[k] = v_w, w_v


@njit(cache=True, nogil=True)
def _keep(pattern, weight, best, start):  # type: ignore[no-untyped-def]
    """Useful arcs side by side: times in ``weight``, heads in ``best``; returns how many."""
    _, indptr, head = pattern
    n_kept = 0
    for v in range(len(indptr) - 1):
        for k in range(indptr[v], indptr[v + 1]):
            if weight[k] == best[k] and weight[k] < INFINITE:
                best[n_kept], weight[n_kept] = head[k], weight[k]
                n_kept += 1
        start[v + 1] = n_kept
    return n_kept
