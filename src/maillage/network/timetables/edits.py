"""A timetable with trips more, fewer, or at other times: pure, a new :class:`Timetable` each time.

Trips keep their number as long as none is removed; new trips, stops and services come after the others. An
hour in a vehicle that goes on as another trip is kept only where both still are what they were.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maillage.network.timetables.timetable import NONE, StopTimes, Timetable, Trips

Days = NDArray[np.bool_]
Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Run:
    """One vehicle's way: ``stop``, ``arrival_s``, ``departure_s`` int32, of one length, times never back."""

    stop: NDArray[np.int32]
    arrival_s: NDArray[np.int32]
    departure_s: NDArray[np.int32]


def leaves_s(timetable: Timetable) -> NDArray[np.int32]:
    """When each trip leaves its first stop, seconds of the service day; -1 without stop time."""
    first = timetable.trips.first
    some = np.diff(first) > 0
    found = np.full(len(some), NONE, np.int32)
    found[some] = timetable.stop_times.departure_s[first[:-1][some]]
    return found


def keep_calls(timetable: Timetable, stops: NDArray[np.bool_], trips: NDArray[np.bool_]) -> Timetable:
    """Nobody gets on or off elsewhere than at these stops, from and into these trips; all still run.

    >>> from maillage.network.timetables.timetable import Calendar
    >>> trips = Trips(np.array([0, 2, 4]), *[np.zeros(2, np.int32)] * 3)
    >>> times = StopTimes(np.int32([0, 1, 0, 1]), *[np.zeros(4, np.int32)] * 2, *[np.ones(4, bool)] * 2)
    >>> plain = Timetable(2, trips, times, Calendar(*[np.zeros((1, 1), int)] * 3, 0))
    >>> keep_calls(plain, np.array([True, False]), np.array([False, True])).stop_times.boards.tolist()
    [False, False, True, False]
    """
    times = timetable.stop_times
    allowed = stops[times.stop] & np.repeat(trips, np.diff(timetable.trips.first))
    kept = replace(times, boards=times.boards & allowed, alights=times.alights & allowed)
    return replace(timetable, stop_times=kept)


def add_stops(timetable: Timetable, count: int) -> Timetable:
    """Stops where nothing calls yet."""
    return replace(timetable, n_stops=timetable.n_stops + count)


def derive_services(
    timetable: Timetable, trips: Rows, rewrite: Callable[[Days], Days]
) -> tuple[Timetable, NDArray[np.int32]]:
    """For each of ``trips`` a new service: ``rewrite`` of the days of its own (bool[rows, days])."""
    own, rank = np.unique(timetable.trips.service[trips], return_inverse=True)
    calendar = timetable.calendar
    more = replace(
        calendar,
        active=np.concatenate([calendar.active, rewrite(calendar.active[own])]),
        clock=np.concatenate([calendar.clock, calendar.clock[own]]),
    )
    return replace(timetable, calendar=more), (len(calendar.active) + rank).astype(np.int32)


def run_on(timetable: Timetable, trips: Rows, rewrite: Callable[[Days], Days]) -> Timetable:
    """These trips run on other days: ``rewrite`` of their own."""
    done, service = derive_services(timetable, trips, rewrite)
    changed = timetable.trips.service.copy()
    changed[trips] = service
    return replace(done, trips=replace(unseat(done.trips, trips), service=changed))


def unseat(trips: Trips, touched: Rows) -> Trips:
    """Nobody stays seated from or into these trips."""
    gone = np.zeros(len(trips) + 1, bool)
    gone[touched] = True
    after = np.where(gone[: len(trips)] | gone[trips.after], NONE, trips.after).astype(np.int32)
    return replace(trips, after=after)


def move_trips(timetable: Timetable, trips: Rows, by_s: int) -> Timetable:
    """These trips leave and arrive ``by_s`` later everywhere."""
    moved = np.zeros(len(timetable.trips), bool)
    moved[trips] = True
    shift = np.where(np.repeat(moved, np.diff(timetable.trips.first)), by_s, 0).astype(np.int32)
    times = timetable.stop_times
    later = replace(times, arrival_s=times.arrival_s + shift, departure_s=times.departure_s + shift)
    return replace(timetable, stop_times=later, trips=unseat(timetable.trips, trips))


def list_passages(trips: Trips, chosen: Rows) -> Rows:
    """The stop times of some trips, trip by trip."""
    count = np.diff(trips.first)[chosen]
    within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    passages: Rows = np.repeat(trips.first[chosen], count) + within
    return passages


def take_passages(times: StopTimes, rows: Rows) -> StopTimes:
    """Some stop times."""
    return StopTimes(*(getattr(times, name)[rows] for name in StopTimes.__annotations__))


