"""Extracts as they come: holes, copies, squares, platforms, ferry lines; and roads without frontage."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from maillage.catalogue.vitesses import load_mode
from maillage.network.osm.frontage import rank_frontage
from maillage.network.osm.rules import list_classes
from maillage.network.shapes import LAST_RESORT, SERVES, SERVES_NOBODY
from maillage.sources.osm.assemblage import read_osm
from tests.network.trips import build, trip_s

Written = Callable[..., Path]
STREET = {"highway": "residential", "maxspeed": "45"}  # driven at 36 km/h: 10 m/s
AVENUE = {"highway": "primary", "maxspeed": "90"}  # 20 m/s


@pytest.mark.parametrize(
    "refs", [[1, 2, 99, 4, 5], [1, 2, 98, 99, 4, 5], [1, 2, 97, 3, 99, 4, 5], [1, 2, 97, 4, 99, 5]]
)
def test_nothing_is_known_of_a_hole(write_osm: Written, refs: list[int]) -> None:
    """The avenue would take 20 m/s straight on; the street goes around: 2 × √(200² + 150²) m at 10 m/s."""
    nodes = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (300, 0), 5: (400, 0), 7: (200, 150)}
    network = build(write_osm(nodes, {11: (refs, AVENUE), 12: ([1, 7, 5], STREET)}))
    assert trip_s(network, (0, 0), (400, 0)) == pytest.approx(50, abs=0.1)
    assert network.report.n_missing_refs == len([ref for ref in refs if ref > 90])


def test_merged_extracts_count_ways_nodes_and_restrictions_once(tmp_path: Path) -> None:
    """No straight on from 11 to 13, and way 13, node 5 and the relation twice: by 16 and 12 instead."""
    osmium = pytest.importorskip("osmium")
    mutable, degree = osmium.osm.mutable, 1 / 111_195.08
    spots = {1: (-200, 0), 2: (0, 150), 3: (200, 0), 5: (0, 0)}
    streets = {11: [1, 5], 12: [2, 5], 13: [5, 3], 16: [1, 2], 17: [3, 2]}
    members = [("w", 11, "from"), ("n", 5, "via"), ("w", 13, "to")]
    path = tmp_path / "fusion.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for node in [1, 2, 3, 5, 5]:
            x, y = spots[node]
            spot = (3 + x * degree / np.cos(np.radians(50)), 50 + y * degree)
            barrier = {"barrier": "gate"} if node == 5 else {}
            writer.add_node(mutable.Node(id=node, version=1, location=spot, tags=barrier))
        for way in [11, 12, 13, 13, 16]:
            writer.add_way(mutable.Way(id=way, version=1, nodes=streets[way], tags=STREET))
        writer.add_way(mutable.Way(id=17, version=2, nodes=[3, 2], tags={"highway": "footway"}))
        writer.add_way(mutable.Way(id=17, version=1, nodes=[3, 2], tags=STREET))  # before it was closed
        for _ in range(2):
            kind = {"type": "restriction", "restriction": "no_straight_on"}
            writer.add_relation(mutable.Relation(id=100, version=1, members=members, tags=kind))
    network = build(path)
    assert network.report.turns == {"appliquee": 1}
    assert (network.report.n_ways, network.report.n_ways_open) == (5, 4)
    assert network.report.length_km == pytest.approx(0.2 + 0.15 + 0.2 + 0.25, abs=0.001)
    assert trip_s(network, (-200, 0), (200, 0)) == pytest.approx(25 + 15 + 20, abs=0.1)


SQUARE = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100), 5: (-100, 0), 6: (200, 100)}
PATHS = {60: ([5, 1], {"highway": "footway"}), 61: ([3, 6], {"highway": "footway"})}
OUTLINE = [1, 2, 3, 4, 1]


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "pedestrian", "area": "yes"},
        {"highway": "Footway", "area": "yes"},
        {"railway": "platform"},
        {"public_transport": "platform", "area": "yes"},
        {"man_made": "pier"},
    ],
)
@pytest.mark.parametrize("drawn", ["way", "one outline", "two outlines"])
def test_squares_and_platforms_are_walked_along_their_edge(
    write_osm: Written, tags: dict[str, str], drawn: str
) -> None:
    """From (-100, 0) to (200, 100): 100 m, half the edge, 100 m, at 5 km/h."""
    relation = tags | {"type": "multipolygon"}
    outer = [("w", 50, "outer"), ("w", 51, "outer")]
    path = {
        "way": lambda: write_osm(SQUARE, PATHS | {50: (OUTLINE, tags)}),
        "one outline": lambda: write_osm(
            SQUARE, PATHS | {50: (OUTLINE, {})}, {70: ([("w", 50, "")], relation)}
        ),
        "two outlines": lambda: write_osm(
            SQUARE,
            PATHS | {50: ([1, 2, 3], {}), 51: ([3, 4, 1], {"barrier": "fence"})},
            {70: (outer, relation)},
        ),
    }[drawn]()
    network = build(path, "marche")
    assert trip_s(network, (-100, 0), (200, 100), "marche") == pytest.approx(400 * 3.6 / 5, abs=0.2)


def test_a_street_that_bounds_a_square_stays_a_street(write_osm: Written) -> None:
    square = ([("w", 50, "outer")], {"type": "multipolygon", "highway": "pedestrian"})
    path = write_osm(SQUARE, {50: (OUTLINE, STREET), 60: ([5, 1], STREET)}, {70: square, 71: square})
    network = build(path)
    assert network.report.n_ways == 2
    assert trip_s(network, (-100, 0), (100, 100)) == pytest.approx(30, abs=0.1)


QUAYS = {1: (0, 0), 2: (100, 0), 3: (1100, 0), 4: (4100, 0), 5: (4200, 0)}
SHORE = {10: ([1, 2], STREET), 12: ([4, 5], STREET)}
LINE = {"type": "route", "route": "ferry", "motor_vehicle": "yes"}
FERRY = {"route": "ferry"}


@pytest.mark.parametrize(
    ("ways", "line", "seconds"),
    [
        # the line tells its duration, for all its ways
        ({11: ([2, 3, 4], FERRY)}, {"duration": "00:20"}, 1200),
        ({11: ([2, 3], FERRY), 13: ([3, 4], FERRY)}, {"duration": "00:20"}, 1200),
        ({11: ([2, 3, 4], {})}, {"duration": "PT20M"}, 1200),
        ({11: ([2, 3, 4], {"route": "Ferry"})}, {"duration": "20", "route": "FERRY"}, 1200),
        # the way's own word wins
        ({11: ([2, 3, 4], FERRY | {"duration": "00:30"})}, {"duration": "00:20"}, 1800),
        ({11: ([2, 3], FERRY), 13: ([3, 4], FERRY | {"duration": "8"})}, {"duration": "20"}, 300 + 480),
        ({11: ([2, 3, 4], FERRY | {"motor_vehicle": "no"})}, {"duration": "00:20"}, None),
        # nobody tells: the catalogue's speed, 5 km/h
        ({11: ([2, 3, 4], FERRY)}, {}, 4000 * 3.6 / 5),
        ({11: ([2, 3, 4], FERRY)}, {"duration": "longue"}, 4000 * 3.6 / 5),
    ],
)
def test_a_ferry_line_completes_its_ways(
    write_osm: Written,
    ways: dict[int, tuple[list[int], dict[str, str]]],
    line: dict[str, str],
    seconds: float | None,
) -> None:
    members = [*(("w", way, "") for way in ways), ("w", 12, "platform")]
    network = build(write_osm(QUAYS, SHORE | ways, {90: (members, LINE | line)}))
    found = trip_s(network, (0, 0), (4200, 0))
    assert found == (None if seconds is None else pytest.approx(10 + seconds + 10, abs=0.3))


FRONTAGE = [
    *((SERVES, tags) for tags in ({}, {"tunnel": "no"}, {"bridge": "no"}, {"layer": "1"}, {"layer": "haut"})),
    *((SERVES, tags) for tags in ({"covered": "no"}, {"covered": "arcade"}, {"motorroad": "no"})),
    *((LAST_RESORT, {"tunnel": kind}) for kind in ("yes", "building_passage", "avalanche_protector", "Yes")),
    *((LAST_RESORT, {"bridge": kind}) for kind in ("yes", "viaduct", "movable")),
    *((LAST_RESORT, tags) for tags in ({"covered": "yes"}, {"motorroad": "yes"}, {"layer": "-1"})),
    *((LAST_RESORT, tags) for tags in ({"layer": "-2", "highway": "service"}, {"location": "underground"})),
    *((LAST_RESORT, {"highway": kind}) for kind in ("motorway", "motorway_link", "trunk_link")),
    (LAST_RESORT, {"highway": "primary_link", "motorroad": "yes"}),
    (SERVES, {"highway": "trunk"}),
    (SERVES_NOBODY, {"route": "ferry", "motor_vehicle": "yes"}),
]


def test_which_ways_have_frontage(write_osm: Written) -> None:
    ways = {i: ([1, 2], {"highway": "primary"} | tags) for i, (_, tags) in enumerate(FRONTAGE)}
    extract, car = read_osm(write_osm({1: (0, 0), 2: (9, 0)}, ways)), load_mode("voiture")
    ranks = rank_frontage(extract, car, list_classes(extract.way_tags, len(ways))).tolist()
    assert [(rank, tags) for rank, (_, tags) in zip(ranks, FRONTAGE, strict=True)] == FRONTAGE


@pytest.mark.parametrize(
    "tags", [{"tunnel": "yes", "layer": "-1"}, {"bridge": "viaduct"}, {"motorroad": "yes"}]
)
def test_a_place_stands_on_a_road_with_frontage_however_far(write_osm: Written, tags: dict[str, str]) -> None:
    """100 m from the avenue, 400 m from the street: on the street, 400 m at 15 km/h each way."""
    nodes = {1: (0, 0), 2: (1000, 0), 3: (0, 500), 4: (1000, 500)}
    ways = {10: ([1, 2], AVENUE | tags), 11: ([3, 4], STREET), 12: ([1, 3], STREET)}
    network = build(write_osm(nodes, ways))
    expected = 400 * 3.6 / 15 + 10 + 400 * 3.6 / 15
    assert trip_s(network, (500, 100), (600, 100)) == pytest.approx(expected, abs=0.2)


def test_a_road_without_frontage_serves_where_nothing_else_is_within_reach(write_osm: Written) -> None:
    """Beyond 2 km of the street, the motorway's edge at 100 m, driven at 25 m/s, is better than nothing."""
    nodes = {1: (0, 0), 2: (9000, 0), 3: (0, 500), 4: (1000, 500)}
    motorway = {"highway": "motorway", "oneway": "no"}
    ways = {10: ([1, 2], motorway), 11: ([3, 4], STREET), 12: ([1, 3], STREET)}
    network = build(write_osm(nodes, ways))
    access = 100 * 3.6 / 15
    assert trip_s(network, (8000, 100), (8500, 100)) == pytest.approx(2 * access + 500 / 25, abs=0.2)
    assert trip_s(network, (8000, 2100), (8500, 100)) is None
