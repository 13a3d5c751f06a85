"""The simulated network as two GTFS feeds, buses and trains, each a zip of the same bytes every time."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from exemple.communes import Communes
from exemple.horaires import FIRST, LAST, Course, draw_departures, list_exceptions, ride
from exemple.lignes import (
    MARKET_M,
    MARKET_PEOPLE,
    STATION_OFFSET_M,
    Arrets,
    Ligne,
    choose_demand,
    draw_coaches,
    draw_fans,
    draw_stops,
    draw_trains,
    find_hubs,
)
from exemple.terrain import TO_WGS84, Grille, Terrain

NAME = "jeu d'essai"
NOTICE = """# Ce dossier est un jeu d'essai : tout ce qui en est tiré porte cette mention.
titre = "Jeu d'essai : communes réelles, lignes et horaires simulés"
reel = ["noms des communes (découpage administratif, Licence Ouverte)"]
simule = ["arrêts", "lignes", "horaires", "jours de circulation", "transport à la demande"]
"""
Rows = list[list[Any]]
Feed = dict[str, tuple[list[str], Rows]]
DAYS = {"semaine": "1111100", "scolaire": "1111100", "samedi": "0000010", "dimanche": "0000001"}
EPOCH = (1980, 1, 1, 0, 0, 0)  # the date of every member of the zip
TRAIN, BUS = 2, 3  # route_type


def write_transports(
    out: Path, communes: Communes, terrain: Terrain, grille: Grille, rng: np.random.Generator
) -> None:
    """``bus_jeu_essai.zip`` and ``train_jeu_essai.zip``, and the file that marks them as an example."""
    (out / "jeu_essai.toml").write_text(NOTICE, encoding="utf-8")
    arrets = draw_stops(communes, terrain, grille)
    hubs = find_hubs(terrain.centre_m, communes.population, MARKET_M, MARKET_PEOPLE)
    trains = list(draw_trains(terrain.centre_m, communes.population))
    buses = [*draw_coaches(terrain.centre_m, communes.population), *draw_fans(arrets, hubs)]
    bus = make_feed("autocars et autobus", arrets, communes, buses, rng)
    add_demand(bus, communes, *choose_demand(arrets, hubs))
    write_zip(out / "bus_jeu_essai.zip", bus)
    train = make_feed("trains", arrets, communes, trains, rng)
    write_zip(out / "train_jeu_essai.zip", train)


def make_feed(
    kind: str, arrets: Arrets, communes: Communes, lignes: list[Ligne], rng: np.random.Generator
) -> Feed:
    """The tables of a feed: network, days, stops, lines with their trips."""
    feed: Feed = {
        "agency": (
            ["agency_id", "agency_name", "agency_url", "agency_timezone"],
            [["JE", f"Réseau simulé, {kind} ({NAME})", "https://exemple.invalid", "Europe/Paris"]],
        ),
        "calendar": (
            ["service_id", *WEEK, "start_date", "end_date"],
            [[name, *days, f"{FIRST:%Y%m%d}", f"{LAST:%Y%m%d}"] for name, days in DAYS.items()],
        ),
        "calendar_dates": (
            ["service_id", "date", "exception_type"],
            [list(row) for row in list_exceptions()],
        ),
        "stops": (STOP_COLUMNS, list_stops(arrets, communes, lignes)),
        "routes": (["route_id", "agency_id", "route_short_name", "route_long_name", "route_type"], []),
        "trips": (["route_id", "service_id", "trip_id", "trip_headsign", "direction_id"], []),
        "stop_times": (["trip_id", "arrival_time", "departure_time", "stop_id", "stop_sequence"], []),
        "frequencies": (["trip_id", "start_time", "end_time", "headway_secs", "exact_times"], []),
    }
    for number, ligne in enumerate(lignes, start=1):
        add_line(feed, number, ligne, arrets, communes, rng)
    return {name: table for name, table in feed.items() if table[1]}


WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
STOP_COLUMNS = ["stop_id", "stop_name", "stop_lat", "stop_lon", "location_type", "parent_station"]


def list_stops(arrets: Arrets, communes: Communes, lignes: list[Ligne]) -> Rows:
    """The stops of a feed's lines; a station of trains is a place and its platform, near the centre."""
    train = any(ligne.genre == "train" for ligne in lignes)
    served = range(len(arrets.commune))
    if train:
        served = sorted({stop for ligne in lignes for stop in ligne.arrets})  # type: ignore[assignment]
    points = arrets.points_m + ([STATION_OFFSET_M, 0.0] if train else [0.0, 0.0])
    lonlat = np.round(np.column_stack(TO_WGS84.transform(*points.T)), 5).tolist()
    rows: Rows = []
    for stop in served:
        lon, lat = lonlat[stop]
        name, key = name_stop(stop, arrets, communes), name_id(stop, train=train)
        if train:
            rows += [[f"G{key}", f"{name.split(',')[0]}, gare", lat, lon, 1, None]]
            rows += [[key, f"{name.split(',')[0]}, gare", lat, lon, 0, f"G{key}"]]
        else:
            rows.append([key, name, lat, lon, 0, None])
    return rows


