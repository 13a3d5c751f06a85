"""A bound, and the sites that no better placement opens or closes.

Serving each cell once is relaxed at a price ``u`` per person: whatever the prices,

    L(u) = Σ w·u + min Σ ρ_j·y_j   over the y that the budget allows,   ρ_j = Σ w·min(0, c_ij - u_i)

is at most the optimum. Guarantees (rows A·y ≥ b) are relaxed alike, at a price μ ≥ 0 each: μ·b is added,
and ρ_j lowered by μ·A_j. Prices rise by a deflected subgradient. Cornuejols, G., Fisher, M. L. and
Nemhauser, G. L. (1977), "Location of bank accounts to optimize float", Management Science 23; Beasley, J.
E. (1993), "Lagrangean heuristics for location problems", European Journal of Operational Research 65.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from maillage.scenarios.placement.cadre import Cadre
from maillage.scenarios.placement.proximites import Proximites

_STALL = 15  # steps without progress before the step is halved
_WORN = 1e-4  # a step this small gains nothing more


@dataclass(frozen=True)
class Minorant:
    """The best bound met, with the prices (of people, of guarantees), reduced costs and sites that gave it.

    ``moyenne`` float64[sites]: how often each was chosen lately. ``dernier`` and ``premier``: what one more
    unit of budget was worth to the last site chosen and to the first refused. ``pas``: the step left at the
    end.
    """

    valeur: float
    prix: NDArray[np.float64]
    mu: NDArray[np.float64]
    rho: NDArray[np.float64]
    y: NDArray[np.float64]
    moyenne: NDArray[np.float64]
    dernier: float
    premier: float
    pas: float


@njit(cache=True, nogil=True)
def reduced_costs(debut: Any, site: Any, cout: Any, poids: Any, prix: Any, rho: Any) -> float:
    """Fill ρ; Σ w·u."""
    rho[:] = 0.0
    paid = 0.0
    for i in range(len(poids)):
        u, w = prix[i], poids[i]
        paid += w * u
        for k in range(debut[i], debut[i + 1]):
            if cout[k] >= u:
                break
            rho[site[k]] += w * (cout[k] - u)
    return paid


@njit(cache=True, nogil=True)
def unserved(debut: Any, site: Any, cout: Any, prix: Any, y: Any, manque: Any) -> None:
    """Fill, by cell, 1 less the open sites that are worth its price: the direction in which prices move."""
    for i in range(len(prix)):
        manque[i] = 1.0
        for k in range(debut[i], debut[i + 1]):
            if cout[k] >= prix[i]:
                break
            manque[i] -= y[site[k]]


@njit(cache=True, nogil=True)
def choose(rho: Any, etat: Any, payant: Any, budget: float, y: Any) -> tuple[float, float, float]:
    """Fill the y of least Σ ρ·y within the budget, the last in part; its value, the two marginal worths."""
    left, value = budget, 0.0
    worth = np.empty(len(rho))
    for j in range(len(rho)):
        y[j] = 1.0 if etat[j] == 1 else 0.0
        left -= y[j] * payant[j]
        value += y[j] * rho[j]
        worth[j] = -rho[j] / payant[j] if etat[j] == 0 else -1.0
    last, none = 0.0, 1e-9 * budget
    while True:
        best = -1
        for j in range(len(rho)):
            if worth[j] >= 0.0 and (best < 0 or worth[j] > worth[best]):
                best = j
        if best < 0:
            return value, last if left <= none else 0.0, 0.0
        if left <= none:
            return value, last, worth[best]
        last = worth[best]
        worth[best] = -1.0
        y[best] = min(1.0, left / payant[best])
        value += y[best] * rho[best]
        left -= y[best] * payant[best]
        if y[best] < 1.0:
            return value, last, last


@njit(cache=True, nogil=True)
def charge(lignes: Any, minimum: Any, mu: Any, rho: Any) -> float:
    """Lower ρ by what the guarantees pay; Σ μ·b."""
    paid = 0.0
    for r in range(len(mu)):
        if mu[r] > 0.0:
            paid += mu[r] * minimum[r]
            for j in range(len(rho)):
                rho[j] -= mu[r] * lignes[r, j]
    return paid


@njit(cache=True, nogil=True)
def lacking(lignes: Any, minimum: Any, y: Any, manque: Any) -> None:
    """Fill, by guarantee, what the sites chosen lack to give it (negative: what they have in excess)."""
    for r in range(len(minimum)):
        manque[r] = minimum[r]
        for j in range(len(y)):
            manque[r] -= lignes[r, j] * y[j]


@njit(cache=True, nogil=True)
def remember(y: Any, part: float, moyenne: Any) -> None:
    """Move the running mean towards y."""
    for j in range(len(y)):
        moyenne[j] += part * (y[j] - moyenne[j])


@njit(cache=True, nogil=True)
def _ascend(
    debut: Any, site: Any, cout: Any, poids: Any, bas: Any, haut: Any, lignes: Any, minimum: Any, etat: Any,
    payant: Any, budget: float, prix: Any, mu: Any, vise: float, assez: float, tours: int, pas: float,
) -> tuple[float, Any, Any, Any, Any, Any, float, float, float]:  # fmt: skip
    m, n, g = len(etat), len(poids), len(minimum)
    rho, y, moyenne = np.empty(m), np.empty(m), np.zeros(m)
    manque, sens, defaut, elan = np.empty(n), np.zeros(n), np.empty(g), np.zeros(g)
    best, best_prix, best_mu, best_rho, best_y = -np.inf, prix.copy(), mu.copy(), np.zeros(m), np.zeros(m)
    dernier = premier = 0.0
    stall = 0
    for tour in range(tours):
        value = reduced_costs(debut, site, cout, poids, prix, rho) + charge(lignes, minimum, mu, rho)
        chosen, last, first = choose(rho, etat, payant, budget, y)
        value += chosen
        remember(y, 0.1 if tour else 1.0, moyenne)
        stall = 0 if value > best + 1e-6 * abs(best) else stall + 1
        if value > best:
            best, dernier, premier = value, last, first
            best_prix[:], best_mu[:], best_rho[:], best_y[:] = prix, mu, rho, y
        if best >= assez or pas < _WORN:
            break
        if stall >= _STALL:
            pas, stall = pas / 2, 0
            prix[:], mu[:] = best_prix, best_mu
            sens[:] = 0.0
            elan[:] = 0.0
            continue
        unserved(debut, site, cout, prix, y, manque)
        lacking(lignes, minimum, y, defaut)
        norm, people = 0.0, 0.0
        for i in range(n):
            sens[i] = manque[i] + 0.5 * sens[i]
            norm += poids[i] * sens[i] * sens[i]
            people += poids[i]
        share = people / (1.0 + np.sum(y))  # a guarantee is worth about what the people of a site are
        for r in range(g):
            elan[r] = defaut[r] + 0.5 * elan[r]
            norm += share * elan[r] * elan[r]
        if norm == 0.0:
            break
        step = pas * (vise - value) / norm
        for i in range(n):
            prix[i] = min(max(prix[i] + step * sens[i], bas[i]), haut[i])
        for r in range(g):
            mu[r] = max(mu[r] + step * share * elan[r], 0.0)
    return best, best_prix, best_mu, best_rho, best_y, moyenne, dernier, premier, pas


@dataclass(frozen=True)
class Relaxation:
    """A problem ready to be bounded; ``lignes`` float64[rows, sites] and ``minimum``: its guarantees."""

    v: Proximites
    cadre: Cadre
    lignes: NDArray[np.float64]
    minimum: NDArray[np.float64]

    @classmethod
    def of(cls, v: Proximites, cadre: Cadre) -> Relaxation:
        """The guarantees of a frame, one below the other."""
        rows = [garantie.coefficients for garantie in cadre.garanties]
        least = [garantie.minimum for garantie in cadre.garanties]
        return cls(v, cadre, np.concatenate([np.empty((0, v.n_sites)), *rows]), np.concatenate([[], *least]))

    def price(self, prix: NDArray[np.float64], rho: NDArray[np.float64]) -> float:
        """Fill ρ at these prices, guarantees apart; Σ w·u."""
        v = self.v
        prix = np.minimum(prix, v.plafond)
        return float(reduced_costs(v.debut, v.site, v.cout, v.poids, prix, rho))

    def ascend(
        self, etat: NDArray[np.int8], depuis: Minorant, vise: float, assez: float, tours: int, pas: float
    ) -> Minorant:
        """At most ``tours`` steps towards ``vise`` from these prices, no more once ``assez`` is reached.

        A price is at most what every other site costs: above it the bound would not hold.
        """
        v, haut = self.v, self.v.plafond
        who = (v.debut, v.site, v.cout, v.poids, v.plancher, haut, self.lignes, self.minimum)
        what = (etat, self.cadre.payant, self.cadre.budget, np.minimum(depuis.prix, haut), depuis.mu.copy())
        return Minorant(*_ascend(*who, *what, vise, assez, tours, pas))

    def fix(self, borne: Minorant, etat: NDArray[np.int8], assez: float) -> NDArray[np.int8] | None:
        """What a placement better than ``assez`` must open or close; null when none can be.

        Opening a site that was refused costs at least ρ + its price more; closing one that was chosen, as
        much less.
        """
        free, payant = etat == 0, self.cadre.payant
        opened = borne.rho + borne.dernier * payant
        closed = -(borne.rho + borne.premier * payant)
        out = free & (borne.y < 1) & (borne.valeur + np.maximum(0.0, opened) >= assez)
        kept = free & (borne.y == 1) & (borne.valeur + np.maximum(0.0, closed) >= assez)
        fixed = etat.copy()
        fixed[out], fixed[kept] = -1, 1
        if payant[fixed == 1].sum() > self.cadre.budget * (1 + 1e-9):
            return None
        return fixed
