"""How one walks to a stop, from a stop, between two, or all the way: along streets where they are known.

Without a network, a straight line lengthened at a usual speed, which is estimated (:func:`duration`). On one,
the time of the network, in deciseconds, rounded up to the second; three rules, of which the last two matter
only where a point stands far from any way:

* a pair whose ends are farther apart than the walk at the speed of the network (a ferry) is no walk;
* whoever is nearer to the other end (<) than one of the ends is to its way goes straight, as one goes to the
  way;
* a point beyond the reach of any way is walked to on a straight line lengthened, and this is said.

A walk takes as long both ways; the time is that of the way to the stop, and of the way to the place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import KDTree

from maillage.atlas.reseau.fichiers import Reseau
from maillage.catalogue.altitudes import load_pentes
from maillage.catalogue.constantes import EARTH_RADIUS_M
from maillage.catalogue.lecture import read_toml
from maillage.network.attach import NearestRoad
from maillage.network.roads import RoadTimes
from maillage.network.routes.graph import NO_ARC, Attachment
from maillage.network.travel_times import Fiabilite, Points, Sites

MARCHE: Final = "marche"
FAUTEUIL: Final = "fauteuil"
DS_PER_S: Final = 10
CHUNK: Final = 256  # heads at a time of pairs however far: memory only
ANY_S: Final = 24 * 3600  # however far: no transfer takes a day
Rows = NDArray[np.int64]
Marches = tuple[Rows, Rows, Rows, NDArray[np.bool_]]
"""Origin, site, deciseconds, along streets or not, of each walk."""


def read_walk(mode: str = MARCHE) -> tuple[float, float]:
    """Speed without streets, metres a second, and the way's length over the straight line's.

    >>> read_walk()
    (1.25, 1.3)
    """
    slow = read_toml("horaires.toml")["acces"]["lent"]
    return slow[f"{mode}_km_h"] / 3.6, slow["detour"]


def on_sphere(arrets: pl.DataFrame) -> NDArray[np.float64]:
    """Points in space, metres: the chord between two near ones is their distance."""
    lon, lat = (np.radians(arrets[name].to_numpy()) for name in ("lon", "lat"))
    flat = np.cos(lat)
    return EARTH_RADIUS_M * np.stack([flat * np.cos(lon), flat * np.sin(lon), np.sin(lat)], axis=1)


def duration(distance_m: NDArray[np.float64], mode: str = MARCHE) -> NDArray[np.int32]:
    """Seconds on foot along a straight line of so many metres, the way being longer; rounded up."""
    speed, detour = read_walk(mode)
    return np.ceil(distance_m * detour / speed).astype(np.int32)


def pair_up(
    where: NDArray[np.float64], around: NDArray[np.float64], radius_m: Any
) -> tuple[Rows, Rows, NDArray[np.float64]]:
    """The points ``around`` within a radius of each point (≤), as CSR rows, and the metres of straight lines.

    ``radius_m``: one for all, or float64[points].
    """
    near: Any = KDTree(around.reshape(-1, 3)).query_ball_point(where, radius_m, return_sorted=True)
    lists: list[list[int]] = near.tolist()
    count = np.array([len(found) for found in lists], np.int64)
    chosen = np.fromiter(chain.from_iterable(lists), np.int64, count.sum())
    metres = np.linalg.norm(np.repeat(where, count, axis=0) - around[chosen], axis=1)
    return np.concatenate([[0], count.cumsum()]), chosen, metres


@dataclass(frozen=True)
class PairesAPied:
    """Walks from origins to sites, as CSR rows by origin, sites ascending.

    ``indptr`` int64[origins + 1]; ``site`` int32; ``duree_ds`` int64; ``rue`` bool: whether it follows
    streets.
    """

    indptr: Rows
    site: NDArray[np.int32]
    duree_ds: Rows
    rue: NDArray[np.bool_]

    @classmethod
    def of(cls, n_origins: int, *parts: Marches) -> PairesAPied:
        """From lists of (origin, site, deciseconds, along streets), in any order; of one pair, the soonest.

        >>> one = np.array([1, 1, 0]), np.array([4, 2, 3]), np.array([50, 70, 10]), np.ones(3, bool)
        >>> both = PairesAPied.of(2, one, (np.array([1]), np.array([2]), np.array([65]), np.zeros(1, bool)))
        >>> both.indptr.tolist(), both.site.tolist(), both.duree_ds.tolist(), both.rue.tolist()
        ([0, 1, 3], [3, 2, 4], [10, 65, 50], [True, False, True])
        """
        origin, site, time_ds, rue = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.lexsort((time_ds, site, origin))
        origin, site, time_ds, rue = (column[order] for column in (origin, site, time_ds, rue))
        first = np.ones(len(origin), bool)
        first[1:] = (origin[1:] != origin[:-1]) | (site[1:] != site[:-1])
        indptr = np.concatenate([[0], np.bincount(origin[first], minlength=n_origins).cumsum()])
        return cls(
            indptr.astype(np.int64), site[first].astype(np.int32), time_ds[first].astype(np.int64), rue[first]
        )

    @property
    def duree_s(self) -> NDArray[np.int32]:
        """Seconds, rounded up."""
        return (-(-self.duree_ds // DS_PER_S)).astype(np.int32)

    @property
    def origin(self) -> Rows:
        """The origin of each pair."""
        return np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))

    def mark_estimated(self) -> NDArray[np.bool_]:
        """Whether some walk of each origin follows no street: bool[origins]."""
        found = np.zeros(len(self.indptr) - 1, bool)
        found[self.origin[~self.rue]] = True
        return found


@dataclass(frozen=True)
class EntreArrets:
    """Walks between the ``n_arrets`` stops of timetables, of at most ``limite_s``, made once.

    ``marches``: ``de``, ``vers`` (rows of stops), ``duree_s``, all int32, ``rue`` (bool: along streets); by
    ``de``, then ``vers``.
    """

    n_arrets: int
    limite_s: int
    marches: pl.DataFrame


@dataclass(frozen=True)
class PointsAPied:
    """Points put on the streets: ``space`` float64[n, 3], the straight leg in metres (inf: beyond reach)."""

    points: Points
    space: NDArray[np.float64]
    place: Attachment
    leg_m: NDArray[np.float64]

    @property
    def on_street(self) -> NDArray[np.bool_]:
        """Which of them a way serves."""
        return np.asarray(self.place.arc != NO_ARC)


@dataclass(frozen=True)
class APied:
    """How one walks: on the streets of ``reseau``; on straight lines lengthened where it is null.

    ``entre_arrets``: the walks between stops when they were made before; else they are made when asked.
    ``mode``: on foot, or in a wheelchair.
    """

    reseau: Reseau | None = None
    entre_arrets: EntreArrets | None = None
    mode: str = MARCHE

    @property
    def plain(self) -> bool:
        """Whether one walks on straight lines, as the figures of atlases without streets do."""
        return self.reseau is None and self.mode == MARCHE

    @property
    def fiabilite(self) -> Fiabilite:
        """How far a walk may be trusted at best."""
        return "estime" if self.reseau is None else self.reseau.fiabilite

    def pairs(self, origins: pl.DataFrame, sites: pl.DataFrame, budget_s: float) -> PairesAPied:
        """The walks of at most ``budget_s`` (≤) from ``origins`` to ``sites`` (``lon``, ``lat``)."""
        if self.reseau is None:
            straight = walk_straight(on_sphere(origins), on_sphere(sites), budget_s, self.mode)
            return PairesAPied.of(origins.height, straight)
        here, there = self.find(origins), self.find(sites)
        found = (
            self._along(here, there, budget_s),
            self._beside(here, there, budget_s),
            self._beyond(here, there, budget_s),
        )
        return PairesAPied.of(origins.height, *found)

    def between(self, arrets: pl.DataFrame, walk_s: float) -> pl.DataFrame:
        """The walks of at most ``walk_s`` (≤) from a stop to another, as :class:`EntreArrets` holds them."""
        kept = self.entre_arrets
        if kept is not None and kept.n_arrets == arrets.height and walk_s <= kept.limite_s:
            return kept.marches.filter(pl.col("duree_s") <= walk_s)
        return self.walk_between(arrets, walk_s)

    def walk_between(self, arrets: pl.DataFrame, walk_s: float) -> pl.DataFrame:
        """The same, made anew."""
        placed = np.flatnonzero(
            arrets.select(pl.col("lon").is_not_null() & (pl.col("genre") == 0)).to_series()
        )
        found = self.pairs(arrets[placed], arrets[placed], walk_s)
        other = found.origin != found.site
        walks = {"de": placed[found.origin], "vers": placed[found.site], "duree_s": found.duree_s}
        whole = pl.DataFrame(walks | {"rue": found.rue}, schema_overrides=dict.fromkeys(walks, pl.Int32))
        return whole.filter(other)

    def measure(
        self, arrets: pl.DataFrame, de: Rows, vers: Rows
    ) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Seconds between some pairs of stops however far, and whether it is along streets.

        Straight where no street joins them; none where one stands nowhere known.
        """
        known = arrets["lon"].is_not_null().to_numpy()
        asked = known[de] & known[vers]
        took_s, rue = np.zeros(len(de), np.int32), np.zeros(len(de), bool)
        space = on_sphere(arrets.with_columns(pl.col("lon", "lat").fill_null(0.0)))
        took_s[asked] = duration(np.linalg.norm(space[de[asked]] - space[vers[asked]], axis=1), self.mode)
        if self.reseau is None or not asked.any():
            return took_s, rue
        heads_asked = np.unique(vers[asked])
        for heads in np.array_split(heads_asked, -(-len(heads_asked) // CHUNK)):
            rows = np.flatnonzero(asked & np.isin(vers, heads))
            tails = np.unique(de[rows])
            found = self.pairs(arrets[tails], arrets[heads], ANY_S)
            size = len(heads)
            keys = found.origin[found.rue] * size + found.site[found.rue]
            wanted = np.searchsorted(tails, de[rows]) * size + np.searchsorted(heads, vers[rows])
            at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
            there = keys[at] == wanted if len(keys) else np.zeros(len(rows), bool)
            took_s[rows[there]] = found.duree_s[found.rue][at[there]]
            rue[rows[there]] = True
        return took_s, rue

    def find(self, points: pl.DataFrame) -> PointsAPied:
        """Points put on the streets."""
        lon, lat = (points[axis].to_numpy().astype(np.float64) for axis in ("lon", "lat"))
        place = self._attach(Points(lon, lat))
        leg_m = np.where(place.arc != NO_ARC, place.access_ds / DS_PER_S * self._speed, np.inf)
        return PointsAPied(Points(lon, lat), on_sphere(points), place, leg_m)

    @cached_property
    def _attach(self) -> NearestRoad:
        return self._streets.attach()

    @property
    def _streets(self) -> Reseau:
        assert self.reseau is not None  # noqa: S101 - asked only where there is a network
        return self.reseau

    @property
    def _speed(self) -> float:
        """Metres a second on the straight leg, the speed of the mode."""
        return self._streets.acces_kmh / 3.6

    @property
    def _gain(self) -> float:
        """How many times faster than that one may walk on streets: downhill, where heights are known."""
        pentes, ways = load_pentes(self._streets.mode), self._streets.graphe.ways
        return 1.0 if pentes is None or ways is None or ways.climbs is None else pentes.gain_max

    def _along(self, here: PointsAPied, there: PointsAPied, budget_s: float) -> Marches:
        """The walks along streets."""
        radius_m = budget_s * self._speed * self._gain
        rows = np.flatnonzero(here.on_street)
        lanes = np.flatnonzero(there.on_street)
        if len(rows) and len(lanes):
            gap: Any = KDTree(here.space[rows]).query(
                there.space[lanes], distance_upper_bound=radius_m * (1 + 1e-9)
            )
            lanes = lanes[np.isfinite(gap[0])]
        if not (len(rows) and len(lanes)):
            return nothing()
        streets, points = self._streets, Points(there.points.lon[lanes], there.points.lat[lanes])
        start = here.place.take(rows)
        times = RoadTimes(streets.graphe, streets.facteur, self._attach, start, streets.fiabilite)
        found = times.within(Sites(points, np.zeros(len(lanes), np.int32), 1), int(budget_s * DS_PER_S))
        origin = rows[np.repeat(np.arange(len(rows)), np.diff(found.indptr))]
        site = lanes[found.site]
        near = np.linalg.norm(here.space[origin] - there.space[site], axis=1) <= radius_m
        return origin[near], site[near], found.time_ds[near].astype(np.int64), np.ones(near.sum(), bool)

    def _beside(self, here: PointsAPied, there: PointsAPied, budget_s: float) -> Marches:
        """Those who are nearer to one another than to a way."""
        origin, site, metres = (np.concatenate(both) for both in zip(*list_beside(here, there), strict=True))
        time_ds = np.ceil(metres / self._speed * DS_PER_S).astype(np.int64)
        kept = time_ds <= budget_s * DS_PER_S
        return origin[kept], site[kept], time_ds[kept], np.ones(kept.sum(), bool)

    def _beyond(self, here: PointsAPied, there: PointsAPied, budget_s: float) -> Marches:
        """Straight lines, where one end is beyond the reach of any way."""
        if here.on_street.all() and there.on_street.all():
            return nothing()
        origin, site, time_ds, rue = walk_straight(here.space, there.space, budget_s, self.mode)
        kept = ~(here.on_street[origin] & there.on_street[site])
        return origin[kept], site[kept], time_ds[kept], rue[kept]


def nothing() -> Marches:
    """No walk."""
    none = np.zeros(0, np.int64)
    return none, none, none, np.zeros(0, bool)


def walk_straight(
    here: NDArray[np.float64], there: NDArray[np.float64], budget_s: float, mode: str = MARCHE
) -> Marches:
    """Walks along straight lines lengthened, in whole seconds."""
    speed, detour = read_walk(mode)
    indptr, site, metres = pair_up(here, there, budget_s * speed / detour)
    origin = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    return origin, site, duration(metres, mode).astype(np.int64) * DS_PER_S, np.zeros(len(site), bool)


def list_beside(here: PointsAPied, there: PointsAPied) -> Iterator[tuple[Rows, Rows, NDArray[np.float64]]]:
    """Pairs on streets closer (<) than one of the ends is to its way: origins' ways, then sites' ways."""
    for ends, others, turned in ((here, there, False), (there, here, True)):
        rows, around = np.flatnonzero(ends.on_street), np.flatnonzero(others.on_street)
        indptr, found, metres = pair_up(ends.space[rows], others.space[around], ends.leg_m[rows])
        end, other = rows[np.repeat(np.arange(len(rows)), np.diff(indptr))], around[found]
        nearer = metres < ends.leg_m[end]
        pair = (other, end) if turned else (end, other)
        yield pair[0][nearer], pair[1][nearer], metres[nearer]


A_VOL_D_OISEAU: Final = APied()
