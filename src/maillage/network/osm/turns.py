"""Crossings where a turn is forbidden, opened into several nodes.

At such a crossing v, each road that one may not always turn into gets a way in of its own, and drivers who
may turn into it arrive at another node than those who may not::

    forbidden: a → t.   a arrives at v, b at v*;   v* → v and v* → in(t) cost nothing;   t leaves from in(t).

So every road stays one arc each way, and the cost is one node for each road forbidden to someone, one for
each other set of forbidden roads, and their free links. Simple restrictions (``no_*``, ``only_*`` by one
node) are applied; by a way, conditional or ambiguous ones are counted, not applied.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.vitesses import Mode
from maillage.network.osm.chains import Chains
from maillage.network.osm.extract import Extract, TurnRestrictions
from maillage.network.osm.segments import Segments

End = tuple[int, bool]  # a road, and whether it is its head's end
Bans = dict[int, dict[End, set[End]]]  # crossing → arriving by → roads one may not leave by


@dataclass(frozen=True)
class Crossings:
    """Ends of each road's two arcs once crossings are opened, and the free links between opened nodes.

    ``base``: the node that each added node stands at; added nodes are numbered after the others.
    ``counts``: restrictions by fate.
    """

    ahead_tail: NDArray[np.int32]
    ahead_head: NDArray[np.int32]
    back_tail: NDArray[np.int32]
    back_head: NDArray[np.int32]
    link_tail: NDArray[np.int32]
    link_head: NDArray[np.int32]
    base: NDArray[np.int32]
    counts: dict[str, int]


def list_applicable(restrictions: TurnRestrictions, mode: Mode) -> NDArray[np.int64]:
    """Rows of the restrictions that bind this mode: its vehicle or all, without exemption."""
    keys = set(mode.interdictions_de_tourner)
    rows = [
        row
        for row, (kind, vehicle, exempt) in enumerate(
            zip(restrictions.kind, restrictions.vehicle, restrictions.exempt, strict=True)
        )
        if kind.startswith(("no_", "only_"))
        and keys
        and (not vehicle or vehicle in keys)
        and not keys & {part.strip() for part in exempt.split(";")}
    ]
    return np.array(rows, np.int64)


def find_via_nodes(extract: Extract, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Nodes of the extract at which one of these restrictions turns."""
    return np.asarray(np.isin(extract.node_id, extract.restrictions.via_node[rows]))


def open_crossings(
    extract: Extract, segments: Segments, chains: Chains, rows: NDArray[np.int64]
) -> Crossings:
    """Apply the restrictions ``rows``: see the module's first lines."""
    bans, counts = _list_bans(extract, segments, chains, rows)
    tails = np.concatenate([chains.tail, chains.head])  # leaving by the tail's end, by the head's end
    heads = tails.copy()  # arriving at the tail's end, at the head's end
    links: list[tuple[int, int]] = []
    base: list[int] = []
    at_node = _group_ends(chains, np.array(sorted(bans), np.int32))
    for node in sorted(bans):
        coming = [end for end in at_node[node] if _comes_in(chains, end)]
        _open_one(node, bans[node], coming, (tails, heads, links, base), len(segments.lon), len(chains))
    n = len(chains)
    link = np.array(links, np.int32).reshape(-1, 2)
    return Crossings(
        *(
            tails[:n],
            heads[n:],
            tails[n:],
            heads[:n],
            link[:, 0],
            link[:, 1],
            np.array(base, np.int32),
            counts,
        )
    )


