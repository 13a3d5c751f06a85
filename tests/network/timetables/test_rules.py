"""Changes of some lines and trips, against a search that asks for each change which rule holds."""

import heapq
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.network.timetables.connections import Connections, open_day, reverse
from maillage.network.timetables.profiles import Walks, arrivals, profile
from maillage.network.timetables.rules import ChangeRules, apply_rules
from maillage.network.timetables.scan import scan
from maillage.network.timetables.timetable import NEVER_S, NONE, Changes
from tests.network.timetables.naif import Horaire, Passage
from tests.network.timetables.test_scan import DAY_S, N_STOPS, draw_feed, make_timetable, one

NEVER = int(NEVER_S)
LINES = 2  # trip t is one of line t % LINES
ORDRE = ["--", "-L", "LL", "-T", "LT", "TT"]  # of the norm, the most particular last


@dataclass(frozen=True)
class Regle:
    """A rule as a row of the file: between two stops, from and to a line or a trip, or any."""

    tail: int
    head: int
    line_from: int
    line_to: int
    trip_from: int
    trip_to: int
    walk_s: int

    @property
    def rank(self) -> int:
        ends = ((self.line_from, self.trip_from), (self.line_to, self.trip_to))
        letters = ["T" if trip != NONE else "L" if line != NONE else "-" for line, trip in ends]
        return ORDRE.index("".join(sorted(letters)))

    def holds(self, a: int, b: int, u: int, v: int) -> bool:
        def suits(line: int, trip: int, own: int) -> bool:
            return own == trip if trip != NONE else line in (NONE, own % LINES)

        ends = suits(self.line_from, self.trip_from, u) and suits(self.line_to, self.trip_to, v)
        return (self.tail, self.head) == (a, b) and ends


def cost(horaire: Horaire, rules: list[Regle], a: int, b: int, u: int, v: int) -> int:
    """Seconds from getting off trip u at a to boarding trip v at b."""
    own = [rule for rule in rules if rule.holds(a, b, u, v)]
    if own:
        return max(enumerate(own), key=lambda told: (told[1].rank, told[0]))[1].walk_s
    return horaire.waits.get(a, 0) if a == b else horaire.walks.get((a, b), NEVER)


def land_everywhere(horaire: Horaire, rules: list[Regle], source: int, start: int) -> dict[int, int]:
    """The earliest moment when one gets off a vehicle at each stop, having boarded at ``source``."""
    trips = [
        [(stop, arr + shift, dep + shift, on, off) for stop, arr, dep, on, off in trip]
        for trip, shift in zip(horaire.trips, horaire.shifts, strict=True)
    ]
    queue = [
        (trip[k][2], t, k)
        for t, trip in enumerate(trips)
        for k in range(len(trip) - 1)
        if trip[k][0] == source and trip[k][3] and trip[k][2] >= start
    ]
    heapq.heapify(queue)
    best: dict[int, int] = {}
    seen = set()
    while queue:
        _, t, k = heapq.heappop(queue)
        if (t, k) in seen:
            continue
        seen.add((t, k))
        if k + 1 == len(trips[t]):
            if t in horaire.after:
                heapq.heappush(queue, (trips[horaire.after[t]][0][2], horaire.after[t], 0))
            continue
        stop, arrives, leaves, _, off = trips[t][k + 1]
        heapq.heappush(queue, (leaves, t, k + 1))
        if not off:
            continue
        best[stop] = min(best.get(stop, arrives), arrives)
        for v, other in enumerate(trips):
            for j, (there, _, departs, on, _) in enumerate(other[:-1]):
                took = cost(horaire, rules, stop, there, t, v)
                if on and took < NEVER and departs >= arrives + took:
                    heapq.heappush(queue, (departs, v, j))
    return best


@st.composite
def draw_rules(draw: st.DrawFn, n_trips: int) -> list[Regle]:
    stops, line = st.integers(0, N_STOPS - 1), st.sampled_from([NONE, 0, 1])
    trip = st.sampled_from([NONE, NONE, *range(n_trips)])
    took = st.sampled_from([0, 0, 60, 180, 600, NEVER])
    return draw(st.lists(st.builds(Regle, stops, stops, line, line, trip, trip, took), max_size=8))


@st.composite
def draw_ruled(draw: st.DrawFn) -> tuple[Horaire, list[bool], int, list[Regle]]:
    feed = draw(draw_feed())
    return (*feed, draw(draw_rules(len(feed[0].trips))))


