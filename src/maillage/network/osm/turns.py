"""ForbiddenTurns that a mode may not make: pairs of roads at a crossing, and paths over several roads.

A *direction* is a road driven one way: ``r`` from tail to head, ``n + r`` back, for ``n`` roads. ``no_*`` and
``only_*`` by a node forbid pairs of directions; by ways, paths of three directions or more: coming by the
first, over all those between, one may not leave by the last. ``only_*`` by ways binds who drives the whole of
them; whoever leaves them before their end is free. See docs/adr/0051 and 0170.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.vitesses import Mode
from maillage.network.osm.chains import Chains
from maillage.network.osm.extract import Extract, TurnRestrictions
from maillage.network.osm.segments import Segments

Bans = dict[int, dict[int, set[int]]]  # crossing → arriving by → directions one may not leave by
Path = tuple[int, ...]  # directions, one after the other


@dataclass(frozen=True)
class BindingRestrictions:
    """Restrictions that bind a mode at its hour: their ``rows``; ``counts`` of those left out, by fate."""

    rows: NDArray[np.int64]
    counts: dict[str, int]


@dataclass(frozen=True)
class ForbiddenTurns:
    """What is forbidden: ``bans`` at crossings, ``paths`` over roads; ``counts``: restrictions by fate."""

    bans: Bans
    paths: frozenset[Path] = frozenset()
    counts: dict[str, int] = field(default_factory=dict)

    def without_paths(self) -> ForbiddenTurns:
        """The bans alone."""
        return replace(self, paths=frozenset())


def list_applicable(restrictions: TurnRestrictions, mode: Mode) -> BindingRestrictions:
    """The restrictions that bind this mode: its vehicle or all, without exemption, at its hour."""
    keys = set(mode.interdictions_de_tourner)
    rows, counts = [], Counter[str]()
    for row, (kind, vehicle, exempt) in enumerate(
        zip(restrictions.kind, restrictions.vehicle, restrictions.exempt, strict=True)
    ):
        ours = keys and (not vehicle or vehicle in keys) and not keys & _split(exempt)
        if ours and kind.startswith(("no_", "only_")):
            holds = restrictions.holds(row, mode.moment)
            if holds:
                rows.append(row)
            else:
                counts["conditionnelle" if holds is None else "hors_horaire"] += 1
    return BindingRestrictions(np.array(rows, np.int64), dict(counts))


def _split(exempt: str) -> set[str]:
    return {part.strip() for part in exempt.split(";")}


def find_via_nodes(extract: Extract, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Nodes of the extract at which one of these restrictions turns, or where one of its ways ends."""
    restrictions = extract.restrictions
    found = np.isin(extract.node_id, restrictions.via_node[rows])
    ways = np.isin(extract.way_id, [way for row in rows.tolist() for way in restrictions.via_ways[row]])
    for end in (extract.way_start[:-1][ways], extract.way_start[1:][ways] - 1):
        node = extract.way_node[end]
        found[node[node >= 0]] = True
    return np.asarray(found)


def list_turns(
    extract: Extract, segments: Segments, chains: Chains, binding: BindingRestrictions
) -> ForbiddenTurns:
    """What the restrictions of ``binding`` forbid on these roads."""
    drawing = RoadsByNode(extract, segments, chains)
    bans: Bans = defaultdict(lambda: defaultdict(set))
    paths: set[Path] = set()
    fates = Counter(binding.counts)
    for row in binding.rows.tolist():
        found = _read_one(drawing, row)
        by_way = bool(extract.restrictions.via_ways[row])
        if found:
            fates["par_voie" if by_way else "appliquee"] += 1
        else:
            fates["sans objet" if found is None else "ambigue"] += 1
        for path in found or ():
            if len(path) > 2:
                paths.add(path)
            else:
                bans[drawing.find_head(path[0])][path[0]].add(path[1])
    return ForbiddenTurns(bans, frozenset(paths), dict(fates))


def _read_one(drawing: RoadsByNode, row: int) -> list[Path] | None:
    """Forbidden paths of one restriction; None where no such turn exists, [] where it cannot be told."""
    restrictions = drawing.extract.restrictions
    vias, node = restrictions.via_ways[row], drawing.find_node(int(restrictions.via_node[row]))
    if not vias and node is None:
        return None
    walks = drawing.find_walks(vias) if vias else [(int(node or 0), int(node or 0), ())]
    if walks is None:
        return []
    found = [paths for walk in walks if (paths := _join_walk(drawing, row, walk)) is not None]
    return None if not found else found[0] if len(found) == 1 else []


def _join_walk(drawing: RoadsByNode, row: int, walk: Walk) -> list[Path] | None:
    """Forbidden paths that come by the first way, take this walk and leave; as :func:`_read_one`."""
    restrictions, (first, last, between) = drawing.extract.restrictions, walk
    from_way, to_way, kind = restrictions.from_way[row], restrictions.to_way[row], restrictions.kind[row]
    coming = [d for d in drawing.list_coming(first) if drawing.find_last_way(d) == from_way]
    exits = drawing.list_leaving(last)
    leaving = [d for d in exits if drawing.find_first_way(d) == to_way]
    if not coming or not leaving:
        return None
    if not between and kind == "no_u_turn" and from_way == to_way:
        return [(d, back) for d in coming if (back := drawing.turn_back(d)) in leaving]
    if len(coming) > 1 or len(leaving) > 1:
        return []
    start = (coming[0], *between)
    if kind.startswith("only_"):
        return [(*start, d) for d in exits if d != leaving[0]]
    return [(*start, leaving[0])]


