"""Good placements, quickly: open what gains most, then exchange open for closed until nothing gains.

Resende, M. G. C. and Werneck, R. F. (2007), "A fast swap-based local search procedure for location
problems", Annals of Operations Research 150, 205-230: one pass over the pairs nearer than the second open
site gives every exchange.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.scenarios.placement.cadre import Cadre
from maillage.scenarios.placement.proximites import Proximites

_TRIED = 50  # exchanges tried, best first, before giving up on one that the rules allow
_NOISE = 1e-9  # a gain below this share of the value is rounding


@njit(cache=True, nogil=True)
def two_nearest(
    debut: Any, site: Any, cout: Any, ailleurs: Any, rang: Any, un: Any, deux: Any, qui: Any
) -> None:
    """Fill, by cell, the costs of its two nearest open sites and the rank of the first (-1: none is listed).

    ``rang``[site] is the rank of an open site, -1 for a closed one.
    """
    for i in range(len(ailleurs)):
        un[i] = deux[i] = ailleurs[i]
        qui[i] = -1
        for k in range(debut[i], debut[i + 1]):
            r = rang[site[k]]
            if r >= 0 and qui[i] < 0:
                qui[i], un[i] = r, cout[k]
            elif r >= 0:
                deux[i] = cout[k]
                break


@njit(cache=True, nogil=True)
def exchange_gains(
    debut: Any, site: Any, cout: Any, poids: Any, un: Any, deux: Any, qui: Any, seul: Any, gain: Any
) -> None:
    """Fill ``seul``[site], the gain of opening it, and ``gain``[rank, site], of closing one for the other.

    A cell that loses its site goes to the new one or to its second: it gains ``first - min(new, second)``.
    """
    seul[:] = 0.0
    gain[:] = 0.0
    perte = np.zeros(len(gain))
    for i in range(len(poids)):
        r, w = qui[i], poids[i]
        if r >= 0:
            perte[r] += w * (deux[i] - un[i])
        for k in range(debut[i], debut[i + 1]):
            if cout[k] >= deux[i]:
                break
            seul[site[k]] += w * max(0.0, un[i] - cout[k])
            if r >= 0:
                gain[r, site[k]] += w * (deux[i] - max(un[i], cout[k]))
    for r in range(len(gain)):
        for s in range(len(seul)):
            gain[r, s] += seul[s] - perte[r]


@njit(cache=True, nogil=True)
def opening_gains(debut: Any, site: Any, cout: Any, poids: Any, un: Any, seul: Any) -> None:
    """Fill ``seul``[site], the gain of opening it."""
    seul[:] = 0.0
    for i in range(len(poids)):
        for k in range(debut[i], debut[i + 1]):
            if cout[k] >= un[i]:
                break
            seul[site[k]] += poids[i] * (un[i] - cout[k])


class Echanges:
    """The search on one problem, with its buffers."""

    def __init__(self, v: Proximites, cadre: Cadre) -> None:
        n = len(v.poids)
        self.v, self.cadre = v, cadre
        self.un, self.deux, self.qui = np.empty(n), np.empty(n), np.empty(n, np.int64)
        self.ailleurs = v.plafond

    def nearest(self, ouverts: NDArray[np.int64]) -> None:
        """Refresh what each cell has with these sites open."""
        rang = np.full(self.v.n_sites, -1)
        rang[ouverts] = np.arange(len(ouverts))
        v = self.v
        two_nearest(v.debut, v.site, v.cout, self.ailleurs, rang, self.un, self.deux, self.qui)

    def fill(self, ouverts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Open what gains most for its price as long as money is left, locked sites first."""
        v, cadre = self.v, self.cadre
        opened = list(dict.fromkeys([*np.flatnonzero(cadre.verrouille), *ouverts]))
        seul = np.empty(v.n_sites)
        while True:
            left = cadre.budget - cadre.payant[opened].sum()
            possible = (cadre.depense <= left * (1 + 1e-12)) & ~cadre.exclu
            possible[opened] = False
            if not possible.any():
                return np.array(opened, np.int64)
            self.nearest(np.array(opened, np.int64))
            opening_gains(v.debut, v.site, v.cout, v.poids, self.un, seul)
            opened.append(int(np.argmax(np.where(possible, seul / cadre.depense, -1.0))))

    def improve(self, ouverts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Fill, then exchange until no exchange gains."""
        ouverts = self.fill(ouverts)
        v = self.v
        seul, gain = np.empty(v.n_sites), np.empty((len(ouverts), v.n_sites))
        while len(ouverts):
            self.nearest(ouverts)
            exchange_gains(v.debut, v.site, v.cout, v.poids, self.un, self.deux, self.qui, seul, gain)
            moved = self._best_allowed(ouverts, gain)
            if moved is None:
                break
            ouverts = self.fill(moved) if self.cadre.payant[moved].sum() < self.cadre.budget else moved
            if len(ouverts) != len(gain):
                gain = np.empty((len(ouverts), v.n_sites))
        return ouverts

    def _best_allowed(
        self, ouverts: NDArray[np.int64], gain: NDArray[np.float64]
    ) -> NDArray[np.int64] | None:
        """The sites after the best exchange that gains and that the frame allows."""
        cadre = self.cadre
        spent = cadre.payant[ouverts].sum() - cadre.payant[ouverts][:, None] + cadre.payant[None]
        refused = (
            (spent > cadre.budget * (1 + 1e-12)) | cadre.exclu[None] | cadre.verrouille[ouverts][:, None]
        )
        refused[:, ouverts] = True
        gain[refused] = 0.0
        least = _NOISE * (1.0 + abs(float(self.un @ self.v.poids)))
        for best in self._order(gain):
            if gain.flat[best] <= least:
                return None
            rank, site = divmod(int(best), self.v.n_sites)
            moved = ouverts.copy()
            moved[rank] = site
            if not cadre.garanties or cadre.holds(self._open(moved)):
                return moved
        return None

    def _order(self, gain: NDArray[np.float64]) -> NDArray[np.int64]:
        """The exchanges to try, best first: one is enough where no rule may refuse it."""
        if not self.cadre.garanties:
            return np.array([np.argmax(gain)])
        best = np.argpartition(gain.ravel(), -min(_TRIED, gain.size))[-_TRIED:]
        return best[np.argsort(-gain.ravel()[best], kind="stable")]

    def _open(self, ouverts: NDArray[np.int64]) -> NDArray[np.bool_]:
        ouvert = np.zeros(self.v.n_sites, bool)
        ouvert[ouverts] = True
        return ouvert
