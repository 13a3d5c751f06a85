"""Crossings where a turn is forbidden, opened into several nodes; roads of a forbidden path, into copies.

At such a crossing v, each road that one may not always turn into gets a way in of its own, and drivers who
may turn into it arrive at another node than those who may not::

    forbidden: a → t.   a arrives at v, b at v*;   v* → v and v* → in(t) cost nothing;   t leaves from in(t).

A road in the middle of a forbidden path is driven by copies: one for those who are on no such path, one for
each beginning of a path that leads over it. Copies differ by what may follow. The road itself is then an arc
that everyone who may take it can enter and that leads nowhere: places are reached on it, and set out by the
free copy, since a trip that begins there came by no path. So every road is still one arc each way for places.

Time lost at a crossing weighs on the links: on arriving, whichever way one goes on, or by turning.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.network.osm.chains import Chains
from maillage.network.osm.delays import Delays, Loss
from maillage.network.osm.turns import ForbiddenTurns, Path


@dataclass(frozen=True)
class Crossings:
    """Ends of each road's two arcs once crossings are opened, and the free links between opened nodes.

    ``base``: the node that each added node stands at; added nodes are numbered after the others. ``copied``
    int32[copies]: the direction (see ``turns``) that each copy repeats, its ends in ``copy_tail`` and
    ``copy_head``; ``is_free`` bool[copies]: it is the one by which places set out. ``loss`` int64[n, 2]: what
    is lost on links, as ``delays`` names it and in deciseconds, link ``l`` from row ``loss_start[l]`` on.
    """

    ahead_tail: NDArray[np.int32]
    ahead_head: NDArray[np.int32]
    back_tail: NDArray[np.int32]
    back_head: NDArray[np.int32]
    link_tail: NDArray[np.int32]
    link_head: NDArray[np.int32]
    base: NDArray[np.int32]
    copied: NDArray[np.int32]
    copy_tail: NDArray[np.int32]
    copy_head: NDArray[np.int32]
    is_free: NDArray[np.bool_]
    loss_start: NDArray[np.int64]
    loss: NDArray[np.int64]


def open_crossings(n_nodes: int, chains: Chains, turns: ForbiddenTurns, delays: Delays) -> Crossings:
    """Apply what is forbidden or lost: see the first lines. Added nodes are numbered from ``n_nodes`` on."""
    opening = _Opening(n_nodes, chains, turns, delays)
    for node in opening.list_touched():
        opening.open(node)
    tail, head = np.array(opening.tail, np.int32), np.array(opening.head, np.int32)
    n, m = len(chains), 2 * len(chains)
    link = np.array(opening.links, np.int32).reshape(-1, 2)
    return Crossings(
        *(tail[:n], head[:n], tail[n:m], head[n:m], link[:, 0], link[:, 1]),
        base=np.array(opening.base, np.int32),
        copied=np.array([path[-1] for path in opening.copies], np.int32),
        copy_tail=tail[m:],
        copy_head=head[m:],
        is_free=np.array([len(path) == 1 for path in opening.copies], bool),
        loss_start=np.cumsum([0, *map(len, opening.losses)]),
        loss=np.array([loss for losses in opening.losses for loss in losses], np.int64).reshape(-1, 2),
    )


class _Opening:
    """Arcs (directions, then copies) and nodes while crossings are opened.

    A copy is known by the path driven so far, as far as a forbidden one begins with it; a free one by its
    direction alone.
    """

    def __init__(self, n_nodes: int, chains: Chains, turns: ForbiddenTurns, delays: Delays) -> None:
        self.n_nodes, self.bans, self.delays = n_nodes, turns.bans, delays
        self.is_open = np.concatenate([chains.ahead, chains.back])
        self.paths = {path for path in turns.paths if self.is_open[list(path)].all()}
        self.copies = sorted({part for path in self.paths for part in _list_beginnings(path)})
        self.arc = {path: len(self.is_open) + i for i, path in enumerate(self.copies)}
        self.copies_of: dict[int, list[Path]] = defaultdict(list)
        for path in self.copies:
            self.copies_of[path[-1]].append(path)
        last = np.array([path[-1] for path in self.copies], np.int64)
        tail = np.concatenate([chains.tail, chains.head])
        head = np.concatenate([chains.head, chains.tail])
        self.tail, self.head = (np.concatenate([end, end[last]]).tolist() for end in (tail, head))
        self.links: list[tuple[int, int]] = []
        self.losses: list[tuple[Loss, ...]] = []
        self.base: list[int] = []
        self._coming: dict[int, list[int]] = {}
        self._leaving: dict[int, list[int]] = {}
        touched = {*turns.bans, *delays.nodes} | {int(end[d]) for d in self.copies_of for end in (tail, head)}
        self._group(np.array(sorted(touched), np.int64), tail, head)

    def _group(self, nodes: NDArray[np.int64], tail: NDArray[np.int32], head: NDArray[np.int32]) -> None:
        for ends, groups in ((tail, self._leaving), (head, self._coming)):
            groups.update({node: [] for node in nodes.tolist()})
            for d in np.flatnonzero(np.isin(ends, nodes) & self.is_open).tolist():
                groups[int(ends[d])].append(d)

    def list_touched(self) -> list[int]:
        """Crossings to open."""
        return sorted(self._leaving)

    def open(self, node: int) -> None:
        """Open one: ways in for what not everyone may enter for nothing, a node for each way of arriving."""
        exits = {arc for d in self._leaving[node] for arc in self._list_arcs(d)}
        allowed = {path: self._list_allowed(node, path) for path in self._list_coming(node)}
        special = {arc for arc in exits if any(costs.get(arc) != () for costs in allowed.values())}
        way_in = {arc: self._add_node(node) for arc in sorted(special)}
        for arc, new in way_in.items():
            self.tail[arc] = new
        arrival: dict[object, int] = {((), ()): node}
        for path, costs in sorted(allowed.items()):
            lost = self.delays.arriving(node, path[-1])
            ours = tuple((arc, costs[arc]) for arc in sorted(special & costs.keys()))
            if (lost, ours) not in arrival:
                here = arrival[lost, ours] = self._add_node(node)
                self._link(here, node, lost)
                for arc, turning in ours:
                    self._link(here, way_in[arc], lost + turning)
            self.head[self.arc.get(path, path[-1])] = arrival[lost, ours]
        for d in self._coming[node]:
            if d in self.copies_of:
                self.head[d] = self._add_node(node)

    def _link(self, tail: int, head: int, losses: tuple[Loss, ...]) -> None:
        self.links.append((tail, head))
        self.losses.append(losses)

    def _list_arcs(self, direction: int) -> Iterable[int]:
        """Arcs that run in a direction: one, and its copies."""
        yield direction
        yield from (self.arc[path] for path in self.copies_of.get(direction, ()))

    def _list_coming(self, node: int) -> list[Path]:
        """Paths by which one arrives."""
        return [path for d in self._coming[node] for path in self.copies_of.get(d, [(d,)])]

    def _list_allowed(self, node: int, path: Path) -> dict[int, tuple[Loss, ...]]:
        """Arcs by which one may leave, having come by ``path``, and what turning there costs."""
        allowed: dict[int, tuple[Loss, ...]] = {}
        for d in self._leaving[node]:
            onward = [(*path, d)[first:] for first in range(len(path) + 1)]
            if d not in self.bans.get(node, {}).get(path[-1], ()) and self.paths.isdisjoint(onward):
                driven = next((self.arc[part] for part in onward if part in self.arc), d)
                allowed |= dict.fromkeys((d, driven), self.delays.turning(node, path[-1], d))
        return allowed

    def _add_node(self, node: int) -> int:
        self.base.append(node)
        return self.n_nodes + len(self.base) - 1


def _list_beginnings(path: Path) -> Iterable[Path]:
    """What one may have driven of a path, from two directions on, and each last direction alone.

    >>> sorted(_list_beginnings((1, 2, 3, 4)))
    [(1, 2), (1, 2, 3), (2,), (3,)]
    """
    for length in range(2, len(path)):
        yield path[:length]
        yield (path[length - 1],)