Walk = tuple[int, int, Path]  # first node, last node, directions between them
Line = tuple[tuple[int, bool], ...]  # ways, each driven as drawn or against


class RoadsByNode:
    """Roads looked up by the nodes and ways of the map."""

    def __init__(self, extract: Extract, segments: Segments, chains: Chains) -> None:
        self.extract, self.segments, self.chains = extract, segments, chains
        restrictions = extract.restrictions
        wanted = {way for ways in restrictions.via_ways for way in ways}
        row = np.flatnonzero(np.isin(extract.way_id, list(wanted)))
        self._row = dict(zip(extract.way_id[row].tolist(), row.tolist(), strict=True))
        ends = [end for way in self._row for end in self._find_ends(way)]
        via = np.searchsorted(extract.node_id, np.unique(restrictions.via_node))
        self._at: dict[int, list[int]] = {int(v): [] for v in (*via[via < len(extract.node_id)], *ends)}
        for direction, node in enumerate(np.concatenate([chains.tail, chains.head]).tolist()):
            if node in self._at:
                self._at[node].append(direction)
        self._road = np.empty(len(segments) if self._row else 0, np.int64)
        if self._row:
            self._road[chains.segment] = np.repeat(np.arange(len(chains)), np.diff(chains.start))
            self._turned = np.empty(len(segments), bool)
            self._turned[chains.segment] = chains.turned

    def find_node(self, node_id: int) -> int | None:
        """The row of a node, None where the extract does not hold it."""
        row = int(np.searchsorted(self.extract.node_id, node_id))
        there = row < len(self.extract.node_id) and self.extract.node_id[row] == node_id
        return row if there else None

    def find_head(self, direction: int) -> int:
        """The node where a direction ends."""
        n = len(self.chains)
        ends = self.chains.head if direction < n else self.chains.tail
        return int(ends[direction % n])

    def turn_back(self, direction: int) -> int:
        """The same road the other way."""
        n = len(self.chains)
        return (direction + n) % (2 * n)

    def list_leaving(self, node: int) -> list[int]:
        """Open directions that start at a node."""
        return [d for d in self._at.get(node, ()) if self._is_open(d)]

    def list_coming(self, node: int) -> list[int]:
        """Open directions that end at a node."""
        return [back for d in self._at.get(node, ()) if self._is_open(back := self.turn_back(d))]

    def find_first_way(self, direction: int) -> int:
        """The way by which a direction starts."""
        n, chains = len(self.chains), self.chains
        road = direction % n
        segment = chains.segment[chains.start[road] if direction < n else chains.start[road + 1] - 1]
        return int(self.extract.way_id[self.segments.way[segment]])

    def find_last_way(self, direction: int) -> int:
        """The way by which a direction ends."""
        return self.find_first_way(self.turn_back(direction))

    def find_walks(self, ways: tuple[int, ...]) -> list[Walk] | None:
        """Open walks over all these ways, end to end, in any order; None where a way is a ring."""
        ends = {way: self._find_ends(way) for way in ways if way in self._row}
        if any(len(pair) == 2 and pair[0] == pair[1] for pair in ends.values()):
            return None
        if len(ends) < len(ways) or not all(ends.values()):
            return []
        found: list[Walk] = []
        stack: list[Line] = [((way, ahead),) for way in ways for ahead in (True, False)]
        while stack:
            line = stack.pop()
            last, ahead = line[-1]
            end = ends[last][ahead]
            if len(line) == len(ways):
                first, forward = line[0]
                found.append((ends[first][not forward], end, self._list_directions(line)))
            left = [way for way in ways if way not in {way for way, _ in line} and end in ends[way]]
            stack += [(*line, (way, end == ends[way][0])) for way in left]
        return sorted(walk for walk in found if walk[2] and all(map(self._is_open, walk[2])))

    def _find_ends(self, way: int) -> tuple[int, ...]:
        """First and last node of a way whose segments follow each other; none where it is cut."""
        s = self._find_segments(way)
        tail, head = self.segments.tail[s], self.segments.head[s]
        if not len(tail) or (head[:-1] != tail[1:]).any():
            return ()
        return int(tail[0]), int(head[-1])

    def _find_segments(self, way: int) -> slice:
        first, last = np.searchsorted(self.segments.way, [self._row[way], self._row[way] + 1])
        return slice(int(first), int(last))

    def _list_directions(self, line: Line) -> Path:
        """Directions driven along ways, each given with whether it is driven as drawn."""
        driven: list[int] = []
        for way, ahead in line:
            s = self._find_segments(way)
            order = range(s.start, s.stop) if ahead else range(s.stop - 1, s.start - 1, -1)
            for segment in order:
                back = bool(self._turned[segment]) == ahead
                driven.append(int(self._road[segment]) + len(self.chains) * back)
        return tuple(b for a, b in pairwise([-1, *driven]) if a != b)

    def _is_open(self, direction: int) -> bool:
        n = len(self.chains)
        return bool((self.chains.ahead if direction < n else self.chains.back)[direction % n])
