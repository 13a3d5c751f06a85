"""Who may use a way, and in which direction: the rules of the wiki, one line each."""

from collections.abc import Callable
from pathlib import Path

import pytest

from maillage.catalogue.vitesses import load_mode
from maillage.network.osm.rules import apply_rules, judge_nodes, list_conditional, list_unread_access
from maillage.sources.osm.assemblage import read_osm

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
    # lists: each value counts, one that opens is enough
    ("voiture", STREET | {"motor_vehicle": "agricultural;forestry"}, SHUT),
    ("voiture", STREET | {"motor_vehicle": "agricultural; forestry;delivery"}, SHUT),
    ("voiture", STREET | {"motor_vehicle": "agricultural;yes"}, BOTH),
    ("voiture", STREET | {"access": "no;destination"}, BOTH),
    ("voiture", STREET | {"access": "unknown;private"}, SHUT),
    ("velo", STREET | {"access": "permissive;private"}, BOTH),
    # letters' case
    ("voiture", STREET | {"access": "No"}, SHUT),
    ("voiture", {"highway": "Residential", "access": "PRIVATE"}, SHUT),
    ("voiture", STREET | {"access": "No", "motor_vehicle": "Yes"}, BOTH),
    # a value that no table holds names who may pass: not everyone
    ("voiture", STREET | {"access": "jardiniers"}, SHUT),
    ("marche", STREET | {"foot": "jardiniers"}, SHUT),
    ("voiture", STREET | {"access": "jardiniers", "motor_vehicle": "yes"}, BOTH),
    # a vehicle pushed by hand
    ("velo", STREET | {"bicycle": "dismount"}, BOTH),
    ("velo", {"highway": "steps", "bicycle": "dismount"}, BOTH),
    ("voiture", STREET | {"motor_vehicle": "dismount"}, SHUT),
    ("marche", STREET | {"access": "dismount"}, BOTH),
    # classes that only a precise tag opens
    ("voiture", {"highway": "track", "motor_vehicle": "yes"}, BOTH),
    ("voiture", {"highway": "track", "access": "yes"}, SHUT),
    ("voiture", {"highway": "pedestrian", "motorcar": "designated"}, BOTH),
    ("voiture", {"highway": "busway"}, SHUT),
    ("voiture", {"highway": "busway", "access": "yes"}, SHUT),
    ("velo", {"highway": "busway", "bicycle": "designated"}, BOTH),
    ("velo", {"highway": "busway", "bicycle:forward": "yes"}, AHEAD),
    ("marche", {"highway": "busway", "foot": "yes"}, BOTH),
    ("marche", {"highway": "bus_guideway", "foot": "yes"}, BOTH),
    ("velo", {"highway": "motorway", "bicycle": "yes"}, AHEAD),
    ("marche", {"highway": "raceway", "foot": "permissive"}, BOTH),
    ("marche", {"highway": "construction", "foot": "yes"}, SHUT),
    ("velo", {"highway": "proposed", "bicycle": "designated"}, SHUT),
    ("voiture", {"highway": "abandoned", "motor_vehicle": "yes"}, SHUT),
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
    # the mode's own key is more precise than a wider key by direction
    ("velo", STREET | {"vehicle:forward": "agricultural", "bicycle": "yes"}, BOTH),
    ("velo", STREET | {"vehicle:forward": "no", "bicycle:forward": "yes"}, BOTH),
    ("velo", STREET | {"vehicle": "no", "bicycle:backward": "yes"}, BACK),
    ("velo", STREET | {"bicycle": "yes", "bicycle:forward": "no"}, BACK),
    ("voiture", STREET | {"access": "no", "motorcar:forward": "yes"}, AHEAD),
    ("voiture", STREET | {"access:backward": "no", "motor_vehicle": "yes"}, BOTH),
    ("voiture", STREET | {"oneway": "yes", "motor_vehicle": "yes"}, AHEAD),
    ("voiture", STREET | {"oneway": "no", "oneway:motor_vehicle": "yes"}, AHEAD),
    ("velo", STREET | {"oneway:vehicle": "yes", "oneway:bicycle": "no"}, BOTH),
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
    found = zip(usage.forward.open.tolist(), usage.backward.open.tolist(), strict=True)
    wrong = [
        (tags, expected, got) for (tags, expected), got in zip(rules, found, strict=True) if got != expected
    ]
    assert not wrong


def test_the_peak_hour_drives_on_the_same_roads(write_osm: Callable[..., Path]) -> None:
    ways = {i: ([1, 2], tags) for i, (_, tags, _) in enumerate(RULES)}
    extract = read_osm(write_osm({1: (0, 0), 2: (9, 0)}, ways))
    free, peak = (apply_rules(extract, load_mode(mode)) for mode in ("voiture", "voiture_pointe"))
    assert (free.forward.open == peak.forward.open).all()
    assert (free.backward.open == peak.backward.open).all()


ACCESS = {
    "oui": ["yes", "permissive", "designated", "official", "public", "discouraged"],
    "riverains": ["destination", "customers", "residents"],
    "non": [
        *("no", "private", "permit", "delivery", "agricultural", "forestry", "emergency", "military"),
        *("psv", "bus", "taxi", "hov", "use_sidepath", "employees", "students", "jardiniers"),
    ],
    "sans_avis": ["unknown", "variable", ""],
}


@pytest.mark.parametrize("mode", ["voiture", "velo", "marche"])
def test_every_value_of_access_is_decided(write_osm: Callable[..., Path], mode: str) -> None:
    key = load_mode(mode).cles[-1]
    cases = [(verdict, value) for verdict, values in ACCESS.items() for value in values]
    ways = {i: ([1, 2], STREET | {key: value}) for i, (_, value) in enumerate(cases)}
    usage = apply_rules(read_osm(write_osm({1: (0, 0), 2: (9, 0)}, ways)), load_mode(mode))
    for (verdict, value), is_open, destination in zip(
        cases, usage.forward.open, usage.forward.destination, strict=True
    ):
        assert (is_open, destination) == (verdict != "non", verdict == "riverains"), value


