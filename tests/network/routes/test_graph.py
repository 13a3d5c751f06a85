"""Places cut roads in whole deciseconds, whichever way the road was drawn."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from maillage.network.routes.graph import Attachment, Graph, split
from maillage.network.travel_times import UNREACHABLE


def road(ahead: int, back: int | None) -> Graph:
    two_way = back is not None
    return Graph(
        np.zeros(2),
        np.zeros(2),
        np.array([0, 1][: 1 + two_way], np.int32),
        np.array([1, 0][: 1 + two_way], np.int32),
        np.array([ahead, back or 0][: 1 + two_way], np.uint32),
        np.array([1, 0] if two_way else [-1], np.int32),
    )


def place(arc: int, fraction: float, access_ds: int = 0) -> Attachment:
    return Attachment(np.array([arc], np.int32), np.array([fraction]), np.array([access_ds], np.uint32))


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(0, 1), st.integers(0, 1))
def test_both_parts_of_a_cut_sum_to_the_road(ahead: int, back: int, fraction: float, arc: int) -> None:
    legs = split(road(ahead, back), place(arc, fraction))
    assert legs.reach_ds[0, 0] + legs.leave_ds[0, 1] == ahead
    assert legs.reach_ds[0, 1] + legs.leave_ds[0, 0] == back


def test_a_place_on_the_reverse_arc_is_the_same_place() -> None:
    one, other = (split(road(100, 60), place(arc, f)) for arc, f in ((0, 0.25), (1, 0.75)))
    for name in ("road", "leave_node", "reach_node", "leave_ds", "reach_ds", "ahead_ds", "back_ds"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_a_one_way_street_is_left_by_its_head_and_reached_by_its_tail() -> None:
    legs = split(road(100, None), place(0, 0.25, 7))
    assert legs.leave_ds.tolist() == [[UNREACHABLE, 82]]
    assert legs.reach_ds.tolist() == [[32, UNREACHABLE]]


def test_a_place_attached_to_nothing_goes_nowhere() -> None:
    legs = split(road(100, 60), place(-1, 0.0))
    assert legs.road.tolist() == [-1]
    assert legs.leave_node.tolist() == legs.reach_node.tolist() == [[-1, -1]]
    assert (legs.leave_ds == UNREACHABLE).all()
    assert (legs.reach_ds == UNREACHABLE).all()


def test_where_a_turn_is_forbidden_a_road_is_left_and_entered_by_two_nodes() -> None:
    # nodes 0 and 1 are the ends, 2 stands where 1 does: the road comes out at 2, and is entered from 1
    ends = np.array([0, 1], np.int32), np.array([2, 0], np.int32)
    graph = Graph(np.zeros(3), np.zeros(3), *ends, np.array([100, 60], np.uint32), np.array([1, 0], np.int32))
    legs = split(graph, place(0, 0.25))
    assert legs.leave_node.tolist() == [[0, 2]]
    assert legs.reach_node.tolist() == [[0, 1]]
