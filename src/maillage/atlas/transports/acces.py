"""Hours a week during which a service can be reached, and home again, without a car: carreaux of an atlas.

Walks are estimated on straight lines; the week is made of typical days, which the answer names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import KDTree

from maillage.access.effective import EffectiveAccess, within_straight
from maillage.access.hours import parse_schedules
from maillage.access.round_trip import (
    DayOfTransport,
    effective_access_by_transport,
    read_budget_s,
    read_stay_s,
)
from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.transports.changements import duration, on_sphere, read_walk
from maillage.atlas.transports.dossier import Transports
from maillage.atlas.transports.journee import open_journee
from maillage.atlas.transports.jours_types import JourType, choose_days
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_toml
from maillage.network.timetables.profiles import Walks

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


def measure_access(transports: Transports, atlas: Atlas, kind: str) -> AccesTransports:
    """Effective access of the carreaux of an atlas's département to its fixed places of type ``kind``.

    Raises:
        EntreeInvalide: the atlas has no such place.
    """
    cells = atlas.carreaux().filter("dans_departement")
    places = atlas.implantations().filter((pl.col("type") == kind) & ~pl.col("itinerant"))
    if not places.height:
        raise EntreeInvalide(f"L’atlas {atlas.dossier.name} n’a aucun lieu fixe de type « {kind} ».")
    days = choose_days(transports, atlas.manifest.departement)
    found = reach_places(transports, cells, places, days)
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


def reach_places(
    transports: Transports, cells: pl.DataFrame, places: pl.DataFrame, days: Mapping[str, JourType]
) -> EffectiveAccess:
    """Effective access of ``cells`` to ``places`` (``lon``, ``lat``, the latter ``horaires``)."""
    choice = read_toml("horaires.toml")["acces"]["transports"]
    used = [key for key in dict.fromkeys(SEMAINE) if days[key].jour is not None]
    opened = [open_one(transports, days[key], choice["changement_max_min"]) for key in used]
    week = [used.index(key) if key in used else None for key in SEMAINE]
    homes, sites = (
        join_stops(transports, points, choice["marche_max_min"] * 60) for points in (cells, places)
    )
    budget_s = read_budget_s()
    speed, detour = read_walk()
    on_foot = within_straight(distances(cells, places), budget_s * 10, speed * 3.6, detour)
    hours = parse_schedules(places["horaires"].to_list())
    return effective_access_by_transport(opened, week, homes, sites, on_foot, hours, budget_s, read_stay_s())


def open_one(transports: Transports, day: JourType, change_min: float) -> DayOfTransport:
    """A typical day, both ways."""
    assert day.jour is not None  # noqa: S101 - those without a day are left out before
    journee = open_journee(transports, day.jour, change_min)
    return DayOfTransport.of(journee.connexions, journee.changements)


def distances(cells: pl.DataFrame, places: pl.DataFrame) -> NDArray[np.float64]:
    """Straight lines in metres, float64[cells, places]."""
    lines: NDArray[np.float64] = np.linalg.norm(on_sphere(cells)[:, None] - on_sphere(places)[None], axis=2)
    return lines


def join_stops(transports: Transports, points: pl.DataFrame, walk_s: float) -> Walks:
    """The stops served within a walk (≤) of each point, with their walks."""
    stops = transports.arrets
    served = np.zeros(stops.height, bool)
    served[transports.horaires.stop_times.stop] = True
    rows = np.flatnonzero(served & stops["lon"].is_not_null().to_numpy())
    speed, detour = read_walk()
    where, around = on_sphere(points), on_sphere(stops[rows]).reshape(-1, 3)
    near: Any = KDTree(around).query_ball_point(where, walk_s * speed / detour, return_sorted=True)
    lists: list[list[int]] = near.tolist()
    count = np.array([len(found) for found in lists], np.int64)
    chosen = np.array([stop for found in lists for stop in found], np.int64)
    metres = np.linalg.norm(np.repeat(where, count, axis=0) - around[chosen], axis=1)
    return Walks(np.concatenate([[0], count.cumsum()]), rows[chosen].astype(np.int32), duration(metres))


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
