"""Changes that hold for some lines or trips only, put on a timetable without a word to those who scan it.

A stop where lines have changes of their own becomes several rows, each for the trips that the rules do not
tell apart: one row a trip that a rule names, one a line that a rule names, the stop itself for all others.
Getting off is then at the row of one's trip, boarding at that of the next, and what lies between is a walk
like any other, that of the most particular rule (GTFS, transfers.txt): both trips; a trip and a line; a trip;
both lines; a line; the stops alone. Of equals the last one told holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maillage.network.timetables.timetable import NEVER_S, NONE, Changes, Timetable

Ints = NDArray[np.int32]
Row = tuple[int, int, int]  # a row, the line of its trips, the trip: ``NONE`` where they are others
Pair = tuple[int, int]
LINE, TRIP = 1, 2  # columns of a row
TRIP_WEIGHT = 3  # a trip weighs more than two lines, two trips more than one and a line


@dataclass(frozen=True)
class ChangeRules:
    """Rules, all int32 of one length, in the order in which they are told.

    ``tail``, ``head``: the stops between which one changes; ``line_from``, ``line_to``, ``trip_from``,
    ``trip_to``: for whom it holds, ``NONE`` for any; ``walk_s``: all that the change takes, ``NEVER_S`` where
    it is forbidden.
    """

    tail: Ints
    head: Ints
    line_from: Ints
    line_to: Ints
    trip_from: Ints
    trip_to: Ints
    walk_s: Ints

    def __len__(self) -> int:
        return len(self.walk_s)

    @property
    def weight(self) -> NDArray[np.int64]:
        """How particular each rule is: the greater holds.

        >>> ends = np.int32([NONE, NONE, NONE, NONE, 5, 5, 5]), np.int32([NONE, NONE, NONE, 6, NONE, NONE, 6])
        >>> lines = np.int32([NONE, 1, 1, NONE, NONE, NONE, 1]), np.int32([NONE, NONE, 2, NONE, NONE, 2, 2])
        >>> ChangeRules(*[np.zeros(7, np.int32)] * 2, *lines, *ends, np.zeros(7, np.int32)).weight.tolist()
        [0, 1, 2, 3, 3, 4, 6]
        """
        weight = np.zeros(len(self), np.int64)
        for trip, line in ((self.trip_from, self.line_from), (self.trip_to, self.line_to)):
            weight += np.where(trip != NONE, TRIP_WEIGHT, line != NONE)
        return weight

    def of(self, rank: int) -> tuple[int, int, int, int, int]:
        """Line and trip from, line and trip to, seconds, of one rule; a trip is enough where it is named."""
        trip_from, trip_to = int(self.trip_from[rank]), int(self.trip_to[rank])
        line_from = NONE if trip_from != NONE else int(self.line_from[rank])
        line_to = NONE if trip_to != NONE else int(self.line_to[rank])
        return line_from, trip_from, line_to, trip_to, int(self.walk_s[rank])


def apply_rules(timetable: Timetable, changes: Changes, rules: ChangeRules) -> tuple[Timetable, Changes]:
    """The timetable with stops told apart where rules need it, and its changes.

    ``changes``: those that hold for all, between stops. Rules that say what already holds are left out.

    A change at stop 1 takes no time, but a minute from line 0; its trip 0 then gets off at a row of its own:

    >>> from maillage.network.timetables.timetable import Calendar, StopTimes, Trips
    >>> stop, nobody = np.int32([0, 1, 1, 2]), np.int32([NONE])
    >>> trips = Trips(np.array([0, 2, 4]), np.int32([0, 0]), np.int32([0, 1]), np.int32([NONE, NONE]))
    >>> times = StopTimes(stop, *[np.zeros(4, np.int32)] * 2, *[np.ones(4, bool)] * 2)
    >>> plain = Timetable(3, trips, times, Calendar(*[np.zeros((1, 1), int)] * 3, 0))
    >>> rule = ChangeRules(np.int32([1]), np.int32([1]), np.int32([0]), *[nobody] * 3, np.int32([60]))
    >>> told, changes = apply_rules(plain, Changes.none(3), rule)
    >>> told.stop_times.stop.tolist(), changes.stop.tolist(), changes.wait_s.tolist()
    ([0, 3, 1, 2], [0, 1, 2, 1], [0, 0, 0, 60])
    >>> list(zip(changes.tail.tolist(), changes.head.tolist(), changes.walk_s.tolist(), strict=True))
    [(1, 3, 0), (3, 1, 60)]
    """
    usual = tell_usual(changes)
    by_pair = group(rules, usual)
    if not by_pair:
        return timetable, changes
    rows, stop = number_rows(timetable, rules, by_pair)
    told = place_passages(timetable, rows)
    walks = {pair: walk_s for pair, walk_s in usual.items() if not rows.keys() & set(pair)}
    for pair in (usual.keys() | by_pair.keys()) - walks.keys():
        told_of = [rules.of(rank) for rank in by_pair.get(pair, [])]
        walks |= dict(resolve(pair, rows, usual.get(pair, int(NEVER_S)), told_of))
    return told, as_changes(walks, stop)


def tell_usual(changes: Changes) -> dict[Pair, int]:
    """What a change takes from a stop to another, or to itself, whoever changes."""
    pairs = zip(changes.tail.tolist(), changes.head.tolist(), strict=True)
    walks = dict(zip(pairs, changes.walk_s.tolist(), strict=True))
    return walks | {(stop, stop): wait_s for stop, wait_s in enumerate(changes.wait_s.tolist())}


def group(rules: ChangeRules, usual: dict[Pair, int]) -> dict[Pair, list[int]]:
    """The rules of each pair of stops, the most particular last; none where all say what is usual."""
    by_pair: dict[Pair, list[int]] = {}
    for rank in np.argsort(rules.weight, kind="stable").tolist():
        by_pair.setdefault((int(rules.tail[rank]), int(rules.head[rank])), []).append(rank)
    return {
        pair: ranks
        for pair, ranks in by_pair.items()
        if any(int(rules.walk_s[rank]) != usual.get(pair, int(NEVER_S)) for rank in ranks)
    }


def number_rows(
    timetable: Timetable, rules: ChangeRules, by_pair: dict[Pair, list[int]]
) -> tuple[dict[int, list[Row]], Ints]:
    """The rows of each stop told apart, itself first, and the stop of every row."""
    named: set[Row] = set()
    for (tail, head), ranks in by_pair.items():
        for line_from, trip_from, line_to, trip_to, _ in map(rules.of, ranks):
            named |= {(tail, line_from, trip_from), (head, line_to, trip_to)}
    stops = np.unique([stop for stop, _, _ in named])
    at, trip, line = list_calls(timetable, stops)
    calls = set(zip(at.tolist(), line.tolist(), trip.tolist(), strict=True))
    lines = {(stop, own) for stop, own, _ in calls}
    line_of = {one: own for _, own, one in calls}
    rows: dict[int, list[Row]] = {}
    stop = list(range(timetable.n_stops))
    for here, own, one in sorted(named):
        known = (here, line_of.get(one), one) in calls if one != NONE else (here, own) in lines
        if known:
            told = rows.setdefault(here, [(here, NONE, NONE)])
            told.append((len(stop), own if one == NONE else line_of[one], one))
            stop.append(here)
    return rows, np.array(stop, np.int32)


def list_calls(timetable: Timetable, stops: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """The passages at some stops: the stop, the trip and the line of each."""
    passage = np.flatnonzero(np.isin(timetable.stop_times.stop, stops))
    trip = np.searchsorted(timetable.trips.first, passage, "right") - 1
    stop, line = timetable.stop_times.stop[passage], timetable.trips.line[trip]
    return stop.astype(np.int64), trip.astype(np.int64), line.astype(np.int64)


def place_passages(timetable: Timetable, rows: dict[int, list[Row]]) -> Timetable:
    """The timetable whose passages are at the row of their trip: its own, else its line's, else the stop."""
    told = timetable.stop_times.stop.copy()
    stops = np.array(sorted(rows), np.int64)
    passage = np.flatnonzero(np.isin(told, stops))
    at, trip, line = list_calls(timetable, stops)
    for column, which in ((line, LINE), (trip, TRIP)):
        n = int(column.max(initial=0))
        own = [(stop, row) for stop, found in rows.items() for row in found[1:] if is_for(row, which)]
        keys = np.array([stop * (n + 1) + row[which] for stop, row in own], np.int64)
        order = np.argsort(keys)
        asked = at * (n + 1) + column
        place = np.searchsorted(keys[order], asked)
        hit = place < len(keys)
        hit[hit] = keys[order][place[hit]] == asked[hit]
        told[passage[hit]] = np.array([row[0] for _, row in own], np.int32)[order][place[hit]]
    n_rows = timetable.n_stops + sum(len(found) - 1 for found in rows.values())
    return replace(timetable, n_stops=n_rows, stop_times=replace(timetable.stop_times, stop=told))


