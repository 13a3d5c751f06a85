"""Every departure of a day towards the nearest of some places, from all stops at once.

One pass over the day's hops, backwards: the best that one can do from a hop is to stay seated, to get off and
walk to a place, or to get off and board again, which later hops have already told. What a stop has to say is
a profile: departures, ever earlier, each with an arrival, ever earlier too.

Told backwards (:func:`~maillage.network.timetables.connections.reverse`), the same pass gives the way home:
every arrival at every stop from those places.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.network.routes.solve import n_workers
from maillage.network.timetables.connections import Connections
from maillage.network.timetables.timetable import NEVER_S, Changes

SHARES = 4  # shares of the places a core: speed only


@dataclass(frozen=True)
class Walks:
    """Walks between places and stops: those of place ``p`` are ``indptr[p]`` to ``indptr[p + 1]``.

    ``indptr`` int64[places + 1]; ``stop`` int32; ``walk_s`` int32.
    """

    indptr: NDArray[np.int64]
    stop: NDArray[np.int32]
    walk_s: NDArray[np.int32]

    def onto(self, changes: Changes) -> Walks:
        """The same walks, to each row of the stops.

        >>> walks = Walks(np.array([0, 2, 3]), np.int32([0, 1, 0]), np.int32([60, 90, 30]))
        >>> nothing = np.zeros(0, np.int32)
        >>> twice = Changes.of(np.zeros(3, np.int32), nothing, nothing, nothing, np.int32([0, 1, 0]))
        >>> there = walks.onto(twice)
        >>> there.indptr.tolist(), there.stop.tolist(), there.walk_s.tolist()
        ([0, 3, 5], [0, 2, 1, 0, 2], [60, 60, 90, 30, 30])
        """
        if changes.stop is None:
            return self
        walk, row = changes.list_rows(self.stop)
        return Walks(np.searchsorted(walk, self.indptr).astype(np.int64), row, self.walk_s[walk])

    def keep(self, place: int) -> Walks:
        """The walks of one place alone.

        >>> walks = Walks(np.array([0, 2, 3]), np.int32([0, 1, 0]), np.int32([60, 90, 30]))
        >>> one = walks.keep(1)
        >>> one.indptr.tolist(), one.stop.tolist(), one.walk_s.tolist()
        ([0, 1], [0], [30])
        """
        own = slice(int(self.indptr[place]), int(self.indptr[place + 1]))
        return Walks(np.array([0, own.stop - own.start]), self.stop[own], self.walk_s[own])

    def nearest(self, n_stops: int, places: NDArray[np.int64]) -> NDArray[np.int32]:
        """The shortest walk between each stop and one of ``places``, int32[stops], ``NEVER_S`` for none.

        >>> walks = Walks(np.array([0, 2, 3]), np.int32([0, 1, 0]), np.int32([60, 90, 30]))
        >>> walks.nearest(2, np.array([0, 1])).tolist(), walks.nearest(2, np.array([0])).tolist()
        ([30, 90], [60, 90])
        """
        nearest = np.full(n_stops, NEVER_S)
        for place in places:
            own = slice(self.indptr[place], self.indptr[place + 1])
            np.minimum.at(nearest, self.stop[own], self.walk_s[own])
        return nearest


@dataclass(frozen=True)
class Profiles:
    """Ways to the places, by stop where one boards.

    ``count[s]`` rows from ``first[s]`` of ``departure_s`` and ``arrival_s`` (int32, seconds of the day), both
    strictly decreasing. ``first`` int64[stops + 1], ``count`` int32[stops].
    """

    first: NDArray[np.int64]
    count: NDArray[np.int32]
    departure_s: NDArray[np.int32]
    arrival_s: NDArray[np.int32]


def profile(
    connections: Connections, changes: Changes, end_s: NDArray[np.int32], budget_s: int = int(NEVER_S)
) -> Profiles:
    """Every way to what is ``end_s`` (int32[stops], ``NEVER_S`` for not) on foot from each stop.

    A way that takes more than ``budget_s`` from its first boarding on is left out.
    """
    room = np.bincount(connections.tail[connections.boards], minlength=len(end_s))
    first = np.concatenate([[0], room.cumsum()]).astype(np.int64)
    found = Profiles(
        first, np.zeros(len(end_s), np.int32), np.empty(first[-1], np.int32), np.empty(first[-1], np.int32)
    )
    day = connections
    timed = (day.departure_s, day.arrival_s, day.tail, day.head)
    hops = (*timed, day.run, day.boards, day.alights)
    walks = (changes.wait_s, changes.indptr, changes.head, changes.walk_s)
    _sweep(hops, walks, end_s, budget_s, day.n_runs, day.widest, _rows(found))
    return found


def _rows(found: Profiles) -> tuple[NDArray[Any], ...]:
    return found.first, found.count, found.departure_s, found.arrival_s


@njit(cache=True, nogil=True)
def _sweep(hops, walks, end_s, budget_s, n_runs, widest, rows):  # type: ignore[no-untyped-def]
    """Instants from the last to the first; one is read again while a hop of no duration may gain by it."""
    departure_s, run = hops[0], hops[4]
    seated = np.full(n_runs, NEVER_S)  # the arrival of who is in a run when an instant ends
    best = np.empty(widest, np.int32)
    looked = np.full(len(end_s), -1, np.int64)
    end = len(run)
    while end > 0:
        start = end - 1
        while start > 0 and departure_s[start - 1] == departure_s[end - 1]:
            start -= 1
        while _read(start, end, hops, walks, end_s, budget_s, seated, best, looked, rows):
            pass
        for c in range(end - 1, start - 1, -1):
            seated[run[c]] = best[c - start]
        end = start


@njit(cache=True, nogil=True)
def _read(start, end, hops, walks, end_s, budget_s, seated, best, looked, rows):  # type: ignore[no-untyped-def]
    """One reading of an instant, from the last hop; whether a stop gained that an earlier look had missed."""
    departure_s, arrival_s, tail, head, run, boards, alights = hops
    wait_s, indptr, neighbour, walk_s = walks
    first, count, leaves_s, reaches_s = rows
    once_more = False
    for c in range(end - 1, start - 1, -1):
        follows = c + 1 < end and run[c + 1] == run[c]
        found = best[c + 1 - start] if follows else seated[run[c]]
        now, then, stop = departure_s[c], arrival_s[c], head[c]
        if alights[c]:
            found = min(found, _end(then, end_s[stop]))
            found = min(found, _then(stop, then + wait_s[stop], first, count, leaves_s, reaches_s))
            for k in range(indptr[stop], indptr[stop + 1]):
                there = then + walk_s[k]
                found = min(found, _then(neighbour[k], there, first, count, leaves_s, reaches_s))
                if there == now:
                    looked[neighbour[k]] = start
            if then == now:
                looked[stop] = start
        if found - now > budget_s:
            found = NEVER_S
        best[c - start] = found
        if boards[c] and found < NEVER_S:
            stop, last = tail[c], first[tail[c]] + count[tail[c]] - 1
            known = last >= first[stop]
            if not known or found < reaches_s[last]:
                if not known or leaves_s[last] > now:
                    last += 1
                    count[stop] += 1
                leaves_s[last], reaches_s[last] = now, found
                once_more |= looked[stop] == start
    return once_more


@njit(cache=True, nogil=True)
def _end(now, walk_s):  # type: ignore[no-untyped-def]
    """Now and a walk; told backwards, now is negative, and never plus now would be a time."""
    return now + walk_s if walk_s < NEVER_S else NEVER_S


@njit(cache=True, nogil=True)
def _then(stop, ready_s, first, count, leaves_s, reaches_s):  # type: ignore[no-untyped-def]
    """The arrival of who is ready to board at a stop at ``ready_s``."""
    k = first[stop] + count[stop] - 1
    while k >= first[stop] and leaves_s[k] < ready_s:
        k -= 1
    return reaches_s[k] if k >= first[stop] else NEVER_S


def arrivals(
    found: Profiles, walks: Walks, leave_s: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Earliest arrival of each place's people when they leave at ``leave_s`` (ascending), and the latest
    that they may leave for it: both int32[places, leavings], ``NEVER_S`` where there is none.

    The second tells the wait that one chooses from that which one cannot: who knows the timetable leaves
    then.
    """
    shape = (len(walks.indptr) - 1, len(leave_s))
    arrival_s, latest_s = np.full(shape, NEVER_S), np.full(shape, NEVER_S)
    _arrivals(_rows(found), walks.indptr, walks.stop, walks.walk_s, leave_s, arrival_s, latest_s)
    return arrival_s, latest_s


