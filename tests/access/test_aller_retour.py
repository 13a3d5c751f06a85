"""There and home again, on a timetable of two buses counted by hand, and against scans on random ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.access.hours import parse_schedules
from maillage.access.round_trip import DayOfTransport, VehiclesLeft, effective_access_by_transport
from maillage.network.timetables.profiles import Walks
from maillage.network.timetables.scan import scan
from maillage.network.travel_times import Within
from tests.access.aller_retour_simple import MOMENTS_S, effective_access_simply
from tests.network.timetables.naif import Horaire
from tests.network.timetables.test_scan import N_STOPS, draw_feed, one, open_feed

H = 3600
OUT = [(0, 8 * H, 8 * H, True, True), (1, 8 * H + 1200, 8 * H + 1200, True, True)]
BACK = [(1, 11 * H, 11 * H, True, True), (0, 11 * H + 1200, 11 * H + 1200, True, True)]
AT_STOP_0 = Walks(np.array([0, 1]), one(0), one(0))
AT_STOP_1 = Walks(np.array([0, 1]), one(1), one(0))
NOBODY = Within(np.array([0, 0]), np.zeros(0, np.int32), np.zeros(0, np.uint32))


def two_buses(*trips) -> DayOfTransport:
    return DayOfTransport.of(*open_feed(Horaire(list(trips), [0] * len(trips)), [False] * len(trips), 86_400))


def list_moments(
    day: DayOfTransport,
    homes: Walks,
    sites: Walks,
    on_foot: Within,
    *spent: int,
    left: VehiclesLeft | None = None,
) -> np.ndarray:
    """bool[homes, moments of a Monday]: those when one can be at one of the places, always open."""
    always = parse_schedules(["24/7"] * (len(sites.indptr) - 1))
    found = effective_access_by_transport([day], [0] * 7, homes, sites, on_foot, always, *spent, left)
    return np.unpackbits(found.bits.view(np.uint8), axis=1, bitorder="little")[:, : len(MOMENTS_S)] > 0


@pytest.mark.parametrize(
    ("trips", "budget_min", "first", "last"),
    [
        # There from 8:20, having left at 8; home at 11:20 after 30 minutes there: 2 h allow 8:50 to 10:00.
        ((OUT, BACK), 120, "8:50", "10:00"),
        # Within 90 minutes: out until 9:30; back from 11:20 - 0:30 - 1:30 = 9:20 on.
        ((OUT, BACK), 90, "9:20", "9:30"),
        ((OUT, BACK), 80, None, None),
        ((OUT,), 600, None, None),
        ((BACK,), 600, None, None),
    ],
)
def test_moments_with_a_bus_there_and_one_home(trips, budget_min: int, first, last) -> None:
    found = list_moments(two_buses(*trips), AT_STOP_0, AT_STOP_1, NOBODY, budget_min * 60, 1800)[0]
    clock = [f"{m // 3600}:{m // 60 % 60:02}" for m in MOMENTS_S[found]]
    assert (clock[:1], clock[-1:]) == (([first], [last]) if first else ([], []))


def test_hours_a_week_are_those_when_it_is_open_too() -> None:
    week = [0, 0, 0, 0, 0, None, None]
    ask = (week, AT_STOP_0, AT_STOP_1, NOBODY)
    day = two_buses(OUT, BACK)
    hours = {
        text: effective_access_by_transport([day], *ask, parse_schedules([text]), 7200, 1800).hours.tolist()
        for text in ("Mo-Fr 09:00-12:00", "Sa 09:00-12:00", "Mo 14:00-18:00")
    }
    # 9:00 to 10:00, both included: 13 moments of five minutes, five days.
    assert hours == {"Mo-Fr 09:00-12:00": [13 * 5 / 12], "Sa 09:00-12:00": [0], "Mo 14:00-18:00": [0]}
    assert np.isnan(
        effective_access_by_transport([day], *ask, parse_schedules([None]), 7200, 1800).hours
    ).all()


def test_whoever_can_walk_there_needs_no_bus() -> None:
    near = Within(np.array([0, 1]), one(0), np.array([36_000], np.uint32))
    ask = ([two_buses(OUT)], [None] * 7, AT_STOP_0, AT_STOP_1, near, parse_schedules(["Mo 09:00-12:00"]))
    assert effective_access_by_transport(*ask, 3600, 1800).hours.tolist() == [3]
    assert effective_access_by_transport(*ask, 3599, 1800).hours.tolist() == [0]


@settings(max_examples=30)
@given(draw_feed(), st.integers(0, N_STOPS - 1), st.sampled_from([600, 3600]), st.sampled_from([0, 300]))
def test_each_moment_is_that_of_scans(feed, site: int, budget_s: int, stay_s: int) -> None:
    day, changes = open_feed(*feed)
    stops = np.arange(N_STOPS, dtype=np.int32)
    at_stops = Walks(np.arange(N_STOPS + 1), stops, np.zeros(N_STOPS, np.int32))
    plain = type(changes).of(changes.wait_s, stops[:0], stops[:0], stops[:0])
    at_site = Walks(np.array([0, 1]), one(site), one(0))
    nobody = Within(np.zeros(N_STOPS + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint32))
    found = list_moments(DayOfTransport.of(day, plain), at_stops, at_site, nobody, budget_s, stay_s)
    for moment in (0, 600, 1200, 1800):
        home_s = scan(day, plain, one(site), one(moment + stay_s)).arrival_s
        for home in set(range(N_STOPS)) - {site}:
            leavings = range(max(moment - budget_s, 0), moment + 1, 60)
            arrives = any(scan(day, plain, one(home), one(s)).arrival_s[site] <= moment for s in leavings)
            expected = arrives and home_s[home] - moment - stay_s <= budget_s
            assert found[home, np.searchsorted(MOMENTS_S, moment)] == expected


SCHEDULES = [
    "24/7",
    "Mo,Sa 00:00-00:20; Tu[2] 12:00-14:00",
    '"sur rendez-vous"',
    "Sa 00:00-24:00 unknown",
    None,
]


@st.composite
def draw_walks(draw: st.DrawFn) -> Walks:
    """Each of a few places is at some stops, more or less near."""
    stops = st.dictionaries(st.integers(0, N_STOPS - 1), st.sampled_from([0, 30, 60, 300]), max_size=3)
    places = draw(st.lists(stops, min_size=3, max_size=3))
    indptr = np.cumsum([0, *(len(place) for place in places)])
    stop, walk_s = ([x for place in places for x in part(place)] for part in (dict.keys, dict.values))
    return Walks(indptr, np.array(stop, np.int32), np.array(walk_s, np.int32))


@settings(max_examples=40)
@given(
    draw_feed(),
    draw_walks(),
    draw_walks(),
    st.lists(st.sampled_from(SCHEDULES), min_size=3, max_size=3),
    st.sampled_from([0, 300, 1200, 4000]),
    st.lists(st.sampled_from([0, 1, None]), min_size=7, max_size=7),
)
def test_all_places_at_once_is_one_after_another(feed, homes, sites, texts, budget_s: int, week) -> None:
    days = [DayOfTransport.of(*open_feed(*feed)), two_buses(OUT, BACK)]
    on_foot = Within(
        np.array([0, 2, 2, 3]), np.array([0, 2, 1], np.int32), np.array([2999, 9, 12_001], np.uint32)
    )
    ask = (days, week, homes, sites, on_foot, parse_schedules(texts), budget_s, 600)
    found, expected = effective_access_by_transport(*ask), effective_access_simply(*ask)
    for name in ("bits", "possible", "unknown_sites"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))


AT_NO_STOP = Walks(np.array([0, 0]), one(0)[:0], one(0)[:0])


def leave_at(*stations: dict[int, int]) -> VehiclesLeft:
    """A way of home 0 by station: its stops, with the seconds to each."""
    indptr = np.cumsum([0, *(len(station) for station in stations)])
    stop, ride_s = ([x for one in stations for x in part(one)] for part in (dict.keys, dict.values))
    rides = Walks(indptr, np.array(stop, np.int32), np.array(ride_s, np.int32))
    return VehiclesLeft(np.zeros(len(stations), np.int32), rides)


@pytest.mark.parametrize(
    ("left", "hours"),
    [
        # A train leaves 0 at 8 for 1, where the place is; another leaves 1 at 11, not for 0 but for 2.
        (leave_at({0: 600}), False),
        (leave_at({0: 600}, {2: 600}), False),
        # Platforms 0 and 2 of one station: the bicycle is where one comes home.
        (leave_at({0: 600, 2: 600}), True),
        # There until 8:00 + 1:40 less the ride; away again from 11:20 - 1:40 - 0:30 and the ride: 15 minutes
        # of bicycle leave 9:25 alone.
        (leave_at({0: 900, 2: 900}), True),
        (leave_at({0: 901, 2: 901}), False),
    ],
)
def test_a_vehicle_is_found_again_where_it_was_left(left: VehiclesLeft, hours: bool) -> None:
    home = [(1, 11 * H, 11 * H, True, True), (2, 11 * H + 1200, 11 * H + 1200, True, True)]
    ask = (two_buses(OUT, home), AT_NO_STOP, AT_STOP_1, NOBODY, 6000, 1800)
    assert list_moments(*ask, left=left).any() == hours


def test_on_foot_one_comes_home_by_another_stop_than_one_left_by() -> None:
    home = [(1, 11 * H, 11 * H, True, True), (2, 11 * H + 1200, 11 * H + 1200, True, True)]
    at_both = Walks(np.array([0, 2]), np.array([0, 2], np.int32), np.array([600, 600], np.int32))
    assert list_moments(two_buses(OUT, home), at_both, AT_STOP_1, NOBODY, 6000, 1800).any()


STATIONS = st.dictionaries(st.integers(0, N_STOPS - 1), st.sampled_from([0, 60, 300]), min_size=1, max_size=2)


@settings(max_examples=40)
@given(
    draw_feed(),
    st.lists(STATIONS, min_size=1, max_size=3),
    st.integers(0, N_STOPS - 1),
    st.sampled_from([600, 1500, 3600]),
    st.sampled_from([0, 300]),
)
def test_ways_with_a_vehicle_are_those_of_the_slow_search(feed, stations, site, budget_s, stay_s) -> None:
    """Station by station, moment by moment: there from one of its stops, and home to one of them."""
    horaire, eves, night_s = feed
    slow = Horaire(horaire.trips, horaire.shifts, horaire.waits, {}, horaire.after)
    stations = [{s: ride for s, ride in one.items() if s != site} for one in stations]
    day = DayOfTransport.of(*open_feed(slow, eves, night_s))
    at_site, left = Walks(np.array([0, 1]), one(site), one(0)), leave_at(*stations)
    found = list_moments(day, AT_NO_STOP, at_site, NOBODY, budget_s, stay_s, left=left)[0]
    for moment in (0, 600, 1200, 1800):
        home_s = slow.arrivals(site, moment + stay_s)
        expected = any(
            any(slow.arrivals(s, moment - budget_s + ride).get(site, LATER_S) <= moment for s, ride in tied)
            and any(home_s.get(s, LATER_S) + ride <= moment + stay_s + budget_s for s, ride in tied)
            for tied in (station.items() for station in stations)
        )
        assert found[np.searchsorted(MOMENTS_S, moment)] == expected


LATER_S = 10**9


@settings(max_examples=30)
@given(draw_feed(), draw_walks(), draw_walks(), st.lists(STATIONS, min_size=1, max_size=3))
def test_a_vehicle_never_takes_a_moment_away(feed, homes, sites, stations) -> None:
    day = DayOfTransport.of(*open_feed(*feed))
    nobody = Within(np.zeros(4, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint32))
    ask = (day, homes, sites, nobody, 1800, 300)
    without, with_it = list_moments(*ask), list_moments(*ask, left=leave_at(*stations))
    assert (with_it >= without).all()
    assert (with_it[1:] == without[1:]).all(), "only home 0 has a vehicle"
