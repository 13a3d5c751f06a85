"""Ways open only to those who stop there: to or from, never through, exactly.

A trip may start on such ways, drive on the open roads, and end on such ways; it may not enter them and come
out. So the graph has three layers: where one sets out, the open roads, and where one arrives::

    residents' ways (setting out)  →  open roads  →  residents' ways (arriving)

The links between layers cost nothing and go one way. A place on a residents' way leaves by its copy in the
first layer and is reached by the one in the last, both of which are the same road.

Behind them: open roads that only residents' ways link to the rest can be reached by those who stop there
alone, so they are residents' ways too, and the rule never makes a place unreachable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from maillage.network.osm.chains import Chains
from maillage.network.osm.crossings import Crossings
from maillage.network.osm.islands import Reach
from maillage.network.osm.rules import Usage
from maillage.network.osm.segments import Segments

Arcs = tuple[NDArray[np.integer], NDArray[np.integer]]  # tails, heads


@dataclass(frozen=True)
class Residents:
    """Which directions of a segment, or of a road, are open only to those who stop there."""

    ahead: NDArray[np.bool_]
    back: NDArray[np.bool_]

    def find_changes(self, segments: Segments) -> NDArray[np.bool_]:
        """Nodes where such segments meet others, or that they touch by one direction alone."""
        ends = np.concatenate([segments.tail, segments.head])
        kind = np.tile(self.ahead.astype(int) + self.back, 2)
        met = np.zeros((3, len(segments.lon)), bool)
        met[kind, ends] = True
        return np.asarray(met[1] | (met.sum(axis=0) > 1))

    def join(self, chains: Chains) -> Residents:
        """The same of roads, whose segments agree."""
        first, turned = chains.segment[chains.start[:-1]], chains.turned[chains.start[:-1]]
        ahead, back = self.ahead[first], self.back[first]
        return Residents(np.where(turned, back, ahead), np.where(turned, ahead, back))


def find_residents(usage: Usage, segments: Segments, gate: NDArray[np.bool_]) -> Residents:
    """Segments of residents' ways, and those at a ``gate`` (bool[nodes of the extract]) for residents."""
    at_gate = gate[segments.source_node[segments.tail]] | gate[segments.source_node[segments.head]]
    ahead, back = (way.destination[segments.way] | at_gate for way in (usage.forward, usage.backward))
    return Residents(ahead, back)


def add_pockets(
    crossings: Crossings, n_ground: int, reach: Reach, tagged: Residents, length_m: NDArray[np.float64]
) -> Residents:
    """Residents' roads, and the open ones that a return trip on open roads does not link to most of the rest.

    In each component of all roads, the open ones that stay so are its longest component of open roads.
    """
    if not (tagged.ahead | tagged.back).any():
        return tagged
    c, n_nodes = crossings, n_ground + len(crossings.base)
    ahead, back = reach.ahead & ~tagged.ahead, reach.back & ~tagged.back
    whole = _find_components(crossings, reach.ahead, reach.back, n_nodes)
    part = _find_components(crossings, ahead, back, n_nodes)
    ahead &= part[c.ahead_tail] == part[c.ahead_head]
    back &= part[c.back_tail] == part[c.back_head]
    tails = np.concatenate([c.ahead_tail[ahead], c.back_tail[back]])
    run_m = np.concatenate([length_m[ahead], length_m[back]])
    length = np.bincount(part[tails], run_m, n_nodes).astype(np.float64)
    main = _pick_longest(whole[tails], part[tails], length)
    return Residents(
        reach.ahead & ~(ahead & main[part[c.ahead_tail]]), reach.back & ~(back & main[part[c.back_tail]])
    )


def _find_components(
    c: Crossings, ahead: NDArray[np.bool_], back: NDArray[np.bool_], n_nodes: int
) -> NDArray[np.int32]:
    """The strong component of each node on these roads and the free links."""
    tail = np.concatenate([c.ahead_tail[ahead], c.back_tail[back], c.link_tail])
    head = np.concatenate([c.ahead_head[ahead], c.back_head[back], c.link_head])
    matrix = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(n_nodes, n_nodes))
    return np.asarray(connected_components(matrix, directed=True, connection="strong")[1])


def _pick_longest(
    whole: NDArray[np.int32], part: NDArray[np.int32], length: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Of the parts within each whole, given by their members, the longest, the first of equal ones."""
    parts, first = np.unique(part, return_index=True)
    order = np.lexsort((parts, -length[parts], whole[first]))
    _, best = np.unique(whole[first][order], return_index=True)
    main = np.zeros(len(length), bool)
    main[parts[order[best]]] = True
    return main


@dataclass(frozen=True)
class Layers:
    """Arcs in three layers: those given, free links, then a copy of each of ``copied`` to leave by.

    ``tail``, ``head`` of all of them; ``place``: the node of the ground where each node stands; ``repeated``:
    of each link added, the one given that it repeats, or -1.
    """

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    place: NDArray[np.int32]
    copied: NDArray[np.int32]
    repeated: NDArray[np.int32]


def split_layers(arcs: Arcs, place: NDArray[np.int32], residents: NDArray[np.bool_], n_roads: int) -> Layers:
    """Give residents' arcs layers of their own. Arcs from ``n_roads`` on are free links, never residents'."""
    tail, head = arcs
    zone = np.flatnonzero(np.isin(place, np.concatenate([place[tail[residents]], place[head[residents]]])))
    n, m = len(place), len(zone)
    setting_out, arriving = (np.full(n, -1, np.int32) for _ in range(2))
    setting_out[zone], arriving[zone] = n + np.arange(m), n + m + np.arange(m)
    links = np.arange(len(tail)) >= n_roads
    inner = np.flatnonzero(links & (setting_out[tail] >= 0))
    through = _find_open(arcs, place, ~residents & ~links)[zone]
    crossed = zone[through]
    copied = np.flatnonzero(residents)
    more: list[Arcs] = [
        *((layer[tail[inner]], layer[head[inner]]) for layer in (setting_out, arriving)),
        (setting_out[crossed], crossed),
        (crossed, arriving[crossed]),
        (setting_out[zone[~through]], arriving[zone[~through]]),
    ]
    tails = [np.where(residents, arriving[tail], tail), *(t for t, _ in more), setting_out[tail[copied]]]
    heads = [np.where(residents, arriving[head], head), *(h for _, h in more), setting_out[head[copied]]]
    return Layers(
        np.concatenate(tails).astype(np.int32),
        np.concatenate(heads).astype(np.int32),
        np.concatenate([place, place[zone], place[zone]]),
        copied.astype(np.int32),
        np.concatenate([inner, inner, np.full(len(crossed) + m, -1)]).astype(np.int32),
    )


def _find_open(arcs: Arcs, place: NDArray[np.int32], is_open: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Nodes that stand where an open road ends."""
    ends = np.concatenate([arcs[0][is_open], arcs[1][is_open]])
    return np.asarray(np.isin(place, place[ends]))
