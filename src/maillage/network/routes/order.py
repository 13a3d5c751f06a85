"""In which order to eliminate the nodes: the one choice that decides how much the factor fills in.

An ordering takes the neighbours of each node and returns the nodes, first eliminated first. Any function of
that shape will do; nested dissection suits roads, where small separators cut large regions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pymetis
from numpy.typing import NDArray


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
    plain = tail != head
    one, other = tail[plain].astype(np.int64), head[plain].astype(np.int64)
    pair = np.sort(np.concatenate([one * n_nodes + other, other * n_nodes + one]))
    pair = pair[np.diff(pair, prepend=-1) > 0]
    indptr = np.searchsorted(pair, np.arange(n_nodes + 1) * n_nodes)
    return Neighbours(indptr, (pair % max(n_nodes, 1)).astype(np.int32))


def nested_dissection(graph: Neighbours) -> NDArray[np.int32]:
    """Separators last, at every scale (METIS; Karypis and Kumar 1998)."""
    if len(graph.node) == 0:
        return np.arange(len(graph.indptr) - 1, dtype=np.int32)
    adjacency = pymetis.CSRAdjacency(graph.indptr.astype(np.int32), graph.node)
    order, _ = pymetis.nested_dissection(adjacency)
    return np.asarray(order, np.int32)
