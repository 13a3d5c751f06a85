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
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.constantes import EARTH_RADIUS_M
from maillage.catalogue.temps_estimes import Formule
from maillage.network.estimate.kernels import PAIRS_ALONE, cone_sums, cone_sums_alone
from maillage.network.travel_times import Points

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PlaceTerms:
    """Places ready for the formula, all float64[n].

    ``xyz`` [n, 3] on the sphere in km; ``effect`` is e(x), ``regional`` is h(x).
    """

    xyz: Floats
    effect: Floats
    regional: Floats

    def __len__(self) -> int:
        return len(self.effect)

    def take(self, rows: NDArray[np.intp] | slice) -> PlaceTerms:
        """These rows only."""
        return PlaceTerms(self.xyz[rows], self.effect[rows], self.regional[rows])


@dataclass(frozen=True)
class Habitants:
    """Where people live: what both densities are computed from. ``population`` is float64[n]."""

    points: Points
    population: Floats

    @cached_property
    def by_latitude(self) -> tuple[Floats, Floats]:
        """``xyz`` [n, 3] and population, ascending in latitude; sorted once, for all the places to come."""
        order = np.argsort(self.points.lat, kind="stable")
        return to_xyz(self.points)[order], self.population[order]


def to_xyz(points: Points) -> Floats:
    """Positions on the sphere, km, float64[n, 3].

    >>> to_xyz(Points(np.array([0.0]), np.array([90.0]))).round(3)
    array([[   0.   ,    0.   , 6371.009]])
    """
    lon, lat = np.radians(points.lon), np.radians(points.lat)
    cos_lat = np.cos(lat)
    return (
        EARTH_RADIUS_M / 1000 * np.column_stack([cos_lat * np.cos(lon), cos_lat * np.sin(lon), np.sin(lat)])
    )


def compute_density(points: Points, habitants: Habitants, radius_km: float) -> Floats:
    """People per km² around each point, under a cone of this radius: float64[n].

    Beyond the radius (≥) people do not count. 300 people at the point itself, radius 3 km: 300 / (π·3²/3).

    >>> here = Points(np.array([3.0]), np.array([50.0]))
    >>> compute_density(here, Habitants(here, np.array([300.0])), 3.0).round(3)
    array([31.831])
    """
    gather = cone_sums if len(points) * len(habitants.points) > PAIRS_ALONE else cone_sums_alone
    sums: Floats = gather(to_xyz(points), *habitants.by_latitude, radius_km)
    return sums / (math.pi * radius_km**2 / 3)


def prepare_ends(points: Points, habitants: Habitants, formule: Formule) -> PlaceTerms:
    """Densities and their effects at each point; a coordinate met twice is computed once."""
    unique, back = np.unique(np.column_stack([points.lon, points.lat]), axis=0, return_inverse=True)
    places = Points(unique[:, 0], unique[:, 1])
    unit = formule.densite_unite_km2
    local = np.log1p(compute_density(places, habitants, formule.rayon_local_km) / unit)
    wide = compute_density(places, habitants, formule.rayon_regional_km)
    regional = np.log1p(np.minimum(wide, formule.densite_regionale_max_km2) / unit)
    effect = formule.locale * local + formule.locale_carre * local**2 + formule.regionale * regional
    return PlaceTerms(to_xyz(places), effect, regional).take(back.reshape(-1))


def estimate_minutes(distance_km: Floats, origins: PlaceTerms, sites: PlaceTerms, formule: Formule) -> Floats:
    """The formula itself, element by element: minutes, float64, of the shape of ``distance_km``.

    Two places without anybody around, 1 km apart, take exp(constante) minutes.

    >>> rien = PlaceTerms(np.zeros((1, 3)), np.zeros(1), np.zeros(1))
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
