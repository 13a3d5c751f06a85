"""Many to many inside a budget: a lane per site, and only the times that fit are kept."""

from __future__ import annotations

import numpy as np
from numba import njit

from maillage.network.routes.factor import Factor
from maillage.network.routes.graph import Legs
from maillage.network.routes.solve import Origins, times_by_batch
from maillage.network.travel_times import Within


def pairs_within(factor: Factor, origins: Origins, sites: Legs, budget_ds: int) -> Within:
    """All (origin, site) pairs at most ``budget_ds`` apart, sites ascending in each row."""
    each_its_own = np.arange(len(sites), dtype=np.int32)
    batches = times_by_batch(factor, origins, sites, each_its_own, len(sites))
    kept = [(first, _keep(time_ds, np.uint32(budget_ds))) for first, time_ds in batches]
    count = sum((n_kept for _, (n_kept, _, _) in kept), np.zeros(len(origins.legs), np.int64))
    indptr = np.concatenate([[0], np.cumsum(count)])
    site, time_ds = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.uint32)
    at = indptr[:-1].copy()
    while kept:
        first, (n_kept, lanes, times) = kept.pop(0)
        _place(first, n_kept, lanes, times, at, site, time_ds)
    return Within(indptr, site, time_ds)


@njit(cache=True, nogil=True)
def _keep(best, budget):  # type: ignore[no-untyped-def]
    """Per origin how many lanes fit; then their lanes and times, origin by origin."""
    count = np.zeros(len(best), np.int32)
    for o in range(len(best)):
        for lane in range(best.shape[1]):
            count[o] += best[o, lane] <= budget
    lanes, times = np.empty(count.sum(), np.int32), np.empty(count.sum(), np.uint32)
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
