"""Feeds joined: rows of each renumbered after those of the feeds before, days on one calendar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.network.timetables.timetable import NONE, Calendar, StopTimes, Timetable, Trips
from maillage.sources.gtfs import FluxGtfs
from maillage.sources.gtfs.calendriers import list_starts


@dataclass(frozen=True)
class Assemblage:
    """Feeds joined: arrays, tables by name, services' ids, the time zone of each clock."""

    horaires: Timetable
    tables: dict[str, pl.DataFrame]
    services: tuple[str, ...]
    fuseaux: tuple[str, ...]


@dataclass(frozen=True)
class RangsDeFlux:
    """How many rows of each kind the feeds before hold."""

    arret: int = 0
    ligne: int = 0
    course: int = 0
    service: int = 0

    def after(self, flux: FluxGtfs) -> RangsDeFlux:
        """The same for the next feed."""
        return RangsDeFlux(
            self.arret + flux.arrets.height,
            self.ligne + flux.lignes.height,
            self.course + flux.courses.height,
            self.service + len(flux.services),
        )


def join_feeds(read: list[FluxGtfs]) -> Assemblage:
    """Every feed in one timetable."""
    ranks = [RangsDeFlux()]
    for flux in read:
        ranks.append(ranks[-1].after(flux))
    several = len(read) > 1
    rows = list(enumerate(zip(read, ranks, strict=False)))
    tables = {
        "arrets": pl.concat([name_stops(f, shift(f.arrets, r), n, several) for n, (f, r) in rows]),
        "lignes": pl.concat([f.lignes.with_columns(flux=pl.lit(n, pl.Int32)) for n, (f, _) in rows]),
        "courses": pl.concat(
            [shift(f.courses, r).with_columns(flux=pl.lit(n, pl.Int32)) for n, (f, r) in rows]
        ),
        "correspondances": pl.concat([shift(f.correspondances, r) for _, (f, r) in rows]),
        "cheminements": pl.concat([shift(f.cheminements, r) for _, (f, r) in rows]),
        "a_la_demande": pl.concat([shift(f.a_la_demande, r) for _, (f, r) in rows]),
    }
    passages = pl.concat([shift(f.passages, r) for _, (f, r) in rows])
    zones = tuple(dict.fromkeys(flux.fuseau for flux in read))
    timetable = Timetable(
        tables["arrets"].height,
        make_trips(tables["courses"], passages),
        make_stop_times(passages),
        make_calendar(read, zones),
    )
    services = tuple(name for flux in read for name in flux.services)
    return Assemblage(timetable, tables, services, zones)


def shift(table: pl.DataFrame, ranks: RangsDeFlux) -> pl.DataFrame:
    """The rows that a table refers to, renumbered."""
    moves = {
        "arret": ranks.arret,
        "gare": ranks.arret,
        "de": ranks.arret,
        "vers": ranks.arret,
        "ligne": ranks.ligne,
        "course": ranks.course,
        "avant": ranks.course,
        "ligne_de": ranks.ligne,
        "ligne_vers": ranks.ligne,
        "course_de": ranks.course,
        "course_vers": ranks.course,
        "service": ranks.service,
    }
    return table.with_columns(pl.col(name) + by for name, by in moves.items() if name in table.columns)


def name_stops(flux: FluxGtfs, stops: pl.DataFrame, rank: int, several: bool) -> pl.DataFrame:  # noqa: FBT001
    """Stops under an id that no other feed has."""
    own = pl.lit(f"{flux.nom}:") + pl.col("id") if several else pl.col("id")
    return stops.with_columns(own.alias("id"), origine=pl.col("id"), flux=pl.lit(rank, pl.Int32))


def make_trips(courses: pl.DataFrame, passages: pl.DataFrame) -> Trips:
    """The arrays of trips; those on demand alone have no stop time."""
    count = np.bincount(passages["course"].to_numpy(), minlength=courses.height)
    return Trips(
        np.concatenate([[0], count.cumsum()]).astype(np.int64),
        courses["service"].to_numpy().astype(np.int32),
        courses["ligne"].to_numpy().astype(np.int32),
        courses["avant"].fill_null(NONE).to_numpy().astype(np.int32),
    )


def make_stop_times(passages: pl.DataFrame) -> StopTimes:
    """The arrays of stop times, given by trip."""
    stop, arrival, departure = (
        passages[name].to_numpy().astype(np.int32) for name in ("arret", "arrivee_s", "depart_s")
    )
    boards, alights = (passages[name].to_numpy() for name in ("monte", "descend"))
    return StopTimes(stop, arrival, departure, boards, alights)


def make_calendar(read: list[FluxGtfs], zones: tuple[str, ...]) -> Calendar:
    """The days of every service, from the first day of any feed to the day after the last, for its nights."""
    first = min(flux.premier_jour for flux in read)
    end = max(flux.premier_jour + flux.jours.shape[1] for flux in read) + 1
    active = np.zeros((sum(len(flux.services) for flux in read), end - first), bool)
    row = 0
    for flux in read:
        start = flux.premier_jour - first
        active[row : row + len(flux.services), start : start + flux.jours.shape[1]] = flux.jours
        row += len(flux.services)
    clock: NDArray[np.int32] = np.repeat(
        [zones.index(flux.fuseau) for flux in read], [len(flux.services) for flux in read]
    ).astype(np.int32)
    starts = np.stack([list_starts(zone, first, end - first) for zone in zones])
    return Calendar(active, clock, starts, first)
