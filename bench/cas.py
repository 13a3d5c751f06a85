"""The networks to measure on, made once and kept in ``build/bench``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.reseau import make_network
from maillage.network.routes.graph import Graph
from maillage.network.routes.order import neighbours, nested_dissection

FOLDER = Path("build/bench")
ARRAYS = ("lon", "lat", "tail", "head", "weight_ds", "reverse")


@dataclass(frozen=True)
class Cas:
    """A synthetic network and its order."""

    graph: Graph
    order: NDArray[np.int32]


def load_case(n_nodes: int) -> Cas:
    """The network of ``n_nodes``, made now if it was never made."""
    file = FOLDER / f"reseau-{n_nodes}.npz"
    if not file.exists():
        _make(n_nodes, file)
    with np.load(file) as stored:
        return Cas(Graph(**{name: stored[name] for name in ARRAYS}), stored["order"])


def _make(n_nodes: int, file: Path) -> None:
    graph = make_network(n_nodes)
    order = nested_dissection(neighbours(graph.n_nodes, graph.tail, graph.head))
    file.parent.mkdir(parents=True, exist_ok=True)
    arrays = {name: getattr(graph, name) for name in ARRAYS}
    np.savez(file.with_suffix(".part.npz"), order=order, **arrays)
    file.with_suffix(".part.npz").rename(file)