@njit(cache=True, nogil=True)
def _arrivals(rows, indptr, stops, walk_s, leave_s, arrival_s, latest_s):  # type: ignore[no-untyped-def]
    first, count, leaves_s, reaches_s = rows
    for p in range(len(indptr) - 1):
        own = arrival_s[p], latest_s[p]
        for j in range(indptr[p], indptr[p + 1]):
            _improve(stops[j], walk_s[j], first, count, leaves_s, reaches_s, leave_s, *own)


@dataclass(frozen=True)
class Summary:
    """What a window of leavings takes, by place: int32[places] seconds, ``NEVER_S`` where it cannot be done.

    ``random_*`` count from a departure at any moment of the window, its wait included; ``planned_*`` from the
    latest departure that arrives as soon. ``median``: half of the leavings take no more (≤); ``worst``: none
    takes more.
    """

    random_median_s: NDArray[np.int32]
    random_worst_s: NDArray[np.int32]
    planned_median_s: NDArray[np.int32]
    planned_worst_s: NDArray[np.int32]


def summarize(
    found: Profiles, walks: Walks, direct_s: NDArray[np.int32], leave_s: NDArray[np.int32]
) -> Summary:
    """What leavings at ``leave_s`` (ascending) take, on foot all the way (``direct_s``) where that is sooner.

    Places are shared out between the cores.
    """
    out = np.full((4, len(direct_s)), NEVER_S)
    parts = np.array_split(np.arange(len(direct_s)), n_workers() * SHARES)
    bounds = [(int(part[0]), int(part[-1]) + 1) for part in parts if len(part)]

    def work(bound: tuple[int, int]) -> None:
        legs = (walks.indptr, walks.stop, walks.walk_s)
        _summarize(*bound, _rows(found), *legs, direct_s, leave_s, out)

    with ThreadPoolExecutor(n_workers()) as pool:
        list(pool.map(work, bounds))
    return Summary(*out)


