"""Who is near whom: the sites of each cell by growing cost, and what every other site costs.

The one sparse shape that the bounds (:mod:`.lagrange`), the search (:mod:`.echange`) and the exact model of
what remains (:mod:`.reste`) read. A p-median lists times; a coverage lists the sites within the threshold
at no cost, any other costing one person each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
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
    first, group = group_rows(couvre)
    rows, site = np.nonzero(couvre[first])
    debut = np.searchsorted(rows, np.arange(len(first) + 1)).astype(np.int64)
    people = np.bincount(group, poids, len(first)).astype(np.float64)
    ones = np.ones(len(first))
    return Proximites(debut, site.astype(np.int32), np.zeros(len(site)), ones, people, couvre.shape[1])


def group_rows(oui: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One row of each kind, and the kind of each row."""
    packed = np.ascontiguousarray(np.packbits(oui, axis=1))
    if not packed.shape[1]:
        return np.zeros(min(len(oui), 1), np.int64), np.zeros(len(oui), np.int64)
    keys = packed.view(f"V{packed.shape[1]}").ravel()
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    return first, group


@njit(cache=True, nogil=True)
def _walk(
    debut: Any, site: Any, cout: Any, ailleurs: Any, etat: Any, base: Any, n_libres: Any, pairs: Any
) -> None:
    """By cell: the cost beyond which nothing is to decide, and the pairs that are before it."""
    at = 0
    for i in range(len(ailleurs)):
        base[i] = ailleurs[i]
        for k in range(debut[i], debut[i + 1]):
            if etat[site[k]] == 1:
                base[i] = cout[k]
                break
        n_libres[i] = 0
        for k in range(debut[i], debut[i + 1]):
            if cout[k] >= base[i]:
                break
            if etat[site[k]] == 0:
                if at < len(pairs):
                    pairs[at] = k
                at += 1
                n_libres[i] += 1


def count_pairs(v: Proximites, etat: NDArray[np.int8]) -> int:
    """How many pairs remain to decide where ``etat`` opens (1) and closes (-1) sites."""
    n_libres = np.empty(len(v.poids), np.int64)
    _walk(v.debut, v.site, v.cout, v.ailleurs, etat, np.empty(len(v.poids)), n_libres, np.empty(0, np.int64))
    return int(n_libres.sum())


def reduce(
    v: Proximites, etat: NDArray[np.int8], prix: NDArray[np.float64]
) -> tuple[Proximites, NDArray[np.float64]]:
    """The pairs that remain to decide, an open site being what ``ailleurs`` costs; prices to match.

    In a coverage, cells that the same sites may still cover become one, at their mean price.
    """
    n = len(v.poids)
    base, n_libres, pairs = np.empty(n), np.empty(n, np.int64), np.empty(count_pairs(v, etat), np.int64)
    _walk(v.debut, v.site, v.cout, v.ailleurs, etat, base, n_libres, pairs)
    debut = np.concatenate([[0], np.cumsum(n_libres)]).astype(np.int64)
    rest = Proximites(debut, v.site[pairs], v.cout[pairs], base, v.poids, v.n_sites, v.tronque)
    return (rest, prix) if v.cout.any() else _merge(rest, etat, prix)


def _merge(
    v: Proximites, etat: NDArray[np.int8], prix: NDArray[np.float64]
) -> tuple[Proximites, NDArray[np.float64]]:
    """Rows of the same sites and the same ``ailleurs`` as one: every cost listed is 0."""
    libres = np.flatnonzero(etat == 0)
    has = np.zeros((len(v.poids), len(libres) + 1), bool)
    cell = np.repeat(np.arange(len(v.poids)), np.diff(v.debut))
    has[cell, np.searchsorted(libres, v.site)] = True
    has[:, -1] = v.ailleurs > 0
    first, group = group_rows(has)
    rows, column = np.nonzero(has[first][:, :-1])
    people = np.bincount(group, v.poids, len(first)).astype(np.float64)
    mean = np.bincount(group, v.poids * prix, len(first)) / np.maximum(people, 1e-300)
    debut = np.searchsorted(rows, np.arange(len(first) + 1)).astype(np.int64)
    site = libres[column].astype(np.int32)
    merged = Proximites(debut, site, np.zeros(len(site)), v.ailleurs[first], people, v.n_sites, v.tronque)
    return merged, mean
