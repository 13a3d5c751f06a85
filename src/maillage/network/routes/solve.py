"""Questions in batches of lanes, over both cores: seed the labels, sweep, read the origins.

Places are :class:`~maillage.network.routes.graph.Legs`. Each worker owns one label buffer and takes the next
batch; the kernels release the interpreter, so threads run side by side without sharing anything they write.
Answers are written in a few rooms in turn, and each is good until the next is asked for: on a large network
the first touch of new memory costs more than the sweep and the reading out.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.network.routes.factor import INFINITE, Factor
from maillage.network.routes.graph import Legs
from maillage.network.routes.index import Index
from maillage.network.routes.prefetch import AHEAD, prefetch
from maillage.network.routes.sweep import FAR, ROW_BYTES, SITE_BITS, Label, far, site_bits, sweep
from maillage.network.travel_times import NO_SITE, UNREACHABLE, Nearest

_SITE = np.int64(2**SITE_BITS - 1)

Batch = TypeVar("Batch")
Room = TypeVar("Room")
Answer = TypeVar("Answer")


class Ends(NamedTuple):
    """Places by row of the factor: ``row`` int32[places, 2], ``time_ds`` uint32[places, 2]."""

    row: NDArray[np.int32]
    time_ds: NDArray[np.uint32]


class Encounters(NamedTuple):
    """An origin and a site on one road, and the time between them along it; ascending by origin."""

    origin: NDArray[np.int64]
    site: NDArray[np.int64]
    time_ds: NDArray[np.int64]


def n_workers() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0))


class Origins(NamedTuple):
    """Where people start from, and the rows by which they enter the network.

    An end that is closed takes :data:`INFINITE`, so that reading it needs no question.
    """

    legs: Legs
    leave: Ends


def starting(factor: Factor, places: Legs) -> Origins:
    """Origins, made ready once for all the questions to come."""
    leave_ds = np.minimum(places.leave_ds, np.uint32(INFINITE))
    return Origins(places, Ends(factor.rank[places.leave_node], leave_ds))


def reaching(factor: Factor, places: Legs) -> Ends:
    """Where sites are reached from, and how long it takes from there."""
    return Ends(factor.rank[places.reach_node], places.reach_ds)


def meet(origins: Legs, sites: Legs) -> Encounters:
    """Every origin and site that share a road and a permitted direction."""
    with_site = np.zeros(max(origins.road.max(initial=0), sites.road.max(initial=0)) + 1, bool)
    with_site[sites.road[sites.road >= 0]] = True
    some = np.flatnonzero((origins.road >= 0) & with_site[origins.road])
    which, site = Index(sites.road).find(origins.road[some])
    origin = some[which]
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
    factor: Factor, origins: Origins, sites: Legs, type_index: NDArray[np.int32], n_types: int
) -> Iterator[tuple[int, Nearest]]:
    """The nearest site of each type, in batches of types: (first type, [origin, type]).

    Each answer is good until the next is asked for: whoever keeps one copies it.
    """
    width = batch_width(n_types, ROW_BYTES // 8)
    reach, encounters = reaching(factor, sites), meet(origins.legs, sites)

    rooms = make_rooms((2, len(origins.legs) * width))

    def answer(first: int, label: NDArray[np.int64], room: NDArray[np.uint32]) -> tuple[int, Nearest]:
        lane_of = lanes(type_index, first, width)
        solve(factor, reach, lane_of, label)
        shape = len(origins.legs), min(width, n_types - first)
        time_ds, site = (half[: shape[0] * shape[1]].reshape(shape) for half in room)
        nearest = Nearest(time_ds, site.view(np.int32))
        _read_nearest(label, origins.leave, nearest.time_ds, nearest.site)
        _meet_nearest(encounters, lane_of, nearest.time_ds, nearest.site)
        return first, nearest

    batches = range(0, n_types, width)
    yield from over_cores(answer, batches, (len(factor.rank), width), np.int64, rooms)


def times_by_batch(
    factor: Factor, origins: Origins, sites: Legs, type_index: NDArray[np.int32], n_types: int
) -> Iterator[tuple[int, NDArray[np.uint32]]]:
    """The time to the nearest site of each type, which one left aside: half the memory, half the time.

    Each answer is good until the next is asked for: whoever keeps one copies it.
    """
    width = batch_width(n_types, ROW_BYTES // 4)
    reach, encounters = reaching(factor, sites), meet(origins.legs, sites)

    rooms = make_rooms((len(origins.legs) * width,))

    def answer(
        first: int, label: NDArray[np.int32], room: NDArray[np.uint32]
    ) -> tuple[int, NDArray[np.uint32]]:
        lane_of = lanes(type_index, first, width)
        solve(factor, reach, lane_of, label)
        shape = len(origins.legs), min(width, n_types - first)
        time_ds = room[: shape[0] * shape[1]].reshape(shape)
        _read_times(label, origins.leave, time_ds.view(np.int32))
        _meet_times(encounters, lane_of, time_ds)
        return first, time_ds

    batches = range(0, n_types, width)
    yield from over_cores(answer, batches, (len(factor.rank), width), np.int32, rooms)


def batch_width(n_types: int, most: int) -> int:
    """Lanes to a batch: as many as a row holds, fewer where that leaves a core without work."""
    return min(most, max(-(-n_types // n_workers()), 1))


def lanes(type_index: NDArray[np.int32], first: int, width: int) -> NDArray[np.int32]:
    """The lane of each site in the batch of types that begins at ``first``; -1 in another batch."""
    lane = type_index - np.int32(first)
    return np.where((lane >= 0) & (lane < width), lane, np.int32(-1))


def make_rooms(shape: tuple[int, ...]) -> list[NDArray[np.uint32]]:
    """Where answers are written, one for each core."""
    return list(np.empty((n_workers(), *shape), np.uint32))


def over_cores(
    answer: Callable[[Batch, NDArray[Label], Room], Answer],
    batches: Iterable[Batch],
    shape: tuple[int, ...],
    dtype: type[Label],
    rooms: Sequence[Room],
) -> Iterator[Answer]:
    """Answer each batch on the next free core, each core with its own label buffer; in order.

    A batch is begun when its room is free: when the answer written there before has been read.
    """
    labels: SimpleQueue[NDArray[Label]] = SimpleQueue()

    def task(batch: Batch, room: Room) -> Answer:
        label = labels.get()
        try:
            return answer(batch, label, room)
        finally:
            labels.put(label)

    batches = list(batches)
    workers = min(n_workers(), len(batches))
    for _ in range(workers):
        labels.put(np.empty(shape, dtype))
    begun: deque[Future[Answer]] = deque()
    with ThreadPoolExecutor(max(workers, 1)) as pool:
        for number, batch in enumerate(batches):
            if len(begun) == len(rooms):
                yield begun.popleft().result()
            begun.append(pool.submit(task, batch, rooms[number % len(rooms)]))
        while begun:
            yield begun.popleft().result()


def solve(factor: Factor, reach: Ends, lane_of: NDArray[np.int32], label: NDArray[Label]) -> None:
    """Labels of every row, each site in its lane; -1 leaves it out."""
    live = np.zeros(len(label), bool)
    _seed(reach, lane_of, site_bits(label), far(label), label, live)
    sweep(factor, label, live)


@njit(cache=True, nogil=True)
def _seed(reach, lane_of, bits, far, label, live):  # type: ignore[no-untyped-def]
    """Write the sites' own labels where they are reached from."""
    number = label.dtype.type
    for s in range(len(lane_of)):
        for end in range(2):
            if lane_of[s] >= 0 and reach.time_ds[s, end] < INFINITE:
                own = number(np.int64(reach.time_ds[s, end]) << bits | (s if bits else 0))
                row = reach.row[s, end]
                if not live[row]:
                    live[row] = True
                    label[row, :] = far
                label[row, lane_of[s]] = min(label[row, lane_of[s]], own)


