"""Nested dissection: a graph is cut in two, both sides on their own, until METIS takes them whole.

A large graph is ordered on two cores. METIS (Karypis and Kumar 1998) draws from the one generator of the C
library, and holds the interpreter: two at once are two processes. The second is on its way while the graph is
being made ready, and hears of its half through a pipe.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from subprocess import PIPE
from typing import IO, Final, cast

import numpy as np
import pymetis

from maillage.network.routes.cut import BETWEEN, Array, between, cut

SMALL: Final = 20_000
"""Nodes up to which METIS orders a graph whole."""
LARGE: Final = 1_500_000
"""Nodes from which a second process is worth starting: at a million it gains what it takes to begin."""

Order = Array
"""Nodes, first eliminated first."""
Adjacency = tuple[Array, Array]
Both = Callable[[Adjacency, Adjacency], tuple[Order, Order]]
"""Orders two graphs."""
Child = subprocess.Popen[bytes]


def dissect(indptr: Array, node: Array, both: Both) -> Order:
    """The order of a graph, the same whoever orders both of its halves."""
    if len(indptr) - 1 <= SMALL:
        return _order_whole(indptr, node)
    side = cut(indptr, node)
    first, second, last = (np.flatnonzero(side == one).astype(np.int32) for one in (0, 1, BETWEEN))
    if 4 * min(len(first), len(second)) < len(side):  # no road network: METIS may know better
        return _order_whole(indptr, node)
    order = both(between(indptr, node, first), between(indptr, node, second))
    return np.concatenate([first[order[0]], second[order[1]], last])


def _order_whole(indptr: Array, node: Array) -> Order:
    if len(node) == 0:
        return np.arange(len(indptr) - 1, dtype=np.int32)
    order, _ = pymetis.nested_dissection(pymetis.CSRAdjacency(indptr, node))
    return np.asarray(order, np.int32)


def in_turn(first: Adjacency, second: Adjacency) -> tuple[Order, Order]:
    """Both here, one after the other."""
    return dissect(*first, in_turn), dissect(*second, in_turn)


@contextmanager
def on_cores(n_nodes: int) -> Iterator[Both]:
    """How to order both halves of a graph of ``n_nodes``: at once where that pays, on two cores."""
    child = _start() if n_nodes >= LARGE and len(os.sched_getaffinity(0)) > 1 else None
    if child is None:
        yield in_turn
    else:
        with child:
            yield partial(_at_once, child)


def _start() -> Child | None:
    with suppress(OSError):
        return subprocess.Popen([sys.executable, "-m", __name__], stdin=PIPE, stdout=PIPE)  # noqa: S603 - our own module
    return None


def _at_once(child: Child, first: Adjacency, second: Adjacency) -> tuple[Order, Order]:
    """One there, the other here; both here where the child stops short."""
    stdin, stdout = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
    with suppress(OSError), stdin:
        stdin.write(np.concatenate([np.array([len(first[0])], np.int32), *first]).tobytes())
    here, made = dissect(*second, in_turn), stdout.read()
    there = np.frombuffer(made, np.int32) if child.wait() == 0 else dissect(*first, in_turn)
    return there, here


def main() -> None:
    """What the second process does: a graph from its standard input, the order on its standard output."""
    # A bytearray may be written to, and kernels are compiled for arrays that may.
    given = np.frombuffer(bytearray(sys.stdin.buffer.read()), np.int32)
    if len(given):  # a graph may shrink to nothing before it is cut
        indptr, node = np.split(given[1:], [given[0]])
        sys.stdout.buffer.write(dissect(indptr, node, in_turn).tobytes())


if __name__ == "__main__":
    main()
