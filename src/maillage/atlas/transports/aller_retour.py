"""Routes between two points of the map: on foot to a stop, vehicles, on foot from a stop; there, and home.

A point is added to the day as a stop that no vehicle serves, joined by straight walks to those around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.transports.changements import duration, on_sphere
from maillage.atlas.transports.dossier import Transports
from maillage.atlas.transports.journee import Journee, open_journee
from maillage.atlas.transports.questions import EtapeTrajet, tell
from maillage.catalogue.lecture import read_toml
from maillage.network.timetables.journeys import find_journey
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
    transports: Transports, depart: PointTrajet, arrivee: PointTrajet, jour: date, clock_s: int
) -> AllerRetour:
    """The route that arrives first when one leaves at ``clock_s``, and, after a stay, that which brings home.

    Walks, changes and stay are those of effective access (``horaires.toml``, ``[acces.transports]``).
    """
    choice = read_toml("horaires.toml")["acces"]["transports"]
    journee = open_journee(transports, jour, choice["changement_max_min"])
    joined = join_points(transports, journee, (depart, arrivee), choice["marche_max_min"] * 60)
    names = pl.concat([transports.noms, pl.Series([depart.nom, arrivee.nom])])
    start, end = transports.arrets.height, transports.arrets.height + 1

    def explain(tail: int, head: int, when_s: int) -> list[EtapeTrajet] | None:
        ends = (np.array([tail], np.int32), np.array([head], np.int32))
        legs = find_journey(joined.connexions, joined.changements, *ends, joined.horloge.read(when_s))
        return None if legs is None else [tell(transports, joined, leg, names) for leg in legs]

    there = explain(start, end, clock_s)
    if not there:
        return AllerRetour(there, None, None)
    leaves_s = (-(-there[-1].arrivee_s // 60) + choice["duree_sur_place_min"]) * 60
    return AllerRetour(there, explain(end, start, leaves_s), leaves_s)


def join_points(
    transports: Transports, journee: Journee, points: tuple[PointTrajet, PointTrajet], walk_s: float
) -> Journee:
    """The same day with two stops more, the points, which one reaches and leaves on foot."""
    n = transports.arrets.height
    where = on_sphere(pl.DataFrame([vars(point) for point in points]))
    tail, head, took_s = list_walks(transports, where, walk_s)
    between = int(duration(np.linalg.norm(where[:1] - where[1:], axis=1))[0])
    old = journee.changements
    from_stop = np.repeat(np.arange(n, dtype=np.int32), np.diff(old.indptr))
    direct = between <= read_toml("horaires.toml")["acces"]["transports"]["budget_min"] * 60
    ends = np.array([n, n + 1] if direct else [], np.int32)
    changes = Changes.of(
        np.concatenate([old.wait_s, np.zeros(2, np.int32)]),
        np.concatenate([from_stop, tail, head, ends]),
        np.concatenate([old.head, head, tail, ends[::-1]]),
        np.concatenate([old.walk_s, took_s, took_s, np.full(len(ends), between, np.int32)]),
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
