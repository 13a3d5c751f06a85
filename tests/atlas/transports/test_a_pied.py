"""Walks to stops and between them along streets: by hand, against scipy's Dijkstra, and far from any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from maillage.atlas.reseau.osm import build_reseau
from maillage.atlas.transports.a_pied import A_VOL_D_OISEAU, APied, EntreArrets, duration, on_sphere
from maillage.atlas.transports.acces import join_stops, walk_directly
from maillage.atlas.transports.aller_retour import PointTrajet, explain_round_trip
from maillage.atlas.transports.changements import list_changes
from maillage.atlas.transports.dossier import Transports, build_transports
from maillage.atlas.transports.entree import describe_walks, list_off_street
from maillage.atlas.transports.questions import explain_route
from maillage.atlas.transports.trajets import walk_to_nearest
from maillage.cli.transports import say_leg
from maillage.network.timetables.timetable import NEVER_S
from maillage.network.travel_times import Points, Sites
from tests.flux_gtfs import write_feed
from tests.network.plain_times import PlainTimes
from tests.network.trips import place

Written = Callable[..., Path]
WAY = {"highway": "residential"}
Walked = dict[tuple[int, int], int]
KMH = 5 / 3.6  # metres a second on foot on streets, catalogue/vitesses.toml
# A river, y = 0: one bridge, 300 m away.
RIVER = {1: (0, 50), 2: (300, 50), 3: (300, -50), 4: (0, -50)}
STREETS = {10: ([1, 2], WAY), 11: ([2, 3], WAY), 12: ([3, 4], WAY)}


def put(*spots: tuple[float, float], **more: list[object]) -> pl.DataFrame:
    points = place(*spots)
    return pl.DataFrame({"lon": points.lon, "lat": points.lat} | more)


def walk_on(path: Path, folder: Path) -> APied:
    return APied(build_reseau(path, ["marche"], folder).load("marche"))


@pytest.fixture
def river(write_osm: Written, tmp_path: Path) -> APied:
    return walk_on(write_osm(RIVER, STREETS), tmp_path / "R")


def read(transports: Transports, streets: APied) -> Transports:
    return replace(transports, a_pied=streets)


def test_the_bridge_is_walked_to(river: APied) -> None:
    here, there = put((0, 50)), put((0, -50), (100, 50))
    found = river.pairs(here, there, 900)
    # 300 + 100 + 300 m, and 100 m, at 5 km/h: 504 s and 72 s; straight, 100 m would take 104 s, and 130.
    assert found.site.tolist() == [0, 1]
    assert found.duree_s.tolist() == pytest.approx([504, 72], abs=1)
    assert found.rue.tolist() == [True, True]
    straight = A_VOL_D_OISEAU.pairs(here, there, 900)
    assert straight.duree_s.tolist() == [104, 104]
    assert not straight.rue.any()
    assert river.pairs(here, there, 500).site.tolist() == [1], "the budget holds (≤)"
    assert river.pairs(here, there, found.duree_ds[0] / 10).site.tolist() == [0, 1]


def test_whoever_is_nearer_to_the_stop_than_to_a_street_goes_straight(river: APied) -> None:
    # 200 m from the street, 50 m from one another: 36 s, not twice 200 m and 50 m.
    found = river.pairs(put((100, 250)), put((150, 250), (100, 50)), 900)
    assert found.duree_s.tolist() == pytest.approx([36, 144], abs=1)
    assert found.rue.all()


def test_a_point_far_from_any_way_is_walked_to_on_a_straight_line(river: APied) -> None:
    points = put((0, 50), (0, 2500), (200, 2500))
    found = river.pairs(points, points, 900)
    rows = list(zip(found.origin.tolist(), found.site.tolist(), found.rue.tolist(), strict=True))
    assert rows == [(0, 0, True), (1, 1, False), (1, 2, False), (2, 1, False), (2, 2, False)]
    assert found.duree_s[2] == duration(np.array([200.0]))[0] == 208
    assert found.mark_estimated().tolist() == [False, True, True]


def test_a_ferry_is_no_walk(write_osm: Written, tmp_path: Path) -> None:
    ways = {10: ([1, 2], WAY), 11: ([2, 3], {"route": "ferry", "duration": "00:01"}), 12: ([3, 4], WAY)}
    nodes = {1: (0, 0), 2: (200, 0), 3: (2000, 0), 4: (2200, 0)}
    crossing = walk_on(write_osm(nodes, ways), tmp_path / "R")
    assert crossing.pairs(put((200, 0)), put((2000, 0)), 900).site.tolist() == []


def draw_city(write_osm: Written, rng: np.random.Generator) -> tuple[Path, np.ndarray]:
    """A grid of 7 × 7 crossings about 120 m apart, with steps, a one-way footway and gaps."""
    spots = {
        1 + 7 * i + j: tuple(120 * np.array([i, j]) + rng.uniform(-40, 40, 2))
        for i in range(7)
        for j in range(7)
    }
    pairs = [(a, a + 1) for a in spots if a % 7] + [(a, a + 7) for a in spots if a + 7 in spots]
    kept = [pair for pair in pairs if rng.random() > 0.15]
    kinds = [WAY, {"highway": "steps"}, {"highway": "footway", "oneway:foot": "yes"}]
    ways = {100 + n: (list(pair), kinds[rng.choice(3, p=[0.8, 0.1, 0.1])]) for n, pair in enumerate(kept)}
    return write_osm(spots, ways), rng.uniform(-100, 820, (30, 2))


def expect_walks(streets: APied, origins: pl.DataFrame, sites: pl.DataFrame, budget_s: int) -> Walked:
    """Seconds of each pair: scipy's Dijkstra on roads really cut, then the rules of this package."""
    here, there = (Points(p["lon"].to_numpy(), p["lat"].to_numpy()) for p in (origins, sites))
    roads = streets.reseau
    assert roads is not None
    attach = roads.attach()
    asked = Sites(there, np.zeros(len(there), np.int32), 1)
    plain = PlainTimes(roads.graphe, attach, attach(here)).within(asked, 10**7)
    rows = np.repeat(np.arange(len(here)), np.diff(plain.indptr)).tolist()
    pairs = zip(rows, plain.site.tolist(), strict=True)
    searched = dict(zip(pairs, plain.time_ds.tolist(), strict=True))
    legs = [attach(points).access_ds / 10 * KMH for points in (here, there)]
    expected = {}
    for o, one in enumerate(on_sphere(origins)):
        for s, other in enumerate(on_sphere(sites)):
            metres = float(np.linalg.norm(one - other))
            ways = [searched[o, s]] if (o, s) in searched and metres <= budget_s * KMH else []
            ways += [int(np.ceil(metres / KMH * 10))] if metres < max(legs[0][o], legs[1][s]) else []
            if ways and min(ways) <= budget_s * 10:
                expected[o, s] = -(-min(ways) // 10)
    return expected


def check_walks(streets: APied, origins: pl.DataFrame, sites: pl.DataFrame, budget_s: int) -> int:
    """Walks equal to those of a plain search, none shorter than the crow's line; how many there are."""
    found = streets.pairs(origins, sites, budget_s)
    pairs = zip(found.origin.tolist(), found.site.tolist(), strict=True)
    expected = expect_walks(streets, origins, sites, budget_s)
    assert dict(zip(pairs, found.duree_s.tolist(), strict=True)) == expected
    # Each arc is rounded to half a decisecond, and none of these walks has more than 200.
    metres = np.linalg.norm(on_sphere(origins)[found.origin] - on_sphere(sites)[found.site], axis=1)
    assert (found.duree_ds + 100 >= metres / KMH * 10).all()
    return len(expected)


@pytest.mark.parametrize("seed", range(4))
def test_walks_are_those_of_a_plain_search(write_osm: Written, tmp_path: Path, seed: int) -> None:
    path, spots = draw_city(write_osm, np.random.default_rng(seed))
    streets = walk_on(path, tmp_path / "R")
    assert check_walks(streets, put(*spots[:18]), put(*spots[18:]), 500) > 50


def test_walks_on_a_real_island_are_those_of_a_plain_search(donnees: Path, tmp_path: Path) -> None:
    """Saint-Barthélemy, from and to points drawn around its crossings."""
    streets = walk_on(donnees / "osm" / "saint_barthelemy.osm.pbf", tmp_path / "R")
    assert streets.reseau is not None
    graph, rng = streets.reseau.graphe, np.random.default_rng(7)
    node = rng.integers(0, graph.n_nodes, 60)
    lon, lat = (axis[node] + rng.normal(0, 0.001, 60) for axis in (graph.lon, graph.lat))
    points = pl.DataFrame({"lon": lon, "lat": lat})
    assert check_walks(streets, points[:40], points[40:], 1800) > 30


STOPS = {"A": (0, 50), "B": (0, -50), "C": (100, -50), "D": (0, 3600)}


def build(folder: Path, changes: dict[str, str | bytes | None] | None = None) -> Transports:
    """Buses A → C and B → D, on a plan in metres."""
    points = place(*STOPS.values())
    rows = "".join(
        f"{n},{n},{y:.7f},{x:.7f}\n" for n, x, y in zip(STOPS, points.lon, points.lat, strict=True)
    )
    times = """trip_id,arrival_time,departure_time,stop_id,stop_sequence
T1,08:00:00,08:00:00,D,1
T1,08:10:00,08:10:00,A,2
T2,08:15:00,08:15:00,B,1
T2,08:20:00,08:20:00,D,2
T3,08:20:00,08:20:00,B,1
T3,08:30:00,08:30:00,C,2
"""
    trips = "route_id,service_id,trip_id,trip_headsign\nL1,S,T1,A\nL1,S,T2,D\nL2,S,T3,C\n"
    stops = f"stop_id,stop_name,stop_lat,stop_lon\n{rows}"
    feed = {"stops.txt": stops, "stop_times.txt": times, "trips.txt": trips} | (changes or {})
    return build_transports([write_feed(folder, feed)], folder / "T")


def walks_of(transports: Transports, walk_s: float) -> dict[tuple[str, str], tuple[int, str]]:
    ids = transports.arrets["id"].to_list()
    found = list_changes(transports.arrets, transports.table("correspondances"), walk_s, transports.a_pied)
    made = found.changements
    ends = zip(made.tail.tolist(), made.head.tolist(), made.walk_s.tolist(), strict=True)
    return {(ids[a], ids[b]): (s, found.tell(a, b, s)) for a, b, s in ends}


def test_changes_follow_streets_and_what_the_feed_says(river: APied, tmp_path: Path) -> None:
    said = "from_stop_id,to_stop_id,transfer_type,min_transfer_time\nB,C,3,\nC,B,2,40\nA,D,0,\n"
    opened = build(tmp_path, {"transfers.txt": said})
    straight = walks_of(opened, 300)
    assert straight["A", "B"] == (pytest.approx(104, abs=1), "estimee")
    found = walks_of(read(opened, river), 300)
    # A, B: 504 s along the streets, too long; C is 100 m from B; D is far from any street.
    assert found == {("C", "B"): (40, "dite"), ("A", "D"): (straight["A", "D"][0], "estimee")}
    more = walks_of(read(opened, river), 600)
    assert more["A", "B"] == more["B", "A"] == (pytest.approx(504, abs=1), "rues")
    assert more["A", "C"][0] == pytest.approx(432, abs=1)


def test_a_transfer_without_a_time_takes_the_street_however_long(river: APied, tmp_path: Path) -> None:
    opened = build(
        tmp_path, {"transfers.txt": "from_stop_id,to_stop_id,transfer_type\nA,B,0\nA,C,1\nA,C,3\n"}
    )
    found = walks_of(read(opened, river), 60)
    assert found == {("A", "B"): (pytest.approx(504, abs=1), "rues")}, (
        "the last word holds: A to C is forbidden"
    )


def test_walks_made_before_are_those_made_when_asked(river: APied, tmp_path: Path) -> None:
    opened = build(tmp_path)
    made = EntreArrets(opened.arrets.height, 600, river.walk_between(opened.arrets, 600))
    kept = APied(river.reseau, made)
    for walk_s in (60, 450, 600, 900):
        assert walks_of(read(opened, kept), walk_s) == walks_of(read(opened, river), walk_s)
    fewer = replace(made, n_arrets=3)
    assert walks_of(read(opened, APied(river.reseau, fewer)), 600) == walks_of(read(opened, river), 600)


def test_a_route_says_which_walks_follow_streets(river: APied, tmp_path: Path) -> None:
    opened = build(tmp_path)
    day = date(2026, 1, 6)
    by_crow = explain_route(opened, "D", "C", day, 7 * 3600, 10)
    assert by_crow is not None
    assert by_crow[-1].marche == "estimee", "A to C straight: 141 m"
    legs = explain_route(read(opened, river), "D", "C", day, 7 * 3600, 10)
    assert legs is not None
    assert [leg.ligne for leg in legs] == ["1", None]
    assert (legs[-1].marche, legs[0].marche) == ("rues", None)
    assert say_leg(legs[-1]).endswith("à pied, 8 min, le long des rues")
    # The figures and the route take the same walk.
    assert legs[-1].arrivee_s - legs[-1].depart_s == walks_of(read(opened, river), 600)["A", "C"][0]


def test_a_round_trip_walks_as_the_figures_do(river: APied, tmp_path: Path) -> None:
    opened = read(build(tmp_path), river)
    points = place((0, 3700), (150, 50))
    home, far = (
        PointTrajet(*one) for one in zip(("chez moi", "guichet"), points.lon, points.lat, strict=True)
    )
    found = explain_round_trip(opened, home, far, date(2026, 1, 6), 7 * 3600)
    assert found.aller is not None
    assert [(leg.vers, leg.marche) for leg in found.aller] == [
        ("D", "estimee"),
        ("A", None),
        ("guichet", "rues"),
    ]
    spots = pl.DataFrame([vars(home), vars(far)])
    walks = join_stops(opened, spots)
    last = found.aller[-1]
    own = slice(*walks.indptr[1:3])
    near = dict(zip(walks.stop[own].tolist(), walks.walk_s[own].tolist(), strict=True))
    assert last.arrivee_s - last.depart_s == near[opened.arrets["id"].to_list().index("A")]


def test_who_is_far_from_any_street_is_named(river: APied, tmp_path: Path) -> None:
    opened = build(tmp_path)
    assert describe_walks(opened) == {"rues": False, "arrets_sans_rue": 0}
    assert describe_walks(read(opened, river)) == {"rues": True, "arrets_sans_rue": 1}
    assert list_off_street(read(opened, river)).to_list() == ["D"]


def test_nothing_is_near_and_nothing_is_asked(river: APied) -> None:
    nowhere, here = put((50_000, 0)), put((0, 50))
    assert river.pairs(nowhere, here, 900).site.tolist() == []
    assert river.pairs(here[:0], here, 900).indptr.tolist() == [0]
    assert walk_to_nearest(river, put((0, 50), (50_000, 0)), put((100, 50))).tolist() == [
        pytest.approx(72, abs=1),
        NEVER_S,
    ]


def test_streets_as_long_as_the_straight_rule_give_the_same_walks(write_osm: Written, tmp_path: Path) -> None:
    """At 5 km/h a way of 1,300 m takes as long as 900 m at 4.5 km/h lengthened by 1.3: 936 s."""
    apex = float(np.sqrt(650**2 - 450**2))
    path = write_osm({1: (0, 0), 2: (450, apex), 3: (900, 0)}, {10: ([1, 2, 3], WAY)})
    streets = walk_on(path, tmp_path / "R")
    home, stop = put((0, 0)), put((900, 0))
    took = [walk_directly(one, home, stop, 3600).duree_s.tolist() for one in (streets, A_VOL_D_OISEAU)]
    assert took[0] == pytest.approx([936], abs=1)
    assert took[1] == pytest.approx([936], abs=1)
