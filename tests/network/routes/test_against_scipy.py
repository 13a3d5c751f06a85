"""Whole networks against scipy's Dijkstra: every node, every type, to the decisecond."""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bench.mesures import at_nodes
from bench.reseau import make_network
from maillage.catalogue.vitesses import load_mode
from maillage.network.osm.build import build_network
from maillage.network.routes.factor import factorise
from maillage.network.routes.graph import Graph
from maillage.network.routes.solve import nearest_by_batch, starting, times_by_batch
from maillage.network.travel_times import UNREACHABLE
from maillage.sources.osm.assemblage import read_osm


def check_every_node(graph: Graph, n_types: int) -> None:
    rng = np.random.default_rng(1)
    sources = [np.unique(rng.integers(0, graph.n_nodes, rng.integers(1, 30))) for _ in range(n_types)]
    type_index = np.repeat(np.arange(n_types, dtype=np.int32), [len(s) for s in sources])
    factor = factorise(graph)
    everywhere = starting(factor, at_nodes(np.arange(graph.n_nodes)))
    asked = factor, everywhere, at_nodes(np.concatenate(sources)), type_index, n_types
    times = np.concatenate([some.copy() for _, some in times_by_batch(*asked)], axis=1)
    with_sites = np.concatenate([some.time_ds.copy() for _, some in nearest_by_batch(*asked)], axis=1)
    np.testing.assert_array_equal(times, with_sites)
    reverse = fastest_of_parallels(graph)
    for t in range(n_types):
        truth = dijkstra(reverse, indices=sources[t], min_only=True)
        found = np.where(times[:, t] == UNREACHABLE, np.inf, times[:, t])
        np.testing.assert_array_equal(found, truth)


def fastest_of_parallels(graph: Graph) -> csr_array:
    """Arcs turned round; scipy would add up parallel ones."""
    order = np.lexsort([graph.weight_ds, graph.tail, graph.head])
    head, tail, weight = graph.head[order], graph.tail[order], graph.weight_ds[order].astype(float)
    first = np.r_[True, (np.diff(head) != 0) | (np.diff(tail) != 0)]
    indptr = np.searchsorted(head[first], np.arange(graph.n_nodes + 1))
    return csr_array((weight[first], tail[first], indptr), shape=(graph.n_nodes, graph.n_nodes))


def test_a_synthetic_network_equals_scipy() -> None:
    check_every_node(make_network(3000), 130)  # more batches than rooms to answer in


@pytest.mark.lent
def test_the_real_roads_of_andorra_equal_scipy(donnees: Path) -> None:
    extract = read_osm(donnees / "osm" / "andorra.osm.pbf")
    check_every_node(build_network(extract, load_mode("voiture")).graph, 60)