def open_ruled(
    horaire: Horaire, eves: list[bool], night_s: int, rules: list[Regle]
) -> tuple[Connections, Changes]:
    timetable = make_timetable(horaire.trips, eves, horaire.after, night_s)
    line = (np.arange(len(horaire.trips)) % LINES).astype(np.int32)
    timetable = replace(timetable, trips=replace(timetable.trips, line=line))
    waits = np.array([horaire.waits.get(s, 0) for s in range(N_STOPS)], np.int32)
    tail, head = (np.array([c[i] for c in horaire.walks], np.int32) for i in (0, 1))
    usual = Changes.of(waits, tail, head, np.array(list(horaire.walks.values()), np.int32))
    names = ("tail", "head", "line_from", "line_to", "trip_from", "trip_to", "walk_s")
    told = ChangeRules(*(np.array([getattr(rule, n) for rule in rules], np.int32) for n in names))
    ruled, changes = apply_rules(timetable, usual, told)
    return open_day(ruled, 1, seated=True), changes


@settings(max_examples=120)
@given(draw_ruled(), st.integers(0, N_STOPS - 1), st.integers(0, 12))
def test_a_scan_lands_as_the_slow_search_does(feed, source: int, minute: int) -> None:
    """From a point beside the stop, as the routes that pages tell start."""
    horaire, _, _, rules = feed
    day, old = open_ruled(*feed)
    _, rows = old.list_rows(one(source))
    point = np.full(len(rows), len(old.wait_s), np.int32)
    stop = np.arange(N_STOPS, dtype=np.int32) if old.stop is None else old.stop
    changes = Changes.of(
        np.append(old.wait_s, np.int32(0)),
        np.concatenate([old.tail, point]),
        np.concatenate([old.head, rows]),
        np.concatenate([old.walk_s, np.zeros(len(rows), np.int32)]),
        np.append(stop, np.int32(N_STOPS)),
    )
    landed = changes.fold(scan(day, changes, point[:1], one(minute * 60)).landed_s)[:N_STOPS]
    found = {s: int(t) for s, t in enumerate(landed) if t < NEVER}
    assert found == land_everywhere(horaire, rules, source, minute * 60)


@settings(max_examples=60)
@given(draw_ruled(), st.integers(0, N_STOPS - 1), st.booleans())
def test_profiles_and_the_way_home_follow_the_rules(feed, target: int, back: bool) -> None:
    horaire, _, _, rules = feed
    day, changes = open_ruled(*feed)
    if back:  # told backwards twice
        day, changes = reverse(reverse(day)), changes.reversed().reversed()
    end_s = np.full(len(changes.wait_s), NEVER_S, np.int32)
    end_s[changes.list_rows(one(target))[1]] = 0
    ways = profile(day, changes, end_s)
    moments = np.arange(0, 1500, 300, dtype=np.int32)
    at_stops = Walks(np.arange(N_STOPS + 1), np.arange(N_STOPS, dtype=np.int32), np.zeros(N_STOPS, np.int32))
    found, _ = arrivals(ways, at_stops.onto(changes), moments)
    for source in range(N_STOPS):
        expected = [land_everywhere(horaire, rules, source, int(s)).get(target, NEVER) for s in moments]
        assert found[source].tolist() == expected


@given(draw_feed())
def test_rules_that_say_what_is_usual_change_no_row(feed) -> None:
    horaire, eves, night_s = feed
    said = [Regle(a, b, 0, NONE, NONE, 0, s) for (a, b), s in horaire.walks.items()]
    _, changes = open_ruled(horaire, eves, night_s, said)
    assert len(changes.wait_s) == N_STOPS


TO_B: list[Passage] = [(0, 0, 0, True, True), (1, 600, 600, True, True)]
FROM_B: list[Passage] = [(1, 660, 660, True, True), (2, 900, 900, True, True)]


@pytest.mark.parametrize(
    ("rules", "arrives"),
    [
        ([], True),
        # The line of the first bus takes its time, but not to this line; that of another one is not asked.
        ([Regle(1, 1, 0, NONE, NONE, NONE, 61)], False),
        ([Regle(1, 1, 0, NONE, NONE, NONE, 61), Regle(1, 1, 0, 1, NONE, NONE, 60)], True),
        ([Regle(1, 1, 1, NONE, NONE, NONE, NEVER)], True),
        # A trip is more than two lines, with a line more than alone, with a trip more still.
        ([Regle(1, 1, NONE, NONE, NONE, 1, NEVER), Regle(1, 1, 0, 1, NONE, NONE, 60)], False),
        ([Regle(1, 1, 0, NONE, NONE, 1, 0), Regle(1, 1, NONE, NONE, 0, NONE, NEVER)], True),
        ([Regle(1, 1, NONE, NONE, 0, 1, 0), Regle(1, 1, 0, NONE, NONE, 1, NEVER)], True),
        # Of two equals, the last one.
        ([Regle(1, 1, 0, 1, NONE, NONE, NEVER), Regle(1, 1, 0, 1, NONE, NONE, 0)], True),
    ],
)
def test_the_most_particular_rule_holds(rules: list[Regle], arrives: bool) -> None:
    day, changes = open_ruled(Horaire([TO_B, FROM_B], [0, 0]), [False] * 2, DAY_S, rules)
    reached = changes.fold(scan(day, changes, one(0), one(0)).arrival_s)
    assert (reached[2] == 900) == arrives
