"""A route really runs: its sections follow each other, obey directions, and sum to the time it explains."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.network.routes.factor import factorise
from maillage.network.routes.graph import Attachment, Graph, Ways, split
from maillage.network.routes.paths import ArcPart, Route, explain, find_route
from maillage.network.travel_times import UNREACHABLE
from tests.network import oracle


def place(table: Attachment, row: int) -> Attachment:
    return Attachment(table.arc[[row]], table.fraction[[row]], table.access_ds[[row]])


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_a_route_takes_the_true_time_along_real_arcs(seed: int) -> None:
    rng = np.random.default_rng(seed)
    plain = oracle.random_graph(rng)
    graph = oracle.with_residents(plain, rng) if rng.random() < 0.5 else plain
    places = oracle.random_places(plain, 8, rng)
    factor = factorise(graph)
    truth = oracle.times(graph, places, places)
    for i in range(8):
        for j in range(8):
            route = find_route(graph, factor, split(graph, place(places, i)), split(graph, place(places, j)))
            if truth[i, j] == UNREACHABLE:
                assert route is None
            else:
                assert route is not None
                assert route.time_ds == truth[i, j]
                check_route(graph, route)


def check_route(graph: Graph, route: Route) -> None:
    sections = route.sections
    assert route.access_ds + sum(s.end_ds - s.start_ds for s in sections) == route.time_ds
    assert all(0 <= s.start_ds <= s.end_ds <= graph.weight_ds[s.arc] for s in sections)
    for one, other in pairwise(sections):
        assert one.end_ds == graph.weight_ds[one.arc]
        assert other.start_ds == 0
        assert graph.head[one.arc] == graph.tail[other.arc]


def test_a_route_is_told_by_ways_with_their_share_of_length() -> None:
    """Arc 0 is ways 10 (40 ds, 400 m) and 11 (60 ds, 300 m); arc 1 is way 11 again (20 ds, 100 m)."""
    ways = Ways(
        np.array([0, 2, 3]), np.array([10, 11, 11]), np.float32([400, 300, 100]), np.uint32([40, 60, 20])
    )
    route = Route(107, 7, (ArcPart(0, 10, 100), ArcPart(1, 0, 10)))
    told = [(step.way, step.length_m, step.time_ds) for step in explain(route, ways)]
    assert told == [(10, 300.0, 30), (11, 350.0, 70)]
