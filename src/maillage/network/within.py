"""Many to many inside a budget: a lane per site, and only the times that fit are kept."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.network.factor import Factor
from maillage.network.graph import Legs
from maillage.network.solve import leaving, meet, over_cores, reaching, read, solve
from maillage.network.sweep import ROW_BYTES
from maillage.network.travel_times import Within

LANES = ROW_BYTES // 4

Kept = tuple[int, NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]


def pairs_within(factor: Factor, origins: Legs, sites: Legs, budget_ds: int) -> Within:
    """All (origin, site) pairs at most ``budget_ds`` apart, sites ascending in each row."""
    leave, reach, encounters = leaving(factor, origins), reaching(factor, sites), meet(origins, sites)

    def answer(first: int, label: NDArray[np.int32]) -> Kept:
        mine = np.arange(first, min(first + LANES, len(sites)))
        solve(factor, reach, mine, mine - first, label)
        best = read(label, leave)
        met = (encounters.site >= first) & (encounters.site < first + LANES)
        np.minimum.at(best, (encounters.origin[met], encounters.site[met] - first), encounters.time_ds[met])
        return first, *_keep(best, np.int32(min(budget_ds, 2**30 - 2)))

    shape = (len(factor.rank), LANES)
    kept = list(over_cores(answer, range(0, len(sites), LANES), shape, np.int32))
    count = sum((batch[1] for batch in kept), np.zeros(len(origins), np.int64))
    indptr = np.concatenate([[0], np.cumsum(count)])
    site, time_ds = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.uint32)
    at = indptr[:-1].copy()
    while kept:
        _place(*kept.pop(0), at, site, time_ds)
    return Within(indptr, site, time_ds)


@njit(cache=True, nogil=True)
def _keep(best, budget):  # type: ignore[no-untyped-def]
    """Per origin how many lanes fit; then their lanes and times, origin by origin."""
    count = np.zeros(len(best), np.int32)
    for o in range(len(best)):
        for lane in range(best.shape[1]):
            count[o] += best[o, lane] <= budget
    lanes, times = np.empty(count.sum(), np.int32), np.empty(count.sum(), np.int32)
    k = 0
    for o in range(len(best)):
        for lane in range(best.shape[1]):
            if best[o, lane] <= budget:
                lanes[k], times[k] = lane, best[o, lane]
                k += 1
    return count, lanes, times


@njit(cache=True)
def _place(first, count, lanes, times, at, site, time_ds):  # type: ignore[no-untyped-def]
    """Append one batch to every origin's row."""
    k = 0
    for o in range(len(count)):
        for _ in range(count[o]):
            site[at[o]], time_ds[at[o]] = first + lanes[k], times[k]
            at[o] += 1
            k += 1
