"""A bicycle left at the station, on a line of four trains counted by hand, and a route told with it."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from maillage.atlas.transports.acces import measure_access
from maillage.atlas.transports.aller_retour import PointTrajet, explain_round_trip
from maillage.atlas.transports.dossier import Transports, build_transports
from maillage.atlas.transports.rabattement import (
    list_near_stations,
    list_rabattements,
    list_stations,
    ride_to_stations,
)
from tests.atlas.transports.test_acces import PetitAtlas
from tests.flux_gtfs import FEED, write_feed

STOPS = """stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station
G,Gare de Fourmies,50.0170,4.0450,1,
A1,Fourmies voie 1,50.0170,4.0450,0,G
A2,Fourmies voie 2,50.0171,4.0451,0,G
H,Gare d’Anor,49.9900,4.1000,1,
B,Anor voie 1,49.9900,4.1000,0,H
C,Trélon Place,50.0600,4.1030,0,
"""
ROUTES = "route_id,route_short_name,route_type\nTER,TER,{}\nBUS,Bus,3\n"
TRIPS = "route_id,service_id,trip_id\nTER,S,T1\nTER,S,T2\nBUS,S,T3\n"
ROWS = """T1,08:00:00,08:00:00,A1,1
T1,08:20:00,08:20:00,C,2
T2,{0}
T3,12:00:00,12:00:00,C,1
T3,12:10:00,12:10:00,B,2
"""
HOME_TO_A, HOME_TO_B = (
    "09:20:00,09:20:00,C,1\nT2,09:40:00,09:40:00,A2,2",
    ("09:20:00,09:20:00,C,1\nT2,09:40:00,09:40:00,B,2"),
)


class AtlasLoin(PetitAtlas):
    """The same, its first square 2 km from the station of Fourmies: beyond a walk, 10 minutes by bicycle."""

    manifest = type("Manifeste", (), {"departement": "59", "tables": {}})()

    def carreaux(self) -> pl.DataFrame:
        return super().carreaux().with_columns(lat=pl.Series([50.0350, 50.0600, 51.0]))


def build(folder: Path, genre: str = "2", home: str = HOME_TO_A) -> Transports:
    files = {
        "stops.txt": STOPS,
        "routes.txt": ROUTES.format(genre),
        "trips.txt": TRIPS,
        "stop_times.txt": FEED["stop_times.txt"].split("\n")[0] + "\n" + ROWS.format(home),
    }
    return build_transports([write_feed(folder, files)], folder / "T")


VELO = list_rabattements()["velo"]


@pytest.mark.parametrize("genre", ["2", "106"])
def test_stations_are_where_trains_call_with_all_their_platforms(tmp_path: Path, genre: str) -> None:
    transports = build(tmp_path, genre)
    gares, ids = list_stations(transports), transports.arrets["id"].to_list()
    told = {name: [ids[stop] for stop in gares.stops(row)] for row, name in enumerate(gares.lieux["nom"])}
    assert told == {"Gare de Fourmies": ["A1", "A2"], "Trélon Place": ["C"]}, "no train calls at Anor"


def test_without_a_train_there_is_no_station(tmp_path: Path) -> None:
    transports = build(tmp_path, "3")
    assert list_stations(transports).lieux.height == 0
    assert measure_access(transports, AtlasLoin(), "poste", [VELO]).carreaux["heures"].to_list() == [
        0.0,
        15.0,
        0.0,
    ]


def test_hours_with_a_bicycle_at_the_station(tmp_path: Path) -> None:
    transports = build(tmp_path)
    # 2 001 m of straight line, 1.3 as long at 15 km/h: 10 min 25 s, and 3 to be on the platform. At the place
    # from 8:20 on, having left home at 7:46:35: until 8:46:35. Home at 9:53:25, at most 30 + 60 minutes
    # after: from 8:23:25 on. Of that, 8:25 to 8:45 are five moments of five minutes, five days.
    closed, opened = AtlasLoin(), AtlasLoin(horaires="Mo-Fr 08:00-12:00")
    assert measure_access(transports, closed, "poste", [VELO]).carreaux["heures"][0] == 0
    assert measure_access(transports, opened, "poste").carreaux["heures"][0] == 0
    assert measure_access(transports, opened, "poste", [VELO]).carreaux["heures"][0] == pytest.approx(
        5 * 5 * 5 / 60
    )


def test_a_train_home_to_another_station_brings_nobody_home(tmp_path: Path) -> None:
    opened = AtlasLoin(horaires="Mo-Fr 08:00-12:00")
    assert measure_access(build(tmp_path, home=HOME_TO_B), opened, "poste", [VELO]).carreaux["heures"][0] == 0


def test_by_car_times_are_the_estimate_of_the_atlas(tmp_path: Path) -> None:
    car, gares = list_rabattements()["voiture"], list_stations(build(tmp_path))
    near = ride_to_stations(AtlasLoin(), AtlasLoin().carreaux()[:1], gares, car)
    assert near.site.tolist() == [0, 1]
    assert (near.time_ds <= car.duree_max_s * 10).all()


@pytest.mark.parametrize(("home", "brought"), [(HOME_TO_A, True), (HOME_TO_B, False)])
def test_a_route_is_told_with_its_vehicle(tmp_path: Path, home: str, brought: bool) -> None:
    transports = build(tmp_path, home=home)
    depart, arrivee = PointTrajet("Chez soi", 4.0450, 50.0350), PointTrajet("Poste", 4.1030, 50.0600)
    near = list_near_stations(AtlasLoin(), list_stations(transports), depart.lon, depart.lat, VELO)
    assert [(one.nom, one.duree_s) for one in near][:1] == [("Gare de Fourmies", 805)]
    ask = (transports, depart, arrivee, date(2026, 1, 6), 7 * 3600)
    assert explain_round_trip(*ask).aller is None
    found = explain_round_trip(*ask, near)
    there = [(leg.vers, leg.ligne or leg.par_soi_meme) for leg in found.aller or []]
    assert there[:2] == [("Fourmies voie 1", "à vélo, 14 min, vélo laissé là"), ("Trélon Place", "TER")]
    if not brought:
        assert found.retour is None
        return
    (last,) = (found.retour or [])[-1:]
    assert (last.de, last.par_soi_meme) == ("Fourmies voie 2", "à vélo, 14 min, vélo repris là")
    assert found.retour[0].depart_s >= found.repart_s
