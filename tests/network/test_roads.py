"""Every answer against roads really cut in two and Dijkstra in plain Python, to the decisecond."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.network.roads import RoadTimes
from maillage.network.routes.factor import factorise
from maillage.network.routes.graph import Attachment
from maillage.network.routes.order import Neighbours, nested_dissection
from maillage.network.travel_times import UNREACHABLE, Sites
from tests.network import oracle

seeds = st.integers(0, 2**32 - 1)
exact = settings(max_examples=200, deadline=None)


class Case:
    """A random network with origins, places and sites, and the engine on it."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        plain = oracle.random_graph(self.rng)
        self.graph = oracle.with_residents(plain, self.rng) if self.rng.random() < 0.5 else plain
        self.origins = oracle.random_places(plain, int(self.rng.integers(0, 9)), self.rng)
        self.table = oracle.Table(oracle.random_places(plain, 12, self.rng))
        self.sites = oracle.random_sites(12, self.rng)
        ordering = nested_dissection if self.rng.random() < 0.8 else self.shuffle
        self.roads = RoadTimes(self.graph, factorise(self.graph, ordering), self.table, self.origins)

    def shuffle(self, graph: Neighbours) -> np.ndarray:
        """Any order will do: only the fill-in depends on it."""
        return self.rng.permutation(len(graph.indptr) - 1).astype(np.int32)

    def times(self, sites: Sites) -> np.ndarray:
        return oracle.times(self.graph, self.origins, self.table(sites.points))


@pytest.mark.lent
@given(seeds)
@exact
def test_nearest_is_the_truth(seed: int) -> None:
    case = Case(seed)
    time, site = oracle.nearest(case.times(case.sites), case.sites, np.ones(len(case.sites), bool), 1)
    answer = case.roads.nearest(case.sites)
    np.testing.assert_array_equal(answer.time_ds, time[:, :, 0])
    np.testing.assert_array_equal(answer.site, site[:, :, 0])


@pytest.mark.lent
@given(seeds, st.integers(1, 5))
@exact
def test_k_nearest_is_the_truth(seed: int, k: int) -> None:
    case = Case(seed)
    time, site = oracle.nearest(case.times(case.sites), case.sites, np.ones(len(case.sites), bool), k)
    answer = case.roads.k_nearest(case.sites, k)
    np.testing.assert_array_equal(answer.time_ds, time)
    np.testing.assert_array_equal(answer.site, site)


@pytest.mark.lent
@given(seeds, st.integers(0, 60))
@exact
def test_within_is_the_truth(seed: int, budget_ds: int) -> None:
    case = Case(seed)
    truth = case.times(case.sites)
    answer = case.roads.within(case.sites, budget_ds)
    origin, site = np.nonzero(truth <= budget_ds)
    np.testing.assert_array_equal(answer.site, site)
    np.testing.assert_array_equal(answer.time_ds, truth[origin, site])
    np.testing.assert_array_equal(np.diff(answer.indptr), (truth <= budget_ds).sum(axis=1))


@pytest.mark.lent
@given(seeds)
@exact
def test_what_if_equals_recomputation_after_each_edit(seed: int) -> None:
    case = Case(seed)
    session = case.roads.what_if(case.sites)
    history = [State(case)]
    for _ in range(int(case.rng.integers(1, 25))):
        edit(session, history, case.rng)
        time, site = history[-1].nearest(case)
        np.testing.assert_array_equal(session.nearest.time_ds, time)
        np.testing.assert_array_equal(session.nearest.site, site)


class State:
    """Where each site stands, of which type, open or not."""

    def __init__(self, case: Case) -> None:
        self.place = case.sites.points.lon.astype(int).tolist()
        self.type_index = case.sites.type_index.tolist()
        self.is_open = [True] * len(case.sites)

    def copy(self) -> State:
        other = State.__new__(State)
        other.place, other.type_index, other.is_open = [*self.place], [*self.type_index], [*self.is_open]
        return other

    def nearest(self, case: Case) -> tuple[np.ndarray, np.ndarray]:
        points = oracle.as_points(np.array(self.place, int))
        sites = Sites(points, np.array(self.type_index, np.int32), case.sites.n_types)
        time, site = oracle.nearest(case.times(sites), sites, np.array(self.is_open, bool), 1)
        return time[:, :, 0], site[:, :, 0]


def edit(session, history: list[State], rng: np.random.Generator) -> None:
    """One random edit, on the session and on the history; it must name exactly the origins that changed."""
    before = session.nearest.time_ds.copy(), session.nearest.site.copy()
    state = history[-1].copy()
    is_open = np.flatnonzero(state.is_open)
    choice = rng.choice(["open", "close", "move", "undo"])
    if choice == "undo" and len(history) > 1:
        history.pop()
        changed = session.undo()
    elif choice == "close" and len(is_open):
        site = int(rng.choice(is_open))
        state.is_open[site] = False
        history.append(state)
        changed = session.close(site)
    elif choice == "move" and len(is_open):
        site = int(rng.choice(is_open))
        state.place[site] = int(rng.integers(0, 12))
        history.append(state)
        changed = session.move(site, float(state.place[site]), 0.0)
    else:
        state.place.append(int(rng.integers(0, 12)))
        state.type_index.append(int(rng.integers(0, session.nearest.site.shape[1])))
        state.is_open.append(True)
        history.append(state)
        site, changed = session.open(float(state.place[-1]), 0.0, state.type_index[-1])
        assert site == len(state.place) - 1
    differs = (before[0] != session.nearest.time_ds) | (before[1] != session.nearest.site)
    np.testing.assert_array_equal(changed, np.flatnonzero(differs.any(axis=1)))


def test_nothing_to_undo_is_an_error() -> None:
    case = Case(1)
    with pytest.raises(IndexError):
        case.roads.what_if(case.sites).undo()


@pytest.mark.parametrize("site", [-1, 99])
def test_a_site_that_is_not_open_cannot_be_closed(site: int) -> None:
    case = Case(1)
    with pytest.raises(IndexError):
        case.roads.what_if(case.sites).close(site)


def test_people_go_to_services_not_the_other_way() -> None:
    """A road of 10 from node 0 to node 1 and 90 back: people at 0, the service at 1."""
    graph = oracle.Graph(
        np.zeros(2), np.zeros(2), np.int32([0, 1]), np.int32([1, 0]), np.uint32([10, 90]), np.int32([1, 0])
    )
    ends = Attachment(np.int32([0, 0]), np.array([0.0, 1.0]), np.uint32([0, 0]))
    people = Attachment(np.int32([0]), np.array([0.0]), np.uint32([0]))
    roads = RoadTimes(graph, factorise(graph), oracle.Table(ends), people)
    services = Sites(oracle.as_points(np.array([1])), np.int32([0]), 1)
    assert roads.nearest(services).time_ds.tolist() == [[10]]


def test_a_type_without_a_site_is_unreachable() -> None:
    case = Case(3)
    none = Sites(oracle.as_points(np.zeros(0)), np.zeros(0, np.int32), 2)
    assert (case.roads.nearest(none).time_ds == UNREACHABLE).all()
    assert (case.roads.nearest(none).site == -1).all()
