"""Branch and bound on Lagrangian bounds; HiGHS decides a node as soon as little remains.

At each node prices rise, sites are fixed by their reduced costs, and the site that the last steps chose
half of the time is opened in one child, closed in the other. A node is left when its bound shows that
nothing better is in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.scenarios.placement.cadre import Cadre, Statut
from maillage.scenarios.placement.echange import Echanges
from maillage.scenarios.placement.lagrange import Minorant, Relaxation
from maillage.scenarios.placement.proximites import Proximites
from maillage.scenarios.placement.reste import count_pairs, list_remains, solve_frame, solve_remains

_LITTLE = 600  # columns that HiGHS decides faster than branching would
_SHALLOW, _MUCH = 20, 6_000  # or this many a site, up to so many: short lists are easy
_PAIRS = 200_000  # beyond, do not even count columns
_ROUND = 60  # steps between two searches from the sites that the bound prefers
_ROUNDS = 25
_WORN = 1e-3  # the bound hardly rises at this step: branch
_TRUE = 1e-9  # a placement that gains less than this share is no better


@dataclass(frozen=True)
class Issue:
    """``valeur`` and ``borne`` of the cost; ``ouvert`` bool[sites], null when nothing was found."""

    statut: Statut
    valeur: float
    borne: float
    ouvert: NDArray[np.bool_] | None


@dataclass(frozen=True)
class _Noeud:
    borne: Minorant
    etat: NDArray[np.int8]


class Separation:
    """One search: the best placement so far, and until when."""

    def __init__(
        self,
        v: Proximites,
        cadre: Cadre,
        mesure: Callable[[NDArray[np.bool_]], float],
        fin: float,
        *,
        entier: bool,
        moins_que: float = np.inf,
    ) -> None:
        self.v, self.cadre, self.mesure, self.fin, self.entier = v, cadre, mesure, fin, entier
        self.relaxation = Relaxation.of(v, cadre.payant, cadre.budget)
        self.echanges = Echanges(v, cadre)
        self.valeur = moins_que
        self.ouvert: NDArray[np.bool_] | None = None
        self.laisse = np.inf  # the least bound of nodes left undecided

    @property
    def assez(self) -> float:
        """A node whose bound reaches this holds nothing better."""
        if self.entier or not np.isfinite(self.valeur):
            return self.valeur - 1 + 1e-6
        return self.valeur - _TRUE * abs(self.valeur)

    def run(self) -> Issue:
        """Start, raise the bound, branch."""
        start = self._start()
        if start is None:
            return Issue("impossible", np.inf, np.inf, None)
        self._try(start)
        stack = [_Noeud(self._rise(start), self.cadre.etat)]
        while stack and time.perf_counter() < self.fin:
            stack += self._open_node(stack.pop())
        borne = min([self.laisse, self.valeur, *(node.borne.valeur for node in stack)])
        done = borne >= self.assez
        if self.ouvert is None:
            return Issue("impossible" if done else "inconnu", np.inf, borne, None)
        return Issue(
            "optimal" if done else "realisable", self.valeur, self.valeur if done else borne, self.ouvert
        )

    def _start(self) -> NDArray[np.bool_] | None:
        """A first placement: by search, or under guarantees, one of little reduced cost that gives them."""
        ouverts = self.echanges.improve(np.empty(0, np.int64))
        if not self.cadre.garanties:
            return self._as_mask(ouverts)
        rho = np.empty(self.v.n_sites)
        self.echanges.nearest(ouverts)
        self.relaxation.price((self.echanges.un + self.echanges.deux) / 2, rho)
        found = solve_frame(self.cadre, rho, self.fin - time.perf_counter())
        if found.x is None:
            return None
        return self._as_mask(self.echanges.improve(np.flatnonzero(found.x)))

    def _rise(self, start: NDArray[np.bool_]) -> Minorant:
        """The bound of the whole problem, with a search from the sites it prefers now and then."""
        self.echanges.nearest(np.flatnonzero(start))
        prix = (self.echanges.un + self.echanges.deux) / 2
        vise = float(self.echanges.un @ self.v.poids)
        best = self._ascend(prix, vise, 1.0)
        pas = best.pas
        for _ in range(_ROUNDS):
            self._try(self._as_mask(self.echanges.improve(self._preferred(best))))
            if best.valeur >= self.assez or pas < _WORN or time.perf_counter() > self.fin:
                break
            risen = self._ascend(best.prix, vise, pas)
            best, pas = (risen if risen.valeur > best.valeur else best), risen.pas
        return best

    def _ascend(self, prix: NDArray[np.float64], vise: float, pas: float) -> Minorant:
        """One round of the whole problem, towards the best value known."""
        return self.relaxation.ascend(self.cadre.etat, prix, min(vise, self.valeur), self.assez, _ROUND, pas)

    def _open_node(self, node: _Noeud) -> list[_Noeud]:
        """Nothing when it is decided, else its two children, the more promising last."""
        if node.borne.valeur >= self.assez:
            return []
        etat = self.relaxation.fix(node.borne, node.etat, self.assez)
        if etat is None or self._decide(etat, node.borne.valeur):
            return []
        libres = np.flatnonzero(etat == 0)
        site = libres[np.argmin(np.abs(node.borne.moyenne[libres] - 0.5))]
        children = [self._child(etat, site, side, node.borne) for side in (-1, 1)]
        return sorted((c for c in children if c is not None), key=lambda c: -c.borne.valeur)

    def _child(self, etat: NDArray[np.int8], site: int, side: int, parent: Minorant) -> _Noeud | None:
        """The node where ``site`` is open (1) or closed (-1), if the budget allows."""
        etat = etat.copy()
        etat[site] = side
        if self.cadre.payant[etat == 1].sum() > self.cadre.budget * (1 + 1e-9):
            return None
        vise = self.valeur if np.isfinite(self.valeur) else 1.01 * abs(parent.valeur) + 1.0
        return _Noeud(self.relaxation.ascend(etat, parent.prix, vise, self.assez, _ROUND, 0.5), etat)

    def _decide(self, etat: NDArray[np.int8], borne: float) -> bool:
        """Whether little enough remained to be decided here."""
        n_libres = int((etat == 0).sum())
        if n_libres and count_pairs(self.v, etat) > _PAIRS:
            return False
        reste = list_remains(self.v, etat)
        if n_libres and reste.n_colonnes > max(_LITTLE, min(_SHALLOW * n_libres, _MUCH)):
            return False
        gap = 0.9 / max(self.valeur, 1.0) if self.entier and np.isfinite(self.valeur) else 0.0
        left = self.fin - time.perf_counter()
        found = solve_remains(reste, self.cadre, etat, left, gap)
        if found.x is not None:
            self._try(found.x)
        if found.statut in ("realisable", "inconnu") or (found.statut == "optimal" and self.v.tronque):
            self.laisse = min(self.laisse, max(borne, found.borne))
        return True

    def _preferred(self, borne: Minorant) -> NDArray[np.int64]:
        """The sites the bound opened whole, as far as the rules let."""
        ouvert = borne.y == 1
        return np.flatnonzero(ouvert if self.cadre.holds(ouvert) or self.ouvert is None else self.ouvert)

    def _try(self, ouvert: NDArray[np.bool_]) -> None:
        """Keep it if it is allowed and better."""
        if self.cadre.holds(ouvert) and (value := self.mesure(ouvert)) < self.valeur:
            self.valeur, self.ouvert = value, ouvert

    def _as_mask(self, ouverts: NDArray[np.int64]) -> NDArray[np.bool_]:
        ouvert = np.zeros(self.v.n_sites, bool)
        ouvert[ouverts] = True
        return ouvert
