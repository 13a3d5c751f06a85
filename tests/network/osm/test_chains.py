"""Segments joined into roads."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.network.osm.chains import Chains, join_segments, select_chains
from maillage.network.osm.segments import Segments

Drawn = tuple[int, int, bool, bool]  # tail, head, open forward, open backward


def join(drawn: list[Drawn], kept: set[int] | None = None) -> tuple[Segments, Chains]:
    n = 1 + max(max(tail, head) for tail, head, _, _ in drawn)
    columns = [np.array(column) for column in zip(*drawn, strict=True)]
    tail, head = (column.astype(np.int32) for column in columns[:2])
    count = np.arange(len(drawn), dtype=np.int32)
    segments = Segments(
        count, tail, head, np.ones(len(drawn)), *np.zeros((2, n)), np.arange(n, dtype=np.int32)
    )
    stays = np.isin(np.arange(n), list(kept or ()))
    return segments, join_segments(segments, columns[2], columns[3], stays)


def describe(chains: Chains) -> list[tuple[int, int, bool, bool, list[int]]]:
    rows = zip(chains.tail, chains.head, chains.ahead, chains.back, strict=True)
    parts = [chains.segment[a:b].tolist() for a, b in pairwise(chains.start)]
    return [(int(t), int(h), bool(a), bool(b), p) for (t, h, a, b), p in zip(rows, parts, strict=True)]


def test_a_line_becomes_one_road() -> None:
    _, chains = join([(0, 1, True, True), (1, 2, True, True), (2, 3, True, True)])
    assert describe(chains) == [(0, 3, True, True, [0, 1, 2])]


def test_segments_drawn_against_one_another_are_turned() -> None:
    _, chains = join([(0, 1, True, False), (2, 1, False, True), (2, 3, True, False)])
    assert describe(chains) == [(0, 3, True, False, [0, 1, 2])]
    assert chains.turned.tolist() == [False, True, False]


def test_a_crossing_a_kept_node_and_a_change_of_direction_stay() -> None:
    cross = [(0, 1, True, True), (1, 2, True, True), (1, 3, True, True)]
    assert len(join(cross)[1]) == 3
    line = [(0, 1, True, True), (1, 2, True, True)]
    assert len(join(line, {1})[1]) == 2
    narrowed = [(0, 1, True, True), (1, 2, True, False)]
    assert len(join(narrowed)[1]) == 2
    dead = [(0, 1, True, False), (2, 1, True, False)]
    assert len(join(dead)[1]) == 2


def test_a_ring_alone_becomes_one_road_from_and_to_one_node() -> None:
    _, chains = join([(0, 1, True, False), (1, 2, True, False), (2, 0, True, False)])
    assert describe(chains) == [(0, 0, True, False, [0, 1, 2])]


def test_roads_can_be_selected_and_drawn_the_other_way_round() -> None:
    _, chains = join([(0, 1, False, True), (1, 2, False, True), (2, 3, True, True), (2, 4, True, True)])
    some = select_chains(chains, np.array([True, False, True]), np.array([True, False, False]))
    assert describe(some) == [(2, 0, True, False, [1, 0]), (2, 4, True, True, [3])]
    assert some.turned.tolist() == [True, True, False]


@pytest.mark.lent
@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.booleans(), st.booleans()).filter(
            lambda s: s[0] != s[1] and (s[2] or s[3])
        ),
        min_size=1,
        max_size=25,
    ),
    st.sets(st.integers(0, 9)),
)
def test_roads_take_each_segment_once_and_hold_together(drawn: list[Drawn], kept: set[int]) -> None:
    segments, chains = join(drawn, kept)
    assert sorted(chains.segment.tolist()) == list(range(len(drawn)))
    for tail, head, ahead, back, part in describe(chains):
        place = tail
        for segment in part:
            against = bool(chains.turned[np.flatnonzero(chains.segment == segment)[0]])
            start, end, forward, backward = drawn[segment]
            assert (end if against else start) == place
            assert (backward, forward) == (ahead, back) if against else (forward, backward) == (ahead, back)
            place = start if against else end
        assert place == head
    inside = {int(n) for n in np.r_[segments.tail, segments.head]} - set(chains.tail) - set(chains.head)
    assert not inside & kept
