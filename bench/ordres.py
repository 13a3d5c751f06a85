"""Another order of elimination, to measure what nested dissection is worth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from maillage.network.routes.order import Neighbours


def cuthill_mckee(graph: Neighbours) -> NDArray[np.int32]:
    """Smallest bandwidth (reverse Cuthill-McKee)."""
    n_nodes = len(graph.indptr) - 1
    matrix = csr_array(
        (np.ones(len(graph.node), np.int8), graph.node, graph.indptr), shape=(n_nodes, n_nodes)
    )
    return np.asarray(reverse_cuthill_mckee(matrix, symmetric_mode=True), np.int32)
