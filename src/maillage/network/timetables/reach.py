"""Which places can be reached by a moment within a budget, from all homes and for all places at once.

A place is a bit. One pass, backwards, over the hops of the budget before the moment: what can be reached by
riding a hop is what can be reached by staying seated, by getting off and walking to places, or by getting off
and boarding again, which later hops have already told. Told backwards
(:func:`~maillage.network.timetables.connections.reverse`), the same pass gives the way home.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.network.timetables.connections import Connections
from maillage.network.timetables.profiles import Walks
from maillage.network.timetables.timetable import NONE, Changes

BITS = 64


def count_words(n_places: int) -> int:
    """Words that hold a bit for each place."""
    return -(-n_places // BITS)


def pack_places(some: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Bits of the places (last axis) of which something is true.

    >>> pack_places(np.array([True, False, True])).tolist()
    [5]
    """
    padding = [(0, 0)] * (some.ndim - 1) + [(0, -some.shape[-1] % BITS)]
    return np.packbits(np.pad(some, padding), axis=-1, bitorder="little").view(np.uint64)


@dataclass(frozen=True)
class StopWalks:
    """Walks between places and stops, told by stop: ``indptr[s]`` to ``indptr[s + 1]``, shortest first.

    ``indptr`` int64[stops + 1]; ``place`` int32; ``walk_s`` int32.
    """

    indptr: NDArray[np.int64]
    place: NDArray[np.int32]
    walk_s: NDArray[np.int32]

    @classmethod
    def of(cls, walks: Walks, n_stops: int) -> StopWalks:
        """The same walks, told by stop.

        >>> walks = StopWalks.of(Walks(np.array([0, 2, 3]), np.int32([0, 1, 0]), np.int32([60, 90, 30])), 2)
        >>> walks.indptr.tolist(), walks.place.tolist(), walks.walk_s.tolist()
        ([0, 2, 3], [1, 0, 0], [30, 60, 90])
        """
        place = np.repeat(np.arange(len(walks.indptr) - 1, dtype=np.int32), np.diff(walks.indptr))
        order = np.lexsort((walks.walk_s, walks.stop))
        indptr = np.concatenate([[0], np.bincount(walks.stop, minlength=n_stops).cumsum()])
        return cls(indptr.astype(np.int64), place[order], walks.walk_s[order])

    def unite(self, n_places: int) -> NDArray[np.uint64]:
        """Bits of the places as near as each walk or nearer, uint64[walks, words]."""
        rows = np.zeros((len(self.place), count_words(n_places)), np.uint64)
        here = np.arange(len(rows))
        rows[here, self.place // BITS] = np.uint64(1) << (self.place % BITS).astype(np.uint64)
        for start, end in zip(self.indptr[:-1], self.indptr[1:], strict=True):
            np.bitwise_or.accumulate(rows[start:end], out=rows[start:end])
        return rows


def order_hops(day: Connections) -> tuple[NDArray[Any], ...]:
    """The hops that :func:`reach` reads: at one instant, those that take no time stand first."""
    still_first = np.lexsort((day.arrival_s > day.departure_s, day.departure_s))
    rank = np.empty(len(day) + 1, np.int64)
    rank[still_first], rank[NONE] = np.arange(len(day)), NONE
    hops = (day.departure_s, day.arrival_s, day.tail, day.head, rank[day.onward], day.boards, day.alights)
    return tuple(column[still_first] for column in hops)


def as_arrays(
    hops: tuple[NDArray[Any], ...], changes: Changes, homes: StopWalks, sites: StopWalks, n_sites: int
) -> tuple[Any, ...]:
    """All that :func:`reach` reads: hops, changes, walks to places, walks from homes."""
    return (
        hops,
        (changes.wait_s, changes.indptr, changes.head, changes.walk_s),
        (sites.indptr, sites.walk_s, sites.unite(n_sites)),
        (homes.indptr, homes.place, homes.walk_s),
    )


@njit(cache=True, nogil=True)
def unite_round_trips(moments, there, back, by_s, back_s, budget_s, owner, asked, words, found, met):  # type: ignore[no-untyped-def]
    """Add to ``found[t, home]`` the ``words[t, place]`` of the places where one can be at the moment ``t``
    and get home from, by one and the same way of leaving home; to ``met``, those places.

    ``there``, ``back``: :func:`as_arrays` of a day and of that day told backwards; ``by_s``, ``back_s``
    int64[moments]: when to be there, and when to leave again, told backwards. ``owner`` int32[ways]: the home
    of each way of leaving, which is what :func:`reach` calls a home. ``asked`` uint64[t, bits of places]:
    which places count; ``found`` uint64[t, homes], ``words`` uint64[t, places], ``met``
    uint64[homes, bits of places].
    """
    n_ways, n_words = len(owner), met.shape[1]
    room = make_room(max(find_most(there, by_s, budget_s), find_most(back, back_s, budget_s)), there, n_words)
    out, home = np.empty((n_ways, n_words), np.uint64), np.empty((n_ways, n_words), np.uint64)
    for k, t in enumerate(moments):
        out[:], home[:] = 0, 0
        reach(by_s[k], budget_s, there, room, out)
        reach(back_s[k], budget_s, back, room, home)
        for way in range(n_ways):
            i = owner[way]
            for word in range(n_words):
                both = out[way, word] & home[way, word] & asked[t, word]
                met[i, word] |= both
                place = word * BITS
                while both:
                    if both & np.uint64(1):
                        found[t, i] |= words[t, place]
                    both >>= np.uint64(1)
                    place += 1


@njit(cache=True, nogil=True)
def find_most(arrays, by_s, budget_s):  # type: ignore[no-untyped-def]
    """How many hops the busiest budget has."""
    most = 0
    for moment_s in by_s:
        start, end = window(arrays[0][0], moment_s, budget_s)
        most = max(most, end - start)
    return most


@njit(cache=True, nogil=True)
def make_room(most, arrays, n_words):  # type: ignore[no-untyped-def]
    """Room for the labels of ``most`` hops, used again from one moment to the next.

    ``ride``, ``wait`` uint64[hops, words]: what one reaches seated in a hop (nothing where ``rides`` is
    false), or waiting at its tail as it leaves. ``first``, by stop: the soonest hop that leads anywhere,
    ``later`` the one after, of another instant, negative for none; ``looked``: the instant last read in no
    time.
    """
    n_stops = len(arrays[1][0])
    ride, wait = np.empty((most, n_words), np.uint64), np.empty((most, n_words), np.uint64)
    rides, later = np.empty(most, np.bool_), np.empty(most, np.int64)
    first, looked = np.empty(n_stops, np.int64), np.empty(n_stops, np.int64)
    return ride, wait, rides, later, first, looked, np.empty(n_words, np.uint64)


@njit(cache=True, nogil=True)
def reach(by_s, budget_s, arrays, room, out):  # type: ignore[no-untyped-def]
    """Add to ``out`` (uint64[homes, words]) the places where people may be by ``by_s`` (≤), having left home
    ``budget_s`` before or later (≥)."""
    departure_s, arrival_s = arrays[0][:2]
    first, looked = room[4], room[5]
    start, last = window(departure_s, by_s, budget_s)
    first[:], looked[:] = -1, -1
    while last > start:
        instant = last - 1
        while instant > start and departure_s[instant - 1] == departure_s[last - 1]:
            instant -= 1
        still = instant
        while still < last and arrival_s[still] == departure_s[still]:
            still += 1
        _read(start, instant, still, last, by_s, arrays, room)
        while _read(start, instant, instant, still, by_s, arrays, room):
            pass
        last = instant
    _leave(start, by_s - budget_s, departure_s, arrays[3], room, out)


@njit(cache=True, nogil=True)
def window(departure_s, by_s, budget_s):  # type: ignore[no-untyped-def]
    """The hops that leave within the budget before ``by_s``, bounds included."""
    start = np.searchsorted(departure_s, by_s - budget_s)
    return start, np.searchsorted(departure_s, by_s, side="right")


@njit(cache=True, nogil=True)
def _read(start, instant, begin, end, by_s, arrays, room):  # type: ignore[no-untyped-def]
    """Read the hops ``begin`` to ``end`` of an instant, from the last; whether a stop gained that an earlier
    look had missed."""
    (departure_s, arrival_s, tail, head, onward, boards, alights), changes, sites, _ = arrays
    wait_s, indptr, neighbour, change_s = changes
    near, near_s, places = sites
    ride, wait, rides, later, first, looked, found = room
    once_more = False
    for c in range(end - 1, begin - 1, -1):
        now, then = departure_s[c], arrival_s[c]
        if then > by_s:
            rides[c - start] = False
            continue
        found[:] = 0
        some = False
        if onward[c] >= 0 and departure_s[onward[c]] <= by_s and rides[onward[c] - start]:
            some = _add(ride, onward[c] - start, found)
        if alights[c]:
            stop = head[c]
            if then == now:
                looked[stop] = instant
            some |= _end(near[stop], near[stop + 1], near_s, by_s - then, places, found)
            k = _next(first[stop], then + wait_s[stop], departure_s, later, start)
            some |= _add(wait, k - start, found)
            for j in range(indptr[stop], indptr[stop + 1]):
                there = then + change_s[j]
                if there == now:
                    looked[neighbour[j]] = instant
                k = _next(first[neighbour[j]], there, departure_s, later, start)
                some |= _add(wait, k - start, found)
        rides[c - start] = some
        if some:
            _put(ride, c - start, found)
        if boards[c] and some:
            labels = (wait, later, first, found)
            once_more |= _tell(c, tail[c], departure_s, start, labels, looked[tail[c]] == instant)
    return once_more


@njit(cache=True, nogil=True)
def _tell(c, stop, departure_s, start, labels, looked):  # type: ignore[no-untyped-def]
    """Tell those who wait at a stop what the hop ``c`` leads to; whether it is more than a look has told."""
    wait, later, first, found = labels
    k = first[stop]
    _add(wait, k - start, found)
    missed = looked and _is_more(found, wait, k - start)
    if k < 0 or departure_s[k] > departure_s[c]:
        later[c - start], first[stop], k = k, c, c
    _put(wait, k - start, found)
    return missed


@njit(cache=True, nogil=True)
def _next(c, ready_s, departure_s, later, start):  # type: ignore[no-untyped-def]
    """The first hop, from ``c`` on at its stop, that leaves at ``ready_s`` or later; negative for none."""
    while c >= 0 and departure_s[c] < ready_s:
        c = later[c - start]
    return c


@njit(cache=True, nogil=True)
def _end(k, end, near_s, left_s, places, found):  # type: ignore[no-untyped-def]
    """Add to what was found the places that one can walk to in ``left_s``; whether there is any."""
    some = False
    while k < end and near_s[k] <= left_s:
        some = True
        k += 1
    if some:
        for word in range(len(found)):
            found[word] |= places[k - 1, word]
    return some


@njit(cache=True, nogil=True)
def _add(rows, k, found):  # type: ignore[no-untyped-def]
    """Add the row ``k`` to what was found; whether there is one, which a negative ``k`` is not."""
    if k < 0:
        return False
    for word in range(len(found)):
        found[word] |= rows[k, word]
    return True


@njit(cache=True, nogil=True)
def _put(rows, k, found):  # type: ignore[no-untyped-def]
    for word in range(len(found)):
        rows[k, word] = found[word]


@njit(cache=True, nogil=True)
def _is_more(found, rows, k):  # type: ignore[no-untyped-def]
    """Whether what was found is more than the row ``k``."""
    if k < 0:
        return True
    for word in range(len(found)):  # noqa: SIM110 - numba compiles no generator
        if found[word] != rows[k, word]:
            return True
    return False


@njit(cache=True, nogil=True)
def _leave(start, leave_s, departure_s, homes, room, out):  # type: ignore[no-untyped-def]
    """Add to each home what one reaches from the stops around, having left at ``leave_s`` or later."""
    indptr, home, walk_s = homes
    _, wait, _, later, first, _, _ = room
    for stop in range(len(first)):
        c = first[stop]
        for k in range(indptr[stop], indptr[stop + 1]):
            c = _next(c, leave_s + walk_s[k], departure_s, later, start)
            if not _add(wait, c - start, out[home[k]]):
                break
