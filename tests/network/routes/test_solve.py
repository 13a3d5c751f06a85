"""Questions over cores: the same answers on any number, each left alone until the next is asked for."""

import os
from threading import Event

import numpy as np
import pytest

from bench.mesures import at_nodes
from bench.reseau import make_network
from maillage.network.routes.factor import factorise
from maillage.network.routes.solve import make_rooms, nearest_by_batch, over_cores, starting, times_by_batch


def on_cores(monkeypatch: pytest.MonkeyPatch, n: int) -> None:
    """As if the process might use so many."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(n)))


def test_answers_are_the_same_on_any_number_of_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    graph, n_types = make_network(1500), 101
    factor, rng = factorise(graph), np.random.default_rng(3)
    sites = at_nodes(rng.integers(0, graph.n_nodes, 400))
    type_index = rng.integers(0, n_types, 400).astype(np.int32)
    asked = starting(factor, at_nodes(np.arange(graph.n_nodes))), sites, type_index, n_types
    made = []
    for cores in (1, 2, 5):
        on_cores(monkeypatch, cores)
        times = np.concatenate([some.copy() for _, some in times_by_batch(factor, *asked)], axis=1)
        nearest = [(some.time_ds.copy(), some.site.copy()) for _, some in nearest_by_batch(factor, *asked)]
        made.append([times, *(np.concatenate(half, axis=1) for half in zip(*nearest, strict=True))])
    assert np.array_equal(made[0][0], made[0][1]), "times alone, times with sites"
    for others in made[1:]:
        for mine, theirs in zip(made[0], others, strict=True):
            assert np.array_equal(mine, theirs)


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_an_answer_is_left_alone_until_the_next_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    """Those that may run ahead have ended when it is read; the one that takes its room has not begun."""
    on_cores(monkeypatch, cores)
    rooms, n = make_rooms((1,)), 9
    begun, ended = ([Event() for _ in range(n)] for _ in range(2))

    def answer(batch: int, label: np.ndarray, room: np.ndarray) -> np.ndarray:
        begun[batch].set()
        room[:] = batch
        ended[batch].set()
        return room

    assert len(rooms) == cores
    for batch, found in enumerate(over_cores(answer, range(n), (1,), np.int32, rooms)):
        for ahead in ended[batch : batch + len(rooms)]:
            assert ahead.wait(60)
        assert not any(later.is_set() for later in begun[batch + len(rooms) :])
        assert found.tolist() == [batch]