def remove_trips(timetable: Timetable, gone: Rows) -> Timetable:
    """The timetable without these trips; the others numbered anew, in order."""
    kept = np.setdiff1d(np.arange(len(timetable.trips)), gone)
    trips = unseat(timetable.trips, gone)
    number = np.full(len(trips) + 1, NONE, np.int32)
    number[kept] = np.arange(len(kept))
    first = np.concatenate([[0], np.diff(trips.first)[kept].cumsum()]).astype(np.int64)
    fewer = Trips(first, trips.service[kept], trips.line[kept], number[trips.after[kept]])
    times = take_passages(timetable.stop_times, list_passages(trips, kept))
    return replace(timetable, trips=fewer, stop_times=times)


def copy_trips(
    timetable: Timetable, source: Rows, by_s: NDArray[np.int64], service: NDArray[np.int32]
) -> Timetable:
    """One more trip for each row: that of ``source``, ``by_s`` later, on the days of ``service``."""
    rows = list_passages(timetable.trips, source)
    shift = np.repeat(by_s, np.diff(timetable.trips.first)[source]).astype(np.int32)
    copied = take_passages(timetable.stop_times, rows)
    times = replace(copied, arrival_s=copied.arrival_s + shift, departure_s=copied.departure_s + shift)
    count = np.diff(timetable.trips.first)[source]
    return append(timetable, times, count, service, timetable.trips.line[source])


def add_runs(timetable: Timetable, runs: Sequence[Run], line: int, service: NDArray[np.int32]) -> Timetable:
    """One more trip for each run, where one may get on and off everywhere; ``service`` int32[runs]."""
    columns = [
        np.concatenate([np.zeros(0, np.int32), *(getattr(run, name) for run in runs)]).astype(np.int32)
        for name in Run.__annotations__
    ]
    allowed = np.ones(len(columns[0]), bool)
    count = np.array([len(run.stop) for run in runs], np.int64)
    times = StopTimes(columns[0], columns[1], columns[2], allowed, allowed)
    return append(timetable, times, count, service, np.full(len(runs), line, np.int32))


def append(
    timetable: Timetable,
    times: StopTimes,
    count: Rows,
    service: NDArray[np.int32],
    line: NDArray[np.int32],
) -> Timetable:
    """Trips of so many stop times each (``count``), after the others."""
    old = timetable.trips
    trips = Trips(
        np.concatenate([old.first, old.first[-1] + count.cumsum()]).astype(np.int64),
        np.concatenate([old.service, service]).astype(np.int32),
        np.concatenate([old.line, line]).astype(np.int32),
        np.concatenate([old.after, np.full(len(count), NONE)]).astype(np.int32),
    )
    both = (timetable.stop_times, times)
    joined = (np.concatenate([getattr(one, name) for one in both]) for name in StopTimes.__annotations__)
    return replace(timetable, trips=trips, stop_times=StopTimes(*joined))


def insert_stop(
    timetable: Timetable, trips: Rows, between: tuple[int, int], stop: int, share: float, detour_s: int
) -> Timetable:
    """These trips call at ``stop`` each time they go from the first of ``between`` straight to the second.

    They are there once ``share`` of the hop's time is spent, in no time; the detour is added to what follows.
    """
    old, times = timetable.trips, timetable.stop_times
    chosen = np.isin(np.repeat(np.arange(len(old)), np.diff(old.first)), trips)
    last = np.zeros(len(times.stop), bool)
    last[old.first[1:][np.diff(old.first) > 0] - 1] = True
    following = np.roll(times.stop, -1)
    hop = np.flatnonzero(chosen & ~last & (times.stop == between[0]) & (following == between[1]))
    made = np.zeros(len(times.stop), np.int64)
    made[hop] = 1
    late_s = delay(made, old.first) * detour_s
    lasts_s = times.arrival_s[hop + 1] - times.departure_s[hop] + detour_s
    there_s = (times.departure_s[hop] + late_s[hop] + np.rint(share * lasts_s)).astype(np.int32)

    def put(values: NDArray[np.int32], new: NDArray[np.int32] | int) -> NDArray[np.int32]:
        return np.insert(values, hop + 1, new).astype(np.int32)

    more = StopTimes(
        put(times.stop, stop),
        put(times.arrival_s + late_s.astype(np.int32), there_s),
        put(times.departure_s + late_s.astype(np.int32), there_s),
        np.insert(times.boards, hop + 1, values=True),
        np.insert(times.alights, hop + 1, values=True),
    )
    added = np.concatenate([[0], made.cumsum()])[old.first]
    touched = np.flatnonzero(np.diff(added)) if detour_s else np.zeros(0, np.int64)
    return replace(timetable, stop_times=more, trips=replace(unseat(old, touched), first=old.first + added))


def delay(made: Rows, first: Rows) -> Rows:
    """How many of ``made`` stand before each stop time of its trip, int64[passages].

    >>> delay(np.array([1, 0, 0, 1, 0]), np.array([0, 3, 5])).tolist()
    [0, 1, 1, 0, 1]
    """
    before = np.concatenate([[0], made.cumsum()])
    rank: Rows = before[:-1] - np.repeat(before[first[:-1]], np.diff(first))
    return rank
