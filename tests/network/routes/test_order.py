"""Orders of elimination: every node once, no more fill-in than METIS alone, subtrees in one piece."""

import numpy as np
import pymetis
from hypothesis import given
from hypothesis import strategies as st

from bench.reseau import make_network
from maillage.network.routes.factor import symbolic
from maillage.network.routes.order import Neighbours, gather_subtrees, neighbours, nested_dissection


def metis(graph: Neighbours) -> np.ndarray:
    """METIS alone, as it comes."""
    adjacency = pymetis.CSRAdjacency(graph.indptr.astype(np.int32), graph.node)
    return np.asarray(pymetis.nested_dissection(adjacency)[0], np.int32)


def fill_in(graph: Neighbours, order: np.ndarray) -> tuple[int, dict[int, int]]:
    """Arcs added in all, and the parent of each node, by the textbook: eliminate, join all that is left."""
    around = {v: set(graph.node[graph.indptr[v] : graph.indptr[v + 1]].tolist()) for v in order.tolist()}
    rank = {v: place for place, v in enumerate(order.tolist())}
    arcs, parent = 0, {}
    for v in order.tolist():
        later = around.pop(v)
        arcs += len(later)
        parent[v] = min(later, key=rank.__getitem__, default=-1)
        for w in later:
            around[w] = (around[w] | later) - {v, w}
    return arcs, parent


def test_a_road_network_fills_in_less_than_by_metis_alone() -> None:
    graph = make_network(5000)
    ours, plain = symbolic(graph), symbolic(graph, metis)
    assert len(ours.head) < len(plain.head)


@given(
    st.integers(1, 12).flatmap(
        lambda n: st.tuples(
            st.just(n), st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=24)
        )
    ),
    st.randoms(use_true_random=False),
)
def test_any_graph(drawn, random) -> None:  # type: ignore[no-untyped-def]
    n, pairs = drawn
    tail, head = np.array(pairs, np.int32).reshape(-1, 2).T
    graph = neighbours(n, tail, head)
    order = nested_dissection(graph)
    assert sorted(order.tolist()) == list(range(n))
    any_order = np.array(random.sample(range(n), n), np.int32)
    arcs, parent = fill_in(graph, any_order)
    gathered = gather_subtrees(graph, any_order)
    assert fill_in(graph, gathered) == (arcs, parent), "the same elimination"
    for place, v in enumerate(gathered.tolist()):
        below = {u for u in range(n) if v in ancestors(u, parent)}
        assert set(gathered[place - len(below) : place].tolist()) == below


def ancestors(v: int, parent: dict[int, int]) -> set[int]:
    """All that is above a node in the elimination tree."""
    found: set[int] = set()
    while (v := parent[v]) >= 0:
        found.add(v)
    return found


@given(st.integers(0, 40), st.integers(0, 40))
def test_trees_and_rings_fill_in_as_little_as_can_be(n: int, hair: int) -> None:
    ring = np.arange(n, dtype=np.int32)
    tail = np.concatenate([ring, np.arange(hair, dtype=np.int32) + n])
    head = np.concatenate([np.roll(ring, 1), np.arange(hair, dtype=np.int32) // 2]).astype(np.int32)
    graph = neighbours(n + hair, tail, head)
    roads = len(graph.node) // 2
    if roads and n > 2:
        assert fill_in(graph, nested_dissection(graph))[0] == roads + (n - 3)
