"""The joint between whoever draws the roads and the engine: a directed graph, and places attached to it.

The reader of OpenStreetMap makes a :class:`Graph` and an ``attach`` function; the engine sees arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from maillage.network.travel_times import UNREACHABLE, Points

NO_ARC = np.int32(-1)
MAX_WEIGHT_DS = 2**30 - 1  # 3.4 years: two of them still fit in 32 bits


@dataclass(frozen=True)
class Climbs:
    """What gradients did to each piece: metres climbed and lost in travel order, its time on the flat."""

    climb_m: NDArray[np.float32]
    descent_m: NDArray[np.float32]
    flat_ds: NDArray[np.uint32]


@dataclass(frozen=True)
class Ways:
    """What each arc is made of, in travel order: pieces ``indptr[a]`` to ``indptr[a + 1]`` of arc ``a``.

    ``indptr`` int64[arcs + 1], ``way`` int64[pieces] (OpenStreetMap id), ``length_m`` float32[pieces],
    ``time_ds`` uint32[pieces], which sums to the arc's weight; ``climbs``: null where no height is known.
    """

    indptr: NDArray[np.int64]
    way: NDArray[np.int64]
    length_m: NDArray[np.float32]
    time_ds: NDArray[np.uint32]
    climbs: Climbs | None = None


@dataclass(frozen=True)
class Graph:
    """A directed road network for one mode of travel.

    ``lon``, ``lat`` float64[nodes], WGS 84 degrees; per arc, ``tail``, ``head`` int32, ``weight_ds`` uint32
    (deciseconds; :data:`MAX_WEIGHT_DS` for a closed one) and ``reverse`` int32: the arc that runs the same
    road the other way, :data:`NO_ARC` on a one-way street. Parallel arcs, self-loops and zero weights are
    allowed.
    Where turns are forbidden a crossing is several nodes: a road is then left by another node than the one
    it is entered by, so ``head[reverse[a]]`` may differ from ``tail[a]``, at the same place.
    Where a road is several arcs in one direction, places stand on one of them and set out by another:
    ``leaving`` int32[arcs], the arc to set out by; ``standing`` int32[arcs], the arc on which those of a copy
    stand. Both empty where no road has copies.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    weight_ds: NDArray[np.uint32]
    reverse: NDArray[np.int32]
    ways: Ways | None = None
    leaving: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))
    standing: NDArray[np.int32] = field(default_factory=lambda: np.empty(0, np.int32))

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.lon)

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return len(self.tail)

    def leave_by(self, arc: NDArray[np.int32]) -> NDArray[np.int32]:
        """The arcs by which those who stand on these set out (anything for :data:`NO_ARC`)."""
        return self.leaving[arc] if len(self.leaving) else arc

    def stand_on(self, arc: int) -> int:
        """The arc on which places stand, of one that may be a copy."""
        return int(self.standing[arc]) if len(self.standing) else arc


@dataclass(frozen=True)
class Attachment:
    """Places on the road: each stands on an arc, ``fraction`` of the way from its tail to its head.

    ``arc`` int32[places] (:data:`NO_ARC`: attached to nothing), ``fraction`` float64[places] from 0 to 1,
    ``access_ds`` uint32[places]: the straight leg between the place and the road, the same both ways.
    ``back_fraction``: part of the reverse arc's time that is left to run at the place; as ``fraction`` where
    None.
    """

    arc: NDArray[np.int32]
    fraction: NDArray[np.float64]
    access_ds: NDArray[np.uint32]
    back_fraction: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.arc)

    def take(self, places: NDArray[np.intp]) -> Attachment:
        """Some of the places."""
        back = None if self.back_fraction is None else self.back_fraction[places]
        return Attachment(self.arc[places], self.fraction[places], self.access_ds[places], back)


Attach = Callable[[Points], Attachment]


