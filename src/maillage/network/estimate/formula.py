"""Travel times without roads: a closed formula of straight distance and of the density of both ends.

With ``d`` the chord between the two places in km, and for each end ``x`` the logarithms of its densities in
people per km², ``g = ln(1 + local/u)`` and ``h = ln(1 + min(regional, cap)/u)``::

    time in minutes = exp(constante + e(o) + e(s)) · d ** (exposant − exposant_regional · (h(o) + h(s)))
    e(x) = locale · g(x) + locale_carre · g(x)² + regionale · h(x)

A power of distance: trips get faster as they get longer, more so where a peopled region has trunk roads.
It is symmetric, nought at nought, and grows with distance (:func:`check_formule`).

A density is the number of people within a radius, each weighted down linearly to nothing at the radius, over
the volume of that cone (π·r²/3): it means the same whether people are known by commune or by cell. People who
live spread around an origin are ``spread_m`` (root mean square) away from it: ``d² = chord² + spread²``.

Every answer is exact for the formula: sites are scanned outwards by latitude, and one is skipped only when a
lower bound of its time exceeds what is already found. Times are rounded to the nearest decisecond *before*
they are compared, so that ties go to the smallest row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.temps_estimes import Formule, load_formule
from maillage.network.estimate.kernels import OriginArrays, SiteArrays, cone_sums, k_nearest, within
from maillage.network.estimate.what_if import EstimateSession
from maillage.network.travel_times import NO_SITE, UNREACHABLE, Nearest, Points, Sites, Within

Floats = NDArray[np.float64]

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG


@dataclass(frozen=True)
class Ends:
    """Places ready for the formula, all float64[n].

    ``xyz`` [n, 3] on the sphere in km; ``effect`` is e(x), ``regional`` is h(x).
    """

    xyz: Floats
    effect: Floats
    regional: Floats

    def __len__(self) -> int:
        return len(self.effect)

    def take(self, rows: NDArray[np.intp]) -> Ends:
        """These rows only."""
        return Ends(self.xyz[rows], self.effect[rows], self.regional[rows])


@dataclass(frozen=True)
class Habitants:
    """Where people live: what both densities are computed from. ``population`` is float64[n]."""

    points: Points
    population: Floats


def to_xyz(points: Points) -> Floats:
    """Positions on the sphere, km, float64[n, 3].

    >>> to_xyz(Points(np.array([0.0]), np.array([90.0]))).round(3)
    array([[   0.   ,    0.   , 6371.009]])
    """
    lon, lat = np.radians(points.lon), np.radians(points.lat)
    cos_lat = np.cos(lat)
    return EARTH_RADIUS_KM * np.column_stack([cos_lat * np.cos(lon), cos_lat * np.sin(lon), np.sin(lat)])


def compute_density(points: Points, habitants: Habitants, radius_km: float) -> Floats:
    """People per km² around each point, under a cone of this radius: float64[n].

    Beyond the radius (≥) people do not count. 300 people at the point itself, radius 3 km: 300 / (π·3²/3).

    >>> here = Points(np.array([3.0]), np.array([50.0]))
    >>> compute_density(here, Habitants(here, np.array([300.0])), 3.0).round(3)
    array([31.831])
    """
    order = np.argsort(habitants.points.lat, kind="stable")
    people_xyz = to_xyz(habitants.points)[order]
    sums: Floats = cone_sums(to_xyz(points), people_xyz, habitants.population[order], radius_km)
    return sums / (math.pi * radius_km**2 / 3)


def prepare_ends(points: Points, habitants: Habitants, formule: Formule) -> Ends:
    """Densities and their effects at each point; a coordinate met twice is computed once."""
    unique, back = np.unique(np.column_stack([points.lon, points.lat]), axis=0, return_inverse=True)
    places = Points(unique[:, 0], unique[:, 1])
    unit = formule.densite_unite_km2
    local = np.log1p(compute_density(places, habitants, formule.rayon_local_km) / unit)
    wide = compute_density(places, habitants, formule.rayon_regional_km)
    regional = np.log1p(np.minimum(wide, formule.densite_regionale_max_km2) / unit)
    effect = formule.locale * local + formule.locale_carre * local**2 + formule.regionale * regional
    return Ends(to_xyz(places), effect, regional).take(back.reshape(-1))


def estimate_minutes(distance_km: Floats, origins: Ends, sites: Ends, formule: Formule) -> Floats:
    """The formula itself, element by element: minutes, float64, of the shape of ``distance_km``.

    Two places without anybody around, 1 km apart, take exp(constante) minutes.

    >>> rien = Ends(np.zeros((1, 3)), np.zeros(1), np.zeros(1))
    >>> formule = Formule(math.log(2), 0, 0, 0, 0.5, 0, 100, 3, 20, 200)
    >>> estimate_minutes(np.array([1.0, 4.0, 0.0]), rien, rien, formule)
    array([2., 4., 0.])
    """
    exponent = formule.exposant - formule.exposant_regional * (origins.regional + sites.regional)
    scale = np.exp(formule.constante + origins.effect + sites.effect)
    minutes: Floats = scale * distance_km**exponent
    return minutes


def check_formule(formule: Formule) -> None:
    """Times must grow with distance everywhere: ``ValueError`` when an exponent could reach nought."""
    most = math.log1p(formule.densite_regionale_max_km2 / formule.densite_unite_km2)
    if formule.exposant_regional < 0 or formule.exposant - 2 * formule.exposant_regional * most <= 0:
        raise ValueError("the estimated time would not grow with distance: check the exponents")


class Estimate:
    """Travel times by the formula, from fixed origins: an implementation of ``TravelTimes``."""

    fiabilite: Literal["estime"] = "estime"

    def __init__(
        self, origins: Points, habitants: Habitants, *, spread_m: float = 0.0, formule: Formule | None = None
    ) -> None:
        """``spread_m``: root mean square distance of an origin's people to its point, metres.

        0 for addresses; for people spread evenly over a square cell, its side / √6.
        """
        self.formule = formule or load_formule()
        check_formule(self.formule)
        self.habitants = habitants
        self.spread_square = (spread_m / 1000.0) ** 2
        self._origins = prepare_ends(origins, habitants, self.formule)

    @property
    def n_origins(self) -> int:
        """Number of origins."""
        return len(self._origins)

    def prepare(self, points: Points) -> Ends:
        """Places ready for the formula, with the densities of this estimate."""
        return prepare_ends(points, self.habitants, self.formule)

    def nearest(self, sites: Sites) -> Nearest:
        """The nearest site of each type: [origin, type]."""
        found = self.k_nearest(sites, 1)
        return Nearest(found.time_ds[:, :, 0], found.site[:, :, 0])

    def k_nearest(self, sites: Sites, k: int) -> Nearest:
        """The ``k`` nearest sites of each type, ascending: [origin, type, k]."""
        rows = np.arange(len(sites), dtype=np.int32)
        types = sites.type_index, sites.n_types
        return self.find(self.prepare(sites.points), rows, types, k, np.arange(self.n_origins))

    def find(
        self,
        ends: Ends,
        rows: NDArray[np.int32],
        types: tuple[NDArray[np.int32], int],
        k: int,
        which: NDArray[np.intp],
    ) -> Nearest:
        """The k nearest for the origins ``which``, among prepared sites numbered ``rows``.

        ``types`` is the type of each site and the number of types.
        """
        type_index, n_types = types
        order = np.lexsort((rows, ends.xyz[:, 2], type_index))
        first = np.searchsorted(type_index[order], np.arange(n_types + 1)).astype(np.int64)
        times = np.full((len(which), n_types, k), UNREACHABLE, np.uint32)
        found = np.full((len(which), n_types, k), NO_SITE, np.int32)
        origins, sites = self._origin_arrays(which), self._site_arrays(ends, rows, order)
        k_nearest(origins, sites, first, self.spread_square, (times, found))
        return Nearest(times, found)

    def times_to(self, end: Ends) -> NDArray[np.uint32]:
        """Deciseconds from every origin to one prepared place: uint32[origin]."""
        zero = np.zeros(1, np.int32)
        found = self.find(end, zero, (zero, 1), 1, np.arange(self.n_origins))
        return found.time_ds[:, 0, 0]

    def within(self, sites: Sites, budget_ds: int) -> Within:
        """Every site within ``budget_ds`` deciseconds (≤) of each origin."""
        if len(sites) == 0:
            none = np.zeros(0, np.int32), np.zeros(0, np.uint32)
            return Within(np.zeros(self.n_origins + 1, np.int64), *none)
        ends = self.prepare(sites.points)
        order = np.argsort(ends.xyz[:, 2], kind="stable")
        arrays = self._site_arrays(ends, np.arange(len(sites), dtype=np.int32), order)
        origins = self._origin_arrays(np.arange(self.n_origins))
        indptr, site, time_ds = within(origins, arrays, self.spread_square, int(budget_ds))
        by_row = np.lexsort((site, np.repeat(np.arange(self.n_origins), np.diff(indptr))))
        return Within(indptr, site[by_row], time_ds[by_row])

    def what_if(self, sites: Sites) -> EstimateSession:
        """Start a session of edits on ``sites``."""
        return EstimateSession(self, sites)

    def _origin_arrays(self, which: NDArray[np.intp]) -> OriginArrays:
        ends, formule = self._origins.take(which), self.formule
        exponent = formule.exposant - formule.exposant_regional * ends.regional
        return OriginArrays(ends.xyz, formule.constante + ends.effect, exponent)

    def _site_arrays(self, ends: Ends, rows: NDArray[np.int32], order: NDArray[np.intp]) -> SiteArrays:
        sites = ends.take(order)
        return SiteArrays(
            sites.xyz, sites.effect, self.formule.exposant_regional * sites.regional, rows[order]
        )