def test_the_most_precise_key_says_whether_a_way_is_for_residents(write_osm: Callable[..., Path]) -> None:
    tags = [
        {"access": "destination", "motor_vehicle": "yes"},
        {"access": "yes", "motorcar": "customers"},
        {"motor_vehicle:backward": "destination"},
    ]
    ways = {i: ([1, 2], STREET | each) for i, each in enumerate(tags)}
    usage = apply_rules(read_osm(write_osm({1: (0, 0), 2: (9, 0)}, ways)), load_mode("voiture"))
    assert usage.forward.destination.tolist() == [False, True, False]
    assert usage.backward.destination.tolist() == [False, True, True]


def test_values_that_no_table_holds_and_rules_by_hour_are_counted(write_osm: Callable[..., Path]) -> None:
    nodes = {1: (0, 0), 2: (9, 0, {"barrier": "nain_de_jardin", "access": "jardiniers"}), 3: (18, 0)}
    ways = {
        10: ([1, 2, 3], STREET | {"access": "jardiniers", "foot": "yes"}),
        11: ([1, 2], STREET | {"motor_vehicle": "no;livreurs", "access:conditional": "no @ (22:00-06:00)"}),
        12: ([1, 2], STREET | {"hour_on": "07:00", "hour_off": "09:00", "maxspeed:conditional": "30 @ wet"}),
    }
    extract, car = read_osm(write_osm(nodes, ways)), load_mode("voiture")
    assert list_unread_access(extract, car) == {
        "access=jardiniers": 2,
        "motor_vehicle=no;livreurs": 1,
        "barrier=nain_de_jardin": 1,
    }
    assert list_conditional(extract.way_tags, car) == {
        "access:conditional": 1,
        "hour_off": 1,
        "hour_on": 1,
        "maxspeed:conditional": 1,
    }
    assert "maxspeed:conditional" not in list_conditional(extract.way_tags, load_mode("marche"))


CAR, WHEELS, ALL = {"voiture"}, {"voiture", "velo"}, {"voiture", "velo", "marche"}
KINDS: list[tuple[set[str], tuple[str, ...]]] = [
    # barriers that open, or that one drives through
    (set(), ("gate", "lift_gate", "swing_gate", "sliding_gate", "hampshire_gate", "bump_gate", "Gate")),
    (set(), ("toll_booth", "cattle_grid", "entrance", "border_control", "sally_port", "no")),
    (set(), ("height_restrictor", "kerb")),
    # barriers against cars
    (CAR, ("bollard", "block", "chain", "bus_trap", "sump_buster", "jersey_barrier", "cycle_barrier")),
    (CAR, ("motorcycle_barrier", "log", "debris", "planter", "spikes")),
    (CAR, ("yes", "nain_de_jardin", "gate;bollard")),
    # barriers that one steps through or over
    (WHEELS, ("kissing_gate", "stile", "turnstile", "full-height_turnstile", "horse_stile")),
    # barriers without an opening
    (ALL, ("wall", "fence", "hedge", "city_wall", "retaining_wall", "ditch")),
]
OWN_KEYS = [
    ({"barrier": "gate", "access": "private"}, ALL),
    ({"barrier": "gate", "access": "no", "foot": "yes"}, WHEELS),
    ({"barrier": "bollard", "motor_vehicle": "yes"}, set()),
    ({"barrier": "gate", "motor_vehicle": "agricultural;forestry"}, CAR),
    ({"barrier": "cycle_barrier", "bicycle": "dismount"}, CAR),
    ({"barrier": "gate", "access": "jardiniers"}, ALL),
    ({"barrier": "gate", "locked": "yes"}, ALL),
    ({"barrier": "gate", "locked": "no"}, set()),
    ({"barrier": "lift_gate", "locked": "Yes", "access": "yes"}, ALL),
    ({"barrier": "swing_gate", "locked": "yes", "foot": "yes"}, WHEELS),
    ({"barrier": "gate", "locked": "yes", "motor_vehicle": "destination", "foot": "no"}, {"velo", "marche"}),
    ({"highway": "crossing", "bicycle": "no"}, set()),
]


@pytest.mark.parametrize(
    ("tags", "blocked"),
    [*(({"barrier": kind}, modes) for modes, kinds in KINDS for kind in kinds), *OWN_KEYS],
)
def test_barriers_on_nodes(write_osm: Callable[..., Path], tags: dict[str, str], blocked: set[str]) -> None:
    path = write_osm({1: (0, 0), 2: (9, 0, tags), 3: (18, 0)}, {1: ([1, 2, 3], STREET)})
    extract = read_osm(path)
    found = {mode: judge_nodes(extract, load_mode(mode))[0] for mode in ("voiture", "velo", "marche")}
    assert {mode for mode, nodes in found.items() if nodes[1]} == blocked
    assert not any(nodes[0] or nodes[2] for nodes in found.values())


def test_a_gate_for_residents_lets_them_through(write_osm: Callable[..., Path]) -> None:
    gate = {"barrier": "gate", "locked": "yes", "motor_vehicle": "destination"}
    path = write_osm({1: (0, 0), 2: (9, 0, gate), 3: (18, 0)}, {1: ([1, 2, 3], STREET)})
    blocked, residents = judge_nodes(read_osm(path), load_mode("voiture"))
    assert (blocked.tolist(), residents.tolist()) == ([False] * 3, [False, True, False])