def _open_one(
    node: int,
    bans: dict[End, set[End]],
    ends: list[End],
    out: tuple[NDArray[np.int32], NDArray[np.int32], list[tuple[int, int]], list[int]],
    n_nodes: int,
    n_roads: int,
) -> None:
    """Open one crossing: ways in for the forbidden roads, a node for each set of forbidden roads."""
    tails, heads, links, base = out

    def add_node() -> int:
        base.append(node)
        return n_nodes + len(base) - 1

    everything = frozenset(end for banned in bans.values() for end in banned)
    way_in = {end: add_node() for end in sorted(everything)}
    for (road, at_head), new in way_in.items():
        tails[road + n_roads * at_head] = new
    arrival = {everything: node}
    for end in sorted(ends):
        banned = frozenset(bans.get(end, ()))
        if banned not in arrival:
            arrival[banned] = add_node()
            links.append((arrival[banned], node))
            links.extend((arrival[banned], way_in[t]) for t in sorted(everything - banned))
        heads[end[0] + n_roads * end[1]] = arrival[banned]


def _list_bans(
    extract: Extract, segments: Segments, chains: Chains, rows: NDArray[np.int64]
) -> tuple[Bans, dict[str, int]]:
    """Forbidden pairs at each crossing, and how many restrictions met each fate."""
    restrictions = extract.restrictions
    via = np.searchsorted(extract.node_id, restrictions.via_node[rows])
    via[via == len(extract.node_id)] = 0
    known = extract.node_id[via] == restrictions.via_node[rows]
    at_node = _group_ends(chains, np.unique(via[known]).astype(np.int32))
    bans: Bans = defaultdict(lambda: defaultdict(set))
    fates: Counter[str] = Counter()
    for row, node, there in zip(rows.tolist(), via.tolist(), known.tolist(), strict=True):
        ends = at_node.get(node, []) if there else []
        way_of = {end: int(extract.way_id[segments.way[_last_segment(chains, end)]]) for end in ends}
        pairs = _pair_ends(chains, restrictions, row, way_of)
        fates["sans objet" if pairs is None else "ambigue" if not pairs else "appliquee"] += 1
        for coming, leaving in pairs or ():
            bans[node][coming].add(leaving)
    return bans, dict(fates)


def _pair_ends(
    chains: Chains, restrictions: TurnRestrictions, row: int, way_of: dict[End, int]
) -> list[tuple[End, End]] | None:
    """(arriving by, not leaving by) pairs; None where no such turn exists, [] where it cannot be told."""
    from_way, to_way, kind = restrictions.from_way[row], restrictions.to_way[row], restrictions.kind[row]
    coming = [end for end, way in way_of.items() if way == from_way and _comes_in(chains, end)]
    exits = [end for end in way_of if _goes_out(chains, end)]
    leaving = [end for end in exits if way_of[end] == to_way]
    if not coming or not leaving:
        return None
    if kind == "no_u_turn" and from_way == to_way:
        return [(end, end) for end in coming if end in leaving]
    if len(coming) > 1 or len(leaving) > 1:
        return []
    if kind.startswith("only_"):
        return [(coming[0], end) for end in exits if end != leaving[0]]
    return [(coming[0], leaving[0])]


def _comes_in(chains: Chains, end: End) -> bool:
    road, at_head = end
    return bool(chains.ahead[road] if at_head else chains.back[road])


def _goes_out(chains: Chains, end: End) -> bool:
    road, at_head = end
    return bool(chains.back[road] if at_head else chains.ahead[road])


def _last_segment(chains: Chains, end: End) -> int:
    road, at_head = end
    return int(chains.segment[chains.start[road + 1] - 1 if at_head else chains.start[road]])


def _group_ends(chains: Chains, nodes: NDArray[np.int32]) -> dict[int, list[End]]:
    """The ends of roads at each of these nodes."""
    groups: dict[int, list[End]] = {int(node): [] for node in nodes}
    for node, end in _list_ends_at(chains, nodes):
        groups[node].append(end)
    return groups


def _list_ends_at(chains: Chains, nodes: NDArray[np.int32]) -> Iterator[tuple[int, End]]:
    for at_head, ends in ((False, chains.tail), (True, chains.head)):
        for road in np.flatnonzero(np.isin(ends, nodes)):
            yield int(ends[road]), (int(road), at_head)
