"""In a wheelchair: what a feed says accessible, what it does not say apart, steps of stations and streets."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from maillage.atlas.reseau.osm import build_reseau
from maillage.atlas.transports.a_pied import A_VOL_D_OISEAU, APied
from maillage.atlas.transports.dossier import Transports, build_transports
from maillage.atlas.transports.fauteuil import POSSIBLE, SUR, ComptesFauteuil, count_known, in_wheelchair
from maillage.atlas.transports.questions import ArretsNommes, explain_route, find_arrivals, read_pairs
from maillage.catalogue.vitesses import load_mode
from maillage.cli.transports import transports as commandes
from maillage.network.osm.rules import apply_rules
from maillage.sources.osm.assemblage import read_osm
from tests.atlas.transports.test_a_pied import put
from tests.flux_gtfs import write_feed

JOUR = date(2026, 1, 6)
STOPS = """stop_id,stop_name,stop_lat,stop_lon,wheelchair_boarding
A,Aulne,50.00,4.00,1
B,Bouleau,50.10,4.00,0
C,Charme,50.20,4.00,1
D,Doux,50.30,4.00,2
"""
TRIPS = """route_id,service_id,trip_id,trip_headsign,wheelchair_accessible
L1,S,T1,C,0
L1,S,T2,C,1
L1,S,T3,D,1
L2,S,T4,C,2
"""
TIMES = """trip_id,arrival_time,departure_time,stop_id,stop_sequence{more}
T1,08:00:00,08:00:00,A,1{0}
T1,08:10:00,08:10:00,B,2{0}
T1,08:20:00,08:20:00,C,3{0}
T2,09:00:00,09:00:00,A,1{1}
T2,09:10:00,09:10:00,B,2{0}
T2,09:20:00,09:20:00,C,3{1}
T3,10:00:00,10:00:00,A,1{1}
T3,10:30:00,10:30:00,D,2{0}
T4,07:00:00,07:00:00,A,1{0}
T4,07:10:00,07:10:00,C,2{0}
"""
PLAIN = {"stop_times.txt": TIMES.format("", "", more=""), "stops.txt": STOPS, "trips.txt": TRIPS}


def build(folder: Path, changes: dict[str, str | bytes | None] | None = None) -> Transports:
    return build_transports([write_feed(folder, PLAIN | (changes or {}))], folder / "T")


def ways(opened: Transports) -> tuple[Transports, Transports]:
    sure, perhaps = (in_wheelchair(opened, A_VOL_D_OISEAU, which) for which in (SUR, POSSIBLE))
    return sure, perhaps


def arrive(opened: Transports, folder: Path, *pairs: str) -> list[int | None]:
    (folder / "paires.csv").write_text("depart,arrivee,heure\n" + "\n".join(pairs) + "\n", "utf-8")
    asked = read_pairs(folder / "paires.csv", ArretsNommes(opened.arrets))
    return [None if s is None else s // 60 for s in find_arrivals(opened, asked, JOUR, 0)]


def test_what_is_not_said_is_never_a_yes_nor_a_no(tmp_path: Path) -> None:
    opened = build(tmp_path)
    pairs = ("A,C,06:00", "A,B,06:00", "A,D,06:00", "B,C,06:00")
    assert arrive(opened, tmp_path, *pairs) == [7 * 60 + 10, 8 * 60 + 10, 10 * 60 + 30, 8 * 60 + 20]
    sure, perhaps = ways(opened)
    # Sure: T2 alone, from A to C; nobody gets off at B, of which nothing is said, nor at D. T4 takes nobody.
    assert arrive(sure, tmp_path, *pairs) == [9 * 60 + 20, None, None, None]
    assert arrive(perhaps, tmp_path, *pairs) == [8 * 60 + 20, 8 * 60 + 10, None, 8 * 60 + 20]
    assert count_known(opened) == (ComptesFauteuil(2, 1, 1), ComptesFauteuil(2, 1, 1))


def test_it_is_the_feed_in_which_nobody_may_board_where_one_cannot(tmp_path: Path) -> None:
    """The same written by hand: pickup_type and drop_off_type at 1."""
    opened = build(tmp_path)
    (tmp_path / "main").mkdir()
    head = ",pickup_type,drop_off_type"
    closed = {"stop_times.txt": TIMES.format(",1,1", ",0,0", more=head)}
    by_hand = build(tmp_path / "main", closed)
    names = [stop.split(",")[0] for stop in STOPS.split()[1:]]
    pairs = [f"{a},{b},{hour:02}:30" for a in names for b in names if a != b for hour in (6, 7, 8, 9)]
    assert arrive(ways(opened)[0], tmp_path, *pairs) == arrive(by_hand, tmp_path, *pairs)


def test_a_route_tells_what_the_feed_does_not(tmp_path: Path) -> None:
    sure, perhaps = ways(build(tmp_path))
    (leg,) = explain_route(perhaps, "A", "B", JOUR, 6 * 3600, 0) or []
    assert leg.inconnu == "le véhicule et la descente"
    (leg,) = explain_route(perhaps, "B", "C", JOUR, 6 * 3600, 0) or []
    assert leg.inconnu == "la montée et le véhicule"
    (leg,) = explain_route(sure, "A", "C", JOUR, 6 * 3600, 0) or []
    assert (leg.inconnu, leg.depart_s) == (None, 9 * 3600)


def test_the_command_tells_both_apart(tmp_path: Path) -> None:
    opened = build(tmp_path)
    asked = [
        "explain",
        str(opened.dossier),
        "A",
        "C",
        "--jour",
        "2026-01-06",
        "--heure",
        "06:00",
        "--fauteuil",
    ]
    said = CliRunner().invoke(commandes, asked, catch_exceptions=False).output
    sure, perhaps = said.split("Si ce qu’ils ne disent pas est accessible :")
    assert "09:20:00 Charme" in sure
    assert "08:20:00 Charme" in perhaps
    assert "accessibilité non dite : le véhicule" in perhaps
    assert "Courses : 2 dites accessibles, 1 dites non accessibles, 1 dont rien n’est dit." in said.replace(
        "\xa0", " "
    )
    assert "pentes, bordures et revêtements ne sont pas lus" in said
    nowhere = CliRunner().invoke(commandes, [*asked[:3], "D", *asked[4:]], catch_exceptions=False).output
    assert nowhere.count("Aucun trajet") == 1


STATION = """stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding
G,Gare,50.00,4.00,1,,1
E,Entrée,50.00,4.00,2,G,
A,Quai 1,50.00,4.00,0,G,
B,Quai 2,50.0005,4.00,0,G,
C,Charme,50.20,4.00,0,,1
D,Doux,50.30,4.00,0,,1
"""
CHANGE = """trip_id,arrival_time,departure_time,stop_id,stop_sequence
T2,09:00:00,09:00:00,C,1
T2,09:10:00,09:10:00,A,2
T3,09:40:00,09:40:00,B,1
T3,10:00:00,10:00:00,D,2
"""
WAYS = "pathway_id,from_stop_id,to_stop_id,pathway_mode,is_bidirectional\n"


@pytest.mark.parametrize(
    ("rows", "board_at_b", "change"),
    [
        ("", True, True),  # nothing is told of its ways: what the feed says of the stops holds
        ("1,E,A,1,1\n2,E,B,5,1\n", True, True),  # on the flat, then a lift
        ("1,E,A,1,1\n2,E,B,2,1\n", False, False),  # stairs
        ("1,E,A,1,1\n2,E,B,4,1\n3,A,B,4,0\n", False, False),  # escalators
        ("1,E,A,1,1\n2,E,B,5,0\n", False, False),  # a lift that only goes down: one does not come back
        ("1,E,A,1,1\n2,E,B,2,1\n3,A,B,5,1\n", True, True),  # stairs, but a lift from the other platform
    ],
)
def test_steps_in_a_station_are_no_way(tmp_path: Path, rows: str, *, board_at_b: bool, change: bool) -> None:
    feed = {"stops.txt": STATION, "stop_times.txt": CHANGE, "pathways.txt": WAYS + rows if rows else None}
    opened = build(tmp_path, feed)
    sure, _ = ways(opened)
    assert (explain_route(sure, "B", "D", JOUR, 6 * 3600, 10) is not None) is board_at_b
    assert (explain_route(sure, "C", "D", JOUR, 6 * 3600, 10) is not None) is change
    assert explain_route(opened, "C", "D", JOUR, 6 * 3600, 10) is not None


@pytest.mark.parametrize(
    ("tags", "is_open"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "footway"}, True),
        ({"highway": "steps"}, False),
        ({"highway": "steps", "foot": "yes"}, False),
        ({"highway": "footway", "wheelchair": "no"}, False),
        ({"highway": "footway", "wheelchair": "limited"}, True),
        ({"highway": "service", "access": "private", "wheelchair": "yes"}, False),
        ({"highway": "track"}, False),
        ({"highway": "path"}, False),
        ({"highway": "path", "foot": "designated"}, True),
    ],
)
def test_ways_open_to_a_wheelchair(
    write_osm: Callable[..., Path], tags: dict[str, str], *, is_open: bool
) -> None:
    path = write_osm({1: (0, 0), 2: (100, 0)}, {10: ([1, 2], tags)})
    assert apply_rules(read_osm(path), load_mode("fauteuil")).open.tolist() == [is_open]


def test_stairs_of_a_street_are_gone_round(write_osm: Callable[..., Path], tmp_path: Path) -> None:
    way, steps = {"highway": "residential"}, {"highway": "steps"}
    nodes = {1: (0, 0), 2: (100, 0), 3: (100, 100), 4: (0, 100)}
    path = write_osm(nodes, {10: ([1, 2], way), 11: ([2, 3], way), 12: ([3, 4], way), 13: ([1, 4], steps)})
    built = build_reseau(path, ["marche", "fauteuil"], tmp_path / "R")
    here, there = put((0, 0)), put((0, 100))
    on_foot = APied(built.load("marche")).pairs(here, there, 900)
    rolling = APied(built.load("fauteuil"), mode="fauteuil").pairs(here, there, 900)
    assert on_foot.duree_s.tolist() == pytest.approx([72], abs=1)
    assert rolling.duree_s.tolist() == pytest.approx([360], abs=1), "300 m at 3 km/h"
    straight = APied(mode="fauteuil").pairs(here, there, 900)
    assert straight.duree_s.tolist() == pytest.approx([156], abs=1), "130 m at 3 km/h"
