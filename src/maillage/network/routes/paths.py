"""One route, to check a time one doubts: the steepest descent of the labels that gave it.

From any node, an arc is on a shortest route exactly when its time is what the label drops by. No shortcut is
unpacked: the route walks the roads themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maillage.network.routes.factor import INFINITE, Factor
from maillage.network.routes.graph import Graph, Legs, Ways
from maillage.network.routes.solve import meet, reaching, solve


@dataclass(frozen=True)
class ArcPart:
    """Part of an arc, from ``start_ds`` to ``end_ds`` deciseconds after its tail."""

    arc: int
    start_ds: int
    end_ds: int


@dataclass(frozen=True)
class Route:
    """``access_ds`` off the road at both ends, and the sections in between: they sum to ``time_ds``."""

    time_ds: int
    access_ds: int
    sections: tuple[ArcPart, ...]


@dataclass(frozen=True)
class Step:
    """A stretch of one OpenStreetMap way; metres climbed and lost, deciseconds that gradients added."""

    way: int
    length_m: float
    time_ds: int
    climb_m: float = 0.0
    descent_m: float = 0.0
    slope_ds: float = 0.0


SUMMED: Final = ("length_m", "time_ds", "climb_m", "descent_m", "slope_ds")


def find_route(graph: Graph, factor: Factor, start: Legs, end: Legs) -> Route | None:
    """A shortest route from the one place of ``start`` to the one of ``end``; None where there is none."""
    label = np.empty((len(factor.rank), 1), np.int32)
    solve(factor, reaching(factor, end), np.zeros(1, np.int32), label)
    to_end = label[factor.rank, 0].astype(np.int64)
    access = int(start.access_ds[0]) + int(end.access_ds[0])
    by_side = [int(start.leave_ds[0, side]) + int(to_end[start.leave_node[0, side]]) for side in (0, 1)]
    along = int(meet(start, end).time_ds.min(initial=INFINITE))
    time = min(*by_side, along)
    if time >= INFINITE:
        return None
    if along == time:
        return Route(time, access, (_along(graph, start, end),))
    side = by_side.index(time)
    arcs, last = _descend(graph, to_end, int(start.leave_node[0, side]), end)
    middle = [ArcPart(arc, 0, int(graph.weight_ds[arc])) for arc in arcs]
    return Route(time, access, (_first(graph, start, side), *middle, _last(graph, end, last)))


def explain(route: Route, ways: Ways) -> list[Step]:
    """The route as a list of ways, with lengths and times; following sections of one way are one step."""
    pieces = [piece for section in route.sections for piece in _pieces(section, ways)]
    return [
        Step(way, *(sum(getattr(p, name) for p in same) for name in SUMMED))
        for way, same in ((way, list(group)) for way, group in groupby(pieces, key=lambda piece: piece.way))
    ]


def find_forbidden(graph: Graph, route: Route) -> list[int]:
    """Nodes of the crossings on the route that some road starts from which one may not take there.

    A forbidden turn, or a road for residents that one would only pass through.
    """
    assert graph.ways is not None  # noqa: S101 - told apart by its ways
    known = np.concatenate(([0], np.cumsum(graph.ways.way >= 0)))[graph.ways.indptr]
    is_road = np.diff(known) > 0
    driven = [section.arc for section in route.sections if is_road[section.arc]]
    leaving = np.argsort(graph.tail, kind="stable")
    first = np.searchsorted(graph.tail[leaving], np.arange(graph.n_nodes + 1))
    _, place = np.unique(graph.lon + 1j * graph.lat, return_inverse=True)
    together = np.argsort(place, kind="stable")
    group = np.searchsorted(place[together], np.arange(place.max(initial=-1) + 2))

    def list_roads(nodes: Iterable[int]) -> set[int]:
        arcs = [arc for node in nodes for arc in leaving[first[node] : first[node + 1]].tolist()]
        return {graph.stand_on(arc) for arc in arcs if is_road[arc]}

    def walk_links(node: int) -> set[int]:
        found, stack = {node}, [node]
        while stack:
            here = stack.pop()
            arcs = leaving[first[here] : first[here + 1]]
            more = set(graph.head[arcs[~is_road[arcs]]].tolist()) - found
            found |= more
            stack += more
        return found

    met = []
    for arc in driven[:-1]:
        node = int(graph.head[arc])
        here = together[group[place[node]] : group[place[node] + 1]].tolist()
        if list_roads(here) - list_roads(walk_links(node)):
            met.append(node)
    return met


def _pieces(section: ArcPart, ways: Ways) -> Iterator[Step]:
    """Ways under a section; a piece cut short keeps the share of its length that it keeps of its time."""
    at, climbs = 0, ways.climbs
    for piece in range(ways.indptr[section.arc], ways.indptr[section.arc + 1]):
        time = int(ways.time_ds[piece])
        kept = min(at + time, section.end_ds) - max(at, section.start_ds)
        if kept > 0 or (kept == time == 0):
            share = kept / time if time else 1.0
            slope = (0.0, 0.0, 0.0)
            if climbs is not None:
                added = time - int(climbs.flat_ds[piece])
                slope = (share * climbs.climb_m[piece], share * climbs.descent_m[piece], share * added)
            length_m = share * float(ways.length_m[piece])
            yield Step(int(ways.way[piece]), length_m, kept, *map(float, slope))
        at += time


def _along(graph: Graph, start: Legs, end: Legs) -> ArcPart:
    """Both places on one road, the shorter of the directions it allows."""
    road = int(start.road[0])
    ahead = ArcPart(road, int(start.ahead_ds[0]), int(end.ahead_ds[0]))
    back = ArcPart(int(graph.reverse[road]), int(start.back_ds[0]), int(end.back_ds[0]))
    possible = [s for s in (ahead, back) if s.arc >= 0 and s.end_ds >= s.start_ds]
    return min(possible, key=lambda section: section.end_ds - section.start_ds)


def _first(graph: Graph, start: Legs, side: int) -> ArcPart:
    road = int(start.road[0])
    on, at = (road, start.ahead_ds) if side == 1 else (int(graph.reverse[road]), start.back_ds)
    arc = int(graph.leave_by(np.array([on], np.int32))[0])
    return ArcPart(arc, int(at[0]), int(graph.weight_ds[arc]))


def _last(graph: Graph, end: Legs, side: int) -> ArcPart:
    road = int(end.road[0])
    arc, at = (road, end.ahead_ds) if side == 0 else (int(graph.reverse[road]), end.back_ds)
    return ArcPart(arc, 0, int(at[0]))


def _descend(graph: Graph, to_end: NDArray[np.int64], node: int, end: Legs) -> tuple[list[int], int]:
    """Arcs from ``node`` down to an end of the road of arrival, and which end. Zero weights may circle."""
    leaving = np.argsort(graph.tail, kind="stable")
    first = np.searchsorted(graph.tail[leaving], np.arange(graph.n_nodes + 1))
    finish = {(int(end.reach_node[0, side]), int(end.reach_ds[0, side])): side for side in (1, 0)}
    came_by: dict[int, int] = {node: -1}
    stack = [node]
    while (stack[-1], int(to_end[stack[-1]])) not in finish:
        here = stack.pop()
        for arc in leaving[first[here] : first[here + 1]].tolist():
            there = int(graph.head[arc])
            if there not in came_by and to_end[there] + graph.weight_ds[arc] == to_end[here]:
                came_by[there] = arc
                stack.append(there)
    here = stack[-1]
    side = finish[here, int(to_end[here])]
    arcs = []
    while came_by[here] >= 0:
        arcs.append(came_by[here])
        here = int(graph.tail[came_by[here]])
    return arcs[::-1], side