def is_for(row: Row, which: int) -> bool:
    """Whether a row is that of a line, or of one trip."""
    return (row[2] != NONE) == (which == TRIP)


def resolve(
    pair: Pair, rows: dict[int, list[Row]], usual_s: int, told: list[tuple[int, int, int, int, int]]
) -> Iterator[tuple[Pair, int]]:
    """What each change between the rows of two stops takes; ``told``: their rules, the most particular last.

    As :meth:`ChangeRules.of` tells them.
    """
    tails, heads = (rows.get(stop, [(stop, NONE, NONE)]) for stop in pair)
    for tail, line_from, trip_from in tails:
        for head, line_to, trip_to in heads:
            walk_s = usual_s
            for of_line, of_trip, to_line, to_trip, rule_s in told:
                if holds(of_line, of_trip, line_from, trip_from) and holds(
                    to_line, to_trip, line_to, trip_to
                ):
                    walk_s = rule_s
            yield (tail, head), walk_s


def holds(line: int, trip: int, own_line: int, own_trip: int) -> bool:
    """Whether a rule for a trip, a line or any (``NONE``) is one for the trips of a row."""
    return own_trip == trip if trip != NONE else line in (NONE, own_line)


def as_changes(walks: dict[Pair, int], stop: Ints) -> Changes:
    """Changes between rows, those that are forbidden left out."""
    wait_s = np.full(len(stop), NEVER_S, np.int32)
    for (tail, head), walk_s in walks.items():
        if tail == head:
            wait_s[tail] = walk_s
    kept = np.array([(a, b, s) for (a, b), s in walks.items() if a != b and s < NEVER_S], np.int64)
    column = kept.reshape(-1, 3).T.astype(np.int32)
    return Changes.of(wait_s, column[0], column[1], column[2], stop)
