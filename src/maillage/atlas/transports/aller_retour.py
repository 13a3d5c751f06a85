"""Routes between two points of the map: on foot to a stop, vehicles, on foot from a stop; there, and home.

A point is added to the day as a stop that no vehicle serves, joined by walks to those around it; a
home with a vehicle, to the stops of the one station where it is left, and found again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from maillage.access.round_trip import read_budget_s
from maillage.atlas.transports.a_pied import PairesAPied
from maillage.atlas.transports.acces import walk_directly, walk_to_stops
from maillage.atlas.transports.changements import ESTIMEE, RUES
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
    around = find_around(transports, (depart, arrivee))
    names = pl.concat([transports.noms, pl.Series([depart.nom, arrivee.nom])])
    found = []
    for gare in (None, *gares):
        joined = join_points(transports.arrets.height, journee, around, gare)
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
        kept = way.laisse if leg.tail == start else way.repris
        return replace(told, moyen=way.texte, garde=kept, marche=None)

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


def find_around(
    transports: Transports, points: tuple[PointTrajet, PointTrajet]
) -> tuple[PairesAPied, PairesAPied]:
    """The walks from both points to stops, and from the first to the second, within the budget of one way."""
    where = pl.DataFrame([vars(point) for point in points])
    direct = walk_directly(transports.a_pied, where[:1], where[1:], read_budget_s())
    return walk_to_stops(transports, where), direct


def join_points(
    n: int, journee: Journee, around: tuple[PairesAPied, PairesAPied], gare: GareProche | None = None
) -> Journee:
    """The same day with two stops more, the points, which one reaches and leaves on foot; it has ``n`` stops.

    With ``gare``, the first one is joined to the stops of that station alone, by the ride.
    """
    near, direct = around
    tail, head, took_s = (n + near.origin).astype(np.int32), near.site, near.duree_s
    between = direct.duree_s[direct.duree_s <= read_budget_s()]
    ways = list(zip(tail.tolist(), head.tolist(), took_s.tolist(), near.rue.tolist(), strict=True))
    ways += [(n, n + 1, s, rue) for s, rue in zip(direct.duree_s.tolist(), direct.rue.tolist(), strict=True)]
    if gare is not None:
        between, last, n_rides = between[:0], tail != n, len(gare.arrets)
        tail = np.concatenate([tail[last], np.full(n_rides, n, np.int32)])
        head = np.concatenate([head[last], gare.arrets])
        took_s = np.concatenate([took_s[last], np.full(n_rides, gare.duree_s, np.int32)])
    old = journee.changements
    n_rows, stop = len(old.wait_s), np.arange(n, dtype=np.int32) if old.stop is None else old.stop
    walk, rows = old.list_rows(head)
    tail, took_s = tail[walk] - n + n_rows, took_s[walk]
    ends = np.array([n_rows, n_rows + 1] if len(between) else [], np.int32)
    changes = Changes.of(
        np.concatenate([old.wait_s, np.zeros(2, np.int32)]),
        np.concatenate([old.tail, tail, rows, ends]),
        np.concatenate([old.head, rows, tail, ends[::-1]]),
        np.concatenate([old.walk_s, took_s, took_s, np.repeat(between, 2)]),
        np.concatenate([stop, np.array([n, n + 1], np.int32)]),
    )
    known = journee.correspondances
    pairs = [(pair, (s, RUES if rue else ESTIMEE)) for a, b, s, rue in ways for pair in ((a, b), (b, a))]
    told = replace(known, marches={**known.marches, **dict(pairs)})
    return Journee(journee.horloge, journee.connexions, changes, told)
