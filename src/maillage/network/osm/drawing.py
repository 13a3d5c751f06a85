"""Roads kept → arcs, their pieces by way, and the lines they follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.vitesses import Mode
from maillage.network.osm.chains import Chains, select_chains
from maillage.network.osm.extract import Extract
from maillage.network.osm.frontage import rank_frontage
from maillage.network.osm.islands import Reach
from maillage.network.osm.residents import Layers, Residents, split_layers
from maillage.network.osm.rules import Usage
from maillage.network.osm.segments import Segments
from maillage.network.osm.turns import Crossings
from maillage.network.routes.graph import NO_ARC, Graph, Ways
from maillage.network.shapes import SERVES_NOBODY, Shapes

NO_PIECES = Ways(
    np.zeros(1, np.int64), np.empty(0, np.int64), np.empty(0, np.float32), np.empty(0, np.uint32)
)


@dataclass(frozen=True)
class Survey:
    """All that is known of the segments before they are joined; times in seconds per segment, both ways.

    ``residents``: segments open only to those who stop there.
    """

    extract: Extract
    mode: Mode
    usage: Usage
    segments: Segments
    forward_s: NDArray[np.float64]
    backward_s: NDArray[np.float64]
    residents: Residents


def draw_network(
    survey: Survey, chains: Chains, crossings: Crossings, reach: Reach, residents: Residents
) -> tuple[Graph, Shapes]:
    """Graph and lines of the roads within reach: roads, ways back, free links, then copies to set out by."""
    kept, flipped = reach.ahead | reach.back, ~reach.ahead & reach.back
    two_way = (reach.ahead & reach.back)[kept]
    ends = _select_ends(crossings, reach, kept, flipped, two_way)
    ahead = np.where(flipped, residents.back, residents.ahead)[kept]
    closed = np.zeros(len(ends[0]), bool)
    closed[: len(ahead)] = ahead
    n_roads = len(ahead) + int(two_way.sum())
    closed[len(ahead) : n_roads] = residents.back[kept][two_way]
    ground = np.arange(len(survey.segments.lon), dtype=np.int32)
    layers = split_layers(ends, np.concatenate([ground, crossings.base]), closed, n_roads)
    return _draw(survey, select_chains(chains, kept, flipped), two_way, layers)


def _select_ends(
    crossings: Crossings,
    reach: Reach,
    kept: NDArray[np.bool_],
    flipped: NDArray[np.bool_],
    two_way: NDArray[np.bool_],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Tails and heads of all arcs: roads, then ways back, then links."""
    c = crossings
    tail = np.concatenate(
        [
            np.where(flipped, c.back_tail, c.ahead_tail)[kept],
            c.back_tail[kept][two_way],
            c.link_tail[reach.link],
        ]
    )
    head = np.concatenate(
        [
            np.where(flipped, c.back_head, c.ahead_head)[kept],
            c.back_head[kept][two_way],
            c.link_head[reach.link],
        ]
    )
    return tail, head


def _draw(survey: Survey, chains: Chains, two_way: NDArray[np.bool_], layers: Layers) -> tuple[Graph, Shapes]:
    """Times rounded along each arc, pieces by way, lines, and nodes numbered anew."""
    segments, copied = survey.segments, layers.copied
    returning = select_chains(chains, two_way, two_way)
    ahead, share = _list_pieces(survey, chains)
    back, _ = _list_pieces(survey, returning)
    n_arcs = len(layers.tail)
    n_links = n_arcs - len(chains) - len(returning) - len(copied)
    ways = _join_ways(ahead, back, n_links, copied)
    weight = np.diff(np.concatenate(([0], np.cumsum(ways.time_ds, dtype=np.int64)))[ways.indptr])
    nodes, number = np.unique(np.concatenate([layers.tail, layers.head]), return_inverse=True)
    place = layers.place[nodes]
    tail, head = np.split(number.astype(np.int32), 2)
    leaving = np.arange(n_arcs if len(copied) else 0, dtype=np.int32)
    leaving[copied] = np.arange(n_arcs - len(copied), n_arcs)
    graph = Graph(
        *(segments.lon[place], segments.lat[place], tail, head),
        *(weight.astype(np.uint32), _pair_arcs(two_way, n_arcs), ways, leaving),
    )
    return graph, _draw_shapes(survey, chains, share)


