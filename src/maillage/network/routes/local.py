"""Local updates: opening or closing a site only moves the labels near it.

Labels are those of :mod:`~maillage.network.routes.sweep`, one type at a time, on the graph itself with its
nodes renumbered by row. Opening improves labels outwards from the new site; closing strips its territory and
refills it from the rim. Both are a bounded Dijkstra, exact, and write a journal that undoes them.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.network.routes.factor import Factor
from maillage.network.routes.graph import Graph
from maillage.network.routes.sweep import FAR, SITE_BITS

_SITE = 2**SITE_BITS - 1


class Arcs(NamedTuple):
    """Arcs by row: ``indptr`` int64[rows + 1], the other ``end`` int32, ``weight`` int32 deciseconds."""

    indptr: NDArray[np.int64]
    end: NDArray[np.int32]
    weight: NDArray[np.int32]


def _arcs_by(
    start: NDArray[np.int32], end: NDArray[np.int32], weight: NDArray[np.uint32], n_rows: int
) -> Arcs:
    """Sort arcs by their start."""
    order = np.argsort(start, kind="stable")
    indptr = np.concatenate([[0], np.cumsum(np.bincount(start, minlength=n_rows))])
    return Arcs(indptr, end[order], weight[order].astype(np.int32))


class Network(NamedTuple):
    """A factor, and its graph by row: ``entering`` arcs by their head, ``leaving`` arcs by their tail."""

    factor: Factor
    entering: Arcs
    leaving: Arcs


def network(graph: Graph, factor: Factor) -> Network:
    """The graph renumbered by row."""
    tail, head = factor.rank[graph.tail], factor.rank[graph.head]
    entering = _arcs_by(head, tail, graph.weight_ds, graph.n_nodes)
    return Network(factor, entering, _arcs_by(tail, head, graph.weight_ds, graph.n_nodes))


@njit(cache=True, nogil=True)
def open_site(entering, row, own, label):  # type: ignore[no-untyped-def]
    """Offer the labels ``own`` at ``row`` and improve outwards. The journal: rows and their labels before."""
    rows, before = [np.int32(0) for _ in range(0)], [np.int64(0) for _ in range(0)]
    heap = [(own[i], row[i]) for i in range(len(row))]
    heapify(heap)
    _settle(entering, heap, label, rows, before)
    return np.array(rows, np.int32), np.array(before, np.int64)


@njit(cache=True, nogil=True)
def close_site(entering, leaving, site, row, left_row, left, label):  # type: ignore[no-untyped-def]
    """Take back ``site``'s labels, from its ``row`` outwards, and refill from the rim.

    ``left`` int64 are the labels that the sites left offer at ``left_row``. The journal: rows and their
    labels before, to undo from its end.
    """
    rows, before = [np.int32(0) for _ in range(0)], [np.int64(0) for _ in range(0)]
    _strip(entering, site, row, label, rows, before)
    heap = [(left[i], left_row[i]) for i in range(len(left)) if left[i] < label[left_row[i]]]
    _rim(leaving, rows, label, heap)
    heapify(heap)
    _settle(entering, heap, label, rows, before)
    return np.array(rows, np.int32), np.array(before, np.int64)


@njit(cache=True, nogil=True)
def undo(rows, before, label):  # type: ignore[no-untyped-def]
    """Give the rows of a journal their labels back, the last change first."""
    for i in range(len(rows) - 1, -1, -1):
        label[rows[i]] = before[i]


@njit(cache=True, nogil=True)
def _strip(entering, site, row, label, rows, before):  # type: ignore[no-untyped-def]
    """A site's territory is connected: walk it against the traffic and leave it unlabelled."""
    for i in range(len(row)):
        _strip_row(row[i], site, label, rows, before)
    done = 0
    while done < len(rows):
        for k in range(entering.indptr[rows[done]], entering.indptr[rows[done] + 1]):
            _strip_row(entering.end[k], site, label, rows, before)
        done += 1


@njit(cache=True, nogil=True)
def _strip_row(v, site, label, rows, before):  # type: ignore[no-untyped-def]
    if label[v] < FAR and label[v] & _SITE == site:
        rows.append(v)
        before.append(label[v])
        label[v] = FAR


@njit(cache=True, nogil=True)
def _rim(leaving, rows, label, heap):  # type: ignore[no-untyped-def]
    """What the labelled surroundings offer to each stripped row."""
    for i in range(len(rows)):
        best = FAR
        for k in range(leaving.indptr[rows[i]], leaving.indptr[rows[i] + 1]):
            best = min(best, label[leaving.end[k]] + (np.int64(leaving.weight[k]) << SITE_BITS))
        if best < FAR:
            heap.append((best, rows[i]))


@njit(cache=True, nogil=True)
def _settle(entering, heap, label, rows, before):  # type: ignore[no-untyped-def]
    """Dijkstra, as far as labels improve; a row is written once, when it leaves the heap."""
    while len(heap) > 0:
        best, v = heappop(heap)
        if best < label[v]:
            rows.append(v)
            before.append(label[v])
            label[v] = best
            for k in range(entering.indptr[v], entering.indptr[v + 1]):
                offer = best + (np.int64(entering.weight[k]) << SITE_BITS)
                if offer < label[entering.end[k]]:
                    heappush(heap, (offer, entering.end[k]))
