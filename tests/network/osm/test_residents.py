"""Ways for those who stop there: to or from, never through; by hand, and against a search that remembers."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.vitesses import load_mode
from maillage.network.osm.build import RoadNetwork, build_network
from maillage.network.roads import RoadTimes
from maillage.network.routes.factor import factorise
from maillage.network.routes.graph import Attachment, Graph, split
from maillage.network.routes.paths import explain, find_route
from maillage.network.travel_times import UNREACHABLE, Sites
from maillage.sources.osm.assemblage import read_osm
from tests.network import oracle
from tests.network.trips import build, trip_s

Written = Callable[..., Path]
STREET = {"highway": "residential", "maxspeed": "45"}  # 10 m/s
LANE = STREET | {"motor_vehicle": "destination"}

# A straight lane of 400 m between two crossings, and around it streets of 200 + 400 + 200 m.
BLOCK = {1: (0, 0), 2: (400, 0), 3: (0, 200), 4: (400, 200), 5: (-300, 0), 6: (700, 0), 7: (200, 0)}
AROUND = {10: ([5, 1], STREET), 11: ([1, 3, 4, 2], STREET), 12: ([2, 6], STREET)}


def test_residents_come_and_go_but_nobody_drives_through(write_osm: Written) -> None:
    network = build(write_osm(BLOCK, AROUND | {13: ([1, 7, 2], LANE)}))
    west, middle, east = (-300, 0), (200, 0), (700, 0)
    assert trip_s(network, west, east) == pytest.approx(30 + 80 + 30, abs=0.2)
    assert trip_s(network, west, middle) == pytest.approx(30 + 20, abs=0.2)
    assert trip_s(network, middle, east) == pytest.approx(20 + 30, abs=0.2)
    assert trip_s(network, (100, 0), (300, 0)) == pytest.approx(20, abs=0.2)
    assert network.report.n_destination == 1
    assert network.report.residents_km == pytest.approx(0.4, abs=0.001)


def test_on_foot_the_lane_is_for_everyone(write_osm: Written) -> None:
    network = build(write_osm(BLOCK, AROUND | {13: ([1, 7, 2], LANE)}), "marche")
    assert trip_s(network, (-300, 0), (700, 0), "marche") == pytest.approx(1000 * 3.6 / 5, abs=0.2)


def test_a_gate_for_residents_is_passed_by_them_alone(write_osm: Written) -> None:
    gate = {"barrier": "gate", "locked": "yes", "motor_vehicle": "destination"}
    network = build(write_osm(BLOCK | {7: (200, 0, gate)}, AROUND | {13: ([1, 7, 2], STREET)}))
    assert trip_s(network, (-300, 0), (700, 0)) == pytest.approx(140, abs=0.2)
    assert trip_s(network, (-300, 0), (300, 0)) == pytest.approx(30 + 30, abs=0.2)


def test_one_direction_may_be_for_residents(write_osm: Written) -> None:
    lane = STREET | {"motor_vehicle:backward": "destination"}
    network = build(write_osm(BLOCK, AROUND | {13: ([1, 7, 2], lane)}))
    assert trip_s(network, (-300, 0), (700, 0)) == pytest.approx(100, abs=0.2)
    assert trip_s(network, (700, 0), (-300, 0)) == pytest.approx(140, abs=0.2)
    assert trip_s(network, (700, 0), (200, 0)) == pytest.approx(50, abs=0.2)


def test_streets_behind_a_lane_belong_to_it(write_osm: Written) -> None:
    """Plain streets behind two lanes: reached by those who live there, driven through by nobody."""
    nodes = BLOCK | {8: (100, 0), 9: (300, 0)}
    ways = {13: ([1, 8], LANE), 14: ([8, 7, 9], STREET), 15: ([9, 2], LANE)}
    network = build(write_osm(nodes, AROUND | ways))
    assert trip_s(network, (-300, 0), (700, 0)) == pytest.approx(140, abs=0.2)
    assert trip_s(network, (-300, 0), (200, 0)) == pytest.approx(50, abs=0.2)
    assert network.report.pockets_km == pytest.approx(0.2, abs=0.001)


def test_where_everything_is_for_residents_everyone_is_one(write_osm: Written) -> None:
    network = build(write_osm(BLOCK, {way: (refs, LANE) for way, (refs, _) in AROUND.items()}))
    assert trip_s(network, (-300, 0), (700, 0)) == pytest.approx(140, abs=0.2)


# Against a search whose state is the streets one came by, the crossing, and how far the trip has got:
# setting out on residents' streets, then on open ones, then arriving on residents' streets.

Street = tuple[int, int, bool, bool, int]  # ends, open ahead, open back, residents' (1 ahead, 2 back, 3 both)
Ban = tuple[int, int, int]  # crossing, coming by, leaving by
Path_ = tuple[tuple[int, ...], bool]  # streets one after the other, and whether the last is the only way on
NEXT = {True: (0, 2, 2), False: (1, 1, None)}  # phase after a street, residents' or not, by phase before


def is_residents(street: Street, ahead: bool) -> bool:
    return bool(street[4] & (1 if ahead else 2))


def list_moves(streets: dict[int, Street]) -> dict[int, list[tuple[int, bool, int]]]:
    """By crossing, (street, ahead, where it leads)."""
    moves = defaultdict(list)
    for way, (a, b, forward, backward, _) in streets.items():
        moves[a] += [(way, True, b)] if forward else []
        moves[b] += [(way, False, a)] if backward else []
    return moves


State = tuple[float, tuple[int, ...], int, int]  # metres gone, last streets, crossing, phase


@dataclass
class Search:
    """A trip from the middle of a street to the middle of another; U-turns at ``turning`` crossings alone."""

    streets: dict[int, Street]
    bans: list[Ban]
    paths: list[Path_]
    length: dict[int, float]
    turning: set[int]

    def advance(self, trail: tuple[int, ...], ahead: bool, phase: int, gone: float) -> list[State]:
        """The state at the end of a street, if the trip may take it now."""
        street = self.streets[trail[-1]]
        after = NEXT[is_residents(street, ahead)][phase]
        return [] if after is None else [(gone, trail[-3:], street[1 if ahead else 0], after)]

    def is_allowed(self, trail: tuple[int, ...]) -> bool:
        """Whether the last street may be taken after those before."""
        for path, only in self.paths:
            came = trail[:-1][-len(path) + 1 :] == path[:-1]
            if came and (trail[-1] != path[-1] if only else trail[-1] == path[-1]):
                return False
        return True

    def list_exits(self, at: int, way: int) -> list[tuple[int, bool]]:
        return [
            (leaving, ahead)
            for leaving, ahead, _ in list_moves(self.streets)[at]
            if (at, way, leaving) not in self.bans and (leaving != way or at in self.turning)
        ]

    def measure(self, start: int, end: int) -> float:
        """Metres; infinite where there is no way."""
        length = self.length
        ways_out = [ahead for ahead in (True, False) if self.streets[start][2 if ahead else 3]]
        queue = [state for out in ways_out for state in self.advance((start,), out, 0, length[start] / 2)]
        best, done = (0.0 if start == end else np.inf), set()
        heapq.heapify(queue)
        while queue:
            gone, trail, at, phase = heapq.heappop(queue)
            if (trail, at, phase) in done:
                continue
            done.add((trail, at, phase))
            for leaving, ahead in self.list_exits(at, trail[-1]):
                if not self.is_allowed((*trail, leaving)):
                    continue
                onward = self.advance((*trail, leaving), ahead, phase, gone + length[leaving])
                if onward and leaving == end:
                    best = min(best, gone + length[end] / 2)
                for state in onward:
                    heapq.heappush(queue, state)
        return best


CIRCLE = {n: (1000 * np.cos(n), 1000 * np.sin(n)) for n in range(1, 8)}


@st.composite
def towns(draw: st.DrawFn) -> tuple[dict[int, Street], list[Ban], list[Path_]]:
    """Streets among seven places on a circle, many of them for residents; forbidden turns and paths."""
    pairs = draw(
        st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), min_size=6, max_size=14, unique=True)
    )
    kinds = st.sampled_from(
        [(True, True, 0)] * 4 + [(True, True, 3)] * 3 + [(True, True, 1), (True, False, 0)]
    )
    streets = {
        100 + i: (a, b, *draw(kinds)) for i, (a, b) in enumerate(pair for pair in pairs if pair[0] < pair[1])
    }
    bans = []
    for node in range(1, 8):
        here = [way for way, (a, b, *_) in streets.items() if node in {a, b}]
        if len(here) > 1 and draw(st.integers(0, 2)) == 0:
            coming, leaving = draw(st.permutations(here))[:2]
            bans.append((node, coming, leaving))
    starts = st.tuples(
        st.sampled_from([*streets] or [0]), st.booleans(), st.lists(st.integers(0, 5), min_size=3)
    )
    walks = [walk_on(streets, *start) for start in draw(st.lists(starts, max_size=3))] if streets else []
    return streets, bans, [(walk, draw(st.booleans())) for walk in walks if len(walk) > 2]


def walk_on(streets: dict[int, Street], way: int, ahead: bool, choices: list[int]) -> tuple[int, ...]:
    """Up to four streets open one after the other, none twice, nor any crossing."""
    if not streets[way][2 if ahead else 3]:
        return ()
    walk, at, seen = [way], streets[way][1 if ahead else 0], {*streets[way][:2]}
    for choice in choices[:3]:
        moves = [(leaving, end) for leaving, _, end in list_moves(streets)[at] if end not in seen]
        if not moves:
            break
        leaving, at = moves[choice % len(moves)]
        walk.append(leaving)
        seen.add(at)
    return tuple(walk)


def write_town(
    write_osm: Written,
    streets: dict[int, Street],
    bans: list[Ban],
    paths: list[Path_],
    signs: Mapping[int, str] = MappingProxyType({}),
    tags: Mapping[str, str] = MappingProxyType(STREET),
) -> Path:
    ways = {}
    for way, (a, b, forward, backward, residents) in streets.items():
        oneway = {(True, True): "no", (True, False): "yes"}[forward, backward]
        suffix = {0: None, 1: ":forward", 3: ""}[residents]
        ways[way] = (
            [a, b],
            {**tags, "oneway": oneway}
            | ({} if suffix is None else {f"motor_vehicle{suffix}": "destination"}),
        )
    kind = {"type": "restriction", "restriction": "no_left_turn"}
    relations = {
        i: ([("w", coming, "from"), ("n", node, "via"), ("w", leaving, "to")], kind)
        for i, (node, coming, leaving) in enumerate(bans)
    }
    for i, ((first, *between, last), only) in enumerate(paths, len(bans)):
        vias = [("w", way, "via") for way in reversed(between)]
        said = {"type": "restriction", "restriction": "only_straight_on" if only else "no_u_turn"}
        relations[i] = ([("w", first, "from"), *vias, ("w", last, "to")], said)
    nodes = {n: (*spot, {"highway": signs[n]}) if n in signs else spot for n, spot in CIRCLE.items()}
    return write_osm(nodes, ways, relations)


def find_middles(graph: Graph, n_roads: int) -> dict[int, tuple[int, float]]:
    """Way → (road, share of its time at the way's middle)."""
    found = {}
    for road in range(n_roads):
        at = 0.0
        for piece in range(graph.ways.indptr[road], graph.ways.indptr[road + 1]):
            time = float(graph.ways.time_ds[piece])
            found[int(graph.ways.way[piece])] = road, (at + time / 2) / float(graph.weight_ds[road])
            at += time
    return found


def measure(network: RoadNetwork, ways: list[int]) -> tuple[np.ndarray, Attachment]:
    """Deciseconds between the middles of these ways, as the engine answers."""
    middles = find_middles(network.graph, network.shapes.n_roads)
    road, share = zip(*(middles[way] for way in ways), strict=True)
    places = Attachment(np.int32(road), np.array(share), np.zeros(len(ways), np.uint32))
    times = RoadTimes(network.graph, factorise(network.graph), oracle.Table(places), places)
    spots = oracle.as_points(np.arange(len(ways)))
    answer = times.nearest(Sites(spots, np.arange(len(ways), dtype=np.int32), len(ways))).time_ds
    np.testing.assert_array_equal(answer, oracle.times(network.graph, places, places))
    return answer, places


SPOTS = {tuple(np.round((x / 71_474.6 + 3, y / 111_195.08 + 50), 5)): node for node, (x, y) in CIRCLE.items()}


def list_crossings(graph: Graph) -> list[int]:
    """The place on the circle of each node."""
    return [SPOTS[tuple(np.round(spot, 5))] for spot in zip(graph.lon, graph.lat, strict=True)]


def find_kept(network: RoadNetwork, streets: dict[int, Street]) -> dict[int, Street]:
    """The streets, with the directions that the network keeps: what is left out is test_build's business."""
    graph, kept = network.graph, defaultdict(set)
    node = list_crossings(graph)
    for arc in range(graph.n_arcs):
        at = node[graph.tail[arc]]
        for way in graph.ways.way[graph.ways.indptr[arc] : graph.ways.indptr[arc + 1]].tolist():
            if way < 0:  # time lost at a crossing
                continue
            a, b, *_ = streets[way]
            kept[way].add(at == a)
            at = b if at == a else a
    return {way: (*streets[way][:2], True in d, False in d, streets[way][4]) for way, d in kept.items()}


def add_behind(search: Search) -> dict[int, Street]:
    """Open streets that only residents' streets link to the longest open part of theirs: residents' too.

    So are those that no return trip on open streets takes: they are in no part.
    """
    streets, length = search.streets, search.length
    ends = [(way, ahead) for way, s in streets.items() for ahead in (True, False) if s[2 if ahead else 3]]

    def reach(first: tuple[int, bool], only: set[tuple[int, bool]]) -> set[tuple[int, bool]]:
        found, stack = {first}, [first]
        while stack:
            way, ahead = stack.pop()
            exits = set(search.list_exits(streets[way][1 if ahead else 0], way)) & only
            stack += exits - found
            found |= exits
        return found

    every = set(ends)
    opened = {end for end in every if not is_residents(streets[end[0]], end[1])}
    whole = {end: frozenset(e for e in reach(end, every) if end in reach(e, every)) for end in ends}
    back_again = {
        end
        for end in opened
        for way, ahead in set(search.list_exits(streets[end[0]][1 if end[1] else 0], end[0])) & opened
        if end in reach((way, ahead), opened)
    }
    part = {end: frozenset(e for e in reach(end, opened) if end in reach(e, opened)) for end in back_again}
    changed = {way: street[4] for way, street in streets.items()}
    for group in set(whole.values()):
        parts = {part[end] for end in group & back_again}
        longest = max(parts, key=lambda p: sum(length[way] for way, _ in p), default=frozenset())
        for way, ahead in (group & opened) - longest:
            changed[way] |= 1 if ahead else 2
    return {way: (*street[:4], changed[way]) for way, street in streets.items()}


# Street 100 may be driven back by all, yet nobody comes back to it without residents' streets: theirs too.
NO_RETURN = (
    {
        100: (1, 3, True, True, 1),
        101: (4, 5, True, True, 0),
        102: (3, 6, True, True, 3),
        103: (1, 2, True, True, 0),
    },
    [(1, 100, 103)],
    [((103, 100, 102), False)],
)


@pytest.mark.lent
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(towns())
@example(NO_RETURN)
def test_no_trip_goes_through_and_none_is_longer_than_it_must(
    write_osm: Written, town: tuple[dict[int, Street], list[Ban], list[Path_]]
) -> None:
    streets, bans, paths = town
    if not streets:
        return
    path = write_town(write_osm, streets, bans, paths)
    try:
        network = build_network(read_osm(path), replace(load_mode("voiture"), ilot_min_km=0))
    except EntreeInvalide:  # no round trip anywhere: refused, see test_build
        return
    streets = find_kept(network, streets)
    length = {way: float(np.hypot(*np.subtract(CIRCLE[a], CIRCLE[b]))) for way, (a, b, *_) in streets.items()}
    truth = Search(streets, bans, paths, length, set(list_crossings(network.graph)))
    truth.streets = add_behind(truth)
    ways = sorted(streets)
    found, places = measure(network, ways)
    metres = {(start, end): truth.measure(start, end) for start in ways for end in ways}
    for i, start in enumerate(ways):
        for j, end in enumerate(ways):
            expected = metres[start, end]
            if found[i, j] == UNREACHABLE:  # a link that no return trip makes is left out: see islands
                assert np.isinf(expected) or np.isinf(metres[end, start]), (start, end)
            else:
                assert found[i, j] == pytest.approx(expected, abs=10), (start, end)
    check_routes(network, places, found)


def check_routes(network: RoadNetwork, places: Attachment, found: np.ndarray) -> None:
    """Every route explained takes the time answered, on sections that follow each other."""
    graph, factor = network.graph, factorise(network.graph)
    for i in range(len(places)):
        for j in range(len(places)):
            here, there = (
                Attachment(places.arc[[k]], places.fraction[[k]], places.access_ds[[k]]) for k in (i, j)
            )
            route = find_route(graph, factor, split(graph, here), split(graph, there))
            if route is None:
                assert found[i, j] == UNREACHABLE
            else:
                assert sum(step.time_ds for step in explain(route, graph.ways)) == found[i, j]