@njit(cache=True, nogil=True)
def _summarize(start, end, rows, indptr, stops, walk_s, direct_s, leave_s, out):  # type: ignore[no-untyped-def]
    first, count, leaves_s, reaches_s = rows
    n_times = len(leave_s)
    arrival, latest = np.empty(n_times, np.int32), np.empty(n_times, np.int32)
    middle = (n_times - 1) // 2
    for place in range(start, end):
        arrival[:], latest[:] = NEVER_S, NEVER_S
        for j in range(indptr[place], indptr[place + 1]):
            _improve(stops[j], walk_s[j], first, count, leaves_s, reaches_s, leave_s, arrival, latest)
        for t in range(n_times):
            reached = arrival[t] < NEVER_S
            waited = min(arrival[t] - leave_s[t] if reached else NEVER_S, direct_s[place])
            chosen = min(arrival[t] - latest[t] if reached else NEVER_S, direct_s[place])
            arrival[t], latest[t] = waited, chosen
        out[0, place], out[1, place] = np.partition(arrival, middle)[middle], arrival.max()
        out[2, place], out[3, place] = np.partition(latest, middle)[middle], latest.max()


@njit(cache=True, nogil=True)
def _improve(stop, walk_s, first, count, leaves_s, reaches_s, leave_s, arrival, latest):  # type: ignore[no-untyped-def]
    """Earliest arrivals by one stop, and the latest leavings for them, where they are better."""
    k = first[stop] + count[stop] - 1
    for t in range(len(leave_s)):
        while k >= first[stop] and leaves_s[k] < leave_s[t] + walk_s:
            k -= 1
        if k < first[stop]:
            break
        leaves = leaves_s[k] - walk_s
        if reaches_s[k] < arrival[t] or (reaches_s[k] == arrival[t] and leaves > latest[t]):
            arrival[t], latest[t] = reaches_s[k], leaves
