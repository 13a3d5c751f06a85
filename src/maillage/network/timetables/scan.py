"""The connection scan: every stop's earliest arrival, or latest departure, in one pass over a day's hops.

A hop can be ridden when its run was boarded before, or when its stop was reached in time; riding it reaches
its head, and by one walk the stops around. Hops stand in the order of departures, so that one pass is enough
(Dibbelt, Pajor, Strasser, Wagner 2018), but for hops of no duration: the hops of one instant are read again
as long as one of them lets an earlier one be boarded.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.network.timetables.connections import Connections
from maillage.network.timetables.timetable import NEVER_S, Changes

UNBOARDED = np.int32(2**31 - 1)


@dataclass(frozen=True)
class Reached:
    """What a scan found; int32[stops] unless said, ``NEVER_S`` where nothing arrives.

    ``arrival_s``: the earliest, a walk at the end included; ``ready_s``: from when one may board there;
    ``landed_s``: the earliest without a walk at the end. ``arrival_by``, ``ready_by`` int32[stops, 2]: the
    hops by which one boards and gets off the last vehicle before, or, when there is none, -1 and ``-1 - s``,
    ``s`` being the stop where one starts. ``boarded`` int32[runs]: the first hop ridden, ``UNBOARDED`` for
    none.
    """

    arrival_s: NDArray[np.int32]
    arrival_by: NDArray[np.int32]
    ready_s: NDArray[np.int32]
    ready_by: NDArray[np.int32]
    landed_s: NDArray[np.int32]
    boarded: NDArray[np.int32]


def scan(
    connections: Connections, changes: Changes, start: NDArray[np.int32], start_s: NDArray[np.int32]
) -> Reached:
    """Earliest arrival at each stop when one is at the stops ``start`` at ``start_s``, seconds of the day."""
    reached = _nothing(len(changes.wait_s), connections.n_runs)
    walks = (changes.wait_s, changes.indptr, changes.head, changes.walk_s)
    labels = (reached.arrival_s, reached.arrival_by, reached.ready_s, reached.ready_by, reached.landed_s)
    leave(start, start_s, walks, labels)
    first = np.searchsorted(connections.departure_s, start_s.min(initial=NEVER_S))
    ride(first, _hops(connections), walks, labels, reached.boarded)
    return reached


def _nothing(n_stops: int, n_runs: int) -> Reached:
    never, nobody = np.full(n_stops, NEVER_S), np.full((n_stops, 2), -1, np.int32)
    return Reached(never, nobody, never.copy(), nobody.copy(), never.copy(), np.full(n_runs, UNBOARDED))


def _hops(day: Connections) -> tuple[NDArray[Any], ...]:
    timed = (day.departure_s, day.arrival_s, day.tail, day.head)
    return (*timed, day.run, day.boards, day.alights, day.again)


@njit(cache=True, nogil=True)
def leave(start, start_s, walks, labels):  # type: ignore[no-untyped-def]
    """The first labels: the stops where one is, ready at once, and those that one walk reaches."""
    _, indptr, neighbour, walk_s = walks
    arrival_s, arrival_by, ready_s, ready_by, landed_s = labels
    for i in range(len(start)):
        stop, now = start[i], start_s[i]
        landed_s[stop] = min(landed_s[stop], now)
        _label(stop, now, -1, -1 - stop, arrival_s, arrival_by)
        _label(stop, now, -1, -1 - stop, ready_s, ready_by)
        for k in range(indptr[stop], indptr[stop + 1]):
            _label(neighbour[k], now + walk_s[k], -1, -1 - stop, arrival_s, arrival_by)
            _label(neighbour[k], now + walk_s[k], -1, -1 - stop, ready_s, ready_by)


@njit(cache=True, nogil=True)
def ride(first, hops, walks, labels, boarded):  # type: ignore[no-untyped-def]
    """The scan itself, from the hop ``first``."""
    departure_s, arrival_s, tail, head, run, boards, alights, again = hops
    ready_s = labels[2]
    start = first
    while start < len(run):
        now, c, once_more = departure_s[start], start, False
        while c < len(run) and departure_s[c] == now:
            r = run[c]
            if boarded[r] > c and boards[c] and ready_s[tail[c]] <= now:
                boarded[r] = c
            if boarded[r] <= c and alights[c]:
                once_more |= _reach(boarded[r], c, head[c], arrival_s[c], now, again[c], walks, labels)
            c += 1
        if not once_more:
            start = c


@njit(cache=True, nogil=True)
def _reach(on, c, stop, then, now, again, walks, labels):  # type: ignore[no-untyped-def]
    """Get off there and then, walk to the stops around; whether the instant must be read again."""
    wait_s, indptr, neighbour, walk_s = walks
    arrival_s, arrival_by, ready_s, ready_by, landed_s = labels
    if then >= landed_s[stop]:
        return False
    landed_s[stop] = then
    _label(stop, then, on, c, arrival_s, arrival_by)
    once_more = _label(stop, then + wait_s[stop], on, c, ready_s, ready_by) and again
    for k in range(indptr[stop], indptr[stop + 1]):
        there = then + walk_s[k]
        _label(neighbour[k], there, on, c, arrival_s, arrival_by)
        once_more |= _label(neighbour[k], there, on, c, ready_s, ready_by) and there == now
    return once_more


@njit(cache=True, nogil=True)
def _label(stop, then, on, off, label, by):  # type: ignore[no-untyped-def]
    """Keep the earlier of two times, and how it was had; whether this one is."""
    better = then < label[stop]
    if better:
        label[stop] = then
        by[stop, 0] = on
        by[stop, 1] = off
    return better
