"""Travel times by the closed formula: an implementation of ``TravelTimes``."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.temps_estimes import Formule, load_formule
from maillage.network.estimate.formula import Habitants, PlaceTerms, check_formule, prepare_ends
from maillage.network.estimate.kernels import (
    PAIRS_ALONE,
    OriginArrays,
    SiteArrays,
    k_nearest,
    k_nearest_alone,
    times_to_one,
    within,
)
from maillage.network.estimate.what_if import EstimateSession
from maillage.network.travel_times import NO_SITE, UNREACHABLE, Nearest, Points, Sites, Within


class Estimate:
    """Travel times by the formula, from fixed origins."""

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

    def prepare(self, points: Points) -> PlaceTerms:
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
        ends: PlaceTerms,
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
        fill = k_nearest if len(which) * len(rows) > PAIRS_ALONE else k_nearest_alone
        fill(origins, sites, first, self.spread_square, (times, found))
        return Nearest(times, found)

    def times_to(self, end: PlaceTerms) -> NDArray[np.uint32]:
        """Deciseconds from every origin to one prepared place: uint32[origin]."""
        row = np.zeros(1, np.int32)
        site = self._site_arrays(end, row, np.zeros(1, np.intp))
        found: NDArray[np.uint32] = times_to_one(self._origin_arrays(slice(None)), site, self.spread_square)
        return found

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

    def _origin_arrays(self, which: NDArray[np.intp] | slice) -> OriginArrays:
        ends, formule = self._origins.take(which), self.formule
        exponent = formule.exposant - formule.exposant_regional * ends.regional
        return OriginArrays(ends.xyz, formule.constante + ends.effect, exponent)

    def _site_arrays(self, ends: PlaceTerms, rows: NDArray[np.int32], order: NDArray[np.intp]) -> SiteArrays:
        sites = ends.take(order)
        return SiteArrays(
            sites.xyz, sites.effect, self.formule.exposant_regional * sites.regional, rows[order]
        )
