"""A timetable as arrays: stops, trips, stop times, the days each service runs, walks between stops.

Times of a trip are seconds on the clock of its service day, whose zero is noon less twelve hours: midnight,
save on the two Sundays when the clock changes. They go beyond 86 400 after midnight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

NONE = -1  # no trip, no parent
NEVER_S = np.int32(
    2**30
)  # later than any time of a day: not reached; a change that takes so long is forbidden


@dataclass(frozen=True)
class Trips:
    """Vehicles' runs, each a row of stop times.

    ``first`` int64[trips + 1]: the stop times of trip ``t`` are ``first[t]`` to ``first[t + 1]``, in the
    order of the run; ``service`` int32[trips]; ``line`` int32[trips]: for those who explain; ``after``
    int32[trips]: the trip that the same vehicle makes before, its passengers staying seated, or ``NONE``.
    """

    first: NDArray[np.int64]
    service: NDArray[np.int32]
    line: NDArray[np.int32]
    after: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.service)


@dataclass(frozen=True)
class StopTimes:
    """Passages, trip by trip: all of length passages.

    ``stop`` int32; ``arrival_s``, ``departure_s`` int32, seconds of the service day, never going back along a
    trip; ``boards``, ``alights`` bool: whether one may get on, get off.
    """

    stop: NDArray[np.int32]
    arrival_s: NDArray[np.int32]
    departure_s: NDArray[np.int32]
    boards: NDArray[np.bool_]
    alights: NDArray[np.bool_]


@dataclass(frozen=True)
class Calendar:
    """When services run. ``active`` bool[services, days]; ``clock`` int32[services]: the clock each follows;
    ``start_s`` int64[clocks, days]: seconds since 1970 (UTC) of noon less twelve hours; ``first_day``: days
    since 1970 of the first column.
    """

    active: NDArray[np.bool_]
    clock: NDArray[np.int32]
    start_s: NDArray[np.int64]
    first_day: int


@dataclass(frozen=True)
class Changes:
    """How one goes from a vehicle to the next: at one stop, or by one walk between two.

    ``wait_s`` int32[stops]: least time between getting off and getting on at the same stop, ``NEVER_S``
    where forbidden. The walks from stop ``s`` are ``indptr[s]`` to ``indptr[s + 1]`` of ``head`` int32 (the
    stop reached, never ``s``) and ``walk_s`` int32 (all that the change takes). Two walks never follow one
    another.
    """

    wait_s: NDArray[np.int32]
    indptr: NDArray[np.int64]
    head: NDArray[np.int32]
    walk_s: NDArray[np.int32]
    stop: NDArray[np.int32] | None = None

    @classmethod
    def none(cls, n_stops: int) -> Changes:
        """Changes at the same stop only, in no time.

        >>> Changes.none(2).wait_s.tolist()
        [0, 0]
        """
        nothing = np.zeros(0, np.int32)
        return cls(np.zeros(n_stops, np.int32), np.zeros(n_stops + 1, np.int64), nothing, nothing)

    @classmethod
    def of(
        cls,
        wait_s: NDArray[np.int32],
        tail: NDArray[np.int32],
        head: NDArray[np.int32],
        walk_s: NDArray[np.int32],
        stop: NDArray[np.int32] | None = None,
    ) -> Changes:
        """From a list of walks, in any order.

        >>> walks = np.array([2, 0]), np.array([1, 2]), np.array([60, 90])
        >>> changes = Changes.of(np.zeros(3, np.int32), *walks)
        >>> changes.indptr.tolist(), changes.head.tolist(), changes.walk_s.tolist()
        ([0, 1, 1, 2], [2, 1], [90, 60])
        """
        order = np.argsort(tail, kind="stable")
        indptr = np.concatenate([[0], np.bincount(tail, minlength=len(wait_s)).cumsum()]).astype(np.int64)
        return cls(wait_s, indptr, head[order].astype(np.int32), walk_s[order].astype(np.int32), stop)

    def reversed(self) -> Changes:
        """The same walks the other way, for questions asked from the end."""
        return Changes.of(self.wait_s, self.head, self.tail, self.walk_s, self.stop)

    @property
    def tail(self) -> NDArray[np.int32]:
        """The row that each walk leaves."""
        return np.repeat(np.arange(len(self.wait_s), dtype=np.int32), np.diff(self.indptr))

    def list_rows(self, stops: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Every row of each of ``stops``: the rank of the stop in the list, and the row.

        >>> nothing = np.zeros(0, np.int32)
        >>> changes = Changes.of(np.zeros(4, np.int32), nothing, nothing, nothing, np.int32([0, 1, 2, 1]))
        >>> [found.tolist() for found in changes.list_rows(np.int32([2, 1]))]
        [[0, 1, 1], [2, 1, 3]]
        """
        if self.stop is None:
            return np.arange(len(stops)), stops
        order = np.argsort(self.stop, kind="stable").astype(np.int32)
        first, end = (np.searchsorted(self.stop[order], stops, side) for side in ("left", "right"))
        rank = np.repeat(np.arange(len(stops)), end - first)
        within = np.arange(len(rank)) - np.repeat((end - first).cumsum() - (end - first), end - first)
        return rank, order[first[rank] + within]

    def fold(self, of_rows: NDArray[np.int32]) -> NDArray[np.int32]:
        """The least of the rows of each stop, int32[stops]."""
        if self.stop is None:
            return of_rows
        least = np.full(int(self.stop.max(initial=-1)) + 1, NEVER_S, np.int32)
        np.minimum.at(least, self.stop, of_rows)
        return least

    def unfold(self, of_stops: NDArray[np.int32]) -> NDArray[np.int32]:
        """What is told of each stop, told of each of its rows."""
        return of_stops if self.stop is None else of_stops[self.stop]


@dataclass(frozen=True)
class Timetable:
    """All of it; ``n_stops`` stops are numbered from 0."""

    n_stops: int
    trips: Trips
    stop_times: StopTimes
    calendar: Calendar
