"""The connections of one day: each hop of each vehicle from a stop to the next, in the order of departures.

A day holds its own services and what the eve's still do after midnight. Its clock is that of the service day
of clock 0 (:class:`~maillage.network.timetables.timetable.Calendar`), so that the eve's times come shifted by
24 hours, or by 23 or 25 when the clock changed in between.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from maillage.network.timetables.timetable import NEVER_S, NONE, Timetable

EARLIEST_S = -3600  # midnight of the day when the clock goes back, on that day's clock


@dataclass(frozen=True)
class Connections:
    """Hops sorted by departure, then run, then order along the run: int32 arrays of one length unless said.

    ``departure_s``, ``arrival_s``: seconds of the day; ``tail``, ``head``: stops; ``run``: one seat, from the
    first hop to the last; ``boards``, ``alights`` bool; ``passage`` int64: the stop time it leaves by.
    ``n_runs`` seats.
    """

    departure_s: NDArray[np.int32]
    arrival_s: NDArray[np.int32]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    run: NDArray[np.int32]
    boards: NDArray[np.bool_]
    alights: NDArray[np.bool_]
    passage: NDArray[np.int64]
    n_runs: int

    def __len__(self) -> int:
        return len(self.run)

    @cached_property
    def reached(self) -> NDArray[np.int32]:
        """The stops where one can get off, ascending."""
        return np.unique(self.head[self.alights])

    @cached_property
    def onward(self) -> NDArray[np.int64]:
        """The next hop of the same run, ``NONE`` after its last; int64."""
        order = np.argsort(self.run, kind="stable")
        onward = np.full(len(self), NONE)
        same = self.run[order[1:]] == self.run[order[:-1]]
        onward[order[:-1][same]] = order[1:][same]
        return onward

    @cached_property
    def widest(self) -> int:
        """How many hops the busiest instant has."""
        starts = np.flatnonzero(np.diff(self.departure_s, prepend=NEVER_S))
        return int(np.diff(starts, append=len(self)).max(initial=0))


def list_runs(timetable: Timetable, day: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Trips that run on ``day`` (a column of the calendar) or its eve, and what to add to their times."""
    calendar = timetable.calendar
    trips, shifts = [], []
    n_days = calendar.active.shape[1]
    for date in (day - 1, day):
        if 0 <= date <= day < n_days:
            shift = calendar.start_s[:, date] - calendar.start_s[0, day]
            running = np.flatnonzero(calendar.active[timetable.trips.service, date])
            trips.append(running)
            shifts.append(shift[calendar.clock[timetable.trips.service[running]]])
    return np.concatenate([np.zeros(0, np.int64), *trips]), np.concatenate([np.zeros(0, np.int64), *shifts])


def open_day(timetable: Timetable, day: int, *, seated: bool = False) -> Connections:
    """The connections of ``day``; with ``seated``, one may stay on a vehicle that goes on as another trip."""
    trip, shift = list_runs(timetable, day)
    seat = find_seats(timetable, trip, shift) if seated else np.arange(len(trip))
    start = timetable.stop_times.departure_s[timetable.trips.first[trip]] + shift
    order = np.lexsort((start, seat))
    trip, shift, seat = trip[order], shift[order], seat[order]
    hops = np.maximum(np.diff(timetable.trips.first)[trip] - 1, 0)
    within = np.arange(hops.sum()) - np.repeat(np.cumsum(hops) - hops, hops)
    passage = np.repeat(timetable.trips.first[trip], hops) + within
    return sort_hops(timetable, passage, np.repeat(shift, hops), np.repeat(seat, hops), len(trip))


def sort_hops(
    timetable: Timetable,
    passage: NDArray[np.int64],
    shift: NDArray[np.int64],
    run: NDArray[np.int64],
    n_runs: int,
) -> Connections:
    """Hops given seat by seat, in the order of departures."""
    times = timetable.stop_times
    departure = times.departure_s[passage] + shift
    late = np.flatnonzero(departure >= EARLIEST_S)
    kept = late[np.argsort(departure[late], kind="stable")]
    left = passage[kept]
    return Connections(
        departure[kept].astype(np.int32),
        (times.arrival_s[left + 1] + shift[kept]).astype(np.int32),
        times.stop[left],
        times.stop[left + 1],
        run[kept].astype(np.int32),
        times.boards[left],
        times.alights[left + 1],
        left,
        n_runs,
    )


def find_seats(timetable: Timetable, trip: NDArray[np.int64], shift: NDArray[np.int64]) -> NDArray[np.int64]:
    """The seat of each run: that of the run whose vehicle it goes on with, the same day, else its own."""
    seat = np.arange(len(trip))
    for moved in np.unique(shift):
        runs = np.flatnonzero(shift == moved)
        run_of = np.full(len(timetable.trips), NONE)
        run_of[trip[runs]] = runs
        before = timetable.trips.after[trip[runs]]
        known = before != NONE
        seat[runs[known]] = np.where(run_of[before[known]] == NONE, runs[known], run_of[before[known]])
    while not np.array_equal(seat, seat[seat]):
        seat = seat[seat]
    return seat


def reverse(connections: Connections) -> Connections:
    """The same day told backwards: times negated, hops from head to tail, sorted by departure again.

    As forwards, the hops of a run at one instant follow each other.
    """
    order = np.lexsort((connections.run[::-1], -connections.arrival_s[::-1]))
    back = len(connections) - 1 - order
    return Connections(
        -connections.arrival_s[back],
        -connections.departure_s[back],
        connections.head[back],
        connections.tail[back],
        connections.run[back],
        connections.alights[back],
        connections.boards[back],
        connections.passage[back],
        connections.n_runs,
    )
