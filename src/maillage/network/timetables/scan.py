"""The connection scan: every stop's earliest arrival, or latest departure, in one pass over a day's hops.

A hop can be ridden when its run was boarded before, or when its stop was reached in time; riding it reaches
its head, and by one walk the stops around. Hops stand in the order of departures, so that one pass is enough
(Dibbelt, Pajor, Strasser, Wagner 2018), but for what takes no time: a stop reached at the very instant lets
hops be boarded that stand before in the order, and these are caught up with.
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
CHECK_EVERY = 8  # hops a stop between two looks at whether all is reached: speed only


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
    day = connections
    ride(first, day.widest, day.reached, _hops(day), walks, labels, reached.boarded)
    return reached


def _nothing(n_stops: int, n_runs: int) -> Reached:
    never, nobody = np.full(n_stops, NEVER_S), np.full((n_stops, 2), -1, np.int32)
    return Reached(never, nobody, never.copy(), nobody.copy(), never.copy(), np.full(n_runs, UNBOARDED))


def _hops(day: Connections) -> tuple[NDArray[Any], ...]:
    timed = (day.departure_s, day.arrival_s, day.tail, day.head)
    return (*timed, day.run, day.boards, day.alights)


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
def ride(first, widest, stops, hops, walks, labels, boarded):  # type: ignore[no-untyped-def]
    """The scan itself, from the hop ``first``, until no stop of ``stops`` can be reached sooner.

    ``missed`` chains the hops of one instant that could not be boarded at a stop, from the latest,
    ``latest[stop]``: they are tried again when the stop is reached at that very instant.
    """
    departure_s, arrival_s, tail, head, run, boards, alights = hops
    ready_s, landed_s = labels[2], labels[4]
    missed, latest = np.empty(widest, np.int32), np.full(len(ready_s), -1, np.int32)
    ready_now = (np.empty(len(ready_s), np.int32), np.zeros(1, np.int64))
    instant, check = first, first
    for c in range(first, len(run)):
        now, r, stop = departure_s[c], run[c], tail[c]
        if now > departure_s[instant]:
            instant = c
            if c > check:
                if _is_over(now, stops, landed_s):
                    break
                check = c + CHECK_EVERY * len(stops)
        if boarded[r] > c and boards[c]:
            if ready_s[stop] <= now:
                boarded[r] = c
            else:
                missed[c - instant], latest[stop] = latest[stop], c
        if boarded[r] <= c and arrival_s[c] < landed_s[head[c]] and alights[c]:
            _reach(boarded[r], c, head[c], arrival_s[c], now, walks, labels, ready_now)
            if ready_now[1][0]:
                _catch_up(instant, c, hops, walks, labels, boarded, missed, latest, ready_now)


@njit(cache=True, nogil=True)
def _is_over(now, stops, landed_s):  # type: ignore[no-untyped-def]
    """Whether every stop was reached before, so that nothing to come is sooner."""
    for stop in stops:  # noqa: SIM110 - numba compiles no generator
        if landed_s[stop] > now:
            return False
    return True


@njit(cache=True, nogil=True)
def _catch_up(instant, last, hops, walks, labels, boarded, missed, latest, ready_now):  # type: ignore[no-untyped-def]
    """Board what was missed at the stops ``ready_now``, and ride it as far as the hop ``last``."""
    departure_s, arrival_s, _, head, run, _, alights = hops
    stack, size = ready_now
    now, landed_s = departure_s[last], labels[4]
    while size[0]:
        size[0] -= 1
        c = latest[stack[size[0]]]
        while c >= instant:
            k = c
            if boarded[run[c]] > c:
                boarded[run[c]] = c
                while k <= last and run[k] == run[c]:
                    if arrival_s[k] < landed_s[head[k]] and alights[k]:
                        _reach(c, k, head[k], arrival_s[k], now, walks, labels, ready_now)
                    k += 1
            c = missed[c - instant]


@njit(cache=True, nogil=True)
def _reach(on, off, stop, then, now, walks, labels, ready_now):  # type: ignore[no-untyped-def]
    """Get off sooner than ever, walk to the stops around; those ready at the instant itself are stacked."""
    wait_s, indptr, neighbour, walk_s = walks
    arrival_s, arrival_by, ready_s, ready_by, landed_s = labels
    landed_s[stop] = then
    _label(stop, then, on, off, arrival_s, arrival_by)
    if _label(stop, then + wait_s[stop], on, off, ready_s, ready_by) and ready_s[stop] == now:
        _push(stop, ready_now)
    for k in range(indptr[stop], indptr[stop + 1]):
        there = then + walk_s[k]
        _label(neighbour[k], there, on, off, arrival_s, arrival_by)
        if _label(neighbour[k], there, on, off, ready_s, ready_by) and there == now:
            _push(neighbour[k], ready_now)


@njit(cache=True, nogil=True)
def _push(stop, ready_now):  # type: ignore[no-untyped-def]
    stack, size = ready_now
    stack[size[0]] = stop
    size[0] += 1


@njit(cache=True, nogil=True)
def _label(stop, then, on, off, label, by):  # type: ignore[no-untyped-def]
    """Keep the earlier of two times, and how it was had; whether this one is."""
    better = then < label[stop]
    if better:
        label[stop] = then
        by[stop, 0] = on
        by[stop, 1] = off
    return better