def name_id(stop: int, *, train: bool) -> str:
    """The id of a stop."""
    return f"{'T' if train else 'B'}{stop:04}"


def name_stop(stop: int, arrets: Arrets, communes: Communes) -> str:
    """« Fourmies, centre », « Lille, quartier 3 »."""
    commune = int(arrets.commune[stop])
    nom = communes.rows[commune]["nom"]
    if stop == commune:
        return f"{nom}, centre"
    rank = int((arrets.commune[len(communes.rows) : stop] == commune).sum()) + 1
    return f"{nom}, quartier {rank}"


def add_line(
    feed: Feed, number: int, ligne: Ligne, arrets: Arrets, communes: Communes, rng: np.random.Generator
) -> None:
    """A line with its trips, both ways."""
    train = ligne.genre == "train"
    key = f"{'TER' if train else 'L'}{number}"
    ends = [communes.rows[int(arrets.commune[ligne.arrets[end]])]["nom"] for end in (0, -1)]
    feed["routes"][1].append([key, "JE", key, f"{' – '.join(ends)} ({NAME})", TRAIN if train else BUS])
    for course in draw_departures(ligne, rng):
        add_trips(feed, key, ligne, course, arrets, communes)


def add_trips(
    feed: Feed, line: str, ligne: Ligne, course: Course, arrets: Arrets, communes: Communes
) -> None:
    """The trips of one way on some days: one by one, or at regular intervals in towns."""
    way = list(ligne.arrets if course.sens == 0 else ligne.arrets[::-1])
    minutes = ride(arrets, way, ligne.genre)
    headsign = communes.rows[int(arrets.commune[way[-1]])]["nom"]
    for first, last, every in course.spans:
        regular = ligne.genre == "ville"
        for start in [first] if regular else range(first, last + 1, every):
            trip = f"{line}-{course.service}-{course.sens}-{start}"
            feed["trips"][1].append([line, course.service, trip, headsign, course.sens])
            for rank, (stop, (arrival, departure)) in enumerate(zip(way, minutes.tolist(), strict=True)):
                times = [clock(start + arrival), clock(start + departure)]
                key = name_id(stop, train=ligne.genre == "train")
                feed["stop_times"][1].append([trip, *times, key, rank])
        if regular:
            feed["frequencies"][1].append([trip, clock(first), clock(last + 1), every * 60, 1])


def clock(minutes: int) -> str:
    """``HH:MM:SS``."""
    return f"{minutes // 60:02}:{minutes % 60:02}:00"


def add_demand(feed: Feed, communes: Communes, hub: int, villages: Iterable[int]) -> None:
    """One zone on demand (GTFS-Flex): the villages around a market town that no line serves."""
    name = f"Villages autour de {communes.rows[hub]['nom']} ({NAME})"
    feed["routes"][1].append(["TAD1", "JE", "TAD1", f"Transport à la demande ({NAME})", BUS])
    feed["trips"][1].append(["TAD1", "semaine", "TAD1-semaine", communes.rows[hub]["nom"], 0])
    feed["booking_rules"] = (
        ["booking_rule_id", "booking_type", "prior_notice_last_day", "prior_notice_last_time"],
        [["R1", 2, 1, "17:00:00"]],
    )
    feed["location_groups"] = (["location_group_id", "location_group_name"], [["Z1", name]])
    members = [["Z1", name_id(int(stop), train=False)] for stop in [*villages, hub]]
    feed["location_group_stops"] = (["location_group_id", "stop_id"], members)
    header, rows = feed["stop_times"]
    window = ["location_group_id", "start_pickup_drop_off_window", "end_pickup_drop_off_window"]
    window += ["pickup_type", "drop_off_type", "pickup_booking_rule_id", "drop_off_booking_rule_id"]
    asked = ["Z1", "09:00:00", "17:00:00", 2, 2, "R1", "R1"]
    fixed = [[*row, *[None] * len(window)] for row in rows]
    flexible = [["TAD1-semaine", None, None, None, rank, *asked] for rank in (0, 1)]
    feed["stop_times"] = (header + window, fixed + flexible)


def write_zip(path: Path, feed: Feed) -> None:
    """A feed as a zip, its members without date of their own."""
    note = [["Maillage", "https://exemple.invalid", "fr", f"{FIRST:%Y%m%d}", f"{LAST:%Y%m%d}", NAME]]
    columns = ["feed_publisher_name", "feed_publisher_url", "feed_lang", "feed_start_date", "feed_end_date"]
    tables = {**feed, "feed_info": ([*columns, "feed_version"], note)}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, (header, rows) in tables.items():
            text = io.StringIO()
            csv.writer(text, lineterminator="\n").writerows([header, *rows])
            archive.writestr(zipfile.ZipInfo(f"{name}.txt", EPOCH), text.getvalue(), zipfile.ZIP_DEFLATED, 9)
