"""In which order to eliminate the nodes: the one choice that decides how much the factor fills in.

An ordering takes an undirected graph and returns its nodes, first eliminated first. Any function of that
shape will do; nested dissection is the one that suits roads, where small separators cut large regions.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pymetis
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

Ordering = Callable[[csr_array], NDArray[np.int32]]


def neighbours(n_nodes: int, tail: NDArray[np.int32], head: NDArray[np.int32]) -> csr_array:
    """The undirected graph under the arcs: symmetric, no loops, no parallels. ``data`` means nothing."""
    plain = tail != head
    ends = np.concatenate([tail[plain], head[plain]]), np.concatenate([head[plain], tail[plain]])
    graph = csr_array((np.ones(len(ends[0]), np.int8), ends), shape=(n_nodes, n_nodes))
    graph.sum_duplicates()
    return graph


def nested_dissection(graph: csr_array) -> NDArray[np.int32]:
    """Separators last, at every scale (METIS; Karypis and Kumar 1998)."""
    if graph.nnz == 0:
        return np.arange(graph.shape[0], dtype=np.int32)
    order, _ = pymetis.nested_dissection(pymetis.CSRAdjacency(graph.indptr, graph.indices))
    return np.asarray(order, np.int32)


def cuthill_mckee(graph: csr_array) -> NDArray[np.int32]:
    """Smallest bandwidth (reverse Cuthill-McKee): a point of comparison, it fills in far more."""
    return np.asarray(reverse_cuthill_mckee(graph, symmetric_mode=True), np.int32)
