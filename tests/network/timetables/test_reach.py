"""Places reached by a moment, all at once, against the latest leavings of one place after another."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.network.timetables.connections import reverse
from maillage.network.timetables.profiles import Walks, profile
from maillage.network.timetables.reach import StopWalks, as_arrays, make_room, order_hops, reach
from tests.network.timetables.naif import Horaire, latest_leavings
from tests.network.timetables.test_scan import DAY_S, N_STOPS, draw_feed, open_feed

MOMENTS = np.concatenate([np.arange(0, 2400, 120), DAY_S + np.arange(-600, 2400, 120)])


@st.composite
def draw_walks(draw: st.DrawFn) -> Walks:
    """Each of a few places is at some stops, more or less near."""
    stops = st.dictionaries(
        st.integers(0, N_STOPS - 1), st.sampled_from([0, 0, 60, 300]), min_size=1, max_size=3
    )
    return list_walks(draw(st.lists(stops, min_size=3, max_size=3)))


def list_walks(places: list[dict[int, int]]) -> Walks:
    indptr = np.cumsum([0, *(len(place) for place in places)])
    stop, walk_s = ([x for place in places for x in part(place)] for part in (dict.keys, dict.values))
    return Walks(indptr, np.array(list(stop), np.int32), np.array([*walk_s], np.int32))


def reach_all(day, changes, homes: Walks, sites: Walks, by_s: int, budget_s: int) -> np.ndarray:
    """bool[homes, sites], three of each."""
    arrays = as_arrays(
        order_hops(day), changes, StopWalks.of(homes, N_STOPS), StopWalks.of(sites, N_STOPS), 3
    )
    out = np.zeros((3, 1), np.uint64)
    reach(by_s, budget_s, arrays, make_room(len(day), arrays, 1), out)
    return out >> np.arange(3, dtype=np.uint64) & np.uint64(1) > 0


@settings(max_examples=40)
@given(draw_feed(), draw_walks(), draw_walks(), st.sampled_from([0, 120, 600, 3600]), st.booleans())
def test_places_are_those_for_which_one_may_leave_late_enough(feed, homes, sites, budget_s, back) -> None:
    day, changes = open_feed(*feed)
    if back:
        day, changes = reverse(day), changes.reversed()
    moments = np.sort(-MOMENTS if back else MOMENTS).astype(np.int32)
    found = np.stack([reach_all(day, changes, homes, sites, int(by_s), budget_s) for by_s in moments], 2)
    for site in range(3):
        ways = profile(day, changes, sites.nearest(N_STOPS, np.array([site])))
        assert (found[:, site] == (moments - latest_leavings(ways, homes, moments) <= budget_s)).all()


HOP_60 = [(3, 60, 60, True, True), (4, 120, 120, True, True)]


@pytest.mark.parametrize("walk_s", [None, 0])
def test_what_takes_no_time_lets_board_what_stands_before(walk_s: int | None) -> None:
    """At 60: C to D in no time stands before B to C, that leads to it, and D to E after both."""
    still = [[(a, 60, 60, True, True), (a + 1, 60, 60, True, True)] for a in (2, 1)]
    trips = [still[0] if walk_s is None else [(0, 0, 0, True, True), (5, 1, 1, True, True)], still[1], HOP_60]
    walks = {} if walk_s is None else {(2, 3): walk_s}
    day, changes = open_feed(Horaire(trips, [0] * 3, {}, walks), [False] * 3, DAY_S)
    homes, sites = list_walks([{1: 0}, {2: 0}, {3: 0}]), list_walks([{4: 0}, {5: 0}, {0: 0}])
    assert reach_all(day, changes, homes, sites, 120, 60)[:, 0].tolist() == [True, walk_s is None, True]
    assert not reach_all(day, changes, homes, sites, 120, 59).any()
    assert not reach_all(day, changes, homes, sites, 119, 60).any()


@pytest.mark.parametrize(("wait_s", "arrives"), [(60, True), (61, False)])
def test_a_change_takes_its_time(wait_s: int, arrives: bool) -> None:
    first = [(2, 0, 0, True, True), (3, 0, 0, True, True)]
    day, changes = open_feed(Horaire([first, HOP_60], [0, 0], {3: wait_s}, {}), [False] * 2, DAY_S)
    homes, sites = list_walks([{2: 0}, {1: 0}, {0: 0}]), list_walks([{4: 30}, {5: 0}, {0: 0}])
    assert reach_all(day, changes, homes, sites, 150, 150)[0, 0] == arrives
    assert not reach_all(day, changes, homes, sites, 149, 149).any()
