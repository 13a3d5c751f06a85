"""Islands: roads that no return trip links to the rest are left out, and said."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from maillage.network.osm.chains import Chains
from maillage.network.osm.crossings import Crossings
from maillage.network.osm.segments import Segments

N_LISTED = 20  # islands described one by one in the report


@dataclass(frozen=True)
class Island:
    """Roads left out, that no return trip links to the rest: their length, and a place on them (WGS 84)."""

    length_km: float
    lon: float
    lat: float


@dataclass(frozen=True)
class Reach:
    """Which directions of each road, and which links, lie within a component kept; their number."""

    ahead: NDArray[np.bool_]
    back: NDArray[np.bool_]
    link: NDArray[np.bool_]
    n_components: int


def keep_components(
    chains: Chains, crossings: Crossings, n_ground: int, length_m: NDArray[np.float64], min_m: float
) -> Reach:
    """Strongly connected components of at least ``min_m`` of road (≥, each way counted), and the longest."""
    c, n_nodes = crossings, n_ground + len(crossings.base)
    tail = np.concatenate([c.ahead_tail[chains.ahead], c.back_tail[chains.back], c.link_tail])
    head = np.concatenate([c.ahead_head[chains.ahead], c.back_head[chains.back], c.link_head])
    matrix = coo_array((np.ones(len(tail), np.int8), (tail, head)), shape=(n_nodes, n_nodes))
    _, component = connected_components(matrix, directed=True, connection="strong")

    def inside(tails: NDArray[np.int32], heads: NDArray[np.int32]) -> NDArray[np.bool_]:
        return np.asarray(component[tails] == component[heads])

    ahead = chains.ahead & inside(c.ahead_tail, c.ahead_head)
    back = chains.back & inside(c.back_tail, c.back_head)
    weight = np.bincount(
        np.concatenate([component[c.ahead_tail[ahead]], component[c.back_tail[back]]]),
        np.concatenate([length_m[ahead], length_m[back]]),
        component.max() + 1,
    )
    kept = (weight >= min_m) & (weight > 0)
    kept[np.argmax(weight)] = True
    return Reach(
        ahead & kept[component[c.ahead_tail]],
        back & kept[component[c.back_tail]],
        kept[component[c.link_tail]] & inside(c.link_tail, c.link_head),
        int(kept.sum()),
    )


def list_islands(
    segments: Segments, chains: Chains, reach: Reach, length_m: NDArray[np.float64]
) -> tuple[int, tuple[Island, ...]]:
    """Number of islands, and the longest: roads left out that touch one another, in whatever direction."""
    out = np.flatnonzero(~(reach.ahead | reach.back))
    if not len(out):
        return 0, ()
    nodes, number = np.unique(np.r_[chains.tail[out], chains.head[out]], return_inverse=True)
    matrix = coo_array((np.ones(len(out), np.int8), np.split(number, 2)), shape=(len(nodes), len(nodes)))
    n, part = connected_components(matrix, directed=False)
    part = part[number[: len(out)]]
    length = np.bincount(part, length_m[out], n)
    longest = np.argsort(-length, kind="stable")[:N_LISTED]
    place = [int(chains.tail[out[np.flatnonzero(part == p)[0]]]) for p in longest]
    return n, tuple(
        Island(round(float(length[p]) / 1000, 3), float(segments.lon[v]), float(segments.lat[v]))
        for p, v in zip(longest, place, strict=True)
    )
