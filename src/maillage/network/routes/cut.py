"""A graph cut in two by few nodes: a rough cut between clusters, then the fewest nodes within reach of it.

METIS (Karypis and Kumar 1998) would look at every node: it is given clusters of a few nodes instead. The
fewest nodes that part both sides, none farther than :data:`REACH` from the rough cut, are found by a maximum
flow (Menger 1927, Dinic 1970), as in FlowCutter (Hamann and Strasser 2018). A graph is the two arrays
of :class:`~maillage.network.routes.order.Neighbours`, as int32.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pymetis
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

Array = NDArray[np.int32]
Sides = NDArray[np.int8]

CLUSTER: Final = 8
"""Nodes to a cluster, at most."""
REACH: Final = 8
"""From a rough cut, in edges: the nodes that may part both sides."""
UNEVEN: Final = 50
"""By how many thousandths a side may be heavier than half, in the rough cut."""
BETWEEN: Final = 2
"""The side of a node that parts both."""


def cut(indptr: Array, node: Array) -> Sides:
    """The side of each node, 0 or 1, or :data:`BETWEEN`: no edge joins 0 and 1.

    >>> ladder = np.arange(200, dtype=np.int32)
    >>> two = np.concatenate([ladder[:-2], ladder[:-1:2]]), np.concatenate([ladder[2:], ladder[1::2]])
    >>> tail, head = np.concatenate(two), np.concatenate(two[::-1])
    >>> graph = np.searchsorted(np.sort(tail), np.arange(201)), head[np.argsort(tail, kind="stable")]
    >>> np.bincount(cut(*(array.astype(np.int32) for array in graph)), minlength=3)[2].item()
    2
    """
    cluster, n_clusters = _gather(indptr, node, CLUSTER)
    weight, coarse, near, edges = _contract(indptr, node, cluster, n_clusters)
    rough = _part(coarse, near, weight, edges)
    return least_cut(indptr, node, rough[cluster])


def _part(indptr: Array, node: Array, weight: Array, edges: Array) -> Sides:
    """A side for each cluster, of like weight, few edges between: without edges, in their order."""
    if len(node) == 0:
        return np.where(np.cumsum(weight) > weight.sum() // 2, np.int8(1), np.int8(0))
    adjacency, options = pymetis.CSRAdjacency(indptr, node), pymetis.Options(ufactor=UNEVEN)
    found = pymetis.part_graph(2, adjacency, vweights=weight, eweights=edges, recursive=True, options=options)
    return np.asarray(found.vertex_part, np.int8)


def least_cut(indptr: Array, node: Array, side: Sides) -> Sides:
    """The fewest nodes, within :data:`REACH` of where both sides meet, that part what lies beyond.

    A node near the cut is an arc that one unit may take, from its inside to its outside. Units start from the
    rim on side 0, and end on that of side 1: where one is entered and not left, the cut is.
    """
    depth = _near(indptr, node, side, REACH)
    band = np.flatnonzero(depth).astype(np.int32)
    start, near = between(indptr, node, band)
    inside, outside = np.arange(2 * len(band), dtype=np.int32).reshape(2, -1)
    source, sink = 2 * len(band), 2 * len(band) + 1
    leave, enter = (np.flatnonzero((depth[band] == REACH) & (side[band] == one)) for one in (0, 1))
    tail = np.concatenate(
        [inside, outside[np.repeat(inside, np.diff(start))], np.full(len(leave), source), outside[enter]]
    )
    head = np.concatenate([outside, inside[near], inside[leave], np.full(len(enter), sink)])
    most = np.where(np.arange(len(tail)) < len(band), np.int32(1), np.int32(sink))
    capacity = csr_array((most, (tail, head)), shape=(sink + 1, sink + 1))
    left = capacity - maximum_flow(capacity, source, sink).flow
    reached = np.zeros(sink + 1, bool)
    reached[breadth_first_order(left > 0, source, return_predecessors=False)] = True
    parted = side.copy()
    parted[band] = np.where(~reached[inside], 1, np.where(reached[outside], 0, BETWEEN))
    return parted


@njit(cache=True)
def _gather(indptr, node, most):  # type: ignore[no-untyped-def]
    """The cluster of each node: a node still free and those around it, ``most`` at most; and how many."""
    cluster, n_clusters = np.full(len(indptr) - 1, -1, np.int32), 0
    members = np.empty(most, np.int32)
    for seed in range(len(cluster)):
        if cluster[seed] >= 0:
            continue
        cluster[seed], members[0], n, place = n_clusters, seed, 1, 0
        while place < n < most:
            for w in node[indptr[members[place]] : indptr[members[place] + 1]]:
                if cluster[w] < 0 and n < most:
                    cluster[w], members[n] = n_clusters, w
                    n += 1
            place += 1
        n_clusters += 1
    return cluster, n_clusters


@njit(cache=True)
def _contract(indptr, node, cluster, n_clusters):  # type: ignore[no-untyped-def]
    """The nodes in each cluster; the graph between clusters; how many edges stand for each of its own."""
    start = np.zeros(n_clusters + 1, np.int32)
    for c in cluster:
        start[c + 1] += 1
    weight = start[1:].copy()
    start[:] = np.cumsum(start)
    free, member = start.copy(), np.empty(len(cluster), np.int32)
    for v in range(len(cluster)):
        member[free[cluster[v]]] = v
        free[cluster[v]] += 1
    coarse, near, edges = np.zeros(n_clusters + 1, np.int32), np.empty_like(node), np.empty_like(node)
    seen, place, n = np.full(n_clusters, -1, np.int32), np.empty(n_clusters, np.int32), 0
    for c in range(n_clusters):
        for v in member[start[c] : start[c + 1]]:
            for w in node[indptr[v] : indptr[v + 1]]:
                d = cluster[w]
                if d != c and seen[d] != c:
                    seen[d], place[d], near[n], edges[n] = c, n, d, 0
                    n += 1
                if d != c:
                    edges[place[d]] += 1
        coarse[c + 1] = n
    return weight, coarse, near[:n].copy(), edges[:n].copy()


@njit(cache=True)
def _near(indptr, node, side, reach):  # type: ignore[no-untyped-def]
    """How deep in its side each node lies: 1 where both sides meet, ``reach`` at most; 0 is deeper."""
    depth, queue, n = np.zeros(len(side), np.int8), np.empty(len(side), np.int32), 0
    for v in range(len(side)):
        for w in node[indptr[v] : indptr[v + 1]]:
            if side[w] != side[v] and depth[v] == 0:
                depth[v], queue[n] = 1, v
                n += 1
    place = 0
    while place < n and depth[queue[place]] < reach:
        v = queue[place]
        for w in node[indptr[v] : indptr[v + 1]]:
            if depth[w] == 0:
                depth[w], queue[n] = depth[v] + 1, w
                n += 1
        place += 1
    return depth


@njit(cache=True)
def between(indptr, node, kept):  # type: ignore[no-untyped-def]
    """The graph between the nodes ``kept``, numbered in their order."""
    number, most = np.full(len(indptr) - 1, -1, np.int32), 0
    for i in range(len(kept)):
        number[kept[i]] = i
        most += indptr[kept[i] + 1] - indptr[kept[i]]
    start, near, n = np.zeros(len(kept) + 1, np.int32), np.empty(most, np.int32), 0
    for i in range(len(kept)):
        for k in range(indptr[kept[i]], indptr[kept[i] + 1]):
            if number[node[k]] >= 0:
                near[n] = number[node[k]]
                n += 1
        start[i + 1] = n
    return start, near[:n].copy()
