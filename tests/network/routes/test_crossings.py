"""The engine where turns are forbidden: roads left by another node than the one they are entered by."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.network.roads import RoadTimes
from maillage.network.routes.factor import factorise
from maillage.network.routes.graph import NO_ARC, Graph
from tests.network import oracle


def open_crossings(graph: Graph, rng: np.random.Generator) -> Graph:
    """Some arcs arrive at a new node that leads to the old one for nothing; some leave from another."""
    head, tail = graph.head.copy(), graph.tail.copy()
    links: list[tuple[int, int]] = []
    n = graph.n_nodes
    for arc in range(graph.n_arcs):
        if rng.random() < 0.3:
            links.append((n, int(head[arc])))
            head[arc] = n
            n += 1
        if rng.random() < 0.3:
            links.append((int(tail[arc]), n))
            tail[arc] = n
            n += 1
    added = np.array(links, np.int32).reshape(-1, 2)
    return replace(
        graph,
        lon=np.zeros(n),
        lat=np.zeros(n),
        tail=np.concatenate([tail, added[:, 0]]),
        head=np.concatenate([head, added[:, 1]]),
        weight_ds=np.concatenate([graph.weight_ds, np.zeros(len(added), np.uint32)]),
        reverse=np.concatenate([graph.reverse, np.full(len(added), NO_ARC)]),
    )


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=100, deadline=None)
def test_nearest_is_the_truth_at_opened_crossings(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plain = oracle.random_graph(rng)
    graph = open_crossings(plain, rng)
    origins, places = (oracle.random_places(plain, n, rng) for n in (6, 12))
    sites = oracle.random_sites(12, rng)
    table = oracle.Table(places)
    answer = RoadTimes(graph, factorise(graph), table, origins).nearest(sites)
    truth = oracle.times(graph, origins, table(sites.points))
    time, site = oracle.nearest(truth, sites, np.ones(len(sites), bool), 1)
    np.testing.assert_array_equal(answer.time_ds, time[:, :, 0])
    np.testing.assert_array_equal(answer.site, site[:, :, 0])
