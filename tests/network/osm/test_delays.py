"""Time lost at crossings: by hand, and against a search whose state is the street one came by."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.atlas.reseau.itineraires import count_rules, explain_time
from maillage.atlas.reseau.osm import build_reseau
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.vitesses import load_mode, with_crossing_costs
from maillage.network.osm.build import RoadNetwork, build_network
from maillage.network.travel_times import UNREACHABLE
from maillage.sources.osm.assemblage import read_osm
from tests.network.osm.test_residents import (
    CIRCLE,
    Ban,
    Street,
    check_routes,
    find_kept,
    list_crossings,
    list_moves,
    measure,
    write_town,
)
from tests.network.trips import place, trip_s

Written = Callable[..., Path]
STREET = {"highway": "residential", "maxspeed": "45"}  # 10 m/s
ROAD = {"highway": "secondary", "maxspeed": "45"}


def build(path: Path, mode: str = "voiture", *, applied: bool = True) -> RoadNetwork:
    rules = replace(with_crossing_costs(load_mode(mode), applied=applied), ilot_min_km=0)
    return build_network(read_osm(path), rules)


LINE = {10: ([1, 2, 3], STREET)}
SIGNALS = {"highway": "traffic_signals"}


@pytest.mark.parametrize(
    ("tags", "ahead", "back"),
    [
        (SIGNALS, 10, 10),
        ({"highway": "crossing", "crossing": "traffic_signals"}, 10, 10),
        ({"highway": "crossing"}, 0, 0),
        ({"railway": "level_crossing"}, 5, 5),
        (SIGNALS | {"traffic_signals:direction": "forward"}, 10, 0),
        ({"highway": "stop", "direction": "backward"}, 0, 6),
        ({"highway": "stop"}, 6, 0),  # nearer the end of the street
        ({"highway": "give_way"}, 3, 0),
    ],
)
def test_signs_on_a_street(write_osm: Written, tags: dict[str, str], ahead: float, back: float) -> None:
    path = write_osm({1: (0, 0), 2: (200, 0, tags), 3: (300, 0)}, LINE)
    network = build(path)
    assert trip_s(network, (100, 0), (250, 0)) == pytest.approx(15 + ahead, abs=0.11)
    assert trip_s(network, (250, 0), (100, 0)) == pytest.approx(15 + back, abs=0.11)
    assert trip_s(network, (100, 0), (190, 0)) == pytest.approx(9, abs=0.11)  # stops before it
    without = 2 if tags.get("highway") == "traffic_signals" else 0  # OSRM's convention, part of the street
    assert trip_s(build(path, applied=False), (0, 0), (300, 0)) == pytest.approx(30 + without, abs=0.11)


@pytest.mark.parametrize("node", [{}, SIGNALS, {"highway": "stop"}])
def test_turns_between_great_roads(write_osm: Written, node: dict[str, str]) -> None:
    """A cross of two secondary roads: left, right and back again are dear, straight on is not."""
    cross = {0: (0, 0, node), 1: (-100, 0), 2: (0, 100), 3: (100, 0), 4: (0, -100)}
    network = build(write_osm(cross, {i: ([i, 0], ROAD) for i in (1, 2, 3, 4)}))
    sign = {None: 0, "traffic_signals": 10, "stop": 6}[node.get("highway")]
    times = [trip_s(network, (-50, 0), end) for end in ((50, 0), (0, 50), (0, -50))]
    assert times == pytest.approx([10 + sign, 15 + sign, 13 + sign], abs=0.11)
    by_bicycle = build(
        write_osm(cross, {i: ([i, 0], ROAD | {"maxspeed": "9"}) for i in (1, 2, 3, 4)}), "velo"
    )
    turned = [trip_s(by_bicycle, (-50, 0), end, "velo") for end in ((50, 0), (0, 50), (0, -50))]
    assert np.array(turned) - turned[0] == pytest.approx([0, 3, 1], abs=0.11)


def test_a_ring_driven_whole_is_left_by_a_turn_not_by_turning_back(write_osm: Written) -> None:
    ring = {0: (0, 0), 1: (-100, 0), 2: (100, 100), 3: (100, -100)}
    network = build(write_osm(ring, {1: ([1, 0], ROAD), 2: ([0, 2, 3, 0], ROAD)}))
    across = 2 * 50 * 2**0.5 / 10  # metres at 10 m/s
    assert trip_s(network, (50, 50), (50, -50)) == pytest.approx(across + 5, abs=0.2)  # a left turn, sharp
    assert trip_s(network, (50, -50), (50, 50)) == pytest.approx(across + 3, abs=0.2)


def test_streets_and_roundabouts_are_turned_into_for_nothing(write_osm: Written) -> None:
    cross = {0: (0, 0), 1: (-100, 0), 2: (0, 100), 3: (100, 0)}
    ways = {1: ([1, 0], ROAD), 3: ([0, 3], ROAD), 2: ([0, 2], STREET)}
    network = build(write_osm(cross, ways))
    assert trip_s(network, (-50, 0), (0, 50)) == pytest.approx(10, abs=0.11)
    assert network.report.n_opened_nodes == 0
    ways |= {2: ([0, 2], ROAD), 1: ([1, 0], ROAD | {"junction": "roundabout", "oneway": "no"})}
    assert build(write_osm(cross, ways)).report.n_opened_nodes == 0


def test_what_is_lost_is_listed_and_adds_up(write_osm: Written, tmp_path: Path) -> None:
    cross = {0: (0, 0, SIGNALS), 1: (-100, 0), 2: (0, 100), 3: (100, 0), 5: (0, 50, SIGNALS)}
    ways = {1: ([1, 0], ROAD | {"name": "Rue Haute"}), 2: ([0, 5, 2], ROAD), 3: ([0, 3], ROAD)}
    path = write_osm(cross, ways)
    one, other = (
        build_reseau(path, ["voiture", "velo"], tmp_path / name, carrefours=True) for name in ("un", "deux")
    )
    for file in filter(Path.is_file, one.dossier.rglob("*")):
        assert file.read_bytes() == (other.dossier / file.relative_to(one.dossier)).read_bytes()
    start, end = ((float(spot.lon[0]), float(spot.lat[0])) for spot in map(place, ((-50, 0), (0, 75))))
    route = explain_time(one, "voiture", start, end)
    assert count_rules(route) == {"feu tricolore": (2, 20.0), "virage à gauche": (1, 5.0)}
    parts = [route.acces_depart_s, route.acces_arrivee_s, *(stretch.duree_s for stretch in route.troncons)]
    assert sum(round(10 * part) for part in parts) == round(10 * route.duree_s)
    assert route.duree_s == pytest.approx(12.5 + 25, abs=0.11)
    assert route.interdits == ()
    assert all((stretch.vitesse_kmh is None) == (stretch.regle is not None) for stretch in route.troncons)
    assert one.manifest.parametres == {"modes": ["voiture", "velo"], "couts_aux_carrefours": True}
    assert [stretch.regle for stretch in route.troncons] == [
        *(None, "feu tricolore", "virage à gauche", None, "feu tricolore", None)
    ]


# Against a search whose state is the street one came by: angles by complex numbers, costs written down here.

SPOT = {node: complex(x, y) for node, (x, y) in CIRCLE.items()}


@st.composite
def towns(draw: st.DrawFn) -> tuple[dict[int, Street], list[Ban], dict[int, str]]:
    """Great roads among seven places on a circle, forbidden turns, signals and stops."""
    pairs = draw(
        st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), min_size=6, max_size=14, unique=True)
    )
    kinds = st.sampled_from([(True, True, 0)] * 5 + [(True, False, 0), (True, True, 3)])
    streets = {
        100 + i: (a, b, *draw(kinds)) for i, (a, b) in enumerate(pair for pair in pairs if pair[0] < pair[1])
    }
    bans = []
    for node in range(1, 8):
        here = [way for way, (a, b, *_) in streets.items() if node in {a, b}]
        if len(here) > 1 and draw(st.integers(0, 2)) == 0:
            coming, leaving = draw(st.permutations(here))[:2]
            bans.append((node, coming, leaving))
    signs = draw(st.dictionaries(st.integers(1, 7), st.sampled_from(["traffic_signals", "stop"]), max_size=4))
    meeting = Counter(end for a, b, *_ in streets.values() for end in (a, b))
    drawn = {node: sign for node, sign in signs.items() if sign != "stop" or meeting[node] != 2}
    return streets, bans, drawn  # a stop between two roads alone is drawn by hand above


def lose(streets: dict[int, Street], signs: dict[int, str], coming: int, node: int, leaving: int) -> float:
    """Seconds lost at a place between two roads."""
    here = [way for way, (a, b, *_) in streets.items() if node in {a, b}]
    lost = {None: 0.0, "traffic_signals": 10.0, "stop": 6.0}[signs.get(node)]
    if len(here) < 3:
        return lost
    if coming == leaving:
        return lost + 20

    def head_for(way: int) -> complex:
        return SPOT[sum(streets[way][:2]) - node] - SPOT[node]

    angle = np.degrees(np.angle(head_for(leaving) / -head_for(coming)))
    return lost + (0 if abs(angle) <= 45 else 5 if angle > 0 else 3)


def search(
    streets: dict[int, Street],
    bans: list[Ban],
    signs: dict[int, str],
    turning: set[int],
    drawn: dict[int, Street],
) -> Callable[[int], dict[int, float]]:
    """Seconds from the middle of a street to the middle of each; ``drawn``: all streets of the map."""
    seconds = {way: abs(SPOT[a] - SPOT[b]) / 10 for way, (a, b, *_) in streets.items()}
    moves = list_moves(streets)

    def run(start: int) -> dict[int, float]:
        a, b, ahead, back, _ = streets[start]
        queue = [(seconds[start] / 2, start, end) for end, is_open in ((b, ahead), (a, back)) if is_open]
        best, done = {start: 0.0}, set()
        heapq.heapify(queue)
        while queue:
            gone, way, at = heapq.heappop(queue)
            if (way, at) in done:
                continue
            done.add((way, at))
            for leaving, _, end in moves[at]:
                if (at, way, leaving) in bans or (leaving == way and at not in turning):
                    continue
                there = gone + lose(drawn, signs, way, at, leaving)
                best[leaving] = min(best.get(leaving, np.inf), there + seconds[leaving] / 2)
                heapq.heappush(queue, (there + seconds[leaving], leaving, end))
        return best

    return run


@pytest.mark.lent
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(towns())
def test_costs_are_those_of_a_search_that_remembers(
    write_osm: Written, town: tuple[dict[int, Street], list[Ban], dict[int, str]]
) -> None:
    streets, bans, signs = town
    drawn = {way: (*street[:4], 0) for way, street in streets.items()}
    if not streets:
        return
    path = write_town(write_osm, drawn, bans, [], signs=signs, tags=ROAD)
    try:
        network = build(path)
    except EntreeInvalide:  # no round trip anywhere: refused, see test_build
        return
    kept = find_kept(network, drawn)
    run, ways = search(kept, bans, signs, set(list_crossings(network.graph)), drawn), sorted(kept)
    found, places = measure(network, ways)
    truth = {start: run(start) for start in ways}
    for i, start in enumerate(ways):
        for j, end in enumerate(ways):
            expected = truth[start].get(end, np.inf)
            if found[i, j] == UNREACHABLE:  # a link that no return trip makes is left out: see islands
                assert np.isinf(expected) or end not in truth or np.isinf(truth[end].get(start, np.inf))
            else:
                assert found[i, j] / 10 == pytest.approx(expected, abs=1), (start, end)
    check_routes(network, places, found)
