"""Cuts: no edge from one side to the other, by as few nodes as any that lie within reach."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.reseau import make_network
from maillage.network.routes import cut as module
from maillage.network.routes.cut import BETWEEN, between, cut, least_cut
from maillage.network.routes.order import Neighbours, neighbours


@st.composite
def graphs_in_two(draw: st.DrawFn) -> tuple[Neighbours, np.ndarray]:
    """Up to eight nodes, connected or not, each on a side."""
    n = draw(st.integers(1, 8))
    pairs = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=14))
    tail, head = np.array(pairs, np.int32).reshape(-1, 2).T
    return neighbours(n, tail, head), np.array(
        draw(st.lists(st.integers(0, 1), min_size=n, max_size=n)), np.int8
    )


def around(graph: Neighbours) -> list[set[int]]:
    return [
        set(graph.node[graph.indptr[v] : graph.indptr[v + 1]].tolist()) for v in range(len(graph.indptr) - 1)
    ]


def depths(near: list[set[int]], side: list[int]) -> list[int]:
    """How many edges from the other side, by the plainest search; 99 where it is never met."""
    depth = [1 if any(side[w] != side[v] for w in near[v]) else 99 for v in range(len(near))]
    for _ in near:
        depth = [min([depth[v], *(depth[w] + 1 for w in near[v])]) for v in range(len(near))]
    return depth


def joined(near: list[set[int]], start: set[int], end: set[int], allowed: set[int]) -> bool:
    """Whether a way within ``allowed`` leads from ``start`` to ``end``."""
    seen = start & allowed
    while grown := {w for v in seen for w in near[v] & allowed} - seen:
        seen |= grown
    return bool(seen & end)


@given(graphs_in_two(), st.integers(1, 3))
def test_the_fewest_nodes_within_reach(drawn: tuple[Neighbours, np.ndarray], reach: int) -> None:
    """Every subset of the nodes within reach is tried."""
    graph, side = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "REACH", reach)
        parted = least_cut(graph.indptr.astype(np.int32), graph.node, side)
    near, was = around(graph), side.tolist()
    depth = depths(near, was)
    within = {v for v in range(len(near)) if depth[v] <= reach}
    rims = [{v for v in within if depth[v] == reach and was[v] == one} for one in (0, 1)]
    fewest = next(
        n
        for n in range(len(near) + 1)
        if any(not joined(near, *rims, within - set(some)) for some in combinations(sorted(within), n))
    )
    assert (parted == BETWEEN).sum() == fewest
    assert all(parted[v] == was[v] for v in range(len(near)) if v not in within)
    check_parted(near, parted)


def check_parted(near: list[set[int]], side: np.ndarray) -> None:
    for v, others in enumerate(near):
        assert side[v] == BETWEEN or {int(side[w]) for w in others} <= {int(side[v]), BETWEEN}


def test_a_road_network_is_cut_in_halves_by_few_nodes() -> None:
    """A tenth of the side of a square network would be few; clusters alone leave more."""
    plain = make_network(10_000)
    graph = neighbours(plain.n_nodes, plain.tail, plain.head)
    indptr, node = graph.indptr.astype(np.int32), graph.node
    side = cut(indptr, node)
    check_parted(around(graph), side)
    sizes = np.bincount(side, minlength=3)
    assert min(sizes[:2]) > 0.4 * plain.n_nodes
    cluster, n_clusters = module._gather(indptr, node, module.CLUSTER)
    weight, coarse, near, edges = module._contract(indptr, node, cluster, n_clusters)
    rough = module._part(coarse, near, weight, edges)[cluster]
    ends = {v for v in range(plain.n_nodes) if (rough[node[indptr[v] : indptr[v + 1]]] > rough[v]).any()}
    assert sizes[BETWEEN] < len(ends)


@given(graphs_in_two(), st.integers(1, 4))
def test_clusters_and_the_graph_between_them(drawn: tuple[Neighbours, np.ndarray], most: int) -> None:
    graph, _ = drawn
    indptr, node = graph.indptr.astype(np.int32), graph.node
    cluster, n_clusters = module._gather(indptr, node, most)
    weight, start, near, edges = module._contract(indptr, node, cluster, n_clusters)
    assert weight.tolist() == np.bincount(cluster, minlength=n_clusters).tolist()
    assert set(cluster.tolist()) == set(range(n_clusters))
    assert weight.max() <= most
    told = {
        (c, int(near[k])): int(edges[k]) for c in range(n_clusters) for k in range(start[c], start[c + 1])
    }
    ends = [(int(cluster[v]), int(cluster[w])) for v, others in enumerate(around(graph)) for w in others]
    assert told == {pair: ends.count(pair) for pair in ends if pair[0] != pair[1]}
    assert len(told) == len(near), "each neighbour once"


@given(graphs_in_two())
def test_the_graph_between_some_nodes(drawn: tuple[Neighbours, np.ndarray]) -> None:
    graph, side = drawn
    kept = np.flatnonzero(side).astype(np.int32)
    start, near = between(graph.indptr.astype(np.int32), graph.node, kept)
    told = [{int(kept[w]) for w in near[start[i] : start[i + 1]]} for i in range(len(kept))]
    assert told == [around(graph)[v] & set(kept.tolist()) for v in kept.tolist()]


def test_clusters_without_roads_between_are_parted_by_weight() -> None:
    """Ten rings of seven nodes: no edge to cut."""
    node = np.arange(70, dtype=np.int32)
    graph = neighbours(70, node, (node // 7 * 7 + (node + 1) % 7).astype(np.int32))
    side = cut(graph.indptr.astype(np.int32), graph.node)
    assert np.bincount(side).tolist() == [35, 35]
