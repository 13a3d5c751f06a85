"""Roads kept → arcs, their pieces by way, and the lines they follow."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.vitesses import Mode
from maillage.network.osm.chains import Chains, select_chains
from maillage.network.osm.crossings import Crossings
from maillage.network.osm.extract import Extract
from maillage.network.osm.frontage import rank_frontage
from maillage.network.osm.islands import Reach
from maillage.network.osm.residents import Layers, Residents, split_layers
from maillage.network.osm.rules import Usage
from maillage.network.osm.segments import Segments
from maillage.network.osm.slopes import Slopes
from maillage.network.routes.graph import NO_ARC, Climbs, Graph, Ways
from maillage.network.shapes import SERVES_NOBODY, Shapes


@dataclass(frozen=True)
class Survey:
    """All that is known of the segments before they are joined; times in seconds per segment, both ways.

    ``residents``: segments open only to those who stop there. ``slopes``: what gradients add to these times,
    None where no heights are given.
    """

    extract: Extract
    mode: Mode
    usage: Usage
    segments: Segments
    forward_s: NDArray[np.float64]
    backward_s: NDArray[np.float64]
    residents: Residents
    slopes: Slopes | None = None


@dataclass(frozen=True)
class DrivenArcs:
    """Arcs in order: roads, ways back, copies of either for forbidden paths, free links.

    ``source``: the row of the pieces of each: roads and ways back, then links of the crossings; ``leaving``:
    the arc by which places set out; ``closed``: for residents; ``n_driven``: all but links.
    """

    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    source: NDArray[np.int32]
    leaving: NDArray[np.int32]
    closed: NDArray[np.bool_]
    n_driven: int


def draw_network(
    survey: Survey, chains: Chains, crossings: Crossings, reach: Reach, residents: Residents
) -> tuple[Graph, Shapes]:
    """Graph and lines of the roads within reach: roads, ways back, copies, free links, residents' copies."""
    kept, flipped = reach.ahead | reach.back, ~reach.ahead & reach.back
    two_way = (reach.ahead & reach.back)[kept]
    arcs = _select_arcs(crossings, reach, residents, (kept, flipped, two_way))
    ground = np.arange(len(survey.segments.lon), dtype=np.int32)
    place = np.concatenate([ground, crossings.base])
    layers = split_layers((arcs.tail, arcs.head), place, arcs.closed, arcs.n_driven)
    lost = _list_losses(crossings)
    return _draw(survey, select_chains(chains, kept, flipped), (two_way, lost), arcs, layers)


def _select_arcs(
    crossings: Crossings,
    reach: Reach,
    residents: Residents,
    roads: tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]],
) -> DrivenArcs:
    """All arcs but residents' copies; ``roads``: kept, flipped, and of the kept those with two ways."""
    c, (kept, flipped, two_way) = crossings, roads
    copied = _number_directions(kept, flipped, two_way)[c.copied]
    tail, head, closed = (
        np.concatenate([np.where(flipped, back, ahead)[kept], back[kept][two_way]])
        for ahead, back in (
            (c.ahead_tail, c.back_tail),
            (c.ahead_head, c.back_head),
            (residents.ahead, residents.back),
        )
    )
    n, links = len(tail), np.flatnonzero(reach.link)
    source = np.concatenate([np.arange(n), copied, n + links]).astype(np.int32)
    leaving = np.arange(len(source), dtype=np.int32)
    leaving[copied[c.is_free]] = n + np.flatnonzero(c.is_free)
    return DrivenArcs(
        np.concatenate([tail, c.copy_tail, c.link_tail[reach.link]]),
        np.concatenate([head, c.copy_head, c.link_head[reach.link]]),
        source,
        leaving,
        np.concatenate([closed, closed[copied], np.zeros(len(links), bool)]),
        n + len(copied),
    )


def _number_directions(
    kept: NDArray[np.bool_], flipped: NDArray[np.bool_], two_way: NDArray[np.bool_]
) -> NDArray[np.int32]:
    """The arc of each direction of each road, all ahead then all back; nothing of use for closed ones."""
    road = np.cumsum(kept) - 1
    back = np.zeros(len(kept), np.int64)
    back[np.flatnonzero(kept)[two_way]] = kept.sum() + np.arange(two_way.sum())
    return np.concatenate([road, np.where(flipped, road, back)]).astype(np.int32)


