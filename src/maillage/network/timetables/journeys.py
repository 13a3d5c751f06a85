"""A route told as legs: which vehicle, from where to where, when; and the walks between."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maillage.network.timetables.connections import Connections, reverse
from maillage.network.timetables.scan import Reached, scan
from maillage.network.timetables.timetable import NEVER_S, Changes


@dataclass(frozen=True)
class Leg:
    """One part of a route; seconds of the day.

    ``passage``, ``until``: the stop times by which one gets on and off, null for a walk; of two trips when
    one stays seated while the vehicle goes on as another.
    """

    tail: int
    head: int
    departure_s: int
    arrival_s: int
    passage: int | None = None
    until: int | None = None


def latest_departures(
    connections: Connections, changes: Changes, end: NDArray[np.int32], end_s: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Latest departure from each stop to be at one of ``end`` by ``end_s``; ``-NEVER_S`` where impossible."""
    back = reverse(connections)
    return -scan(back, changes.reversed(), end, -end_s).arrival_s


def find_journey(
    connections: Connections,
    changes: Changes,
    start: NDArray[np.int32],
    end: NDArray[np.int32],
    start_s: int,
) -> list[Leg] | None:
    """A route from one of ``start`` to one of ``end``, that arrives first and, of those, leaves last.

    Null when there is none; no leg when one is there already. ``start``, ``end``, legs tell stops: of a stop
    told apart by rules, one starts from any row and ends at any.
    """
    start, end = changes.list_rows(start)[1], changes.list_rows(end)[1]
    first = scan(connections, changes, start, np.full(len(start), start_s, np.int32)).arrival_s[end].min()
    if first >= NEVER_S:
        return None
    end_s = np.full(len(end), first, np.int32)
    leave_s = latest_departures(connections, changes, end, end_s)[start].max()
    reached = scan(connections, changes, start, np.full(len(start), leave_s, np.int32))
    legs = trace(connections, reached, int(end[np.argmin(reached.arrival_s[end])]))
    return at_stops(legs, changes)


def trace(connections: Connections, reached: Reached, end: int) -> list[Leg]:
    """The legs that lead to ``end``, which is reached, from the first."""
    legs: list[Leg] = []
    stop, then = end, int(reached.arrival_s[end])
    on, off = reached.arrival_by[end].tolist()
    while on >= 0:
        got_off, at = int(connections.head[off]), int(connections.arrival_s[off])
        if got_off != stop:
            legs.append(Leg(got_off, stop, at, then))
        legs.append(ride_along(connections, on, off))
        stop = legs[-1].tail
        then = int(reached.ready_s[stop])
        on, off = reached.ready_by[stop].tolist()
    source = -1 - off
    if source != stop:
        legs.append(Leg(source, stop, int(reached.landed_s[source]), then))
    return legs[::-1]


def at_stops(legs: list[Leg], changes: Changes) -> list[Leg]:
    """The legs between stops, those between two rows of one stop being no walk at all.

    >>> nothing = np.zeros(0, np.int32)
    >>> changes = Changes.of(np.zeros(3, np.int32), nothing, nothing, nothing, np.int32([0, 1, 1]))
    >>> legs = [Leg(0, 2, 0, 60, 4, 5), Leg(2, 1, 60, 60), Leg(1, 0, 90, 99, 8, 9)]
    >>> [(leg.tail, leg.head) for leg in at_stops(legs, changes)]
    [(0, 1), (1, 0)]
    """
    stop = changes.stop
    if stop is None:
        return legs
    told = [replace(leg, tail=int(stop[leg.tail]), head=int(stop[leg.head])) for leg in legs]
    return [leg for leg in told if leg.passage is not None or leg.tail != leg.head]


def ride_along(connections: Connections, on: int, off: int) -> Leg:
    """The leg from the hop ``on`` to the hop ``off`` of one run."""
    return Leg(
        int(connections.tail[on]),
        int(connections.head[off]),
        int(connections.departure_s[on]),
        int(connections.arrival_s[off]),
        int(connections.passage[on]),
        int(connections.passage[off]) + 1,
    )