@dataclass(frozen=True)
class Legs:
    """An attachment as the sweeps use it: times to and from the two ends of the road each place stands on.

    ``road`` int32[places]: the arc, or its reverse when that has the smaller number; -1 attached to nothing.
    ``leave_node`` int32[places, 2]: where one comes out at its tail's and at its head's end (-1: none), and
    ``leave_ds`` uint32[places, 2]: from the place to each, access included. ``reach_node``, ``reach_ds``:
    where one comes in at each end, and from there to the place. ``ahead_ds``, ``back_ds`` uint32[places]:
    from tail and head along the road and its reverse, access left out: what two places on one road
    need to meet without passing by a node. :data:`UNREACHABLE` where the street's direction forbids it.
    """

    road: NDArray[np.int32]
    leave_node: NDArray[np.int32]
    reach_node: NDArray[np.int32]
    leave_ds: NDArray[np.uint32]
    reach_ds: NDArray[np.uint32]
    ahead_ds: NDArray[np.uint32]
    back_ds: NDArray[np.uint32]
    access_ds: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.road)

    def take(self, places: NDArray[np.intp]) -> Legs:
        """The legs of some places."""
        return Legs(*(getattr(self, field.name)[places] for field in fields(self)))

    def join(self, other: Legs) -> Legs:
        """These places, then the others."""
        return Legs(
            *(np.concatenate([getattr(legs, f.name) for legs in (self, other)]) for f in fields(self))
        )


def split(graph: Graph, places: Attachment) -> Legs:
    """Cut arcs where places stand, in deciseconds that add up: floor(fraction × weight + 1/2) and the rest.

    >>> two_way = Graph(np.zeros(2), np.zeros(2), np.int32([0, 1]), np.int32([1, 0]),
    ...                 np.uint32([100, 60]), np.int32([1, 0]))
    >>> legs = split(two_way, Attachment(np.int32([0]), np.array([0.25]), np.uint32([7])))
    >>> legs.leave_ds.tolist()  # back to node 0: 60 - 45, on to node 1: 100 - 25; and 7 to the road
    [[22, 82]]
    >>> legs.reach_ds.tolist()
    [[32, 52]]
    """
    other = np.where(places.arc >= 0, graph.reverse[places.arc], NO_ARC)
    turned = (other >= 0) & (other < places.arc)
    road = np.where(turned, other, places.arc).astype(np.int32)
    back_road = np.where(turned, places.arc, other)
    along = places.fraction if places.back_fraction is None else places.back_fraction
    fraction = np.where(turned, 1 - along, places.fraction)
    back_fraction = np.where(turned, 1 - places.fraction, along)
    leave_node, reach_node = _list_ends(graph, road, back_road)
    ahead, rest = _cut(graph, road, fraction)
    back, back_rest = _cut(graph, back_road, 1 - back_fraction)
    access = places.access_ds.astype(np.int64)[:, None]
    leave = np.column_stack([back_rest, rest]) + access
    reach = np.column_stack([ahead, back]) + access
    times = [_narrow(time) for time in (leave, reach, ahead, back)]
    return Legs(road, leave_node, reach_node, times[0], times[1], times[2], times[3], places.access_ds)


def _list_ends(
    graph: Graph, road: NDArray[np.int32], back_road: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Nodes by which one leaves and enters at the tail's and at the head's end."""
    two_way = back_road >= 0
    out, back_out = graph.leave_by(road), graph.leave_by(back_road)
    leave = np.column_stack([np.where(two_way, graph.head[back_out], graph.tail[out]), graph.head[out]])
    into = np.where(two_way, graph.tail[back_road], graph.head[road])
    reach = np.column_stack([graph.tail[road], into])
    for ends in (leave, reach):
        ends[road < 0] = NO_ARC
    return leave, reach


def _cut(
    graph: Graph, arc: NDArray[np.int32], fraction: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """From the arc's tail to the cut and from the cut to its head; out of range where no arc is open."""
    weight = graph.weight_ds[arc].astype(np.int64)
    part = np.floor(fraction * weight + 0.5).astype(np.int64)
    is_open = (arc >= 0) & (weight < MAX_WEIGHT_DS)
    return np.where(is_open, part, UNREACHABLE), np.where(is_open, weight - part, UNREACHABLE)


def _narrow(time_ds: NDArray[np.int64]) -> NDArray[np.uint32]:
    return np.minimum(time_ds, UNREACHABLE).astype(np.uint32)