def _draw(
    survey: Survey,
    chains: Chains,
    parts: tuple[NDArray[np.bool_], Ways],
    arcs: DrivenArcs,
    layers: Layers,
) -> tuple[Graph, Shapes]:
    """Times rounded along each arc, pieces by way, lines, and nodes numbered anew.

    ``parts``: roads that have a way back, and what is lost on each link.
    """
    segments, copied, (two_way, lost) = survey.segments, layers.copied, parts
    ahead = _list_pieces(survey, chains)
    back = _list_pieces(survey, select_chains(chains, two_way, two_way))
    again = np.where(layers.repeated >= 0, arcs.source[layers.repeated], -1)
    source = np.concatenate([arcs.source, again, arcs.source[copied]])
    ways = _repeat_pieces((ahead, back, lost), source)
    weight = np.diff(np.concatenate(([0], np.cumsum(ways.time_ds, dtype=np.int64)))[ways.indptr])
    nodes, number = np.unique(np.concatenate([layers.tail, layers.head]), return_inverse=True)
    place = layers.place[nodes]
    tail, head = np.split(number.astype(np.int32), 2)
    graph = Graph(
        *(segments.lon[place], segments.lat[place], tail, head),
        *(weight.astype(np.uint32), _pair_arcs(two_way, len(layers.tail)), ways),
        *_tell_copies(arcs, copied, source, len(chains) + int(two_way.sum())),
    )
    return graph, _draw_shapes(survey, chains)


