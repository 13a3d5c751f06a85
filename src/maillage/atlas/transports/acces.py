"""Hours a week during which a service can be reached, and home again, without a car: carreaux of an atlas.

The week is made of typical days, which the answer names; walks are those of the timetables' ``a_pied``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.access.effective import EffectiveAccess, count_straight
from maillage.access.hours import parse_schedules
from maillage.access.round_trip import (
    DayOfTransport,
    VehiclesLeft,
    effective_access_by_transport,
    read_budget_s,
    read_stay_s,
)
from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.transports.a_pied import APied, PairesAPied, on_sphere, pair_up, read_walk
from maillage.atlas.transports.dossier import Transports
from maillage.atlas.transports.journee import open_journee
from maillage.atlas.transports.jours_types import JourType, choose_days
from maillage.atlas.transports.rabattement import Rabattement, leave_vehicles
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_toml
from maillage.network.timetables.profiles import Walks, profile
from maillage.network.timetables.timetable import NEVER_S
from maillage.network.travel_times import Within

SEMAINE = (*["mardi_scolaire"] * 5, "samedi_scolaire", "dimanche_scolaire")
"""The typical day that stands for each day of the week, from Monday."""


@dataclass(frozen=True)
class AccesTransports:
    """Effective access by foot and public transport to one type of service.

    ``carreaux``: ``id``, ``population``, ``heures`` (a week, null where hours of places are unknown).
    ``communes``: ``code``, ``nom``, ``population``, ``heures`` (mean of the people), ``heures_voiture`` (that
    of the atlas, null where it has none). ``jours``: the typical days, by id. ``lieux``: how many places,
    ``horaires_inconnus`` of them without known hours. ``moyenne``: hours of the people whose hours are known,
    ``part_sans`` the share of them who have none; both null when there is nobody.
    """

    carreaux: pl.DataFrame
    communes: pl.DataFrame
    jours: dict[str, JourType]
    lieux: int
    horaires_inconnus: int
    moyenne: float | None
    part_sans: float | None


def measure_access(
    transports: Transports, atlas: Atlas, kind: str, rabattements: Sequence[Rabattement] = ()
) -> AccesTransports:
    """Effective access of the carreaux of an atlas's département to its fixed places of type ``kind``.

    ``rabattements``: the vehicles that may be left at a station besides.

    Raises:
        EntreeInvalide: the atlas has no such place.
    """
    cells = atlas.carreaux().filter("dans_departement")
    places = atlas.implantations().filter((pl.col("type") == kind) & ~pl.col("itinerant"))
    if not places.height:
        raise EntreeInvalide(f"L’atlas {atlas.dossier.name} n’a aucun lieu fixe de type « {kind} ».")
    days = choose_days(transports, atlas.manifest.departement)
    homes, sites = (join_stops(transports, points) for points in (cells, places))
    left = leave_vehicles(atlas, transports, cells, rabattements)
    on_foot = as_within(walk_directly(transports.a_pied, cells, places, read_budget_s()))
    found = reach_places(homes, places, sites, open_week(transports, days), on_foot, left)
    by_cell = cells.select("id", "population", heures=pl.Series(found.hours).fill_nan(None))
    known = by_cell.drop_nulls("heures")
    hours, people = known["heures"].to_numpy(), known["population"].to_numpy()
    anybody = people.sum() > 0
    return AccesTransports(
        by_cell,
        average(atlas, by_cell, f"heures_acces_{kind}_voiture"),
        days,
        places.height,
        places["horaires"].null_count(),
        float(np.average(hours, weights=people)) if anybody else None,
        float(np.average(hours == 0, weights=people)) if anybody else None,
    )


def open_week(transports: Transports, days: Mapping[str, JourType]) -> dict[str, DayOfTransport]:
    """The typical days that a week is made of, those that have a date, made ready once for all types."""
    change_min = read_toml("horaires.toml")["acces"]["transports"]["changement_max_min"]
    dated = {key: days[key].jour for key in dict.fromkeys(SEMAINE)}
    opened = {key: open_journee(transports, jour, change_min) for key, jour in dated.items() if jour}
    return {key: DayOfTransport.of(day.connexions, day.changements) for key, day in opened.items()}


def reach_places(
    homes: Walks,
    places: pl.DataFrame,
    sites: Walks,
    week: Mapping[str, DayOfTransport],
    on_foot: Within,
    left: VehiclesLeft | None = None,
) -> EffectiveAccess:
    """Effective access of carreaux to ``places`` (``horaires``).

    ``homes``, ``sites``: the :func:`join_stops` of both; ``week``: that of :func:`open_week`; ``on_foot``:
    the walks from one to the other (:func:`walk_directly`); ``left``: the vehicles that they may leave at
    stations.
    """
    used = list(week)
    ranks = [used.index(key) if key in used else None for key in SEMAINE]
    budget_s = read_budget_s()
    hours = parse_schedules(places["horaires"].to_list())
    days = [week[key] for key in used]
    spent = (budget_s, read_stay_s())
    return effective_access_by_transport(days, ranks, homes, sites, on_foot, hours, *spent, left)


def walk_directly(a_pied: APied, cells: pl.DataFrame, places: pl.DataFrame, budget_s: int) -> PairesAPied:
    """The places within a walk; on straight lines lengthened, at most a rounding beyond the budget."""
    if not a_pied.plain:
        return a_pied.pairs(cells, places, budget_s)
    speed, detour = read_walk()
    radius_m = budget_s * speed / detour * (1 + 1e-9)
    indptr, place, metres = pair_up(on_sphere(cells), on_sphere(places), radius_m)
    time_ds = count_straight(metres, speed * 3.6, detour).astype(np.int64)
    return PairesAPied(indptr, place.astype(np.int32), time_ds, np.zeros(len(place), bool))


def as_within(found: PairesAPied) -> Within:
    """Walks as times to places."""
    return Within(found.indptr, found.site, found.duree_ds.astype(np.uint32))


def join_stops(transports: Transports, points: pl.DataFrame) -> Walks:
    """The stops served within a walk (≤) of each point, with their walks."""
    return as_walks(walk_to_stops(transports, points))


def walk_to_stops(transports: Transports, points: pl.DataFrame) -> PairesAPied:
    """The walks (≤) from each point to the stops served; sites are rows of the stops."""
    stops = transports.arrets
    served = np.zeros(stops.height, bool)
    served[transports.horaires.stop_times.stop] = True
    rows = np.flatnonzero(served & stops["lon"].is_not_null().to_numpy())
    walk_s = read_toml("horaires.toml")["acces"]["transports"]["marche_max_min"] * 60
    found = transports.a_pied.pairs(points, stops[rows], walk_s)
    return replace(found, site=rows[found.site].astype(np.int32))


def as_walks(found: PairesAPied) -> Walks:
    """Walks in whole seconds, as timetables are asked with."""
    return Walks(found.indptr, found.site, found.duree_s)


def mark_near(day: DayOfTransport, some: NDArray[np.int64], budget_s: int) -> NDArray[np.bool_]:
    """The stops from which one reaches a stop of ``some`` within the budget, or that one reaches from one.

    bool[stops], those of ``some`` included.
    """
    end_s = np.full(day.changes.wait_s.size, NEVER_S, np.int32)
    end_s[day.changes.list_rows(some[some < end_s.size].astype(np.int32))[1]] = 0
    there = profile(day.connections, day.changes, end_s, budget_s)
    back = profile(day.back, day.changes_back, end_s, budget_s)
    far = ((there.count == 0) & (back.count == 0) & (end_s > 0)).astype(np.int32)
    near: NDArray[np.bool_] = day.changes.fold(far) == 0
    return near


def average(atlas: Atlas, cells: pl.DataFrame, car: str) -> pl.DataFrame:
    """The mean of the people of each commune, beside the hours by car."""
    numbered = cells.with_row_index("carreau").with_columns(pl.col("carreau").cast(pl.Int32))
    people = atlas.fragments().join(numbered.select("carreau", "heures"), on="carreau").drop_nulls("heures")
    means = people.group_by("code_insee").agg(
        heures=(pl.col("heures") * pl.col("population")).sum() / pl.col("population").sum(),
        population=pl.col("population").sum(),
    )
    known = atlas.indicateurs("commune", [car])
    by_car = pl.col(car) if car in known.columns else pl.lit(None, pl.Float64)
    named = known.select("code", "nom", heures_voiture=by_car)
    return (
        named.join(means, left_on="code", right_on="code_insee", how="left")
        .select("code", "nom", "population", pl.col("heures").fill_nan(None), "heures_voiture")
        .sort("code")
    )