@njit(cache=True, nogil=True)
def _read_nearest(label, leave, time_ds, site):  # type: ignore[no-untyped-def]
    """The better of both ends of each origin's road, as time and site."""
    row, time = leave
    for o in range(len(time_ds)):
        _ask_ahead(label, row, o)
        here, there, times, sites = label[row[o, 0]], label[row[o, 1]], time_ds[o], site[o]
        to_here, to_there = np.int64(time[o, 0]) << SITE_BITS, np.int64(time[o, 1]) << SITE_BITS
        for lane in range(len(times)):
            best = min(here[lane] + to_here, there[lane] + to_there)
            times[lane] = np.uint32(best >> SITE_BITS) if best < FAR else UNREACHABLE
            sites[lane] = np.int32(best) if best < FAR else NO_SITE


@njit(cache=True, nogil=True)
def _read_times(label, leave, time_ds):  # type: ignore[no-untyped-def]
    """The better of both ends; int32 -1 is :data:`UNREACHABLE` to whoever reads it as uint32."""
    row, time = leave
    for o in range(len(time_ds)):
        _ask_ahead(label, row, o)
        here, there, times = label[row[o, 0]], label[row[o, 1]], time_ds[o]
        to_here, to_there = np.int32(time[o, 0]), np.int32(time[o, 1])
        for lane in range(len(times)):
            best = min(np.int32(here[lane] + to_here), np.int32(there[lane] + to_there))
            times[lane] = best if best < INFINITE else np.int32(-1)


@njit(inline="always")
def _ask_ahead(label, row, o):  # type: ignore[no-untyped-def]
    """The rows of an origin that comes later: most of the reading would be waiting for them."""
    later = min(o + AHEAD, len(row) - 1)
    prefetch(label, row[later, 0])
    prefetch(label, row[later, 1])


@njit(cache=True, nogil=True)
def _meet_nearest(encounters, lane_of, time_ds, site):  # type: ignore[no-untyped-def]
    """A site on the origin's own road may be nearer than any reached by its ends."""
    for e in range(len(encounters.origin)):
        o, s, time = encounters.origin[e], encounters.site[e], encounters.time_ds[e]
        lane = lane_of[s]
        if lane >= 0 and (time < time_ds[o, lane] or (time == time_ds[o, lane] and s < site[o, lane])):
            time_ds[o, lane], site[o, lane] = time, s


@njit(cache=True, nogil=True)
def _meet_times(encounters, lane_of, time_ds):  # type: ignore[no-untyped-def]
    for e in range(len(encounters.origin)):
        o, lane = encounters.origin[e], lane_of[encounters.site[e]]
        if lane >= 0:
            time_ds[o, lane] = min(np.int64(time_ds[o, lane]), encounters.time_ds[e])


def unpack(label: NDArray[np.int64]) -> Nearest:
    """Labels as times and sites, of one shape."""
    reached = label < FAR
    time_ds = np.where(reached, label >> SITE_BITS, np.int64(UNREACHABLE)).astype(np.uint32)
    return Nearest(time_ds, np.where(reached, label & _SITE, np.int64(NO_SITE)).astype(np.int32))
