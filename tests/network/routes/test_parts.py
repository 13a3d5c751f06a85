"""Rows shared between cores: parts know nothing of one another, and the factor is the same on any number."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.reseau import make_network
from maillage.network.routes.factor import Pattern, customise, symbolic
from maillage.network.routes.graph import Graph
from maillage.network.routes.parts import TOP, share_rows


@pytest.fixture(scope="module")
def reseau() -> tuple[Graph, Pattern]:
    graph = make_network(3000)
    return graph, symbolic(graph)


def list_arcs(pattern: Pattern) -> np.ndarray:
    """(row, entry) of each arc."""
    rows = np.repeat(np.arange(len(pattern.indptr) - 1), np.diff(pattern.indptr))
    return np.column_stack([rows, pattern.head])


@pytest.mark.parametrize("n_parts", [1, 2, 3, 8])
def test_no_arc_joins_two_parts(reseau: tuple[Graph, Pattern], n_parts: int) -> None:
    _, pattern = reseau
    part = share_rows(pattern.indptr, pattern.head, n_parts)
    low, high = part[list_arcs(pattern)].T
    assert np.all((high == TOP) | (high == low)), "above a row of a part: that part, or the top"
    assert part.min() >= TOP
    assert part.max() < n_parts
    cost = np.bincount(part + 1, weights=np.diff(pattern.indptr) ** 2, minlength=n_parts + 1)
    if n_parts == 2:
        assert cost[0] < 0.1 * cost.sum()
        assert cost[1:].max() < 0.65 * cost.sum()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=60), st.integers(1, 4))
def test_any_forest_is_shared(above: list[int], n_parts: int) -> None:
    """A row has one entry at most: its parent, drawn above it; roots and rows alone are shared too."""
    n = len(above)
    parents = [v + 1 + up if v + 1 + up < n else -1 for v, up in enumerate(above)]
    indptr = np.cumsum([0, *(parent >= 0 for parent in parents)])
    head = np.array([parent for parent in parents if parent >= 0], np.int32)
    part = share_rows(indptr, head, n_parts)
    for v, parent in enumerate(parents):
        assert TOP <= part[v] < n_parts
        if parent >= 0:
            assert part[parent] in {TOP, part[v]}


@pytest.mark.parametrize("n_parts", [2, 3])
def test_twigs_on_a_separator_do_not_hide_what_it_parts(n_parts: int) -> None:
    """As in real networks: a separator of many rows, a twig on each, and the regions under its last row."""
    region, separator = 400, 200
    above = [v + 1 for v in range(n_parts * region)]
    above[region - 1 :: region] = [n_parts * region] * n_parts
    root = n_parts * region + separator - 1
    above += [min(v + 1, root) for v in range(n_parts * region, root)] + [-1]
    twigs = list(range(n_parts * region, root + 1))
    number = np.concatenate([np.arange(len(above)) + separator, np.arange(separator)])  # twigs come first
    parent = np.full(len(number), -1)
    parent[number] = [number[up] if up >= 0 else -1 for up in above + twigs]
    indptr = np.cumsum([0, *(parent >= 0)])
    part = share_rows(indptr, parent[parent >= 0].astype(np.int32), n_parts)
    rows = np.bincount(part + 1, minlength=n_parts + 1)
    assert rows[0] == separator
    assert min(rows[1:]) >= region


def test_the_factor_is_the_same_on_any_number_of_cores(
    reseau: tuple[Graph, Pattern], monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, pattern = reseau
    made = []
    for cores in (1, 2, 3, 5):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, n=cores: set(range(n)))
        made.append(customise(pattern, graph))
    for other in made[1:]:
        for mine, theirs in zip((*made[0].up, *made[0].down), (*other.up, *other.down), strict=True):
            assert np.array_equal(mine, theirs)


def test_a_factor_holds_no_more_memory_than_its_useful_arcs(reseau: tuple[Graph, Pattern]) -> None:
    """It is written over the times of all arcs, and what is left over is given back."""
    graph, pattern = reseau
    factor = customise(pattern, graph)
    for half in (factor.up, factor.down):
        assert len(half.head) == len(half.weight) == half.indptr[-1] < len(pattern.head)
        assert half.head.flags.owndata
        assert half.weight.flags.owndata
