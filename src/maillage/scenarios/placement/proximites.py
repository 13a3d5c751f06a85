"""Who is near whom: the sites of each cell by growing cost, and what every other site costs.

The one sparse shape that the bounds (:mod:`.lagrange`), the search (:mod:`.echange`) and the exact model of
what remains (:mod:`.reste`) read. A p-median lists times; a coverage lists the sites within the threshold
at no cost, any other costing one person each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 4096  # cells sorted at once: what they hold stays in the cache


@dataclass(frozen=True)
class Proximites:
    """``site`` int32[pairs] and ``cout`` float64[pairs] of cell ``i``: ``debut[i]:debut[i + 1]``, ascending.

    ``ailleurs`` float64[cells] is what a site that is not listed costs, or at least costs when ``tronque``;
    infinite when none may serve. ``poids`` float64[cells] ≥ 0.
    """

    debut: NDArray[np.int64]
    site: NDArray[np.int32]
    cout: NDArray[np.float64]
    ailleurs: NDArray[np.float64]
    poids: NDArray[np.float64]
    n_sites: int
    tronque: bool = False

    @property
    def plafond(self) -> NDArray[np.float64]:
        """``ailleurs``, or where it is infinite a finite cost beyond all: for searches, never for answers."""
        beyond = 10.0 * (1.0 + self.cout.max(initial=0.0))
        return np.where(np.isfinite(self.ailleurs), self.ailleurs, beyond)

    @property
    def plancher(self) -> NDArray[np.float64]:
        """The least each cell may cost."""
        listed = self.debut[:-1] < self.debut[1:]
        least = self.ailleurs.copy()
        least[listed] = self.cout[self.debut[:-1][listed]]
        return least


def nearest_first(
    duree: NDArray[Any], joignable: NDArray[np.bool_] | None, poids: NDArray[np.float64], k: int
) -> Proximites:
    """The ``k`` nearest sites of each cell, of ``duree``[cells, sites]; only ``joignable`` pairs are listed.

    >>> nearest_first(np.array([[7, 3, 5]]), None, np.ones(1), 2).site
    array([1, 2], dtype=int32)
    """
    n, m = duree.shape
    k = min(k, m)
    site = np.empty((n, k), np.int32)
    cout = np.empty((n, k))
    for start in range(0, n, _BLOCK):
        rows = slice(start, start + _BLOCK)
        block = duree[rows]
        near = (
            np.argpartition(block, k - 1, axis=1)[:, :k]
            if k < m
            else np.arange(m)[None].repeat(len(block), 0)
        )
        costs = np.take_along_axis(block, near, 1)
        order = np.argsort(costs, axis=1, kind="stable")
        site[rows] = np.take_along_axis(near, order, 1)
        cout[rows] = np.take_along_axis(costs, order, 1)
    ailleurs = cout[:, -1].copy() if k < m else np.full(n, np.inf)
    debut = np.arange(n + 1, dtype=np.int64) * k
    if joignable is None or joignable.all():
        return Proximites(debut, site.ravel(), cout.ravel(), ailleurs, poids, m, tronque=k < m)
    reached = np.take_along_axis(joignable, site.astype(np.int64), 1)
    ailleurs[~reached.all(1)] = np.inf
    debut = np.concatenate([[0], np.cumsum(reached.sum(1))]).astype(np.int64)
    return Proximites(debut, site[reached], cout[reached], ailleurs, poids, m, tronque=k < m)


def covering(couvre: NDArray[np.bool_], poids: NDArray[np.float64]) -> Proximites:
    """Sites that cover cost nothing, others one. ``couvre``[cells, sites]: equal rows become one.

    >>> covering(np.array([[True, False], [True, False], [False, True]]), np.array([2.0, 3.0, 4.0])).poids
    array([4., 5.])
    """
    packed = np.packbits(couvre, axis=1)
    _, first, group = np.unique(
        packed.view(f"V{packed.shape[1]}").ravel(), return_index=True, return_inverse=True
    )
    rows, site = np.nonzero(couvre[first])
    debut = np.searchsorted(rows, np.arange(len(first) + 1)).astype(np.int64)
    people = np.bincount(group, poids, len(first)).astype(np.float64)
    ones = np.ones(len(first))
    return Proximites(debut, site.astype(np.int32), np.zeros(len(site)), ones, people, couvre.shape[1])
