"""Segments joined into roads: a road runs from one crossing to the next, whatever ways it is made of."""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from maillage.network.osm.segments import Segments


@dataclass(frozen=True)
class Chains:
    """Roads. Road ``r`` is segments ``segment[start[r]:start[r + 1]]``, driven against where ``turned``.

    ``tail``, ``head`` int32[roads]: nodes of its ends; ``ahead``, ``back``: open from tail to head, and back.
    """

    start: NDArray[np.int64]
    segment: NDArray[np.int32]
    turned: NDArray[np.bool_]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    ahead: NDArray[np.bool_]
    back: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.tail)


def join_segments(
    segments: Segments, forward: NDArray[np.bool_], backward: NDArray[np.bool_], kept: NDArray[np.bool_]
) -> Chains:
    """Contract every node where exactly two segments meet that let the same directions through.

    ``forward``, ``backward`` bool[segments]; ``kept`` bool[nodes]: nodes to keep whatever meets there.
    """
    indptr, incident = _list_ends(segments.tail, segments.head, len(segments.lon))
    through = ~kept & _lets_through(indptr, incident, forward, backward)
    start, segment, turned = _walk(segments.tail, segments.head, indptr, incident, ~through)
    first, last = start[:-1], start[1:] - 1
    tail = np.where(turned[first], segments.head[segment[first]], segments.tail[segment[first]])
    head = np.where(turned[last], segments.tail[segment[last]], segments.head[segment[last]])
    ahead = np.where(turned[first], backward[segment[first]], forward[segment[first]])
    back = np.where(turned[first], forward[segment[first]], backward[segment[first]])
    return Chains(start, segment, turned, tail, head, ahead, back)


def select_chains(chains: Chains, kept: NDArray[np.bool_], flipped: NDArray[np.bool_]) -> Chains:
    """The ``kept`` roads, those ``flipped`` drawn the other way round."""
    length = np.diff(chains.start)[kept]
    start = np.concatenate(([0], np.cumsum(length))).astype(np.int64)
    turn = np.repeat(flipped[kept], length)
    rank = np.arange(start[-1]) - np.repeat(start[:-1], length)
    rank = np.where(turn, np.repeat(length, length) - 1 - rank, rank)
    place = np.repeat(chains.start[:-1][kept], length) + rank
    tail = np.where(flipped, chains.head, chains.tail)[kept]
    head = np.where(flipped, chains.tail, chains.head)[kept]
    ahead = np.where(flipped, chains.back, chains.ahead)[kept]
    back = np.where(flipped, chains.ahead, chains.back)[kept]
    return Chains(start, chains.segment[place], chains.turned[place] ^ turn, tail, head, ahead, back)


def _list_ends(
    tail: NDArray[np.int32], head: NDArray[np.int32], n_nodes: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ends at each node as CSR: 2 × segment at its tail, 2 × segment + 1 at its head."""
    ends = np.column_stack([tail, head]).ravel()
    indptr = np.concatenate(([0], np.cumsum(np.bincount(ends, minlength=n_nodes))))
    return indptr.astype(np.int64), np.argsort(ends, kind="stable")


def _lets_through(
    indptr: NDArray[np.int64],
    incident: NDArray[np.int64],
    forward: NDArray[np.bool_],
    backward: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Two ends meet at the node, and whoever may come in by one may go out by the other."""
    result = np.diff(indptr) == 2
    pair = np.flatnonzero(result)
    one, other = incident[indptr[pair]], incident[indptr[pair] + 1]
    comes_in = np.column_stack([backward, forward]).ravel()  # by the tail's end, by the head's end
    goes_out = np.column_stack([forward, backward]).ravel()
    result[pair] = (comes_in[one] == goes_out[other]) & (comes_in[other] == goes_out[one])
    return np.asarray(result)


@numba.njit(cache=True)
def _walk(
    tail: NDArray[np.int32],
    head: NDArray[np.int32],
    indptr: NDArray[np.int64],
    incident: NDArray[np.int64],
    stop: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.bool_]]:
    """Walk from every stop to the next; then once around each ring that has no stop."""
    n = len(tail)
    start = np.empty(n + 1, np.int64)
    segment = np.empty(n, np.int32)
    turned = np.empty(n, np.bool_)
    used = np.zeros(n, np.bool_)
    n_chains = n_done = 0
    for rings in (False, True):
        for first in range(len(indptr) - 1):
            if not (rings or stop[first]):
                continue
            for j in range(indptr[first], indptr[first + 1]):
                end = incident[j]
                if used[end >> 1]:
                    continue
                start[n_chains] = n_done
                n_chains += 1
                while True:
                    s, against = end >> 1, (end & 1) == 1
                    used[s] = True
                    segment[n_done], turned[n_done] = s, against
                    n_done += 1
                    node = tail[s] if against else head[s]
                    if stop[node] or node == first:
                        break
                    a = indptr[node]
                    end = incident[a + 1] if incident[a] >> 1 == s else incident[a]
    start[n_chains] = n_done
    return start[: n_chains + 1].copy(), segment, turned
