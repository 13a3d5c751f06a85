"""Who may use a way, and in which direction: the rules of the wiki, one line each."""

from collections.abc import Callable
from pathlib import Path

import pytest

from maillage.catalogue.vitesses import load_mode
from maillage.network.osm.rules import apply_rules, find_blocked_nodes
from maillage.sources.osm import read_osm

STREET = {"highway": "residential"}
BOTH, AHEAD, BACK, SHUT = (True, True), (True, False), (False, True), (False, False)

RULES = [
    # class
    ("voiture", {"highway": "motorway"}, AHEAD),
    ("voiture", {"highway": "motorway", "oneway": "no"}, BOTH),
    ("voiture", {"highway": "motorway_link"}, BOTH),
    ("velo", {"highway": "motorway"}, SHUT),
    ("marche", {"highway": "motorway"}, SHUT),
    ("voiture", {"highway": "footway"}, SHUT),
    ("voiture", {"highway": "track"}, SHUT),
    ("voiture", {"highway": "construction"}, SHUT),
    ("marche", {"highway": "steps"}, BOTH),
    ("velo", {"highway": "steps"}, SHUT),
    ("marche", {"highway": "bridleway"}, SHUT),
    ("marche", {"highway": "bridleway", "foot": "yes"}, BOTH),
    # access, from the most general to the most precise
    ("voiture", STREET | {"access": "private"}, SHUT),
    ("voiture", STREET | {"access": "no", "vehicle": "yes"}, BOTH),
    ("voiture", STREET | {"access": "no", "motor_vehicle": "yes", "motorcar": "no"}, SHUT),
    ("voiture", STREET | {"vehicle": "no", "motorcar": "yes"}, BOTH),
    ("voiture", STREET | {"access": "destination"}, BOTH),
    ("voiture", STREET | {"motor_vehicle": "agricultural"}, SHUT),
    ("voiture", STREET | {"access": "unknown"}, BOTH),
    ("voiture", STREET | {"bicycle": "no", "foot": "no"}, BOTH),
    ("velo", STREET | {"vehicle": "no"}, SHUT),
    ("velo", STREET | {"vehicle": "no", "bicycle": "yes"}, BOTH),
    ("velo", STREET | {"bicycle": "use_sidepath"}, SHUT),
    ("velo", STREET | {"motor_vehicle": "no"}, BOTH),
    ("marche", STREET | {"vehicle": "no"}, BOTH),
    ("marche", STREET | {"access": "no", "foot": "permissive"}, BOTH),
    ("marche", STREET | {"foot": "no"}, SHUT),
    # classes that only a precise tag opens
    ("voiture", {"highway": "track", "motor_vehicle": "yes"}, BOTH),
    ("voiture", {"highway": "track", "access": "yes"}, SHUT),
    ("voiture", {"highway": "pedestrian", "motorcar": "designated"}, BOTH),
    # expressways and areas
    ("velo", {"highway": "trunk", "motorroad": "yes"}, SHUT),
    ("marche", {"highway": "trunk", "motorroad": "yes"}, SHUT),
    ("marche", {"highway": "trunk", "motorroad": "yes", "foot": "yes"}, BOTH),
    ("voiture", {"highway": "trunk", "motorroad": "yes"}, BOTH),
    ("voiture", {"highway": "service", "area": "yes"}, SHUT),
    ("marche", {"highway": "pedestrian", "area": "yes"}, BOTH),
    # one-way streets
    ("voiture", STREET | {"oneway": "yes"}, AHEAD),
    ("voiture", STREET | {"oneway": "1"}, AHEAD),
    ("voiture", STREET | {"oneway": "-1"}, BACK),
    ("voiture", STREET | {"oneway": "no"}, BOTH),
    ("voiture", STREET | {"oneway": "reversible"}, SHUT),
    ("voiture", STREET | {"oneway": "alternating"}, BOTH),
    ("voiture", STREET | {"junction": "roundabout"}, AHEAD),
    ("voiture", STREET | {"junction": "circular"}, AHEAD),
    ("voiture", STREET | {"junction": "roundabout", "oneway": "-1"}, BACK),
    ("voiture", STREET | {"oneway:bicycle": "yes"}, BOTH),
    ("velo", STREET | {"oneway": "yes"}, AHEAD),
    ("velo", STREET | {"oneway": "yes", "oneway:bicycle": "no"}, BOTH),
    ("velo", STREET | {"oneway": "no", "oneway:bicycle": "-1"}, BACK),
    ("velo", STREET | {"oneway": "yes", "cycleway": "opposite"}, BOTH),
    ("velo", STREET | {"oneway": "yes", "cycleway:left": "opposite_lane"}, BOTH),
    ("velo", STREET | {"oneway": "yes", "cycleway:left": "lane", "cycleway:left:oneway": "-1"}, BOTH),
    ("velo", STREET | {"oneway": "yes", "cycleway:both:oneway": "no"}, BOTH),
    ("velo", STREET | {"oneway": "yes", "cycleway": "lane"}, AHEAD),
    ("velo", STREET | {"oneway": "-1", "cycleway": "opposite_lane", "oneway:bicycle": "-1"}, BACK),
    ("velo", STREET | {"junction": "roundabout"}, AHEAD),
    ("marche", STREET | {"oneway": "yes"}, BOTH),
    ("marche", STREET | {"junction": "roundabout"}, BOTH),
    ("marche", {"highway": "footway", "oneway:foot": "yes"}, AHEAD),
    # access by direction
    ("voiture", STREET | {"motor_vehicle:backward": "no"}, AHEAD),
    ("voiture", STREET | {"vehicle:forward": "no"}, BACK),
    ("voiture", STREET | {"vehicle:forward": "no", "motorcar:forward": "yes"}, BOTH),
    ("velo", STREET | {"oneway": "yes", "bicycle:backward": "yes"}, BOTH),
    # ferries
    ("voiture", {"route": "ferry"}, SHUT),
    ("voiture", {"route": "ferry", "motor_vehicle": "yes"}, BOTH),
    ("voiture", {"route": "ferry", "highway": "primary"}, SHUT),
    ("marche", {"route": "ferry"}, BOTH),
    ("marche", {"route": "ferry", "foot": "no"}, SHUT),
    ("velo", {"route": "shuttle_train"}, BOTH),
]


