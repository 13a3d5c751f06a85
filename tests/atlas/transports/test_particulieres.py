"""Transfers of a line or a trip in a feed: from the file to the arrivals and the hours that they change."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from maillage.atlas.transports.acces import measure_access
from maillage.atlas.transports.dossier import Transports, build_transports
from maillage.atlas.transports.journee import open_journee
from maillage.atlas.transports.questions import arrive, explain_route
from maillage.sources.gtfs import read_gtfs
from tests.atlas.transports.test_acces import PetitAtlas
from tests.flux_gtfs import FEED, write_feed

ENDS = "from_stop_id,to_stop_id,from_route_id,to_route_id,from_trip_id,to_trip_id"
HEAD = f"{ENDS},transfer_type,min_transfer_time\n"
MARDI = date(2026, 1, 6)
H = 3600
# T1 goes on from B to C only at 08:40; whoever changes for T2 at B (08:20) is there at 08:30.
CHANGE, STAY = 8 * H + 1800, 8 * H + 2400


def build(folder: Path, *rules: str, **files: str) -> Transports:
    given = {"transfers.txt": HEAD + "".join(f"{rule}\n" for rule in rules)}
    return build_transports([write_feed(folder, given | files)], folder / "T")


@pytest.mark.parametrize(
    ("rules", "arrives"),
    [
        ([], CHANGE),
        (["B,B,L1,,,,2,60"], STAY),
        (["B,B,L2,,,,2,60"], CHANGE),
        (["B,B,L1,,,,2,60", "B,B,,,T1,T2,0,"], CHANGE),
        (["B,B,,,,T2,3,"], STAY),
        (["B,B,,,,T2,3,", "B,B,L1,L2,,,0,"], STAY),
        (["B,B,,,,,2,60", "B,B,L1,L2,,,0,"], CHANGE),
    ],
)
def test_a_rule_of_a_line_or_a_trip_holds_for_it(tmp_path: Path, rules: list[str], arrives: int) -> None:
    transports = build(tmp_path, *rules)
    day = open_journee(transports, MARDI, 5)
    assert arrive(day, np.array([0], np.int32), 8 * H)[2] == arrives
    legs = explain_route(transports, "A", "C", MARDI, 8 * H, 5)
    assert [leg.ligne for leg in legs or []] == (["1", "Anor – Trélon"] if arrives == CHANGE else ["1"])
    assert len(arrive(day, np.array([0], np.int32), 8 * H)) == 3, "stops, and no row of them"


def test_a_rule_of_a_frequency_is_one_of_each_of_its_trips(tmp_path: Path) -> None:
    every = "trip_id,start_time,end_time,headway_secs\nT2,08:20:00,09:00:00,600\n"
    flux = read_gtfs(
        write_feed(tmp_path, {"transfers.txt": HEAD + "B,B,,,,T2,3,\n", "frequencies.txt": every})
    )
    ids = flux.courses["id"].to_list()
    assert [ids[row] for row in flux.correspondances["course_vers"]] == [
        "T2@08:20:00",
        "T2@08:30:00",
        "T2@08:40:00",
        "T2@08:50:00",
    ]


def test_a_rule_of_a_line_that_nobody_knows_is_said_and_left_out(tmp_path: Path) -> None:
    flux = read_gtfs(
        write_feed(tmp_path, {"transfers.txt": HEAD + "B,B,L9,,,,3,\nB,B,,,T9,,3,\nB,B,L1,,,,3,\n"})
    )
    assert flux.correspondances.height == 1
    lost = [s.quoi for s in flux.signalements if s.code == "foreign_key_violation"]
    assert ["L9" in said or "T9" in said for said in lost] == [True, True]


def test_two_feeds_keep_their_rules_apart(tmp_path: Path) -> None:
    first = write_feed(tmp_path, {"transfers.txt": HEAD + "B,B,L1,,T1,,3,\n"}, "un.zip")
    other = write_feed(tmp_path, {"transfers.txt": HEAD + "B,B,L1,,T1,,3,\n"}, "deux.zip")
    table = build_transports([first, other], tmp_path / "T").table("correspondances")
    assert table.select("de", "ligne_de", "course_de", "course_vers").rows() == [
        (1, 0, 0, None),
        (4, 2, 2, None),
    ]


@pytest.mark.parametrize(("rules", "hours"), [([], 1.25), (["B,B,L1,,,,3,"], 0.0)])
def test_hours_follow_the_rules(tmp_path: Path, rules: list[str], hours: float) -> None:
    # A to C by a change at B only; home from C by one bus at 09:40. There from 8:30 on, until 9:00 (having
    # left at 8); home at 10:20, at most 30 + 60 minutes after: from 8:50 on. Three moments, five days.
    rows = (
        FEED["stop_times.txt"].split("\n")[0]
        + "\nT1,08:00:00,08:00:00,A,1\nT1,08:20:00,08:20:00,B,2\n"
        + "T2,08:20:00,08:20:00,B,1\nT2,08:30:00,08:30:00,C,2\n"
        + "T3,09:40:00,09:40:00,C,1\nT3,10:20:00,10:20:00,A,2\n"
    )
    trips = FEED["trips.txt"] + "L2,S,T3,Fourmies\n"
    transports = build(tmp_path, *rules, **{"stop_times.txt": rows, "trips.txt": trips})
    opened = PetitAtlas(horaires="Mo-Fr 08:00-12:00")
    found = measure_access(transports, opened, "poste").carreaux["heures"]
    assert found[0] == pytest.approx(hours)