def _tell_copies(
    arcs: DrivenArcs, layered: NDArray[np.int32], source: NDArray[np.int32], n_roads: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """``leaving`` and ``standing`` of the graph, both empty where no road has copies."""
    n_arcs = len(source)
    itself = np.arange(n_arcs, dtype=np.int32)
    out = itself.copy()
    out[layered] = np.arange(n_arcs - len(layered), n_arcs)
    leaving = itself.copy()
    leaving[: len(arcs.leaving)] = out[arcs.leaving]
    standing = np.where((source >= 0) & (source < n_roads), source, itself).astype(np.int32)
    has_copies = bool((standing != itself).any())
    return (leaving, standing) if has_copies else (itself[:0], itself[:0])


def _pair_arcs(two_way: NDArray[np.bool_], n_arcs: int) -> NDArray[np.int32]:
    """The reverse of each arc, in the order: roads, ways back, those that have none."""
    n_roads, there = len(two_way), np.flatnonzero(two_way)
    reverse = np.full(n_arcs, NO_ARC, np.int32)
    reverse[there] = np.arange(n_roads, n_roads + len(there))
    reverse[n_roads : n_roads + len(there)] = there
    return reverse


def _list_pieces(survey: Survey, chains: Chains) -> Ways:
    """Pieces of one way each along every chain.

    A piece's end is at round(10 × seconds since the chain's start), so pieces sum to the chain's weight.
    """
    if not len(chains):
        empty = np.empty(0)
        nothing = Ways(
            np.zeros(1, np.int64), empty.astype(np.int64), empty.astype(np.float32), empty.astype(np.uint32)
        )
        return nothing if survey.slopes is None else replace(nothing, climbs=_climb_nothing(nothing))
    segments, first = survey.segments, chains.start[:-1]
    chain = np.repeat(np.arange(len(chains)), np.diff(chains.start))
    way = segments.way[chains.segment]
    opens = np.ones(len(way), bool)
    opens[1:] = (way[1:] != way[:-1]) | (chain[1:] != chain[:-1])
    begin = np.flatnonzero(opens)

    def round_times(duration_s: NDArray[np.float64]) -> NDArray[np.uint32]:
        after_s = np.cumsum(duration_s)
        origin_s = (after_s - duration_s)[first][chain]
        end_ds = np.floor(10 * (after_s - origin_s) + 0.5).astype(np.int64)[np.r_[begin[1:], len(way)] - 1]
        time_ds = np.diff(end_ds, prepend=0)
        starts_chain = np.isin(begin, first)
        time_ds[starts_chain] = end_ds[starts_chain]
        return np.asarray(time_ds, np.uint32)

    length_m = np.add.reduceat(segments.length_m[chains.segment], begin)
    indptr = np.searchsorted(begin, chains.start).astype(np.int64)
    time_ds = round_times(_list_times(survey, chains))
    pieces = Ways(indptr, survey.extract.way_id[way[begin]], length_m.astype(np.float32), time_ds)
    if (slopes := survey.slopes) is None:
        return pieces
    flat_ds = round_times(_list_times(replace(survey, slopes=None), chains))
    climb_m, descent_m = (
        np.add.reduceat(np.where(chains.turned, against[chains.segment], drawn[chains.segment]), begin)
        for drawn, against in ((slopes.climb_m, slopes.descent_m), (slopes.descent_m, slopes.climb_m))
    )
    climbs = Climbs(climb_m.astype(np.float32), descent_m.astype(np.float32), flat_ds)
    return replace(pieces, climbs=climbs)


def _list_times(survey: Survey, chains: Chains) -> NDArray[np.float64]:
    """Seconds along each segment of the chains, gradients included."""
    ahead_s, back_s = survey.forward_s, survey.backward_s
    if survey.slopes is not None:
        ahead_s, back_s = ahead_s + survey.slopes.forward_s, back_s + survey.slopes.backward_s
    return np.where(chains.turned, back_s[chains.segment], ahead_s[chains.segment])


def _share_times(survey: Survey, chains: Chains) -> NDArray[np.float64]:
    """Per segment, the share of the chain's time spent before it."""
    if not len(chains):
        return np.empty(0)
    first, duration_s = chains.start[:-1], np.nan_to_num(_list_times(survey, chains))  # nan: a closed way
    chain = np.repeat(np.arange(len(chains)), np.diff(chains.start))
    before_s = np.cumsum(duration_s) - duration_s
    total_s = np.add.reduceat(duration_s, first)[chain]
    spent_s = before_s - before_s[first][chain]
    share = np.divide(spent_s, total_s, out=np.zeros(len(chain)), where=total_s > 0)
    return np.asarray(share.clip(0, 1))


def _climb_nothing(ways: Ways) -> Climbs:
    """Pieces without gradient."""
    nothing = np.zeros(len(ways.way), np.float32)
    return Climbs(nothing, nothing, ways.time_ds)


def _list_losses(crossings: Crossings) -> Ways:
    """What is lost on each link, as pieces of no length under the number of the rule."""
    kind, time_ds = crossings.loss.T
    nowhere = np.zeros(len(kind), np.float32)
    return Ways(crossings.loss_start.astype(np.int64), kind, nowhere, time_ds.astype(np.uint32))


def _repeat_pieces(tables: tuple[Ways, ...], source: NDArray[np.int32]) -> Ways:
    """Pieces of each arc: those of its row in the tables, one after the other; none for a negative one."""
    count = np.concatenate([*(np.diff(table.indptr) for table in tables), [0]])
    first = np.cumsum(count) - count
    start = np.concatenate(([0], np.cumsum(count[source])))
    piece = np.arange(start[-1]) + np.repeat(first[source] - start[:-1], count[source])
    way, length_m, time_ds = (
        np.concatenate([getattr(table, name) for table in tables])[piece]
        for name in ("way", "length_m", "time_ds")
    )
    climbs = None
    if any(table.climbs is not None for table in tables):
        told = [table.climbs or _climb_nothing(table) for table in tables]
        names = ("climb_m", "descent_m", "flat_ds")
        climbs = Climbs(*(np.concatenate([getattr(each, name) for each in told])[piece] for name in names))
    return Ways(start.astype(np.int64), way, length_m, time_ds, climbs)


def _draw_shapes(survey: Survey, chains: Chains) -> Shapes:
    """One point at each segment's start, and the last point of the road with share 1."""
    segments = survey.segments
    before = np.where(chains.turned, segments.head[chains.segment], segments.tail[chains.segment])
    last = chains.start[1:]
    rank = rank_frontage(survey.extract, survey.mode, survey.usage.road_class)
    point = np.insert(before, last, chains.head)
    against = None if survey.slopes is None else _share_times(survey, replace(chains, turned=~chains.turned))
    return Shapes(
        chains.start + np.arange(len(chains) + 1),
        segments.lon[point],
        segments.lat[point],
        np.insert(_share_times(survey, chains), last, 1.0),
        np.insert(rank[segments.way[chains.segment]], last, SERVES_NOBODY),
        None if against is None else np.insert(against, last, 1.0),
    )
