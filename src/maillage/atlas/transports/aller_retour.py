"""Routes between two points of the map: on foot to a stop, vehicles, on foot from a stop; there, and home.

A point is added to the day as a stop that no vehicle serves, joined by straight walks to those around it; a
home with a vehicle, to the stops of the one station where it is left, and found again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.transports.changements import duration, on_sphere
from maillage.atlas.transports.dossier import Transports
from maillage.atlas.transports.journee import Journee, open_journee
from maillage.atlas.transports.questions import EtapeTrajet, tell
from maillage.atlas.transports.rabattement import GareProche
from maillage.catalogue.lecture import read_toml
from maillage.network.timetables.journeys import Leg, find_journey
from maillage.network.timetables.timetable import Changes


@dataclass(frozen=True)
class PointTrajet:
    """An end of a route: what it is called, ``lon`` and ``lat`` in degrees."""

    nom: str
    lon: float
    lat: float


@dataclass(frozen=True)
class AllerRetour:
    """``aller``, ``retour``: the legs of each way, null where there is none.

    ``repart_s``: when one leaves for home at the earliest, null where one did not arrive.
    """

    aller: list[EtapeTrajet] | None
    retour: list[EtapeTrajet] | None
    repart_s: int | None


def explain_round_trip(
    transports: Transports,
    depart: PointTrajet,
    arrivee: PointTrajet,
    jour: date,
    clock_s: int,
    gares: Sequence[GareProche] = (),
) -> AllerRetour:
    """The route that arrives first when one leaves at ``clock_s``, and, after a stay, that which brings home.

    With ``gares``, one may leave a vehicle at one of them: of the ways that bring home, on foot or by one
    station, that which arrives first, then is home first, on foot where that is as soon. Walks, changes and
    stay are those of effective access (``horaires.toml``, ``[acces.transports]``).
    """
    choice = read_toml("horaires.toml")["acces"]["transports"]
    journee = open_journee(transports, jour, choice["changement_max_min"])
    points, walk_s = (depart, arrivee), choice["marche_max_min"] * 60
    names = pl.concat([transports.noms, pl.Series([depart.nom, arrivee.nom])])
    found = []
    for gare in (None, *gares):
        joined = join_points(transports, journee, points, walk_s, gare)
        found.append(go_and_come_back(transports, joined, names, clock_s, gare))
    return min(found, key=rank)


def rank(found: AllerRetour) -> tuple[bool, float, float]:
    """Whoever gets home comes first, then who arrives first, then who is home first.

    >>> there, home = [EtapeTrajet("Ici", "Là", 0, 600)], [EtapeTrajet("Là", "Ici", 900, 1500)]
    >>> ways = ((there, home), (there, None), (None, None))
    >>> home_again, gone, stuck = (AllerRetour(*both, 900) for both in ways)
    >>> rank(home_again) < rank(gone) < rank(stuck)
    True
    """
    ends = [float("inf") if not legs else legs[-1].arrivee_s for legs in (found.aller, found.retour)]
    return (found.retour is None, ends[0], ends[1])


def go_and_come_back(
    transports: Transports, joined: Journee, names: pl.Series, clock_s: int, gare: GareProche | None
) -> AllerRetour:
    """Both ways on one day, the points being its last two stops."""
    start, end = transports.arrets.height, transports.arrets.height + 1

    def describe(leg: Leg) -> EtapeTrajet:
        told = tell(transports, joined, leg, names)
        if gare is None or start not in (leg.tail, leg.head):
            return told
        way = gare.rabattement
        return replace(told, moyen=way.texte, garde=way.laisse if leg.tail == start else way.repris)

    def explain(tail: int, head: int, when_s: int) -> list[EtapeTrajet] | None:
        ends = (np.array([tail], np.int32), np.array([head], np.int32))
        legs = find_journey(joined.connexions, joined.changements, *ends, joined.horloge.read(when_s))
        return None if legs is None else [describe(leg) for leg in legs]

    there = explain(start, end, clock_s)
    if not there:
        return AllerRetour(there, None, None)
    stay_min = read_toml("horaires.toml")["acces"]["transports"]["duree_sur_place_min"]
    leaves_s = (-(-there[-1].arrivee_s // 60) + stay_min) * 60
    return AllerRetour(there, explain(end, start, leaves_s), leaves_s)


def join_points(
    transports: Transports,
    journee: Journee,
    points: tuple[PointTrajet, PointTrajet],
    walk_s: float,
    gare: GareProche | None = None,
) -> Journee:
    """The same day with two stops more, the points, which one reaches and leaves on foot.

    With ``gare``, the first one is joined to the stops of that station alone, by the ride.
    """
    n = transports.arrets.height
    where = on_sphere(pl.DataFrame([vars(point) for point in points]))
    tail, head, took_s = list_walks(transports, where, walk_s)
    between = int(duration(np.linalg.norm(where[:1] - where[1:], axis=1))[0])
    direct = between <= read_toml("horaires.toml")["acces"]["transports"]["budget_min"] * 60
    if gare is not None:
        direct, last, n_rides = False, tail != n, len(gare.arrets)
        tail = np.concatenate([tail[last], np.full(n_rides, n, np.int32)])
        head = np.concatenate([head[last], gare.arrets])
        took_s = np.concatenate([took_s[last], np.full(n_rides, gare.duree_s, np.int32)])
    old = journee.changements
    n_rows, stop = len(old.wait_s), np.arange(n, dtype=np.int32) if old.stop is None else old.stop
    walk, rows = old.list_rows(head)
    tail, took_s = tail[walk] - n + n_rows, took_s[walk]
    ends = np.array([n_rows, n_rows + 1] if direct else [], np.int32)
    changes = Changes.of(
        np.concatenate([old.wait_s, np.zeros(2, np.int32)]),
        np.concatenate([old.tail, tail, rows, ends]),
        np.concatenate([old.head, rows, tail, ends[::-1]]),
        np.concatenate([old.walk_s, took_s, took_s, np.full(len(ends), between, np.int32)]),
        np.concatenate([stop, np.array([n, n + 1], np.int32)]),
    )
    return Journee(journee.horloge, journee.connexions, changes)


def list_walks(
    transports: Transports, where: NDArray[np.float64], walk_s: float
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Each walk of at most ``walk_s`` (≤) from a point to a stop: number of the point, stop, seconds."""
    served = np.zeros(transports.arrets.height, bool)
    served[transports.horaires.stop_times.stop] = True
    rows = np.flatnonzero(served & transports.arrets["lon"].is_not_null().to_numpy())
    around = on_sphere(transports.arrets[rows])
    took_s = duration(np.linalg.norm(where[:, None] - around[None], axis=2).ravel()).reshape(len(where), -1)
    point, stop = np.nonzero(took_s <= walk_s)
    tail = (transports.arrets.height + point).astype(np.int32)
    return tail, rows[stop].astype(np.int32), took_s[point, stop]
