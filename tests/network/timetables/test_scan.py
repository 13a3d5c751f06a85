"""The scan against the slow search, on small feeds drawn at random: loops, overtaking, midnight, waits."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.network.timetables.connections import Connections, open_day
from maillage.network.timetables.journeys import Leg, find_journey, latest_departures
from maillage.network.timetables.profiles import profile
from maillage.network.timetables.scan import scan
from maillage.network.timetables.timetable import (
    NEVER_S,
    NONE,
    Calendar,
    Changes,
    StopTimes,
    Timetable,
    Trips,
)
from tests.network.timetables.naif import Horaire, Passage

N_STOPS = 6
DAY_S = 86_400
LATE_S = 100_000


def one(stop: int) -> np.ndarray:
    return np.array([stop], np.int32)


def make_timetable(
    trips: list[list[Passage]], eves: list[bool], after: dict[int, int], night_s: int
) -> Timetable:
    """Services 0 (day 1) and 1 (day 0, the eve), ``night_s`` between their zeros."""
    first = np.concatenate([[0], np.cumsum([len(trip) for trip in trips])]).astype(np.int64)
    rows = [passage for trip in trips for passage in trip]
    stop, arrival, departure, on, off = (list(column) for column in zip(*rows, strict=True))
    times = StopTimes(
        np.array(stop, np.int32),
        np.array(arrival, np.int32),
        np.array(departure, np.int32),
        np.array(on),
        np.array(off),
    )
    before = np.full(len(trips), NONE, np.int32)
    for earlier, later in after.items():
        before[later] = earlier
    services = np.array(eves, np.int32)
    calendar = Calendar(
        np.array([[False, True], [True, False]]), np.zeros(2, np.int32), np.array([[0, night_s]]), 20_000
    )
    return Timetable(N_STOPS, Trips(first, services, services, before), times, calendar)


@st.composite
def draw_trip(draw: st.DrawFn) -> list[Passage]:
    stops = draw(st.lists(st.integers(0, N_STOPS - 1), min_size=1, max_size=6))
    now = draw(st.integers(0, 6)) * 60 + draw(st.sampled_from([0, 0, DAY_S, 12 * 3600]))
    trip = []
    for stop in stops:
        now += draw(st.sampled_from([0, 0, 0, 60, 300]))
        leaves = now + draw(st.sampled_from([0, 0, 0, 60]))
        trip.append(
            (stop, now, leaves, draw(st.booleans()) or draw(st.booleans()), draw(st.integers(0, 4)) > 0)
        )
        now = leaves
    return trip


@st.composite
def draw_feed(draw: st.DrawFn) -> tuple[Horaire, list[bool], int]:
    trips = draw(st.lists(draw_trip(), min_size=1, max_size=8))
    eves = [draw(st.booleans()) and trip[-1][1] >= DAY_S for trip in trips]
    night_s = draw(st.sampled_from([DAY_S, 23 * 3600, 25 * 3600]))
    couples = st.tuples(st.integers(0, N_STOPS - 1), st.integers(0, N_STOPS - 1)).filter(
        lambda c: c[0] != c[1]
    )
    walks = draw(st.dictionaries(couples, st.sampled_from([0, 60, 180, 600]), max_size=6))
    waits = draw(st.dictionaries(st.integers(0, N_STOPS - 1), st.sampled_from([60, 120, int(NEVER_S)])))
    after = {}
    for t in range(len(trips) - 1):
        follows = (
            eves[t] == eves[t + 1]
            and trips[t + 1][0][2] >= trips[t][-1][2]
            and min(len(trips[t]), len(trips[t + 1])) > 1
        )
        if follows and draw(st.booleans()):
            after[t] = t + 1
    return Horaire(trips, [-night_s if eve else 0 for eve in eves], waits, walks, after), eves, night_s


def open_feed(horaire: Horaire, eves: list[bool], night_s: int) -> tuple[Connections, Changes]:
    waits = np.array([horaire.waits.get(s, 0) for s in range(N_STOPS)], np.int32)
    tail, head = (np.array([c[i] for c in horaire.walks], np.int32) for i in (0, 1))
    changes = Changes.of(waits, tail, head, np.array(list(horaire.walks.values()), np.int32))
    day = open_day(make_timetable(horaire.trips, eves, horaire.after, night_s), 1, seated=True)
    return day, changes


@given(draw_feed(), st.integers(0, N_STOPS - 1), st.integers(0, 20))
def test_earliest_arrivals_are_those_of_the_slow_search(feed, source: int, minute: int) -> None:
    horaire, eves, night_s = feed
    day, changes = open_feed(horaire, eves, night_s)
    found = scan(day, changes, one(source), one(minute * 60)).arrival_s
    expected = horaire.arrivals(source, minute * 60)
    assert {s: int(t) for s, t in enumerate(found) if t < LATE_S * 2} == expected


@given(draw_feed(), st.integers(0, N_STOPS - 1), st.sampled_from([600, 1800, DAY_S]))
def test_latest_departures_arrive_in_time_and_one_second_later_do_not(feed, target: int, end_s: int) -> None:
    horaire, eves, night_s = feed
    day, changes = open_feed(horaire, eves, night_s)
    latest = latest_departures(day, changes, one(target), one(end_s))
    for source in range(N_STOPS):
        leave = int(latest[source])
        if leave > -NEVER_S:
            assert horaire.arrivals(source, leave).get(target, LATE_S * 9) <= end_s
        later = max(leave + 1, -3600)
        assert horaire.arrivals(source, later).get(target, LATE_S * 9) > end_s


@given(draw_feed(), st.integers(0, N_STOPS - 1), st.integers(0, N_STOPS - 1), st.integers(0, 20))
def test_a_route_can_be_ridden_and_arrives_when_said(feed, source: int, target: int, minute: int) -> None:
    horaire, eves, night_s = feed
    day, changes = open_feed(horaire, eves, night_s)
    legs = find_journey(day, changes, one(source), one(target), minute * 60)
    expected = horaire.arrivals(source, minute * 60).get(target)
    assert (legs is None) == (expected is None)
    if not legs:
        return
    assert (legs[0].tail, legs[-1].head) == (source, target)
    assert legs[-1].arrival_s == expected
    now, where, rode = minute * 60, source, False
    for leg in legs:
        assert leg.tail == where
        assert leg.departure_s >= now + (
            horaire.waits.get(where, 0) if rode and leg.passage is not None else 0
        )
        check_leg(leg, horaire)
        now, where, rode = leg.arrival_s, leg.head, leg.passage is not None


def check_leg(leg: Leg, horaire: Horaire) -> None:
    if leg.passage is None:
        assert leg.arrival_s - leg.departure_s == horaire.walks[leg.tail, leg.head]
        return
    rows = [(p, shift) for trip, shift in zip(horaire.trips, horaire.shifts, strict=True) for p in trip]
    (on, shift), (off, shift_off) = rows[leg.passage], rows[leg.until or 0]
    assert (on[0], on[2] + shift, on[3]) == (leg.tail, leg.departure_s, True)
    assert (off[0], off[1] + shift_off, off[4]) == (leg.head, leg.arrival_s, True)


@given(draw_feed(), draw_trip(), st.integers(0, N_STOPS - 1))
def test_one_more_trip_never_worsens(feed, trip: list[Passage], source: int) -> None:
    horaire, eves, night_s = feed
    before = scan(*open_feed(horaire, eves, night_s), one(source), one(0)).arrival_s
    more = Horaire([*horaire.trips, trip], [*horaire.shifts, 0], horaire.waits, horaire.walks, horaire.after)
    after = scan(*open_feed(more, [*eves, False], night_s), one(source), one(0)).arrival_s
    assert (after <= before).all()


def test_the_eve_comes_an_hour_earlier_when_the_night_has_one_more() -> None:
    trip = [(0, 25 * 3600 + 1800, 25 * 3600 + 1800, True, True), (1, 27 * 3600, 27 * 3600, True, True)]
    for night_h in (23, 24, 25):
        day = open_day(make_timetable([trip], [True], {}, night_h * 3600), 1)
        arrival = scan(day, Changes.none(N_STOPS), one(0), one(-3600)).arrival_s
        assert arrival[1] == (27 - night_h) * 3600


def test_a_day_outside_the_calendar_has_no_vehicle() -> None:
    timetable = make_timetable([[(0, 0, 0, True, True), (1, 60, 60, True, True)]], [False], {}, DAY_S)
    assert len(open_day(timetable, 1)) == 1
    assert len(open_day(timetable, 0)) == 0


@pytest.mark.parametrize("walk_s", [None, 0])
def test_what_takes_no_time_lets_board_what_stands_before(walk_s: int | None) -> None:
    """At 60: D → E by the first trip, C → D and B → C by those after, each reached in no time."""
    hops = [(3, 4), (2, 3), (1, 2)]
    trips = [[(a, 60, 60, True, True), (b, 120 if b == 4 else 60, 120, True, True)] for a, b in hops]
    if walk_s is not None:  # C → D on foot
        trips[1] = [(0, 0, 0, True, True), (0, 1, 1, True, True)]
    walks = {} if walk_s is None else {(2, 3): walk_s}
    day, changes = open_feed(Horaire(trips, [0] * 3, {}, walks), [False] * 3, DAY_S)
    assert scan(day, changes, one(1), one(60)).arrival_s[4] == 120
    assert latest_departures(day, changes, one(4), one(120))[1] == 60
    end_s = np.where(np.arange(N_STOPS) == 4, 0, NEVER_S).astype(np.int32)
    found = profile(day, changes, end_s)
    assert (found.departure_s[found.first[1]], found.arrival_s[found.first[1]]) == (60, 120)