def _pair_arcs(two_way: NDArray[np.bool_], n_arcs: int) -> NDArray[np.int32]:
    """The reverse of each arc, in the order: roads, ways back, those that have none."""
    n_roads, there = len(two_way), np.flatnonzero(two_way)
    reverse = np.full(n_arcs, NO_ARC, np.int32)
    reverse[there] = np.arange(n_roads, n_roads + len(there))
    reverse[n_roads : n_roads + len(there)] = there
    return reverse


def _list_pieces(survey: Survey, chains: Chains) -> tuple[Ways, NDArray[np.float64]]:
    """Pieces of one way each along every chain; per segment, the share of the chain's time spent before it.

    A piece's end is at round(10 × seconds since the chain's start), so pieces sum to the chain's weight.
    """
    if not len(chains):
        return NO_PIECES, np.empty(0)
    segments, first = survey.segments, chains.start[:-1]
    duration_s = np.where(chains.turned, survey.backward_s[chains.segment], survey.forward_s[chains.segment])
    chain = np.repeat(np.arange(len(chains)), np.diff(chains.start))
    after_s = np.cumsum(duration_s)
    before_s = after_s - duration_s
    origin_s = before_s[first][chain]
    way = segments.way[chains.segment]
    opens = np.ones(len(way), bool)
    opens[1:] = (way[1:] != way[:-1]) | (chain[1:] != chain[:-1])
    begin = np.flatnonzero(opens)
    end_ds = np.floor(10 * (after_s - origin_s) + 0.5).astype(np.int64)[np.r_[begin[1:], len(way)] - 1]
    time_ds = np.diff(end_ds, prepend=0)
    starts_chain = np.isin(begin, first)
    time_ds[starts_chain] = end_ds[starts_chain]
    length_m = np.add.reduceat(segments.length_m[chains.segment], begin)
    indptr = np.searchsorted(begin, chains.start).astype(np.int64)
    pieces = Ways(
        indptr, survey.extract.way_id[way[begin]], length_m.astype(np.float32), time_ds.astype(np.uint32)
    )
    total_s = np.add.reduceat(duration_s, first)[chain]
    share = np.divide(before_s - origin_s, total_s, out=np.zeros(len(way)), where=total_s > 0)
    return pieces, share.clip(0, 1)


def _join_ways(ahead: Ways, back: Ways, n_links: int, copied: NDArray[np.int32]) -> Ways:
    """Pieces of roads, of ways back, none for the links, then again those of the ``copied`` arcs."""
    n_ahead, n = len(ahead.way), len(ahead.way) + len(back.way)
    indptr = np.concatenate([ahead.indptr, n_ahead + back.indptr[1:]])
    count = np.diff(indptr)[copied]
    end = n + np.cumsum(count)
    again = np.arange(n, n + count.sum()) + np.repeat(indptr[copied] - end + count, count)
    piece = np.concatenate([np.arange(n), again])
    joined = (
        np.concatenate([getattr(ahead, name), getattr(back, name)])[piece]
        for name in ("way", "length_m", "time_ds")
    )
    return Ways(np.concatenate([indptr, np.full(n_links, n, np.int64), end]), *joined)


def _draw_shapes(survey: Survey, chains: Chains, share: NDArray[np.float64]) -> Shapes:
    """One point at each segment's start, and the last point of the road with share 1."""
    segments = survey.segments
    before = np.where(chains.turned, segments.head[chains.segment], segments.tail[chains.segment])
    last = chains.start[1:]
    rank = rank_frontage(survey.extract, survey.mode, survey.usage.road_class)
    point = np.insert(before, last, chains.head)
    return Shapes(
        chains.start + np.arange(len(chains) + 1),
        segments.lon[point],
        segments.lat[point],
        np.insert(share, last, 1.0),
        np.insert(rank[segments.way[chains.segment]], last, SERVES_NOBODY),
    )
