"""The same solves, keeping the k best sites of each lane instead of one: ``label[row, lane, k]``, ascending.

A label list holds each site once; the sum of the semiring becomes a merge of two sorted lists.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.network.routes.factor import INFINITE, Factor
from maillage.network.routes.graph import Legs
from maillage.network.routes.solve import Ends, Origins, lanes, meet, n_workers, over_cores, reaching, unpack
from maillage.network.routes.sweep import FAR, ROW_BYTES, SITE_BITS
from maillage.network.travel_times import Nearest

_SITE = 2**SITE_BITS - 1


def k_nearest_by_batch(
    factor: Factor, origins: Origins, sites: Legs, type_index: NDArray[np.int32], n_types: int, k: int
) -> Iterator[tuple[int, Nearest]]:
    """The ``k`` nearest sites of each type, in batches of types: (first type, [origin, type, k])."""
    width = min(max(ROW_BYTES // (8 * k), 1), max(n_types, 1))
    reach, encounters = reaching(factor, sites), meet(origins.legs, sites)

    def answer(first: int, label: NDArray[np.int64], _: int) -> tuple[int, Nearest]:
        lane_of = lanes(type_index, first, width)
        _solve(factor, reach, lane_of, label)
        best = np.full((len(origins.legs), width, k), FAR)
        _read(label, origins.leave, best)
        _meet(encounters, lane_of, best)
        return first, unpack(best[:, : n_types - first])

    batches, rooms = range(0, n_types, width), range(n_workers())  # each answer has memory of its own
    yield from over_cores(answer, batches, (len(factor.rank), width, k), np.int64, rooms)


def _solve(factor: Factor, reach: Ends, lane_of: NDArray[np.int32], label: NDArray[np.int64]) -> None:
    label.fill(FAR)
    live = np.zeros(len(label), bool)
    _seed(reach, lane_of, label, live)
    _climb(factor.down, label, live)
    _descend(factor.up, label)


@njit(cache=True, nogil=True)
def _insert(best, label):  # type: ignore[no-untyped-def]
    """Put one label in a sorted list of distinct sites, if it deserves a place."""
    at = len(best) - 1
    for i in range(len(best)):
        if best[i] == FAR or best[i] & _SITE == label & _SITE:
            at = i
            break
    if label < best[at]:
        while at > 0 and best[at - 1] > label:
            best[at] = best[at - 1]
            at -= 1
        best[at] = label


@njit(cache=True, nogil=True)
def _merge(best, other, time):  # type: ignore[no-untyped-def]
    """Insert every label of ``other``, ``time`` further away."""
    last = len(best) - 1
    for i in range(len(other)):
        label = other[i] + time
        if other[i] == FAR or label >= best[last]:
            break
        _insert(best, label)


@njit(cache=True, nogil=True)
def _seed(reach, lane_of, label, live):  # type: ignore[no-untyped-def]
    row, time_ds = reach
    for s in range(len(lane_of)):
        for end in range(2):
            if lane_of[s] >= 0 and time_ds[s, end] < INFINITE:
                _insert(label[row[s, end], lane_of[s]], np.int64(time_ds[s, end]) << SITE_BITS | s)
                live[row[s, end]] = True


@njit(cache=True, nogil=True)
def _climb(down, label, live):  # type: ignore[no-untyped-def]
    indptr, head, weight = down
    for v in range(len(indptr) - 1):
        if live[v]:
            for k in range(indptr[v], indptr[v + 1]):
                live[head[k]] = True
                time = np.int64(weight[k]) << SITE_BITS
                for lane in range(label.shape[1]):
                    _merge(label[head[k], lane], label[v, lane], time)


@njit(cache=True, nogil=True)
def _descend(up, label):  # type: ignore[no-untyped-def]
    indptr, head, weight = up
    for v in range(len(indptr) - 2, -1, -1):
        for k in range(indptr[v], indptr[v + 1]):
            time = np.int64(weight[k]) << SITE_BITS
            for lane in range(label.shape[1]):
                _merge(label[v, lane], label[head[k], lane], time)


@njit(cache=True, nogil=True)
def _read(label, leave, best):  # type: ignore[no-untyped-def]
    row, time_ds = leave
    for o in range(len(row)):
        for end in range(2):
            if time_ds[o, end] < INFINITE:
                time = np.int64(time_ds[o, end]) << SITE_BITS
                for lane in range(label.shape[1]):
                    _merge(best[o, lane], label[row[o, end], lane], time)


@njit(cache=True, nogil=True)
def _meet(encounters, lane_of, best):  # type: ignore[no-untyped-def]
    origin, site, time_ds = encounters
    for i in range(len(origin)):
        if lane_of[site[i]] >= 0:
            _insert(best[origin[i], lane_of[site[i]]], time_ds[i] << SITE_BITS | site[i])
