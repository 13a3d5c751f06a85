"""A bicycle or a car left at a station on the way out, and found again there on the way home.

A station is a stop where a line of trains calls (``horaires.toml``, ``[acces.rabattement]``), with every stop
of the same place: one may leave from one platform and come home to another, not to another station.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from maillage.access.effective import within_straight
from maillage.access.round_trip import DS_PER_S, VehiclesLeft
from maillage.atlas.etapes import temps
from maillage.atlas.lecture.ouvert import Atlas
from maillage.atlas.reseau.osm import FOLDER, open_reseau
from maillage.atlas.transports.a_pied import on_sphere
from maillage.atlas.transports.dossier import Transports
from maillage.catalogue.lecture import read_toml
from maillage.network.timetables.profiles import Walks
from maillage.network.travel_times import Sites, Within


@dataclass(frozen=True)
class Rabattement:
    """A way of going to the station: ``mode`` of an atlas, the longest ride, what leaving it takes each way.

    ``texte``, ``laisse``, ``repris``: « à vélo », « vélo laissé là », « vélo repris là ».
    """

    mode: str
    duree_max_s: int
    arret_s: int
    texte: str
    laisse: str
    repris: str

    @property
    def duree_max_min(self) -> int:
        """The longest ride, in minutes."""
        return self.duree_max_s // 60

    @property
    def arret_min(self) -> int:
        """Minutes to leave it and be on the platform."""
        return self.arret_s // 60


@dataclass(frozen=True)
class Gares:
    """Stations: ``lieux`` (``nom``, ``lon``, ``lat``), and the stops of each, a CSR of rows of the stops."""

    lieux: pl.DataFrame
    indptr: NDArray[np.int64]
    arret: NDArray[np.int32]

    def stops(self, gare: int) -> NDArray[np.int32]:
        """The stops of one station."""
        return self.arret[self.indptr[gare] : self.indptr[gare + 1]]


@dataclass(frozen=True)
class GareProche:
    """A station that can be ridden to: its name, its stops, the seconds of the ride and of leaving it."""

    nom: str
    arrets: NDArray[np.int32]
    duree_s: int
    rabattement: Rabattement


def list_rabattements() -> dict[str, Rabattement]:
    """Every way of the catalogue, by mode.

    >>> way = list_rabattements()["velo"]
    >>> way.duree_max_s // 60, way.arret_s // 60, way.texte
    (20, 3, 'à vélo')
    """
    entries = read_toml("horaires.toml")["acces"]["rabattement"]
    return {
        mode: Rabattement(
            mode,
            one["duree_max_min"] * 60,
            one["arret_min"] * 60,
            one["texte"],
            one["laisse"],
            one["repris"],
        )
        for mode, one in entries.items()
        if isinstance(one, dict)
    }


def list_stations(transports: Transports) -> Gares:
    """The stations where a line of the kinds of the catalogue calls, that stand somewhere known."""
    stops = transports.arrets.with_row_index("arret").with_columns(pl.col("arret").cast(pl.Int32))
    calls = np.bincount(list_rail_calls(transports), minlength=stops.height) > 0
    served = np.zeros(stops.height, bool)
    served[transports.horaires.stop_times.stop] = True
    place = pl.coalesce("gare", "arret").alias("lieu")
    told = stops.select("arret", place, rail=pl.Series(calls), desservi=pl.Series(served))
    kept = (
        told.filter(pl.col("rail").any().over("lieu") & pl.col("desservi"))
        .join(stops.select("nom", "id", "lon", "lat", lieu="arret"), on="lieu")
        .drop_nulls(["lon", "lat"])
        .sort("lieu", "arret")
    )
    lieux = kept.unique("lieu", keep="first", maintain_order=True)
    count = kept.group_by("lieu", maintain_order=True).len()["len"].to_numpy()
    return Gares(
        lieux.select(pl.coalesce("nom", "id").alias("nom"), "lon", "lat"),
        np.concatenate([[0], count.cumsum()]).astype(np.int64),
        kept["arret"].to_numpy(),
    )


def list_rail_calls(transports: Transports) -> NDArray[np.int32]:
    """The stops of the passages of the lines of those kinds."""
    kinds = read_toml("horaires.toml")["acces"]["rabattement"]["types_de_lignes"]
    kind = pl.col("genre")
    rail = pl.any_horizontal(kind.is_between(first, last) for first, last in kinds).fill_null(value=False)
    timetable = transports.horaires
    runs = transports.table("lignes").select(rail).to_series().to_numpy()[timetable.trips.line]
    return np.asarray(timetable.stop_times.stop[np.repeat(runs, np.diff(timetable.trips.first))], np.int32)


def ride_to_stations(atlas: Atlas, points: pl.DataFrame, gares: Gares, rabattement: Rabattement) -> Within:
    """The stations within the longest ride (≤) of each point (``lon``, ``lat``).

    On the roads of the atlas for that mode; else, by car as the atlas estimates, and by bicycle along a
    straight line lengthened.
    """
    mode, budget_ds = rabattement.mode, rabattement.duree_max_s * DS_PER_S
    there = Sites(temps.to_points(gares.lieux), np.zeros(gares.lieux.height, np.int32), 1)
    roads = any(name.startswith(f"{FOLDER}/{mode}/") for name in atlas.manifest.tables)
    if roads:
        times = open_reseau(atlas.dossier).load(mode).times(temps.to_points(points))
        return times.within(there, budget_ds)
    if mode == "voiture":
        return temps.estimate_from(points, atlas.carreaux()).within(there, budget_ds)
    return ride_straight(points, gares, rabattement)


def ride_straight(points: pl.DataFrame, gares: Gares, rabattement: Rabattement) -> Within:
    """The same along straight lines, at the speed of the catalogue."""
    slow = read_toml("horaires.toml")["acces"]["lent"]
    metres = cdist(on_sphere(points), on_sphere(gares.lieux))
    budget_ds = rabattement.duree_max_s * DS_PER_S
    return within_straight(metres, budget_ds, slow[f"{rabattement.mode}_km_h"], slow["detour"])


def leave_vehicles(
    atlas: Atlas, transports: Transports, cells: pl.DataFrame, chosen: Sequence[Rabattement]
) -> VehiclesLeft | None:
    """Each way of leaving each cell with a vehicle of ``chosen``, one by station; null without any."""
    gares = list_stations(transports)
    parts = [tie(ride_to_stations(atlas, cells, gares, one), gares, one.arret_s) for one in chosen]
    if not parts:
        return None
    starts = np.cumsum([0, *(part.rides.indptr[-1] for part in parts[:-1])])
    indptr = [part.rides.indptr[1:] + start for part, start in zip(parts, starts, strict=True)]
    columns: Any = {
        name: np.concatenate([getattr(part.rides, name) for part in parts]) for name in ("stop", "walk_s")
    }
    return VehiclesLeft(
        np.concatenate([part.home for part in parts]),
        Walks(np.concatenate([[0], *indptr]).astype(np.int64), **columns),
    )


def tie(rides: Within, gares: Gares, arret_s: int) -> VehiclesLeft:
    """A way for each pair of a home and a station, leading to the stops of that station alone.

    Two homes at 600 and 900 s of one station of two platforms; three minutes more to be on either.

    >>> gares = Gares(pl.DataFrame({"nom": ["Ici"]}), np.array([0, 2]), np.int32([4, 7]))
    >>> near = Within(np.array([0, 1, 2]), np.int32([0, 0]), np.uint32([6000, 9000]))
    >>> left = tie(near, gares, 180)
    >>> left.home.tolist(), left.rides.indptr.tolist(), left.rides.stop.tolist(), left.rides.walk_s.tolist()
    ([0, 1], [0, 2, 4], [4, 7, 4, 7], [780, 780, 1080, 1080])
    """
    home = np.repeat(np.arange(len(rides.indptr) - 1, dtype=np.int32), np.diff(rides.indptr))
    count = np.diff(gares.indptr)[rides.site]
    within = np.arange(count.sum()) - np.repeat(count.cumsum() - count, count)
    stop = gares.arret[np.repeat(gares.indptr[rides.site], count) + within]
    ride_s = -(-rides.time_ds.astype(np.int64) // DS_PER_S) + arret_s
    walks = Walks(
        np.concatenate([[0], count.cumsum()]).astype(np.int64),
        stop.astype(np.int32),
        np.repeat(ride_s, count).astype(np.int32),
    )
    return VehiclesLeft(home, walks)


def list_near_stations(
    atlas: Atlas, gares: Gares, lon: float, lat: float, rabattement: Rabattement
) -> list[GareProche]:
    """The stations within the longest ride of one point."""
    near = ride_to_stations(atlas, pl.DataFrame({"lon": [lon], "lat": [lat]}), gares, rabattement)
    left = tie(near, gares, rabattement.arret_s)
    names = gares.lieux["nom"].gather(near.site)
    ends = left.rides.indptr
    return [
        GareProche(name, left.rides.stop[start:end], int(left.rides.walk_s[start]), rabattement)
        for name, start, end in zip(names, ends[:-1], ends[1:], strict=True)
    ]
