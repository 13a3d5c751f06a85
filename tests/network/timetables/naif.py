"""Timetables answered the slow way: a search over (stop, moment, seat), in plain Python."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np

from maillage.network.timetables.profiles import Profiles, Walks
from maillage.network.timetables.timetable import NEVER_S

Passage = tuple[int, int, int, bool, bool]  # stop, arrival, departure, one may get on, get off


State = tuple[int, int, int]  # a stop and two -1: ready to board there; else -1, a trip and a rank: seated


@dataclass
class Horaire:
    """Trips with the moves of their clock (0: the day; -24 h: the eve), waits, walks, vehicles kept."""

    trips: list[list[Passage]]
    shifts: list[int]
    waits: dict[int, int] = field(default_factory=dict)
    walks: dict[tuple[int, int], int] = field(default_factory=dict)
    after: dict[int, int] = field(default_factory=dict)

    def arrivals(self, source: int, start: int) -> dict[int, int]:
        """Earliest arrival by stop."""
        best: dict[int, int] = {}
        seen: set[State] = set()
        queue = self.land(source, start, 0, best)
        heapq.heapify(queue)
        while queue:
            now, state = heapq.heappop(queue)
            if state in seen:
                continue
            seen.add(state)
            stop, trip, rank = state
            for following in self.board(stop, now) if stop >= 0 else self.ride(trip, rank, best):
                heapq.heappush(queue, following)
        return best

    def land(self, stop: int, now: int, wait: int, best: dict[int, int]) -> list[tuple[int, State]]:
        best[stop] = min(best.get(stop, now), now)
        around = [(b, now + walk) for (a, b), walk in self.walks.items() if a == stop]
        for there, then in around:
            best[there] = min(best.get(there, then), then)
        return [(now + wait, (stop, -1, -1)), *((then, (there, -1, -1)) for there, then in around)]

    def board(self, stop: int, now: int) -> list[tuple[int, State]]:
        return [
            (leaves + shift, (-1, t, k))
            for t, (trip, shift) in enumerate(zip(self.trips, self.shifts, strict=True))
            for k, (where, _, leaves, on, _) in enumerate(trip[:-1])
            if where == stop and on and leaves + shift >= now
        ]

    def ride(self, t: int, k: int, best: dict[int, int]) -> list[tuple[int, State]]:
        trip, shift = self.trips[t], self.shifts[t]
        if k + 1 < len(trip):
            stop, arrives, leaves, _, off = trip[k + 1]
            landed = self.land(stop, arrives + shift, self.waits.get(stop, 0), best) if off else []
            return [*landed, (leaves + shift, (-1, t, k + 1))]
        if t not in self.after:
            return []
        following = self.after[t]
        return [(self.trips[following][0][2] + self.shifts[following], (-1, following, 0))]


def latest_leavings(found: Profiles, walks: Walks, by_s: np.ndarray) -> np.ndarray:
    """The latest that each place's people may leave to arrive by each moment, ``-NEVER_S`` for never."""
    latest_s = np.full((len(walks.indptr) - 1, len(by_s)), -NEVER_S)
    for place in range(len(latest_s)):
        for j in range(walks.indptr[place], walks.indptr[place + 1]):
            stop = walks.stop[j]
            for k in range(found.first[stop], found.first[stop] + found.count[stop]):
                leave_s = np.where(
                    found.arrival_s[k] <= by_s, found.departure_s[k] - walks.walk_s[j], -NEVER_S
                )
                latest_s[place] = np.maximum(latest_s[place], leave_s)
    return latest_s
