"""Questions in batches of lanes, over both cores: seed the labels, sweep, read the origins.

Places are :class:`~maillage.network.graph.Legs`. Each worker owns one label buffer and takes the next batch;
the kernels release the interpreter, so threads run side by side without sharing anything they write.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.network.factor import INFINITE, Factor
from maillage.network.graph import Legs
from maillage.network.index import Index
from maillage.network.sweep import FAR, ROW_BYTES, SITE_BITS, Label, sweep
from maillage.network.travel_times import NO_SITE, UNREACHABLE, Nearest

Batch = TypeVar("Batch")
Answer = TypeVar("Answer")


class Ends(NamedTuple):
    """Places by row of the factor: ``row`` int32[places, 2], ``time_ds`` uint32[places, 2]."""

    row: NDArray[np.int32]
    time_ds: NDArray[np.uint32]


class Encounters(NamedTuple):
    """An origin and a site on one road, and the time between them along it, without passing by a node."""

    origin: NDArray[np.int64]
    site: NDArray[np.int64]
    time_ds: NDArray[np.int64]


def n_workers() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))


def leaving(factor: Factor, places: Legs) -> Ends:
    """Where people enter the network, and how long it takes them."""
    return Ends(factor.rank[places.leave_node], places.leave_ds)


def reaching(factor: Factor, places: Legs) -> Ends:
    """Where sites are reached from, and how long it takes from there."""
    return Ends(factor.rank[places.reach_node], places.reach_ds)


def meet(origins: Legs, sites: Legs) -> Encounters:
    """Every origin and site that share a road and a permitted direction."""
    origin, site = Index(sites.road).find(origins.road)
    ahead = _along(origins.ahead_ds[origin], sites.ahead_ds[site])
    back = _along(origins.back_ds[origin], sites.back_ds[site])
    access = origins.access_ds[origin].astype(np.int64) + sites.access_ds[site]
    time = np.minimum(ahead, back) + access
    possible = time < INFINITE
    return Encounters(origin[possible], site[possible], time[possible])


def _along(start: NDArray[np.uint32], end: NDArray[np.uint32]) -> NDArray[np.int64]:
    gap = end.astype(np.int64) - start
    return np.where((gap >= 0) & (end != UNREACHABLE), gap, INFINITE)


def nearest_by_batch(
    factor: Factor, origins: Legs, sites: Legs, type_index: NDArray[np.int32], n_types: int
) -> Iterator[tuple[int, Nearest]]:
    """The nearest site of each type, in batches of types: (first type, [origin, type])."""
    width = min(ROW_BYTES // 8, max(n_types, 1))
    leave, reach, encounters = leaving(factor, origins), reaching(factor, sites), meet(origins, sites)

    def answer(first: int, label: NDArray[np.int64]) -> tuple[int, Nearest]:
        lanes = slice(first, min(first + width, n_types))
        mine = np.flatnonzero((type_index >= lanes.start) & (type_index < lanes.stop))
        solve(factor, reach, mine, type_index[mine] - first, label)
        best = read(label, leave)
        met = (type_index[encounters.site] >= lanes.start) & (type_index[encounters.site] < lanes.stop)
        lane = type_index[encounters.site[met]] - first
        packed = encounters.time_ds[met] << SITE_BITS | encounters.site[met]
        np.minimum.at(best, (encounters.origin[met], lane), packed)
        return first, unpack(best[:, : lanes.stop - first])

    yield from over_cores(answer, range(0, n_types, width), (len(factor.rank), width), np.int64)


def over_cores(
    answer: Callable[[Batch, NDArray[Label]], Answer],
    batches: Iterable[Batch],
    shape: tuple[int, ...],
    dtype: type[Label],
) -> Iterator[Answer]:
    """Answer each batch on the next free core, each core with its own label buffer; in order."""
    buffers: SimpleQueue[NDArray[Label]] = SimpleQueue()

    def task(batch: Batch) -> Answer:
        buffer = buffers.get()
        try:
            return answer(batch, buffer)
        finally:
            buffers.put(buffer)

    batches = list(batches)
    workers = min(n_workers(), len(batches))
    for _ in range(workers):
        buffers.put(np.empty(shape, dtype))
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        yield from pool.map(task, batches)


def solve(
    factor: Factor,
    reach: Ends,
    sites: NDArray[np.int64],
    lane: NDArray[np.signedinteger],
    label: NDArray[Label],
) -> None:
    """Labels of every row for these ``sites``, each in its ``lane``."""
    label.fill(far(label))
    live = np.zeros(len(label), bool)
    seed(reach, sites, lane, site_bits(label), label, live)
    sweep(factor, label, live)


def site_bits(label: NDArray[Label]) -> int:
    """How many low bits of a label name the site."""
    return SITE_BITS if label.dtype == np.int64 else 0


def far(label: NDArray[Label]) -> np.int32 | np.int64:
    """The label of a row that reaches nothing."""
    return FAR if label.dtype == np.int64 else INFINITE


@njit(cache=True, nogil=True)
def seed(reach, sites, lane, bits, label, live):  # type: ignore[no-untyped-def]
    """Write the sites' own labels where they are reached from."""
    row, time_ds = reach
    number = label.dtype.type
    for i in range(len(sites)):
        s = sites[i]
        for end in range(2):
            if time_ds[s, end] < INFINITE:
                v = row[s, end]
                own = number(np.int64(time_ds[s, end]) << bits | (s & ((np.int64(1) << bits) - 1)))
                label[v, lane[i]] = min(label[v, lane[i]], own)
                live[v] = True


def read(label: NDArray[Label], leave: Ends) -> NDArray[Label]:
    """Labels of the origins: the better of both ends of their road. [origin, lane]."""
    best = np.full((len(leave.row), label.shape[1]), far(label), label.dtype)
    _read(label, leave, site_bits(label), best)
    return best


@njit(cache=True, nogil=True)
def _read(label, leave, bits, best):  # type: ignore[no-untyped-def]
    row, time_ds = leave
    number = label.dtype.type
    for o in range(len(row)):
        mine = best[o]
        for end in range(2):
            if time_ds[o, end] < INFINITE:
                there, time = label[row[o, end]], number(np.int64(time_ds[o, end]) << bits)
                for lane in range(len(mine)):
                    mine[lane] = min(mine[lane], number(there[lane] + time))


def unpack(best: NDArray[np.int64]) -> Nearest:
    """Labels to times and sites."""
    nearest = Nearest(np.empty(best.shape, np.uint32), np.empty(best.shape, np.int32))
    _unpack(np.ascontiguousarray(best).ravel(), nearest.time_ds.ravel(), nearest.site.ravel())
    return nearest


@njit(cache=True, nogil=True)
def _unpack(best, time_ds, site):  # type: ignore[no-untyped-def]
    for i in range(len(best)):
        reached = best[i] < FAR
        time_ds[i] = best[i] >> SITE_BITS if reached else UNREACHABLE
        site[i] = best[i] & 0xFFFFFFFF if reached else NO_SITE
