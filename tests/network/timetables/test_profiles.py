"""Profiles against scans, minute by minute, on the same random feeds."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.network.timetables.connections import reverse
from maillage.network.timetables.journeys import latest_departures
from maillage.network.timetables.profiles import Walks, arrivals, profile, summarize
from maillage.network.timetables.scan import scan
from maillage.network.timetables.timetable import NEVER_S, Changes
from tests.network.timetables.naif import Horaire, latest_leavings
from tests.network.timetables.test_scan import DAY_S, N_STOPS, draw_feed, one, open_feed

STOPS = st.integers(0, N_STOPS - 1)
MINUTES = np.concatenate([np.arange(0, 1800, 60), DAY_S + np.arange(-600, 1800, 60)]).astype(np.int32)


def walk_from_stops(changes: Changes) -> Walks:
    """Each stop as a place: itself in no time, its neighbours on foot."""
    stop, walk_s, indptr = [], [], [0]
    for s in range(N_STOPS):
        around = slice(changes.indptr[s], changes.indptr[s + 1])
        stop += [s, *changes.head[around]]
        walk_s += [0, *changes.walk_s[around]]
        indptr.append(len(stop))
    return Walks(np.array(indptr), np.array(stop, np.int32), np.array(walk_s, np.int32))


def reach_on_foot(walks: Walks, target: int) -> np.ndarray:
    """Seconds from each stop to the target by at most one walk."""
    return np.array([walks_between(walks, s, target) for s in range(N_STOPS)], np.int32)


def walks_between(walks: Walks, a: int, b: int) -> int:
    own = slice(walks.indptr[a], walks.indptr[a + 1])
    return min(walks.walk_s[own][walks.stop[own] == b].tolist(), default=int(NEVER_S))


@settings(max_examples=30)
@given(draw_feed(), STOPS)
def test_each_departure_of_the_day_is_that_of_a_scan(feed, target: int) -> None:
    day, changes = open_feed(*feed)
    walks = walk_from_stops(changes)
    direct = reach_on_foot(walks, target)
    found, latest = arrivals(profile(day, changes, direct), walks, MINUTES)
    for s in range(N_STOPS):
        for t, minute in enumerate(MINUTES):
            expected = scan(day, changes, one(s), one(minute)).arrival_s[target]
            assert min(found[s, t], minute + direct[s]) == min(expected, minute + direct[s])
            if found[s, t] < NEVER_S:
                leave = latest[s, t]
                assert scan(day, changes, one(s), one(leave)).arrival_s[target] <= found[s, t]
                assert leave >= minute


@settings(max_examples=30)
@given(draw_feed(), STOPS)
def test_the_latest_leavings_and_the_way_home_are_those_of_scans(feed, target: int) -> None:
    day, changes = open_feed(*feed)
    walks = walk_from_stops(changes)
    direct = reach_on_foot(walks, target)
    leave = latest_leavings(profile(day, changes, direct), walks, MINUTES)
    back, turned = reverse(day), changes.reversed()
    away = walk_from_stops(turned)
    home = -latest_leavings(profile(back, turned, reach_on_foot(away, target)), away, -MINUTES[::-1])[:, ::-1]
    for t, minute in enumerate(MINUTES):
        on_foot = np.where(direct < NEVER_S, minute - direct, -NEVER_S)
        assert (
            np.maximum(leave[:, t], on_foot) == latest_departures(day, changes, one(target), one(minute))
        ).all()
        walked = np.array([walks_between(walks, target, s) for s in range(N_STOPS)])
        arrival = scan(day, changes, one(target), one(minute)).arrival_s
        assert (np.minimum(np.minimum(home[:, t], minute + walked), NEVER_S) == arrival).all()


def test_told_backwards_the_hops_of_a_run_at_one_instant_stay_together() -> None:
    """Two runs that take a minute, then none: backwards both end at one instant, and were once entangled."""
    still = (0, 60, 60, False, False)
    first = [(0, 0, 0, False, False)] * 3 + [(0, 60, 60, True, False)] * 2
    second = [(0, 0, 0, False, False), (3, 0, 0, True, False), still, (0, 60, 60, True, False), still]
    day, changes = open_feed(
        Horaire([first, [*second, (0, 60, 60, True, True)]], [0, 0], {}, {}, {}), [False, False], DAY_S
    )
    turned = changes.reversed()
    found = profile(reverse(day), turned, reach_on_foot(walk_from_stops(turned), 3))
    assert list_ways(found, 0) == {(-60, 0)}
    nowhere = profile(reverse(day), turned, reach_on_foot(walk_from_stops(turned), 5))
    assert nowhere.count.sum() == 0


@settings(max_examples=30)
@given(draw_feed(), STOPS, st.sampled_from([0, 120, 600]))
def test_a_budget_leaves_out_longer_ways_and_no_other(feed, target: int, budget_s: int) -> None:
    day, changes = open_feed(*feed)
    end_s = np.full(N_STOPS, NEVER_S)
    end_s[target] = 0
    whole, short = profile(day, changes, end_s), profile(day, changes, end_s, budget_s)
    for s in range(N_STOPS):
        ways = [list_ways(p, s) for p in (whole, short)]
        assert ways[1] == {way for way in ways[0] if way[1] - way[0] <= budget_s}


def list_ways(found, stop: int) -> set[tuple[int, int]]:
    rows = slice(found.first[stop], found.first[stop] + found.count[stop])
    return set(zip(found.departure_s[rows].tolist(), found.arrival_s[rows].tolist(), strict=True))


@settings(max_examples=30)
@given(draw_feed(), STOPS)
def test_a_window_is_summed_up_by_its_median_and_its_worst(feed, target: int) -> None:
    day, changes = open_feed(*feed)
    walks = walk_from_stops(changes)
    direct = reach_on_foot(walks, target)
    found = profile(day, changes, direct)
    leave = np.arange(0, 900, 60, dtype=np.int32)
    arrival, latest = (times.astype(np.int64) for times in arrivals(found, walks, leave))
    summary = summarize(found, walks, direct, leave)
    for since, (median, worst) in (
        (leave, (summary.random_median_s, summary.random_worst_s)),
        (latest, (summary.planned_median_s, summary.planned_worst_s)),
    ):
        took = np.minimum(np.where(arrival < NEVER_S, arrival - since, NEVER_S), direct[:, None])
        assert (np.sort(took, axis=1)[:, 7] == median).all()
        assert (took.max(axis=1) == worst).all()
