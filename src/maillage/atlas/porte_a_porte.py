"""From one door to many: travel times from a point to places, by each way that an atlas knows of.

Car: on the roads of the atlas when it has them, else the estimate. Bicycle and foot: the same, else a
straight line lengthened (``horaires.toml``, ``[acces.lent]``). Public transport: the timetables of the atlas
on a date, walks estimated; one may walk all the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.etapes.temps import estimate_from
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.reseau.fichiers import Reseau
from maillage.atlas.reseau.osm import open_reseau
from maillage.atlas.transports.a_pied import on_sphere, read_walk
from maillage.atlas.transports.acces import join_stops
from maillage.atlas.transports.dossier import Transports
from maillage.atlas.transports.journee import Journee, list_dates, open_journee
from maillage.catalogue.lecture import read_toml
from maillage.network.timetables.profiles import Walks, arrivals, profile
from maillage.network.timetables.scan import scan
from maillage.network.timetables.timetable import NEVER_S
from maillage.network.travel_times import UNREACHABLE, Fiabilite, Points, Sites, TravelTimes

Floats = NDArray[np.float64]
Lieu = tuple[float, float]
MODES: Final = ("voiture", "velo", "marche")
RESEAU: Final = "reseau"


@dataclass(frozen=True)
class Portes:
    """``duree_min`` float64[n]: minutes from the door to each place, inf where one does not get there, NaN
    where the place is nowhere known. ``fiabilite``: observe, estime or simule.
    """

    duree_min: Floats
    fiabilite: Fiabilite


@dataclass(frozen=True, eq=False)
class PorteAPorte:
    """The doors of an atlas; ``transports``: its timetables, null when it has none."""

    lecteur: Lecteur
    transports: Transports | None = None

    @cached_property
    def reseaux(self) -> dict[str, Reseau]:
        """The road networks of the atlas by mode; none where it has none."""
        folder = self.lecteur.dossier / RESEAU
        if not self.lecteur.sur_routes or not folder.is_dir():
            return {}
        saved = open_reseau(self.lecteur.dossier)
        return {mode: saved.load(mode) for mode in MODES if mode in saved.modes}

    @cached_property
    def habitants(self) -> pl.DataFrame:
        """Where people live: what the estimate by car reads."""
        return self.lecteur.tables.carreaux().select("lon", "lat", "population")

    def measure(self, mode: str, depart: Lieu, lon: Floats, lat: Floats) -> Portes:
        """Times by car, bicycle or foot (``MODES``) from a point, degrees, to places float64[n]."""
        found = self.measure_all(mode, np.array([depart[0]]), np.array([depart[1]]), lon, lat)
        return Portes(found.duree_min[0], found.fiabilite)

    def measure_all(self, mode: str, de_lon: Floats, de_lat: Floats, lon: Floats, lat: Floats) -> Portes:
        """The same from points float64[p]: minutes float64[p, n], NaN from a point nowhere known too."""
        here, there = (~np.isnan(x) & ~np.isnan(y) for x, y in ((de_lon, de_lat), (lon, lat)))
        minutes = np.full((len(de_lon), len(lon)), np.nan)
        known = np.ix_(here, there)
        ends = de_lon[here], de_lat[here], lon[there], lat[there]
        if mode in self.reseaux:
            times: TravelTimes = self.reseaux[mode].times(Points(*ends[:2]))
            minutes[known] = ask(times, *ends[2:])
            return Portes(minutes, "simule" if self.lecteur.jeu_essai else "observe")
        if mode == "voiture":
            departs = pl.DataFrame({"lon": ends[0], "lat": ends[1]})
            minutes[known] = ask(estimate_from(departs, self.habitants), *ends[2:])
        else:
            told = [measure_straight(mode, one, *ends[2:]) for one in zip(*ends[:2], strict=True)]
            minutes[known] = np.reshape(told, (here.sum(), there.sum()))  # also from nowhere known
        return Portes(minutes, "estime")

    def ride_all(
        self, de_lon: Floats, de_lat: Floats, lon: Floats, lat: Floats, jour: date, depart_min: int
    ) -> Portes:
        """By public transport on a date, on foot where it is sooner: minutes float64[p, n], wait included.

        From points float64[p], degrees, that one leaves at ``depart_min`` after midnight, to places
        float64[n]; inf and NaN as :meth:`measure_all`. The day is opened once for all of them.
        """
        if self.transports is None:
            raise ValueError("this atlas has no timetables")
        choice = read_toml("horaires.toml")["acces"]["transports"]
        here, there = (~np.isnan(x) & ~np.isnan(y) for x, y in ((de_lon, de_lat), (lon, lat)))
        day = open_journee(self.transports, jour, choice["changement_max_min"])
        homes = join_stops(self.transports, pl.DataFrame({"lon": de_lon[here], "lat": de_lat[here]}))
        places = join_stops(self.transports, pl.DataFrame({"lon": lon[there], "lat": lat[there]}))
        minutes = np.full((len(de_lon), len(lon)), np.nan)
        for rank, row in enumerate(np.flatnonzero(here).tolist()):
            walked = measure_straight("marche", (de_lon[row], de_lat[row]), lon[there], lat[there])
            ridden = _arrive(day, homes.keep(rank), places, depart_min) - depart_min
            on_foot = np.where(walked <= choice["budget_min"], walked, np.inf)
            minutes[row, there] = np.minimum(on_foot, ridden)
        return Portes(minutes, "simule" if self.lecteur.jeu_essai else "estime")

    def covers(self, jour: date) -> bool:
        """Whether the timetables know this date."""
        if self.transports is None:
            return False
        first, last = list_dates(self.transports)
        return first <= jour <= last

    def open_day(self, depart: Lieu, lon: Floats, lat: Floats, jour: date) -> Voyage:
        """The timetables of a date between a point and places float64[n], degrees."""
        if self.transports is None:
            raise ValueError("this atlas has no timetables")
        choice = read_toml("horaires.toml")["acces"]["transports"]
        known = ~np.isnan(lon) & ~np.isnan(lat)
        walk_min = measure_straight("marche", depart, lon[known], lat[known])
        return Voyage(
            open_journee(self.transports, jour, choice["changement_max_min"]),
            join_stops(self.transports, pl.DataFrame({"lon": [depart[0]], "lat": [depart[1]]})),
            join_stops(self.transports, pl.DataFrame({"lon": lon[known], "lat": lat[known]})),
            np.where(walk_min <= choice["budget_min"], walk_min, np.inf),
            known,
        )


def ask(times: TravelTimes, lon: Floats, lat: Floats) -> Floats:
    """Minutes float64[p, n] from each origin of ``times`` to each place, inf where one does not get there.

    Each distinct point is asked once.
    """
    unique, back = np.unique(np.column_stack([lon, lat]), axis=0, return_inverse=True)
    n = len(unique)
    sites = Sites(Points(unique[:, 0].copy(), unique[:, 1].copy()), np.arange(n, dtype=np.int32), n)
    found = times.nearest(sites).time_ds
    minutes: Floats = np.where(found == UNREACHABLE, np.inf, found / 600.0)[:, back.reshape(-1)]
    return minutes


@dataclass(frozen=True)
class Voyage:
    """A day of public transport between a door and places, on foot where it is sooner.

    ``domicile``, ``lieux``: walks to the stops around; ``a_pied_min`` float64[known places], inf beyond a
    walk; ``connus`` bool[n]: the places that are somewhere.
    """

    jour: Journee
    domicile: Walks
    lieux: Walks
    a_pied_min: Floats
    connus: NDArray[np.bool_]

    def arrive(self, depart_min: int) -> Floats:
        """Minutes after midnight when one stands at each place; inf for never, NaN for nowhere known."""
        found = np.full(len(self.connus), np.nan)
        ridden = _arrive(self.jour, self.domicile, self.lieux, depart_min)
        found[self.connus] = np.minimum(np.ceil(depart_min + self.a_pied_min), ridden)
        return found

    def come_home(self, leaves_min: Floats) -> Floats:
        """Minutes after midnight when one is home, leaving each place at ``leaves_min`` float64[n]; inf: not
        that day.
        """
        found = np.full(len(self.connus), np.inf)
        leaves = np.ceil(leaves_min[self.connus])
        ridden = _return(self.jour, self.domicile, self.lieux, leaves)
        walked = np.where(np.isfinite(leaves), np.ceil(leaves + self.a_pied_min), np.inf)
        found[self.connus] = np.minimum(walked, ridden)
        return found


def _arrive(day: Journee, home: Walks, there: Walks, depart_min: int) -> Floats:
    """Minutes of the wall at each place by vehicle, inf for never."""
    start_s = day.horloge.read(depart_min * 60)
    if not len(home.stop):
        return np.full(len(there.indptr) - 1, np.inf)
    reached = scan(day.connexions, day.changements, home.stop, (start_s + home.walk_s).astype(np.int32))
    landed = reached.landed_s
    found = np.full(len(there.indptr) - 1, np.inf)
    place = np.repeat(np.arange(len(found)), np.diff(there.indptr))
    stops = landed[there.stop].astype(np.int64)
    then = np.where(stops < NEVER_S, stops + there.walk_s, np.inf)
    np.minimum.at(found, place, then)
    return _tell(day, found)


def _return(day: Journee, home: Walks, there: Walks, leaves_min: Floats) -> Floats:
    """Minutes of the wall when one is home, leaving each place at ``leaves_min``; inf for not that day."""
    n_stops = len(day.changements.wait_s)
    end_s = home.nearest(n_stops, np.array([0]))
    found = profile(day.connexions, day.changements, end_s.astype(np.int32))
    possible = np.isfinite(leaves_min)
    answer = np.full(len(leaves_min), np.inf)
    if not possible.any():
        return answer
    moments = np.unique(leaves_min[possible])
    leave_s = np.array([day.horloge.read(int(one) * 60) for one in moments], np.int32)
    arrival_s, _ = arrivals(found, there, leave_s)
    column = np.searchsorted(moments, leaves_min[possible])
    chosen = arrival_s[np.flatnonzero(possible), column].astype(float)
    answer[possible] = np.where(chosen < NEVER_S, chosen, np.inf)
    return _tell(day, answer)


def _tell(day: Journee, seconds: Floats) -> Floats:
    """Minutes of the clock on the wall, rounded up to the whole one by which one has arrived."""
    told = np.full(len(seconds), np.inf)
    for k in np.flatnonzero(np.isfinite(seconds)).tolist():
        told[k] = -(-day.horloge.tell(int(seconds[k])) // 60)
    return told


def measure_straight(mode: str, depart: Lieu, lon: Floats, lat: Floats) -> Floats:
    """Minutes along a straight line lengthened, by bicycle or on foot.

    ``minutes = metres × detour ÷ speed``: 1 km north at 4.5 km/h, lengthened by 1.3, takes 17.3 min.

    >>> from maillage.catalogue.constantes import DEGREE_M
    >>> north = np.array([50.0 + 1000 / DEGREE_M])
    >>> measure_straight("marche", (3.0, 50.0), np.array([3.0]), north).round(1).tolist()
    [17.3]
    """
    slow = read_toml("horaires.toml")["acces"]["lent"]
    ends = on_sphere(pl.DataFrame({"lon": [depart[0], *lon.tolist()], "lat": [depart[1], *lat.tolist()]}))
    metres = np.linalg.norm(ends[1:] - ends[:1], axis=1)
    _, detour = read_walk()
    minutes: Floats = metres * detour / (slow[f"{mode}_km_h"] * 1000 / 60)
    return minutes
