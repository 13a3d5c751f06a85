"""In which order to eliminate the nodes: the one choice that decides how much the factor fills in.

An ordering takes the neighbours of each node and returns the nodes, first eliminated first. Any function of
that shape will do; nested dissection suits roads, where small separators cut large regions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.network.routes.dissect import dissect, on_cores


class Neighbours(NamedTuple):
    """The undirected graph under the arcs: those of v are ``node[indptr[v] : indptr[v + 1]]``, each once."""

    indptr: NDArray[np.int64]
    node: NDArray[np.int32]


Ordering = Callable[[Neighbours], NDArray[np.int32]]


def neighbours(n_nodes: int, tail: NDArray[np.int32], head: NDArray[np.int32]) -> Neighbours:
    """Both ways of every arc, once.

    >>> neighbours(3, np.int32([0, 1, 2, 2]), np.int32([1, 0, 1, 2])).node.tolist()
    [1, 0, 2, 1]
    """
    start = np.zeros(n_nodes + 2, np.int64)
    _count_ends(tail, head, start)
    near = np.empty(start[-1], np.int32)
    _join(tail, head, start, near)
    indptr, last = np.zeros(n_nodes + 1, np.int64), np.full(n_nodes, -1, np.int32)
    _count_once(start, near, indptr, last)
    node = np.empty(indptr[-1], np.int32)
    _turn_over(start, near, indptr[:-1].copy(), node, last)
    return Neighbours(indptr, node)


def nested_dissection(graph: Neighbours) -> NDArray[np.int32]:
    """Dead ends and chains first, then crossings of few roads, then separators last at every scale.

    Eliminating a node of one or two neighbours adds one arc at most; one of three makes a triangle of a star,
    and a plane graph stays plane; one of four pays once. Seven nodes of a road network in ten go that way,
    and need not be looked at again at every scale.
    """
    with on_cores(len(graph.indptr) - 1) as both:
        first, degree, near = _peel(graph.indptr, graph.node)
        kept, core = _renumber(graph.indptr, degree, near)
        gone = [first]
        for most in (3, 4):
            chosen, others, core = _thin(core, most)
            gone, kept = [*gone, kept[chosen]], kept[others]
        last = kept[dissect(core.indptr.astype(np.int32), core.node, both)]
    return gather_subtrees(graph, np.concatenate([*gone, last]))


def _thin(graph: Neighbours, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Neighbours]:
    """Eliminate nodes of ``most`` neighbours at most, no two side by side, those of fewer first.

    Returns them, the others, and the graph between these, numbered in their order.
    """
    gone = _stand_apart(graph.indptr, graph.node, most)
    number = np.cumsum(~gone, dtype=np.int32) - np.int32(1)
    others = np.flatnonzero(~gone)
    return np.flatnonzero(gone), others, neighbours(len(others), *_bridge(graph, gone, number, most))


def _renumber(
    indptr: NDArray[np.int64], degree: NDArray[np.int32], near: NDArray[np.int32]
) -> tuple[NDArray[np.int32], Neighbours]:
    """The nodes of ``degree`` 0 or more, and the graph between them, numbered in their order."""
    kept = np.flatnonzero(degree >= 0).astype(np.int32)
    start = np.concatenate([[0], np.cumsum(degree[kept])])
    number = np.zeros(len(degree), np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    place = np.arange(start[-1]) + np.repeat(indptr[kept] - start[:-1], degree[kept])
    return kept, Neighbours(start, number[near[place]])


def gather_subtrees(graph: Neighbours, order: NDArray[np.int32]) -> NDArray[np.int32]:
    """The same elimination, each subtree of the elimination tree in one piece, its root last (postorder).

    Fill-in is the same; rows that meet come to lie near one another in memory.

    >>> path = neighbours(5, np.int32([0, 1, 2, 3]), np.int32([1, 2, 3, 4]))
    >>> gather_subtrees(path, np.int32([0, 4, 1, 3, 2])).tolist()
    [0, 1, 4, 3, 2]
    """
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(len(order), dtype=np.int32)
    gathered: NDArray[np.int32] = order[_postorder(find_parents(graph, order, rank))]
    return gathered


@njit(cache=True)
def _count_ends(tail, head, start):  # type: ignore[no-untyped-def]
    """Where the neighbours of each node v will begin, each as often as it is told: in ``start[v + 1]``."""
    for a in range(len(tail)):
        if tail[a] != head[a]:
            start[tail[a] + 2] += 1
            start[head[a] + 2] += 1
    for v in range(2, len(start)):
        start[v] += start[v - 1]


@njit(cache=True)
def _join(tail, head, start, near):  # type: ignore[no-untyped-def]
    """Both ends of every arc by node, in any order; ``start[v]`` becomes where those of v begin."""
    for a in range(len(tail)):
        v, w = tail[a], head[a]
        if v != w:
            near[start[v + 1]] = w
            start[v + 1] += 1
            near[start[w + 1]] = v
            start[w + 1] += 1


@njit(cache=True)
def _count_once(start, near, indptr, last):  # type: ignore[no-untyped-def]
    """Where the neighbours of each node begin, each told once; ``last`` comes full of -1, and ends so."""
    for v in range(len(last)):
        for k in range(start[v], start[v + 1]):
            indptr[near[k] + 1] += last[near[k]] != v
            last[near[k]] = v
    for v in range(len(last)):
        indptr[v + 1] += indptr[v]
    last[:] = -1


@njit(cache=True)
def _turn_over(start, near, free, node, last):  # type: ignore[no-untyped-def]
    """The same, told by the other end, node after node: ascending, each once."""
    for v in range(len(last)):
        for k in range(start[v], start[v + 1]):
            w = near[k]
            if last[w] != v:
                node[free[w]], last[w] = v, v
                free[w] += 1


@njit(cache=True)
def _peel(indptr, near):  # type: ignore[no-untyped-def]
    """Eliminate dead ends, then nodes of two neighbours, in rounds: no two of a round side by side.

    Returns them in order; then, of each node, how many neighbours it is left with (-1: eliminated), and
    these, first in its old place.
    """
    near, degree = near.copy(), np.diff(indptr).astype(np.int32)
    order, n_gone = np.empty(len(degree), np.int32), 0
    touched, this_round = np.zeros(len(degree), np.int32), 0
    for most in (1, 2):
        queue = np.flatnonzero((degree >= 0) & (degree <= most))
        while len(queue):
            this_round += 1
            later, n_later = np.empty(2 * len(queue), np.int64), 0
            for v in queue:
                ends = near[indptr[v] : indptr[v] + degree[v]]
                if touched[v] == this_round:  # a neighbour has just gone: it waits
                    later[n_later] = v
                    n_later += 1
                    continue
                for i in range(len(ends)):
                    x, beyond = ends[i], ends[1 - i] if len(ends) == 2 else v
                    degree[x] = _pass_on(near[indptr[x] : indptr[x] + degree[x]], v, beyond)
                    touched[x] = this_round
                later[n_later : n_later + len(ends)] = ends
                n_later += len(ends)
                order[n_gone], degree[v] = v, -1
                n_gone += 1
            queue = np.unique(later[:n_later])
            queue = queue[(degree[queue] >= 0) & (degree[queue] <= most)]
    return order[:n_gone], degree, near


@njit(cache=True)
def _pass_on(near, v, beyond):  # type: ignore[no-untyped-def]
    """The neighbours ``near`` of a node once v is gone, in place: what is ``beyond`` it (v: nothing) instead.

    Returns how many they are.
    """
    at, known = 0, beyond == v
    for i in range(len(near)):
        at = i if near[i] == v else at
        known = known or near[i] == beyond
    near[at] = near[-1] if known else beyond
    return len(near) - known


@njit(cache=True)
def _stand_apart(indptr, near, most):  # type: ignore[no-untyped-def]
    """Nodes of ``most`` neighbours at most, no two side by side, those of fewer first."""
    chosen, shut = np.zeros(len(indptr) - 1, np.bool_), np.zeros(len(indptr) - 1, np.bool_)
    for degree in range(most + 1):
        for v in range(len(chosen)):
            if indptr[v + 1] - indptr[v] == degree and not shut[v]:
                chosen[v] = True
                for k in range(indptr[v], indptr[v + 1]):
                    shut[near[k]] = True
    return chosen


@njit(cache=True)
def _bridge(graph, gone, number, most):  # type: ignore[no-untyped-def]
    """Edges once nodes of ``most`` neighbours at most are ``gone``: those left, any two of one joined."""
    indptr, near = graph
    room = len(near) * max(most - 1, 2) // 4  # an edge stays, or stands for (most - 1) / 2 others
    tail, head, n = np.empty(room, np.int32), np.empty(room, np.int32), 0
    for v in range(len(gone)):
        for k in range(indptr[v], indptr[v + 1]):
            if not gone[v] and not gone[near[k]] and v < near[k]:
                tail[n], head[n] = number[v], number[near[k]]
                n += 1
            for other in range(k + 1, indptr[v + 1] if gone[v] else 0):
                tail[n], head[n] = number[near[k]], number[near[other]]
                n += 1
    return tail[:n], head[:n]


@njit(cache=True)
def find_parents(graph, order, rank):  # type: ignore[no-untyped-def]
    """The elimination tree, by rank: the first later row that a row meets; -1 at a root (Liu 1986)."""
    indptr, node = graph
    parent, ancestor = np.full(len(order), -1, np.int32), np.full(len(order), -1, np.int32)
    for v in range(len(order)):
        for k in range(indptr[order[v]], indptr[order[v] + 1]):
            below = rank[node[k]]
            while below < v and ancestor[below] != v:
                above = ancestor[below]
                ancestor[below] = v
                if above < 0:
                    parent[below] = v
                    break
                below = above
    return parent


@njit(cache=True)
def _postorder(parent):  # type: ignore[no-untyped-def]
    """Rows with each subtree in one piece, its root last; siblings in their old order."""
    n = len(parent)
    child, sibling = np.full(n + 1, -1, np.int32), np.full(n, -1, np.int32)
    for v in range(n - 1, -1, -1):  # a root is a child of n, of index -1
        sibling[v], child[parent[v]] = child[parent[v]], v
    found, stack, top, v = np.empty(n, np.int32), np.empty(n, np.int32), 0, n
    for place in range(n - 1, -1, -1):  # from the last: a root, then its children, the last first
        c = child[v]
        while c >= 0:
            stack[top] = c
            top, c = top + 1, sibling[c]
        top -= 1
        v = found[place] = stack[top]
    return found