@pytest.mark.parametrize("mode", ["voiture", "velo", "marche"])
def test_the_rules_of_circulation(write_osm: Callable[..., Path], mode: str) -> None:
    rules = [(tags, expected) for each, tags, expected in RULES if each == mode]
    ways = {i: ([1, 2], tags) for i, (tags, _) in enumerate(rules)}
    usage = apply_rules(read_osm(write_osm({1: (0, 0), 2: (9, 0)}, ways)), load_mode(mode))
    found = zip(usage.forward.tolist(), usage.backward.tolist(), strict=True)
    wrong = [
        (tags, expected, got) for (tags, expected), got in zip(rules, found, strict=True) if got != expected
    ]
    assert not wrong


def test_the_peak_hour_drives_on_the_same_roads(write_osm: Callable[..., Path]) -> None:
    ways = {i: ([1, 2], tags) for i, (_, tags, _) in enumerate(RULES)}
    extract = read_osm(write_osm({1: (0, 0), 2: (9, 0)}, ways))
    free, peak = (apply_rules(extract, load_mode(mode)) for mode in ("voiture", "voiture_pointe"))
    assert (free.forward == peak.forward).all()
    assert (free.backward == peak.backward).all()


@pytest.mark.parametrize(
    ("tags", "blocked"),
    [
        ({"barrier": "bollard"}, {"voiture"}),
        ({"barrier": "gate"}, set()),
        ({"barrier": "gate", "access": "private"}, {"voiture", "velo", "marche"}),
        ({"barrier": "gate", "access": "no", "foot": "yes"}, {"voiture", "velo"}),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, set()),
        ({"barrier": "kissing_gate"}, {"voiture", "velo"}),
        ({"barrier": "wall"}, {"voiture", "velo", "marche"}),
        ({"barrier": "toll_booth"}, set()),
        ({"highway": "crossing", "bicycle": "no"}, set()),
    ],
)
def test_barriers_on_nodes(write_osm: Callable[..., Path], tags: dict[str, str], blocked: set[str]) -> None:
    path = write_osm({1: (0, 0), 2: (9, 0, tags), 3: (18, 0)}, {1: ([1, 2, 3], STREET)})
    extract = read_osm(path)
    found = {mode: find_blocked_nodes(extract, load_mode(mode)) for mode in ("voiture", "velo", "marche")}
    assert {mode for mode, nodes in found.items() if nodes[1]} == blocked
    assert not any(nodes[0] or nodes[2] for nodes in found.values())
