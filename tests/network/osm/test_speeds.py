"""How long a segment takes, rule by rule."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from maillage.catalogue.vitesses import load_mode
from maillage.network.osm.rules import apply_rules
from maillage.network.osm.segments import cut_ways
from maillage.network.osm.speeds import compute_times, find_built_up, list_unread_limits
from maillage.sources.osm.assemblage import read_osm

Written = Callable[..., Path]


def speeds(path: Path, mode: str) -> list[tuple[float, float]]:
    """km/h forward and backward of each segment, in file order."""
    extract, rules = read_osm(path), load_mode(mode)
    usage = apply_rules(extract, rules)
    segments = cut_ways(extract, usage, np.zeros(len(extract.node_id), bool))
    times = compute_times(extract, rules, usage, segments)
    kmh = (3.6 * segments.length_m / seconds for seconds in times)
    return [(round(a, 2), round(b, 2)) for a, b in zip(*kmh, strict=True)]


def speed_of(write_osm: Written, tags: dict[str, str], mode: str = "voiture") -> tuple[float, float]:
    """On a kilometre in the open country."""
    return speeds(write_osm({1: (0, 0), 2: (1000, 0)}, {1: ([1, 2], tags)}), mode)[0]


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        # 0.8 of the written limit
        ({"highway": "primary", "maxspeed": "80"}, 64),
        ({"highway": "primary", "maxspeed": "50 mph"}, 0.8 * 50 * 1.609344),
        ({"highway": "primary", "maxspeed": "70 km/h"}, 56),
        ({"highway": "primary", "maxspeed": "90;70"}, 56),
        ({"highway": "primary", "maxspeed": "FR:urban"}, 40),
        ({"highway": "primary", "maxspeed": "FR:rural"}, 64),
        ({"highway": "motorway", "maxspeed": "FR:motorway"}, 104),
        ({"highway": "motorway", "maxspeed": "none"}, 104),
        ({"highway": "residential", "maxspeed": "FR:zone30"}, 24),
        ({"highway": "residential", "source:maxspeed": "FR:zone30"}, 24),
        ({"highway": "residential", "zone:maxspeed": "FR:30"}, 24),
        ({"highway": "secondary", "maxspeed:type": "FR:urban"}, 40),
        ({"highway": "secondary", "maxspeed:type": "FR:urban", "maxspeed": "30"}, 24),
        ({"highway": "primary", "maxspeed": "BE-VLG:rural"}, 56),
        # letters' case and spaces say nothing
        ({"highway": "primary", "maxspeed": "FR:Urban"}, 40),
        ({"highway": "primary", "maxspeed": "fr:URBAN"}, 40),
        ({"highway": "Primary", "maxspeed": " 50 KM/H"}, 40),
        ({"highway": "secondary", "source:maxspeed": "Fr:Zone30"}, 24),
        # zones and units, as Key:maxspeed writes them
        ({"highway": "secondary", "maxspeed": "FR:zone:30"}, 24),
        ({"highway": "secondary", "maxspeed:type": "DE:zone30"}, 24),
        ({"highway": "secondary", "maxspeed": "FR:zone20"}, 16),
        ({"highway": "secondary", "zone:maxspeed": "DE:20"}, 16),
        ({"highway": "secondary", "maxspeed": "FR:living_street"}, 16),
        ({"highway": "motorway", "maxspeed": "BE:motorway"}, 96),
        ({"highway": "primary", "maxspeed": "PL:urban"}, 40),
        ({"highway": "primary", "maxspeed": "50kmh"}, 40),
        ({"highway": "primary", "maxspeed": "20 knots"}, 0.8 * 20 * 1.852),
        ({"highway": "primary", "maxspeed": "walk"}, 4.8),
        ({"highway": "primary", "maxspeed": "70|50"}, 40),
        ({"highway": "primary", "maxspeed": "80", "maxspeed:motorcar": "70"}, 56),
        # "none" is said of motorways; elsewhere nothing is written
        ({"highway": "living_street", "maxspeed": "none"}, 10),
        ({"highway": "primary", "maxspeed": "none"}, 64),
        ({"highway": "primary", "maxspeed": "none", "source:maxspeed": "FR:urban"}, 40),
        # no class drives faster than the law lets it, whatever is written
        ({"highway": "living_street", "maxspeed": "50"}, 16),
        ({"highway": "residential", "maxspeed": "130"}, 64),
        ({"highway": "primary", "maxspeed": "300"}, 88),
        ({"highway": "track", "motor_vehicle": "yes", "maxspeed": "80"}, 7),
        ({"highway": "pedestrian", "motor_vehicle": "yes", "maxspeed": "6"}, 4.8),
        ({"highway": "track", "motor_vehicle": "yes"}, 7),
        ({"highway": "busway", "motor_vehicle": "yes"}, 10),
        # nothing written, or nothing understood: the lesser of class speed and 0.8 of the French default
        ({"highway": "motorway"}, 90),
        ({"highway": "trunk", "oneway": "yes"}, 85),
        ({"highway": "trunk"}, 64),
        ({"highway": "primary"}, 64),
        ({"highway": "secondary"}, 55),
        ({"highway": "primary", "zone:traffic": "FR:urban"}, 40),
        ({"highway": "tertiary"}, 40),
        ({"highway": "living_street"}, 10),
        ({"highway": "service"}, 15),
        ({"highway": "secondary", "maxspeed": "signals"}, 55),
        ({"highway": "secondary", "maxspeed": "selon météo"}, 55),
    ],
)
def test_speed_by_car(write_osm: Written, tags: dict[str, str], kmh: float) -> None:
    assert speed_of(write_osm, tags)[0] == pytest.approx(kmh, abs=0.02)


def test_a_limit_may_differ_by_direction(write_osm: Written) -> None:
    tags = {"highway": "primary", "maxspeed": "80", "maxspeed:backward": "50"}
    assert speed_of(write_osm, tags) == (64, 40)


def test_bicycles_and_walkers_go_at_their_own_pace(write_osm: Written) -> None:
    tags = {"highway": "primary", "maxspeed": "80"}
    assert speed_of(write_osm, tags, "velo") == (15, 15)
    assert speed_of(write_osm, tags, "marche") == (5, 5)
    assert speed_of(write_osm, {"highway": "footway"}, "velo") == (4, 4)
    assert speed_of(write_osm, {"highway": "residential", "bicycle": "dismount"}, "velo") == (4, 4)
    one_side = {"highway": "residential", "bicycle:backward": "dismount"}
    assert speed_of(write_osm, one_side, "velo") == (15, 4)
    assert speed_of(write_osm, {"highway": "busway", "bicycle": "designated"}, "velo") == (15, 15)


def test_the_peak_hour_slows_towns_more_than_the_country(write_osm: Written) -> None:
    town = {"highway": "primary", "zone:traffic": "FR:urban"}
    assert speed_of(write_osm, town, "voiture_pointe")[0] == pytest.approx(0.7 * 40)
    assert speed_of(write_osm, {"highway": "primary"}, "voiture_pointe")[0] == pytest.approx(0.9 * 64)


DURATIONS = [
    *(("00:20", 1200), ("0:20", 1200), ("20", 1200), ("1:30:00", 5400), ("00:05:30", 330), ("30", 1800)),
    *(("PT1H", 3600), ("PT20M", 1200), ("pt1h30m", 5400), ("PT1.5H", 5400), ("P1DT1H", 90_000)),
    *(("20 min", 1200), ("1h30", 5400), ("2 h", 7200), ("00:20;00:30", 1800)),
]


@pytest.mark.parametrize(("duration", "seconds"), DURATIONS)
def test_a_ferry_takes_its_stated_time_shared_by_length(
    write_osm: Written, duration: str, seconds: float
) -> None:
    tags = {"route": "ferry", "duration": duration}
    path = write_osm({1: (0, 0), 2: (1000, 0), 3: (4000, 0)}, {1: ([1, 2, 3], tags)})
    assert speeds(path, "marche")[1][0] == pytest.approx(3.6 * 4000 / seconds, abs=0.006)


def test_a_ferry_without_duration_goes_at_the_catalogue_speed(write_osm: Written) -> None:
    assert speed_of(write_osm, {"route": "ferry", "duration": "longue"}, "marche") == (5, 5)


def test_arriving_at_signals_takes_two_seconds_more(write_osm: Written) -> None:
    path = write_osm(
        {1: (0, 0), 2: (1000, 0, {"highway": "traffic_signals"})},
        {1: ([1, 2], {"highway": "primary", "maxspeed": "90"})},
    )
    ahead, back = (3600 / kmh for kmh in speeds(path, "voiture")[0])  # a kilometre at 72 km/h: 50 s
    assert (ahead, back) == (pytest.approx(52, abs=0.05), pytest.approx(50, abs=0.05))


def built_up(path: Path) -> list[bool]:
    extract, mode = read_osm(path), load_mode("voiture")
    usage = apply_rules(extract, mode)
    segments = cut_ways(extract, usage, np.zeros(len(extract.node_id), bool))
    return [bool(inside) for inside in find_built_up(extract, usage, segments, mode.milieu)]


def test_land_use_makes_a_built_up_area(write_osm: Written) -> None:
    corners = {1: (-100, -100), 2: (300, -100), 3: (300, 100), 4: (-100, 100)}
    path = write_osm(
        corners | {10: (0, 0), 11: (200, 0), 12: (2000, 0)},
        {
            1: ([10, 11, 12], {"highway": "primary"}),
            2: ([10, 11], {"highway": "motorway"}),
            3: ([10, 11], {"highway": "primary", "zone:traffic": "FR:rural"}),
            9: ([1, 2, 3, 4, 1], {"landuse": "residential"}),
        },
    )
    assert built_up(path) == [True, False, False, False]


@pytest.mark.parametrize(("metres", "expected"), [(1005, True), (995, False)])
def test_a_kilometre_of_streets_around_makes_a_built_up_area(
    write_osm: Written, metres: float, expected: bool
) -> None:
    # five parallel streets whose middles stand within 200 m of the middle of the main road
    nodes: dict[int, tuple[float, float]] = {1: (-50, 0), 2: (50, 0)}
    ways: dict[int, tuple[list[int], dict[str, str]]] = {1: ([1, 2], {"highway": "primary"})}
    for i in range(5):
        nodes |= {10 + i: (-metres / 10, 20 * i), 20 + i: (metres / 10, 20 * i)}
        ways[10 + i] = ([10 + i, 20 + i], {"highway": "residential"})
    assert built_up(write_osm(nodes, ways))[0] is expected


def test_limits_and_durations_that_are_not_understood_are_listed(write_osm: Written) -> None:
    values = ["50", "signals", "none", "FR:Urban", "vite", "vite", "FR:village"]
    ways = {i: ([1, 2], {"highway": "primary", "maxspeed": value}) for i, value in enumerate(values)}
    ways[20] = ([1, 2], {"route": "ferry", "duration": "longue"})
    ways[21] = ([1, 2], {"highway": "primary", "maxspeed:backward": "lent"})
    extract = read_osm(write_osm({1: (0, 0), 2: (9, 0)}, ways))
    assert list_unread_limits(extract.way_tags, load_mode("voiture").limites) == {
        "maxspeed=FR:village": 1,
        "maxspeed=vite": 2,
        "maxspeed:backward=lent": 1,
        "duration=longue": 1,
    }
