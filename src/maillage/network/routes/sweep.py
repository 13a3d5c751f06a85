"""The triangular solves: forward substitution up the elimination order, back substitution down it.

``label[row, lane]`` is the time from a row's node to the nearest location of a lane: zero at the locations
(or their access leg), infinite elsewhere. Climbing, each row hands its labels to the rows above, against the
traffic; descending, each row takes the best of the rows above it. One climb and one descent answer for every
node (PHAST; Delling, Goldberg, Nowatzyk, Werneck 2011). Lanes lie side by side: one arc read serves them all.

A label is ``time << site_bits | site``: the smallest label is the shortest time, then the smallest site.
Two kinds: int32, times alone (no site bits), and int64, with :data:`SITE_BITS`.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.network.routes.factor import INFINITE, Factor

SITE_BITS = 32
FAR = np.int64(INFINITE) << SITE_BITS
ROW_BYTES = 128  # two cache lines: 16 lanes with their sites, or 32 of times alone

Label = TypeVar("Label", np.int32, np.int64)


def sweep(factor: Factor, label: NDArray[Label], live: NDArray[np.bool_]) -> None:
    """Solve in place. ``live`` bool[rows] marks the rows with a label, the others hold anything.

    It ends as all the ancestors of those rows, and every row with its answer.
    """
    climb(factor.down, site_bits(label), far(label), label, live)
    descend(factor.up, site_bits(label), far(label), label, live)


def site_bits(label: NDArray[Label]) -> int:
    """How many low bits of a label name the site."""
    return SITE_BITS if label.dtype == np.int64 else 0


def far(label: NDArray[Label]) -> np.int32 | np.int64:
    """The label of a row that reaches nothing."""
    return FAR if label.dtype == np.int64 else INFINITE


@njit(cache=True, nogil=True)
def climb(down, site_bits, far, label, live):  # type: ignore[no-untyped-def]
    """Forward substitution: from the locations up to all their ancestors, and no other row."""
    indptr, head, weight = down
    number = label.dtype.type
    for v in range(len(indptr) - 1):
        if live[v]:
            below = label[v]
            for k in range(indptr[v], indptr[v + 1]):
                above, time = label[head[k]], number(number(weight[k]) << site_bits)
                if not live[head[k]]:
                    live[head[k]] = True
                    above[:] = far
                for lane in range(len(below)):
                    above[lane] = min(above[lane], number(below[lane] + time))


@njit(cache=True, nogil=True)
def descend(up, site_bits, far, label, live):  # type: ignore[no-untyped-def]
    """Back substitution: every row, from the last, takes the best of the rows above it."""
    indptr, head, weight = up
    number = label.dtype.type
    for v in range(len(indptr) - 2, -1, -1):
        below = label[v]
        if not live[v]:
            below[:] = far
        for k in range(indptr[v], indptr[v + 1]):
            above, time = label[head[k]], number(number(weight[k]) << site_bits)
            for lane in range(len(below)):
                below[lane] = min(below[lane], number(above[lane] + time))
