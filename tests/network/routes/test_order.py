"""Orders of elimination: every node once, no more fill-in than METIS alone, subtrees in one piece."""

import os
import subprocess

import numpy as np
import pymetis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.reseau import make_network
from maillage.network.routes import dissect
from maillage.network.routes import order as order_module
from maillage.network.routes.factor import symbolic
from maillage.network.routes.graph import NO_ARC, Graph
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


@st.composite
def graphs(draw: st.DrawFn) -> Neighbours:
    """Up to twelve nodes, connected or not."""
    n = draw(st.integers(1, 12))
    pairs = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=24))
    tail, head = np.array(pairs, np.int32).reshape(-1, 2).T
    return neighbours(n, tail, head)


@given(st.integers(1, 8), st.data())
def test_neighbours_are_told_once_and_ascending(n: int, data: st.DataObject) -> None:
    """Whatever the arcs: parallel, both ways, from a node to itself."""
    pairs = data.draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=24))
    tail, head = np.array(pairs, np.int32).reshape(-1, 2).T
    graph = neighbours(n, tail, head)
    told = [graph.node[graph.indptr[v] : graph.indptr[v + 1]].tolist() for v in range(n)]
    both = {(a, b) for pair in pairs for a, b in (pair, pair[::-1]) if a != b}
    assert told == [sorted(w for v, w in both if v == one) for one in range(n)]


@given(graphs(), st.randoms(use_true_random=False))
def test_any_graph(graph, random) -> None:  # type: ignore[no-untyped-def]
    n = len(graph.indptr) - 1
    order = nested_dissection(graph)
    assert sorted(order.tolist()) == list(range(n))
    any_order = np.array(random.sample(range(n), n), np.int32)
    arcs, parent = fill_in(graph, any_order)
    check_pattern(graph, any_order, arcs, parent)
    gathered = gather_subtrees(graph, any_order)
    assert fill_in(graph, gathered) == (arcs, parent), "the same elimination"
    for place, v in enumerate(gathered.tolist()):
        below = {u for u in range(n) if v in ancestors(u, parent)}
        assert set(gathered[place - len(below) : place].tolist()) == below


def check_pattern(graph: Neighbours, order: np.ndarray, arcs: int, parent: dict[int, int]) -> None:
    """As many arcs as the textbook's, rows ascending, the first entry of each its parent."""
    n = len(order)
    tail = np.repeat(np.arange(n, dtype=np.int32), np.diff(graph.indptr))
    ones = np.ones(len(tail), np.uint32)
    roads = Graph(np.zeros(n), np.zeros(n), tail, graph.node, ones, np.full(len(tail), NO_ARC))
    rank, indptr, head = symbolic(roads, lambda _: order)
    assert len(head) == arcs
    for v in range(n):
        row = head[indptr[rank[v]] : indptr[rank[v] + 1]].tolist()
        assert row == sorted(set(row))
        assert min(row, default=-1) == (rank[parent[v]] if parent[v] >= 0 else -1)


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


@given(graphs(), st.integers(0, 5))
def test_nodes_that_go_at_once_leave_the_graph_of_the_textbook(graph: Neighbours, most: int) -> None:
    """No two side by side; eliminated one after the other, they leave the same edges."""
    chosen, others, left = order_module._thin(graph, most)
    around = {
        v: set(graph.node[graph.indptr[v] : graph.indptr[v + 1]].tolist())
        for v in range(len(graph.indptr) - 1)
    }
    assert all(len(around[v]) <= most and not around[v] & set(chosen.tolist()) for v in chosen.tolist())
    assert sorted([*chosen.tolist(), *others.tolist()]) == sorted(around)
    for v in chosen.tolist():
        later = around.pop(v)
        for w in later:
            around[w] = (around[w] | later) - {v, w}
    told = {
        v: {others[w] for w in left.node[left.indptr[i] : left.indptr[i + 1]]}
        for i, v in enumerate(others.tolist())
    }
    assert told == around


@pytest.fixture
def cut_small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Graphs are cut until nothing is left of them, and each is large enough for two processes."""
    monkeypatch.setattr(dissect, "SMALL", 100)
    monkeypatch.setattr(dissect, "LARGE", 1)


def on_cores(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    """As if the process might use so many."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(n)))


@pytest.mark.usefixtures("cut_small")
def test_a_graph_too_small_to_cut_leaves_the_second_process_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    on_cores(monkeypatch, 2)
    path = np.arange(50, dtype=np.int32)
    order = nested_dissection(neighbours(50, path[:-1], path[1:]))
    assert sorted(order.tolist()) == path.tolist()


def test_the_order_is_the_same_on_any_number_of_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dissect, "LARGE", 1)
    graph = large()
    started: list[int] = []
    start = subprocess.Popen

    def watched(*command, **streams):  # type: ignore[no-untyped-def]
        child = start(*command, **streams)
        started.append(child.pid)
        return child

    monkeypatch.setattr(subprocess, "Popen", watched)
    on_cores(monkeypatch, 2)
    on_two = nested_dissection(graph)
    assert len(started) == 1
    on_cores(monkeypatch, 1)
    assert np.array_equal(nested_dissection(graph), on_two)
    assert len(started) == 1
    assert sorted(on_two.tolist()) == list(range(len(on_two)))


def large() -> Neighbours:
    """A graph that is cut in two, and each half again, once it is peeled and thinned."""
    side = 300
    cell = np.arange(side * side, dtype=np.int32).reshape(side, side)
    pairs = [(cell[:-1], cell[1:]), (cell[:, :-1], cell[:, 1:]), (cell[:-1, :-1], cell[1:, 1:])]
    tail, head = (np.concatenate([pair[end].ravel() for pair in pairs]) for end in (0, 1))
    return neighbours(side * side, tail, head)


@pytest.mark.usefixtures("cut_small")
@pytest.mark.parametrize("executable", ["/nowhere/python", "/bin/false"])
def test_without_a_second_process_the_order_is_the_same(
    monkeypatch: pytest.MonkeyPatch, executable: str
) -> None:
    plain = make_network(3000)
    graph = neighbours(plain.n_nodes, plain.tail, plain.head)
    on_cores(monkeypatch, 1)
    alone = nested_dissection(graph)
    on_cores(monkeypatch, 2)
    monkeypatch.setattr("sys.executable", executable)
    assert np.array_equal(nested_dissection(graph), alone)


@pytest.mark.usefixtures("cut_small")
def test_a_graph_that_is_cut_fills_in_little_more(monkeypatch: pytest.MonkeyPatch) -> None:
    on_cores(monkeypatch, 1)
    graph = make_network(5000)
    cut = symbolic(graph)
    monkeypatch.setattr(dissect, "SMALL", 10**9)
    assert len(cut.head) < 1.05 * len(symbolic(graph).head)


@given(graphs())
def test_any_graph_is_cut(graph: Neighbours) -> None:
    n_nodes = len(graph.indptr) - 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dissect, "SMALL", 1)
        order = dissect.dissect(graph.indptr.astype(np.int32), graph.node, dissect.in_turn)
    assert sorted(order.tolist()) == list(range(n_nodes))
