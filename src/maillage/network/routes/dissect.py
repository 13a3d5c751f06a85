"""Nested dissection by METIS (Karypis and Kumar 1998), a large graph cut in two first: a side on each core.

METIS draws from the one generator of the C library, and holds the interpreter: two at once are two processes.
A graph is the two arrays of :class:`~maillage.network.routes.order.Neighbours`, as int32 between processes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from tempfile import TemporaryFile
from typing import Final

import numpy as np
import pymetis
from numpy.typing import NDArray

LARGE: Final = 100_000
"""Nodes from which a second process is worth starting: METIS takes half a second over so many."""

Array = NDArray[np.int32]


def dissect(indptr: Array, node: Array) -> Array:
    """Nodes, first eliminated first; the same on any number of cores: a large graph is cut in any case."""
    n_nodes = len(indptr) - 1
    if n_nodes < LARGE:
        return _order(indptr, node)
    tail = np.repeat(np.arange(n_nodes, dtype=np.int32), np.diff(indptr))
    side = _cut(indptr, node, tail)
    kept = [np.flatnonzero(side == one).astype(np.int32) for one in (0, 1)]
    first, second = (_between(nodes, node, tail, n_nodes) for nodes in kept)
    orders = _order_both(first, second)
    between = np.flatnonzero(side == _BETWEEN).astype(np.int32)
    return np.concatenate([kept[0][orders[0]], kept[1][orders[1]], between])


_BETWEEN = 2


def _order(indptr: Array, node: Array) -> Array:
    if len(node) == 0:
        return np.arange(len(indptr) - 1, dtype=np.int32)
    order, _ = pymetis.nested_dissection(pymetis.CSRAdjacency(indptr, node))
    return np.asarray(order, np.int32)


def _cut(indptr: Array, node: Array, tail: Array) -> NDArray[np.int8]:
    """The side of each node, 0 or 1; or the cut: of the edges between both, the ends on the side of fewer."""
    side = np.asarray(pymetis.part_graph(2, pymetis.CSRAdjacency(indptr, node)).vertex_part, np.int8)
    ends = [np.unique(tail[(side[tail] == one) & (side[node] != one)]) for one in (0, 1)]
    side[min(ends, key=len)] = _BETWEEN
    return side


def _between(kept: Array, node: Array, tail: Array, n_nodes: int) -> tuple[Array, Array]:
    """The graph between the nodes ``kept``, numbered in their order."""
    number = np.full(n_nodes, -1, np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    inside = (number[tail] >= 0) & (number[node] >= 0)
    indptr = np.searchsorted(number[tail[inside]], np.arange(len(kept) + 1))
    return indptr.astype(np.int32), number[node[inside]]


def _order_both(first: tuple[Array, Array], second: tuple[Array, Array]) -> tuple[Array, Array]:
    """One here, the other in a process of its own; both here on one core, or if no process is to be had."""
    if len(os.sched_getaffinity(0)) > 1:
        with suppress(OSError):
            return _order_beside(first, second)
    return _order(*first), _order(*second)


def _order_beside(first: tuple[Array, Array], second: tuple[Array, Array]) -> tuple[Array, Array]:
    """Raises an OSError where the other process does not start, or stops before its end."""
    command = [sys.executable, "-m", __name__]
    with TemporaryFile() as given, TemporaryFile() as made:
        np.concatenate([np.array([len(first[0])], np.int32), *first]).tofile(given)
        given.seek(0)
        with subprocess.Popen(command, stdin=given, stdout=made) as child:  # noqa: S603 - our own module
            here = _order(*second)
        made.seek(0)
        there = np.fromfile(made, np.int32)
    if child.returncode:
        raise ChildProcessError(child.returncode)
    return there, here


def main() -> None:
    """What the second process does: a graph from its standard input, the order on its standard output."""
    given = np.frombuffer(sys.stdin.buffer.read(), np.int32)
    indptr, node = np.split(given[1:], [given[0]])
    sys.stdout.buffer.write(_order(indptr, node).tobytes())


if __name__ == "__main__":
    main()
