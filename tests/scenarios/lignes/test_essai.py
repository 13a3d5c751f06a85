"""Lines on trial: an edit is a feed in which it was written by hand, and a trip more never worsens."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.atlas.transports.dossier import Transports, build_transports
from maillage.atlas.transports.journee import open_journee
from maillage.network.timetables.scan import scan
from maillage.scenarios.lignes.application import apply_lines
from maillage.scenarios.lignes.modifications import (
    JOURS,
    AjoutLigne,
    ArretDesservi,
    DecalageLigne,
    ExtensionHeures,
    ExtensionJours,
    FrequenceLigne,
    OuvertureArret,
    SuppressionLigne,
    TransportDemande,
)
from maillage.scenarios.modifications import Scenario
from tests.flux_gtfs import FEED, write_feed

HEAD = FEED["stop_times.txt"].split("\n")[0] + "\n"
TRIPS = "route_id,service_id,trip_id,trip_headsign\n"
WEEK = FEED["calendar.txt"]


@dataclass
class PetitTerrain:
    """Two communes, one inhabited square each."""

    transports: Transports | None = None
    communes: ClassVar = {"59001": ("Ici", 4.045, 50.017), "59002": ("Là", 4.103, 50.06)}

    class atlas:  # noqa: N801 - stands for an open atlas
        @staticmethod
        def carreaux() -> pl.DataFrame:
            return pl.DataFrame({"id": ["a", "b"], "lon": [4.2, 4.3], "lat": [50.1, 50.2]})

        @staticmethod
        def fragments() -> pl.DataFrame:
            people = {"carreau": [0, 1], "code_insee": ["59001", "59002"], "population": [5.0, 7.0]}
            return pl.DataFrame(people, schema_overrides={"carreau": pl.Int32})

    def find_commune(self, lon: float, lat: float) -> str | None:
        return "59001" if lat < 60 else None


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Transports:
    folder = tmp_path_factory.mktemp("lignes")
    return build_transports([write_feed(folder)], folder / "T")


def try_edits(base: Transports, *asked):
    return apply_lines(Scenario(nom="Essai", modifications=asked), PetitTerrain(base))  # type: ignore[arg-type]


def by_hand(tmp_path: Path, changes) -> Transports:
    return build_transports([write_feed(tmp_path, changes)], tmp_path / "T")


def tell_trips(transports: Transports) -> list[tuple]:
    """Every (day, line, stops, times) that runs, sorted: what a timetable says, whatever its numbering."""
    table, lines = transports.horaires, transports.table("lignes")["id"].to_list()
    names = transports.arrets["nom"].to_list()
    first, times = table.trips.first, table.stop_times
    told = []
    for trip, (service, line) in enumerate(zip(table.trips.service, table.trips.line, strict=True)):
        own = slice(first[trip], first[trip + 1])
        way = tuple(names[stop] for stop in times.stop[own])
        when = tuple(times.arrival_s[own].tolist()), tuple(times.departure_s[own].tolist())
        on = tuple(times.boards[own].tolist()), tuple(times.alights[own].tolist())
        days = np.flatnonzero(table.calendar.active[service]) + table.calendar.first_day
        told += [(int(day), lines[line], way, *when, *on) for day in days]
    return sorted(told)


def saturday_too(text: str) -> str:
    return text.replace("S,1,1,1,1,1,0,0,", "S,1,1,1,1,1,0,0,") + "W,0,0,0,0,0,1,0,20260105,20260630\n"


EQUAL = {
    "removed": (
        SuppressionLigne(ligne="L2"),
        {
            "trips.txt": TRIPS + "L1,S,T1,Anor\n",
            "stop_times.txt": "".join(FEED["stop_times.txt"].splitlines(keepends=True)[:4]),
        },
    ),
    "extended to Saturdays": (
        ExtensionJours(ligne="L1", jours=("samedi",)),
        {"trips.txt": FEED["trips.txt"] + "L1,W,T3,Anor\n", "calendar.txt": saturday_too(WEEK)}
        | {
            "stop_times.txt": FEED["stop_times.txt"]
            + "T3,08:00:00,08:00:00,A,1\nT3,08:20:00,08:21:00,B,2\nT3,08:40:00,08:40:00,C,3\n"
        },
    ),
    "later on Mondays": (
        DecalageLigne(ligne="L2", minutes=5, jours=("lundi",)),
        {"trips.txt": TRIPS + "L1,S,T1,Anor\nL2,M,T3,Trélon\nL2,R,T2,Trélon\n"}
        | {
            "stop_times.txt": FEED["stop_times.txt"] + "T3,08:25:00,08:25:00,B,1\nT3,08:35:00,08:35:00,C,2\n",
            "calendar.txt": WEEK + "M,1,0,0,0,0,0,0,20260105,20260630\nR,0,1,1,1,1,0,0,20260105,20260630\n",
        },
    ),
    "every half hour": (
        FrequenceLigne(ligne="L2", toutes_les_min=30, de="08:00", a="09:00"),
        {"trips.txt": TRIPS + "L1,S,T1,Anor\nL2,S,T3,Trélon\nL2,S,T4,Trélon\nL2,S,T5,Trélon\n"}
        | {
            "stop_times.txt": "".join(FEED["stop_times.txt"].splitlines(keepends=True)[:4])
            + "T3,08:00:00,08:00:00,B,1\nT3,08:10:00,08:10:00,C,2\n"
            + "T4,08:30:00,08:30:00,B,1\nT4,08:40:00,08:40:00,C,2\n"
            + "T5,09:00:00,09:00:00,B,1\nT5,09:10:00,09:10:00,C,2\n"
        },
    ),
    "an hour later at night": (
        ExtensionHeures(ligne="L2", a="09:20", toutes_les_min=30),
        {"trips.txt": FEED["trips.txt"] + "L2,S,T3,Trélon\nL2,S,T4,Trélon\n"}
        | {
            "stop_times.txt": FEED["stop_times.txt"]
            + "T3,08:50:00,08:50:00,B,1\nT3,09:00:00,09:00:00,C,2\n"
            + "T4,09:20:00,09:20:00,B,1\nT4,09:30:00,09:30:00,C,2\n"
        },
    ),
    "earlier": (
        ExtensionHeures(ligne="L2", de="07:50", toutes_les_min=30),
        {"trips.txt": FEED["trips.txt"] + "L2,S,T3,Trélon\n"}
        | {"stop_times.txt": FEED["stop_times.txt"] + "T3,07:50:00,07:50:00,B,1\nT3,08:00:00,08:00:00,C,2\n"},
    ),
    "a stop more": (
        OuvertureArret(ligne="L1", nom="Halte", lon=4.07, lat=50.0, entre=("A", "B"), part=0.5, detour_min=2),
        {"stops.txt": FEED["stops.txt"] + "H,Halte,50.0,4.07\n"}
        | {
            "stop_times.txt": HEAD
            + "T1,08:00:00,08:00:00,A,1\nT1,08:11:00,08:11:00,H,2\nT1,08:22:00,08:23:00,B,3\n"
            + "T1,08:42:00,08:42:00,C,4\nT2,08:20:00,08:20:00,B,1\nT2,08:30:00,08:30:00,C,2\n"
        },
    ),
    "a line more": (
        AjoutLigne(
            nom="L3",
            arrets=(ArretDesservi(arret="C", minutes=0), ArretDesservi(arret="A", minutes=15)),
            de="09:00",
            a="10:00",
            toutes_les_min=60,
        ),
        {"routes.txt": FEED["routes.txt"] + "L3,R,3,,3\n"}
        | {"trips.txt": FEED["trips.txt"] + "".join(f"L3,S,N{n},\n" for n in range(4))}
        | {
            "stop_times.txt": FEED["stop_times.txt"]
            + "N0,09:00:00,09:00:00,C,1\nN0,09:15:00,09:15:00,A,2\n"
            + "N1,10:00:00,10:00:00,C,1\nN1,10:15:00,10:15:00,A,2\n"
            + "N2,09:00:00,09:00:00,A,1\nN2,09:15:00,09:15:00,C,2\n"
            + "N3,10:00:00,10:00:00,A,1\nN3,10:15:00,10:15:00,C,2\n"
        },
    ),
}


@pytest.mark.parametrize("case", EQUAL)
def test_an_edit_is_the_feed_in_which_it_was_written_by_hand(base, tmp_path, case):
    asked, changes = EQUAL[case]
    tried, refused = try_edits(base, asked)
    assert refused == ()
    assert tried is not None
    assert tell_trips(tried) == tell_trips(by_hand(tmp_path, changes))
    assert tell_trips(tried) != tell_trips(base)
    assert tried.table("courses").height == len(tried.horaires.trips)


def arrivals(transports: Transports, jour: date) -> np.ndarray:
    """Earliest arrivals from each stop of the feed at 7:00, 8:10 and 8:25, walks and seats included."""
    day = open_journee(transports, jour, 5)
    return np.array(
        [
            scan(
                day.connexions, day.changements, np.array([stop], np.int32), np.array([now], np.int32)
            ).arrival_s[:3]
            for stop in range(3)
            for now in (7 * 3600, 29_400, 30_300)
        ]
    )


HOURS = st.integers(0, 25 * 60 + 59).map(lambda m: f"{m // 60:02d}:{m % 60:02d}")
DAYS = st.lists(st.sampled_from(JOURS[2:]), min_size=1, unique=True).map(tuple)
MORE = st.one_of(
    st.builds(ExtensionJours, ligne=st.sampled_from(["L1", "L2"]), jours=DAYS),
    st.builds(
        ExtensionHeures,
        ligne=st.sampled_from(["L1", "L2"]),
        toutes_les_min=st.integers(10, 90),
        a=HOURS,
        de=HOURS,
    ),
    st.builds(
        lambda nom, stops, minutes, bounds, every, jours: AjoutLigne(
            nom=nom,
            arrets=tuple(
                ArretDesservi(arret=stop, minutes=m) for stop, m in zip(stops, sorted(minutes), strict=True)
            ),
            de=min(bounds),
            a=max(bounds),
            toutes_les_min=every,
            jours=jours,
        ),
        nom=st.integers(0, 10**6).map("N{}".format),
        stops=st.permutations(["A", "B", "C"]),
        minutes=st.lists(st.integers(0, 60), min_size=3, max_size=3),
        bounds=st.lists(HOURS, min_size=2, max_size=2),
        every=st.integers(10, 240),
        jours=DAYS,
    ),
    st.builds(
        OuvertureArret,
        ligne=st.just("L1"),
        nom=st.just("Halte"),
        lon=st.floats(4.0, 4.1),
        lat=st.floats(49.9, 50.1),
        entre=st.just(("A", "B")),
        part=st.floats(0, 1),
    ),
)


@settings(max_examples=25, deadline=None)
@given(asked=st.lists(MORE, min_size=1, max_size=3), jour=st.dates(date(2026, 1, 5), date(2026, 1, 11)))
def test_a_trip_more_never_worsens(base, asked, jour):
    tried, _ = try_edits(base, *asked)
    assert (arrivals(tried, jour) <= arrivals(base, jour)).all()


def test_a_transport_on_demand_joins_each_door_and_the_stops(base):
    asked = TransportDemande(nom="TAD", communes=("59001",), vers=("A", "C"), de="09:00", a="10:00")
    tried, refused = try_edits(base, asked)
    assert refused == ()
    # One door, two stops, both ways, at 9:00, 9:30 and 10:00.
    own = tried.list_line(tried.table("lignes").height - 1)
    assert len(own) == 2 * 2 * 3
    # 4.2 ; 50.1 is 14.4 km from A: 18.8 km of road at 40 km/h, 29 minutes.
    first = tried.horaires.trips.first[own[0]]
    assert tried.horaires.stop_times.arrival_s[first + 1] == 9 * 3600 + 29 * 60


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (SuppressionLigne(ligne="L9"), "ces horaires n’ont aucune ligne « L9 »"),
        (ExtensionJours(ligne="L1", jours=("samedi",), comme="dimanche"), "aucun départ, le dimanche"),
        (DecalageLigne(ligne="L1", minutes=-500), "passeraient avant minuit"),
        (ExtensionHeures(ligne="L1", toutes_les_min=30, a="08:15"), "circule déjà après 08:15"),
        (
            FrequenceLigne(ligne="L1", toutes_les_min=9, de="10:00", a="11:00"),
            "aucun départ entre 10:00 et 11:00",
        ),
        (
            OuvertureArret(ligne="L9", nom="H", lon=4.0, lat=61.0, entre=("A", "Z")),
            "aucune ligne « L9 ».*aucun arrêt « Z ».*hors du département",
        ),
        (
            OuvertureArret(ligne="L2", nom="H", commune="59001", entre=("A", "B")),
            "« A » et « B » ne se suivent pas",
        ),
        (
            TransportDemande(nom="L1", communes=("59001",), vers=("A",), de="09:00", a="10:00"),
            "une ligne « L1 » existe déjà",
        ),
        (
            TransportDemande(nom="T", communes=("99999", "88888"), vers=("Z",), de="09:00", a="10:00"),
            "arrêt « Z » ; la commune 99999 .* ; la commune 88888",
        ),
    ],
)
def test_what_does_not_hold_is_said_whole_and_left_out(base, asked, why):
    tried, (refused,) = try_edits(base, asked, SuppressionLigne(ligne="L2"))
    assert refused.rang == 1
    assert re.search(why, refused.motif)
    assert tried.table("courses").height == 1


def test_without_timetables_an_edit_says_what_to_do():
    tried, (refused,) = apply_lines(
        Scenario(nom="E", modifications=(SuppressionLigne(ligne="L1"),)), PetitTerrain()
    )
    assert tried is None
    assert "maillage transports build" in refused.motif


def test_two_feeds_with_the_same_line_are_told_apart(tmp_path):
    feeds = [write_feed(tmp_path, name="bus.zip"), write_feed(tmp_path, name="car.zip")]
    both = build_transports(feeds, tmp_path / "T")
    _, (refused,) = try_edits(both, SuppressionLigne(ligne="L1"))
    assert refused.motif == "plusieurs lignes s’appellent « L1 » : bus:L1, car:L1"
    tried, none = try_edits(both, SuppressionLigne(ligne="car:L1"))
    assert none == ()
    assert tried.table("courses").height == 3
