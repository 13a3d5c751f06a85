"""Branch and bound on Lagrangian bounds; HiGHS decides a node as soon as little remains.

At each node prices rise, sites are fixed by their reduced costs, and the site that the last steps chose
half of the time is opened in one child, closed in the other. A node is left when its bound shows that
nothing better is in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maillage.scenarios.placement.cadre import Cadre, Statut
from maillage.scenarios.placement.echange import Echanges
from maillage.scenarios.placement.lagrange import Minorant, Relaxation
from maillage.scenarios.placement.proximites import Proximites, count_pairs, reduce
from maillage.scenarios.placement.reste import list_remains, solve_frame, solve_remains

_LITTLE = 600  # columns that HiGHS decides faster than branching would
_SHALLOW, _MUCH = 8, 6_000  # or this many a site, up to so many: short lists are easy
_PAIRS = 200_000  # beyond, do not even count columns
_ROUND = 120  # steps between two searches from the sites that the bound prefers
_ROUNDS = 25
_CHILD = 150  # steps of a node below the root: a bound half risen makes twice the nodes
_SLOW = 0.02  # a round that closes less of the gap than this share: branch
_EXACT = 1e8  # up to here a half is far above what HiGHS rounds
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
    """What is fixed (``etat``), the problem that remains, and its bound."""

    borne: Minorant
    etat: NDArray[np.int8]
    relaxation: Relaxation


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
        cadre = cadre.without_given()
        self.v, self.cadre, self.mesure, self.fin, self.entier = v, cadre, mesure, fin, entier
        self.echanges, self.relaxation = Echanges(v, cadre), Relaxation.of(v, cadre)
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
        statut, start = self._start()
        if start is None:
            return Issue(statut, np.inf, np.inf if statut == "impossible" else -np.inf, None)
        self._try(start)
        stack = [self._rise(start)]
        with ThreadPoolExecutor(2) as self.two:
            while stack and time.perf_counter() < self.fin:
                stack += self._open_node(stack.pop())
        borne = min([self.laisse, self.valeur, *(node.borne.valeur for node in stack)])
        done = borne >= self.assez
        if self.ouvert is None:
            return Issue("impossible" if done else "inconnu", np.inf, borne, None)
        known = self.valeur if done else borne
        return Issue("optimal" if done else "realisable", self.valeur, known, self.ouvert)

    def _start(self) -> tuple[Statut, NDArray[np.bool_] | None]:
        """A first placement: by search, or under guarantees, one of little reduced cost that gives them."""
        ouverts = self.echanges.improve(np.empty(0, np.int64))
        if not self.cadre.garanties:
            return "realisable", self._as_mask(ouverts)
        rho = np.empty(self.v.n_sites)
        self.echanges.nearest(ouverts)
        self.relaxation.price((self.echanges.un + self.echanges.deux) / 2, rho)
        found = solve_frame(self.cadre, rho, self.fin - time.perf_counter())
        if found.x is None:
            return found.statut, None
        return found.statut, self._as_mask(self.echanges.improve(np.flatnonzero(found.x)))

    def _rise(self, start: NDArray[np.bool_]) -> _Noeud:
        """The root: its bound raised, what it fixes taken away, a search in what remains, and again."""
        self.echanges.nearest(np.flatnonzero(start))
        vise = float(self.echanges.un @ self.v.poids)
        mu = np.zeros(len(self.relaxation.minimum))
        begin = _nothing((self.echanges.un + self.echanges.deux) / 2, mu)
        node = _Noeud(begin, self.cadre.etat, self.relaxation)
        echanges, pas = self.echanges, 1.0
        for _ in range(_ROUNDS):
            before = node.borne.valeur
            node, pas = self._raise(node, min(vise, self.valeur), pas)
            self._try(self._as_mask(echanges.improve(self._preferred(node.borne))))
            slow = node.borne.valeur - before < _SLOW * (self.valeur - node.borne.valeur)
            if node.borne.valeur >= self.assez or slow or time.perf_counter() > self.fin:
                break
            smaller = self._shrink(node)
            if smaller is None:
                break
            if smaller is not node:
                node, echanges = smaller, Echanges(smaller.relaxation.v, self.cadre.after(smaller.etat))
        return node

    def _raise(self, node: _Noeud, vise: float, pas: float) -> tuple[_Noeud, float]:
        """One round towards ``vise``, and the step it ends with; the better of the two bounds stays."""
        risen = node.relaxation.ascend(node.etat, node.borne, vise, self.assez, _ROUND, pas)
        better = risen if risen.valeur > node.borne.valeur else node.borne
        return replace(node, borne=better), risen.pas

    def _shrink(self, node: _Noeud) -> _Noeud | None:
        """The node without what its bound fixes, when that halves it; null when nothing better is left."""
        etat = node.relaxation.fix(node.borne, node.etat, self.assez)
        if etat is None:
            return None
        if 2 * count_pairs(node.relaxation.v, etat) > len(node.relaxation.v.site):
            return node
        v, prix = reduce(node.relaxation.v, etat, node.borne.prix)
        return _Noeud(replace(node.borne, prix=prix), etat, self._relax(v))

    def _relax(self, v: Proximites) -> Relaxation:
        return replace(self.relaxation, v=v)

    def _open_node(self, node: _Noeud) -> list[_Noeud]:
        """Nothing when it is decided, else its two children, the more promising last."""
        if node.borne.valeur >= self.assez:
            return []
        etat = node.relaxation.fix(node.borne, node.etat, self.assez)
        if etat is None:
            return []
        v, prix = reduce(node.relaxation.v, etat, node.borne.prix)
        if self._decide(v, etat, node.borne.valeur):
            return []
        libres = np.flatnonzero(etat == 0)
        site = int(libres[np.argmin(np.abs(node.borne.moyenne[libres] - 0.5))])
        rest = _Noeud(replace(node.borne, prix=prix), etat, self._relax(v))
        children = list(self.two.map(lambda side: self._child(rest, site, side), (-1, 1)))
        return sorted((c for c in children if c is not None), key=lambda c: -c.borne.valeur)

    def _child(self, parent: _Noeud, site: int, side: int) -> _Noeud | None:
        """The node where ``site`` is open (1) or closed (-1), if the budget allows."""
        etat = parent.etat.copy()
        etat[site] = side
        if self.cadre.payant[etat == 1].sum() > self.cadre.budget * (1 + 1e-9):
            return None
        known = np.isfinite(self.valeur)
        vise = self.valeur if known else 1.01 * abs(parent.borne.valeur) + 1.0
        borne = parent.relaxation.ascend(etat, parent.borne, vise, self.assez, _CHILD, 0.5)
        return _Noeud(borne, etat, parent.relaxation)

    def _decide(self, v: Proximites, etat: NDArray[np.int8], borne: float) -> bool:
        """Whether little enough remained to be decided here."""
        n_libres = int((etat == 0).sum())
        if n_libres and len(v.site) > _PAIRS:
            return False
        reste = list_remains(v)
        if n_libres and reste.n_colonnes > max(_LITTLE, min(_SHALLOW * n_libres, _MUCH)):
            return False
        gap = 0.9 / max(self.valeur, 1.0) if self.entier and np.isfinite(self.valeur) else 0.0
        left = self.fin - time.perf_counter()
        found = solve_remains(reste, self.cadre, etat, self._at_most(), left, gap)
        if found.x is not None:
            self._try(found.x)
        if found.statut in ("realisable", "inconnu") or (found.statut == "optimal" and v.tronque):
            self.laisse = min(self.laisse, max(borne, found.borne))
        return True

    def _at_most(self) -> float:
        """What a better placement costs at most, with room for the rounding of large sums."""
        return self.valeur - 0.5 if self.entier and self.valeur < _EXACT else self.valeur * (1 + _TRUE)

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


def _nothing(prix: NDArray[np.float64], mu: NDArray[np.float64]) -> Minorant:
    """No bound yet, but prices to begin with."""
    none = np.empty(0)
    return Minorant(-np.inf, prix, mu, none, none, none, 0.0, 0.0, 1.0)
