"""Ways cut into straight segments between two consecutive nodes, closed barriers taking them apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.sphere import measure_m
from maillage.network.osm.extract import MISSING, Extract
from maillage.network.osm.rules import Usage


@dataclass(frozen=True)
class Segments:
    """Segments in travel order of their way. ``way`` row of the way, ``tail``, ``head`` nodes (int32).

    ``lon``, ``lat``, ``source_node`` are those of the nodes: the extract's nodes first, then one more for
    each segment's end at a closed barrier (``source_node``: the row in the extract).
    """

    way: NDArray[np.int32]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    length_m: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    source_node: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.way)


def cut_ways(extract: Extract, usage: Usage, blocked: NDArray[np.bool_]) -> Segments:
    """Segments of the open ways; one of a repeated node is left out, and so is one beside a missing node."""
    way = np.repeat(np.arange(len(extract.way_id), dtype=np.int32), np.diff(extract.way_start))
    tail, head = extract.way_node[:-1], extract.way_node[1:]
    there = (tail != MISSING) & (head != MISSING)
    kept = (way[:-1] == way[1:]) & (tail != head) & there & usage.open[way[:-1]]
    way, tail, head = way[:-1][kept], tail[kept], head[kept]
    length_m = measure_m(extract.lon[tail], extract.lat[tail], extract.lon[head], extract.lat[head])
    ends, source_node = _part_at_barriers(np.concatenate([tail, head]), blocked)
    lon, lat = extract.lon[source_node], extract.lat[source_node]
    return Segments(way, ends[: len(way)], ends[len(way) :], length_m, lon, lat, source_node)


def _part_at_barriers(
    ends: NDArray[np.int32], blocked: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """A node of its own for each segment's end at a blocked node."""
    at_barrier = blocked[ends]
    n, n_new = len(blocked), int(at_barrier.sum())
    parted = ends.copy()
    parted[at_barrier] = np.arange(n, n + n_new, dtype=np.int32)
    return parted, np.concatenate([np.arange(n, dtype=np.int32), ends[at_barrier]])
