"""What a user would pick instead, asked the same question: from every node, how long to the nearest source?

Each answers in whole deciseconds per node, int64[nodes], -1 where nothing is reached; people go to services.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from maillage.network.routes.graph import Graph

Ask = Callable[[NDArray[np.int64]], NDArray[np.int64]]
FAR = 2**62


def plain_dijkstra(graph: Graph) -> Ask:
    """One Dijkstra from all sources at once, compiled, on a binary heap: what one writes in an afternoon."""
    order = np.argsort(graph.head, kind="stable")
    indptr = np.searchsorted(graph.head[order], np.arange(graph.n_nodes + 1))
    tail, weight = graph.tail[order], graph.weight_ds[order].astype(np.int64)

    def ask(sources: NDArray[np.int64]) -> NDArray[np.int64]:
        time = np.full(graph.n_nodes, FAR)
        _dijkstra(indptr, tail, weight, sources, time)
        return np.where(time == FAR, -1, time)

    return ask


@njit(cache=True, nogil=True)
def _dijkstra(indptr, tail, weight, sources, time):  # type: ignore[no-untyped-def]
    heap = [(np.int64(0), s) for s in sources]
    heapify(heap)
    for s in sources:
        time[s] = 0
    while len(heap) > 0:
        t, v = heappop(heap)
        if t == time[v]:
            for k in range(indptr[v], indptr[v + 1]):
                if t + weight[k] < time[tail[k]]:
                    time[tail[k]] = t + weight[k]
                    heappush(heap, (t + weight[k], np.int64(tail[k])))


def scipy_dijkstra(graph: Graph) -> Ask:
    """``scipy.sparse.csgraph.dijkstra(min_only=True)`` on the reversed graph."""
    reverse = csr_matrix(
        (graph.weight_ds.astype(np.float64), (graph.head, graph.tail)), shape=(graph.n_nodes, graph.n_nodes)
    )

    def ask(sources: NDArray[np.int64]) -> NDArray[np.int64]:
        time = dijkstra(reverse, indices=sources, min_only=True)
        return np.where(np.isinf(time), -1, time).astype(np.int64)

    return ask


def routingkit(graph: Graph, order: NDArray[np.int32]) -> Ask:
    """routingkit-cch on our order: every node pinned, all sources as one multi-target."""
    return pin_routingkit(graph, prepare_routingkit(graph, order)[1]())


def pin_routingkit(graph: Graph, metric: Any) -> Ask:
    """Every node pinned, once customised."""
    from routingkit_cch import CCHManyToOne  # noqa: PLC0415

    engine = CCHManyToOne(metric, np.arange(graph.n_nodes).tolist())

    def ask(sources: NDArray[np.int64]) -> NDArray[np.int64]:
        times = engine.distances_to_multi([(int(s), 0) for s in sources])
        return np.array([-1 if time is None else time for time in times], np.int64)

    return ask


def prepare_routingkit(graph: Graph, order: NDArray[np.int32]) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Its symbolic phase, then its customisation, each to be called once; lists are made beforehand.

    It customises when a metric is made; nothing that we call perfecting is in it.
    """
    from routingkit_cch import CCH, CCHMetric  # noqa: PLC0415

    lists = [array.tolist() for array in (order, graph.tail, graph.head, graph.weight_ds)]
    made: list[Any] = []

    def build() -> Any:
        made.append(CCH(*lists[:3], filter_always_inf_arcs=False))
        return made[0]

    return build, lambda: CCHMetric(made[0] if made else build(), lists[3])


def pandana_pois(graph: Graph) -> Ask:
    """pandana 0.8 ``nearest_pois``, one category, one item."""
    import pandana  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    beyond = 1e6
    x, y = pd.Series(graph.lon), pd.Series(graph.lat)
    weights = pd.DataFrame({"ds": graph.weight_ds.astype(np.float64)})
    network = pandana.Network(x, y, pd.Series(graph.tail), pd.Series(graph.head), weights, twoway=False)

    def ask(sources: NDArray[np.int64]) -> NDArray[np.int64]:
        network.set_pois("services", beyond, 1, x[sources], y[sources])
        time = network.nearest_pois(beyond, "services", num_pois=1)[1].to_numpy()
        return np.where(time >= beyond, -1, np.rint(time)).astype(np.int64)

    return ask
