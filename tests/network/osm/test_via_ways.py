"""Forbidden paths, by hand: each kind of the norm by one way and by several, and those of some hours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from maillage.atlas.reseau.itineraires import explain_time
from maillage.atlas.reseau.osm import build_reseau
from tests.network.trips import METRES_PER_DEGREE, build, place, trip_s

Written = Callable[..., Path]
NO_U_TURN = {"type": "restriction", "restriction": "no_u_turn"}
OLD_HOURS = {"hour_on": "07:00", "hour_off": "09:00", "day_on": "Monday", "day_off": "Friday"}
Relation = tuple[list[tuple[str, int, str]], dict[str, str]]
STREET = {"highway": "residential", "maxspeed": "45"}  # 10 m/s
ONE_WAY = STREET | {"oneway": "yes"}

# Two carriageways a hundred metres apart, joined by the street 11 and 16 (one way), and further east by 15.
NODES = {
    1: (0, 0),
    2: (100, 0),
    3: (100, 100),
    4: (0, 100),
    5: (300, 0),
    6: (300, 100),
    7: (100, 50),
    8: (300, 50),
}
WAYS = {
    10: ([1, 2], STREET),
    11: ([2, 7], ONE_WAY),
    16: ([7, 3], ONE_WAY),
    12: ([3, 4], STREET),
    13: ([2, 5], STREET),
    14: ([3, 6], STREET),
    15: ([5, 8, 6], STREET),
    17: ([7, 8], ONE_WAY),
}
WEST, EAST = (50, 0), (200, 0)  # on the southern carriageway
WEST_END, EAST_END = (50, 100), (200, 100)  # on the northern one
BETWEEN, ASIDE = (100, 25), (125, 50)  # on the way from one to the other, and beside it


def restrict(coming: list[int], leaving: list[int], **tags: str) -> dict[int, Relation]:
    """One restriction over streets 11 and 16, told in the wrong order."""
    members = [("w", way, "from") for way in coming] + [("w", 16, "via"), ("w", 11, "via")]
    members += [("w", way, "to") for way in leaving]
    return {1: (members, {"type": "restriction"} | {key.replace("_of_", ":"): v for key, v in tags.items()})}


@pytest.mark.parametrize(
    ("relations", "seconds"),
    [  # from the west to the west, to the east; from the east to the west, to the east
        ({}, (20, 25, 25, 30)),
        (restrict([10], [12], restriction="no_u_turn"), (60, 25, 25, 30)),
        (restrict([10], [12], restriction="no_left_turn"), (60, 25, 25, 30)),
        (restrict([10], [14], restriction="no_right_turn"), (20, 45, 25, 30)),
        (restrict([10], [14], restriction="no_straight_on"), (20, 45, 25, 30)),
        (restrict([10], [14], restriction="only_straight_on"), (60, 25, 25, 30)),
        (restrict([10], [14], restriction="only_right_turn"), (60, 25, 25, 30)),
        (restrict([10], [12], restriction="only_left_turn"), (20, 45, 25, 30)),
        (restrict([10], [12], restriction="only_u_turn"), (20, 45, 25, 30)),
        (restrict([10, 13], [12], restriction="no_entry"), (60, 25, 45, 30)),
        (restrict([10], [12, 14], restriction="no_exit"), (60, 45, 25, 30)),
        (restrict([10], [12], restriction="no_u_turn", **{"except": "bicycle;motorcar"}), (20, 25, 25, 30)),
        (restrict([10], [12], restriction="no_u_turn", **{"except": "psv"}), (60, 25, 25, 30)),
        (restrict([10], [12], restriction_of_motorcar="no_u_turn"), (60, 25, 25, 30)),
        (restrict([10], [12], restriction_of_hgv="no_u_turn"), (20, 25, 25, 30)),
        (restrict([99], [12], restriction="no_u_turn"), (20, 25, 25, 30)),
    ],
)
def test_each_kind_of_the_norm_over_two_ways(
    write_osm: Written, relations: dict[int, Relation], seconds: tuple[float, ...]
) -> None:
    network = build(write_osm(NODES, WAYS, relations))
    found = [trip_s(network, start, end) for start in (WEST, EAST) for end in (WEST_END, EAST_END)]
    assert found == pytest.approx(seconds, abs=0.2)
    # whoever is stopped there is reached, leaves as anyone, and the street in the middle stays open
    assert trip_s(network, WEST, BETWEEN) == pytest.approx(7.5, abs=0.2)
    assert trip_s(network, BETWEEN, WEST_END) == pytest.approx(12.5, abs=0.2)
    assert trip_s(network, BETWEEN, EAST_END) == pytest.approx(17.5, abs=0.2)
    assert trip_s(network, WEST, ASIDE) == pytest.approx(12.5, abs=0.2)


def test_leaving_the_path_and_coming_back_is_not_driving_it(write_osm: Written) -> None:
    """A U-turn is free at every crossing: at the end of the path, driven both ways, it undoes the path."""
    both_ways = {way: (refs, STREET) for way, (refs, _) in WAYS.items()}
    network = build(write_osm(NODES, both_ways, restrict([10], [12], restriction="no_u_turn")))
    assert trip_s(network, WEST, WEST_END) == pytest.approx(20 + 2 * 5, abs=0.2)  # back over 16, or over 11
    assert network.report.turns == {"par_voie": 1}
    assert network.report.n_copies == 4  # free and come from 10, over 11 and over 16


@pytest.mark.parametrize(
    ("relations", "fate"),
    [
        (restrict([10], [17], restriction="no_left_turn"), "sans objet"),  # 17 does not start there
        (restrict([13], [18], restriction="no_left_turn"), "ambigue"),  # 18 leaves both ways
        ({1: ([("w", 10, "from"), ("w", 15, "via"), ("w", 12, "to")], NO_U_TURN)}, "sans objet"),
        ({1: ([("w", 13, "from"), ("w", 19, "via"), ("w", 14, "to")], NO_U_TURN)}, "ambigue"),
    ],
)
def test_paths_that_cannot_be_told_are_counted(
    write_osm: Written, relations: dict[int, Relation], fate: str
) -> None:
    nodes = NODES | {9: (400, 50), 20: (400, 100)}
    split = {18: ([4, 3, 6], STREET), 19: ([5, 9, 20, 5], STREET)}  # 12 and 14 in one; a ring
    ways = {
        way: street for way, street in WAYS.items() if way not in {12, 14} or fate == "sans objet"
    } | split
    report = build(write_osm(nodes, ways, relations)).report
    assert report.turns == {fate: 1}
    assert report.n_copies == 0


@pytest.mark.parametrize(
    ("tags", "applied", "fate"),
    [
        ({"restriction:conditional": "no_u_turn @ (Mo-Fr 07:00-09:00)"}, True, "par_voie"),
        ({"restriction:motorcar:conditional": "no_u_turn @ (Mo-Fr)"}, True, "par_voie"),
        ({"restriction:conditional": "no_left_turn @ (22:00-06:00)"}, False, "hors_horaire"),
        ({"restriction:conditional": "no_u_turn @ (Mo-Fr 08:10-09:00)"}, False, "conditionnelle"),
        ({"restriction:conditional": "no_u_turn @ (weight>3.5)"}, False, "conditionnelle"),
        ({"restriction": "no_u_turn"} | OLD_HOURS, True, "par_voie"),
        ({"restriction": "no_u_turn", "hour_on": "10:00", "hour_off": "11:00"}, False, "hors_horaire"),
        ({"restriction": "no_u_turn", "date_on": "Mar 1", "date_off": "Oct 1"}, False, "conditionnelle"),
    ],
)
def test_restrictions_by_hour_bind_the_mode_that_has_an_hour(
    write_osm: Written, tags: dict[str, str], applied: bool, fate: str
) -> None:
    members, _ = restrict([10], [12])[1]
    path = write_osm(NODES, WAYS, {1: (members, {"type": "restriction"} | tags)})
    network = build(path, "voiture_pointe")  # at seven tenths of the speed
    assert trip_s(network, WEST, WEST_END, "voiture_pointe") == pytest.approx(
        (60 if applied else 20) / 0.7, abs=0.2
    )
    assert network.report.turns == {fate: 1}
    at_any_hour = build(path)
    assert trip_s(at_any_hour, WEST, WEST_END) == pytest.approx(20, abs=0.2)
    assert at_any_hour.report.turns == {"conditionnelle": 1}


def test_a_route_that_drives_a_copy_is_drawn_and_two_builds_are_one(
    write_osm: Written, tmp_path: Path
) -> None:
    path = write_osm(NODES, WAYS, restrict([10], [12], restriction="no_u_turn"))
    one, other = (build_reseau(path, ["voiture"], tmp_path / name) for name in ("un", "deux"))
    for file in sorted(one.dossier.rglob("*")):
        if file.is_file():
            assert file.read_bytes() == (other.dossier / file.relative_to(one.dossier)).read_bytes()
    ends = [(float(spot.lon[0]), float(spot.lat[0])) for spot in map(place, (WEST, EAST_END))]
    route = explain_time(one, "voiture", *ends)
    assert [stretch.voie for stretch in route.troncons] == [10, 11, 16, 14]
    assert route.duree_s == pytest.approx(25, abs=0.2)
    end = place(NODES[3])
    assert route.interdits == ((pytest.approx(end.lon[0], abs=1e-6), pytest.approx(end.lat[0], abs=1e-6)),)
    x = [round((lon - 3) * METRES_PER_DEGREE * np.cos(np.radians(50))) for lon, _ in route.trace]
    assert sorted(set(x)) == [50, 100, 200]
