"""Hours a week during which a service can be reached, and home again, without a car: carreaux of an atlas.

Walks are estimated on straight lines; the week is made of typical days, which the answer names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import KDTree

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
from maillage.atlas.transports.changements import duration, on_sphere, read_walk
from maillage.atlas.transports.dossier import Transports
from maillage.atlas.transports.journee import open_journee
from maillage.atlas.transports.jours_types import JourType, choose_days
from maillage.atlas.transports.rabattement import Rabattement, leave_vehicles
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_toml
from maillage.network.timetables.profiles import Walks
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
    found = reach_places(cells, homes, places, sites, open_week(transports, days), left)
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
    cells: pl.DataFrame,
    homes: Walks,
    places: pl.DataFrame,
    sites: Walks,
    week: Mapping[str, DayOfTransport],
    left: VehiclesLeft | None = None,
) -> EffectiveAccess:
    """Effective access of ``cells`` to ``places`` (``lon``, ``lat``, the latter ``horaires``).

    ``homes``, ``sites``: their :func:`join_stops`; ``week``: that of :func:`open_week`; ``left``: the
    vehicles that they may leave at stations.
    """
    used = list(week)
    ranks = [used.index(key) if key in used else None for key in SEMAINE]
    budget_s = read_budget_s()
    hours = parse_schedules(places["horaires"].to_list())
    on_foot = walk_directly(cells, places, budget_s)
    days = [week[key] for key in used]
    spent = (budget_s, read_stay_s())
    return effective_access_by_transport(days, ranks, homes, sites, on_foot, hours, *spent, left)


def walk_directly(cells: pl.DataFrame, places: pl.DataFrame, budget_s: int) -> Within:
    """The places within a walk along a straight line lengthened; at most a rounding beyond the budget."""
    speed, detour = read_walk()
    radius_m = budget_s * speed / detour * (1 + 1e-9)
    indptr, place, metres = pair_up(on_sphere(cells), on_sphere(places), radius_m)
    time_ds = count_straight(metres, speed * 3.6, detour)
    return Within(indptr, place.astype(np.int32), time_ds.astype(np.uint32))


def pair_up(
    where: NDArray[np.float64], around: NDArray[np.float64], radius_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """The points ``around`` within a radius of each point, as CSR rows, with the straight lines in metres."""
    near: Any = KDTree(around.reshape(-1, 3)).query_ball_point(where, radius_m, return_sorted=True)
    lists: list[list[int]] = near.tolist()
    count = np.array([len(found) for found in lists], np.int64)
    chosen = np.fromiter(chain.from_iterable(lists), np.int64, count.sum())
    metres = np.linalg.norm(np.repeat(where, count, axis=0) - around[chosen], axis=1)
    return np.concatenate([[0], count.cumsum()]), chosen, metres


def join_stops(transports: Transports, points: pl.DataFrame) -> Walks:
    """The stops served within a walk (≤) of each point, with their walks."""
    stops = transports.arrets
    served = np.zeros(stops.height, bool)
    served[transports.horaires.stop_times.stop] = True
    rows = np.flatnonzero(served & stops["lon"].is_not_null().to_numpy())
    speed, detour = read_walk()
    walk_s = read_toml("horaires.toml")["acces"]["transports"]["marche_max_min"] * 60
    indptr, near, metres = pair_up(on_sphere(points), on_sphere(stops[rows]), walk_s * speed / detour)
    return Walks(indptr, rows[near].astype(np.int32), duration(metres))


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
