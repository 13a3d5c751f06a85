"""Guarantees that a placement must give: an equity floor, a second site, few closures, a real difference.

Of two rows of sites of which one contains the other, the smaller alone is kept: it implies the larger.
Rows that nothing can satisfy are all kept, to be counted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.scenarios.placement.cadre import Cadre, Garantie
from maillage.scenarios.placement.proximites import group_rows


def at_least_within(
    nom: str, duree: NDArray[Any], concerne: NDArray[np.bool_], seuil: float, sites: int = 1
) -> Garantie:
    """Each cell of ``concerne`` has at least ``sites`` open sites at ``duree``[cells, sites] ≤ ``seuil``.

    With the cells where a group lives: nobody of it beyond the threshold (equity floor). With two sites:
    backup coverage (Hogan, K. and ReVelle, C., 1986, "Concepts and applications of backup coverage",
    Management Science 32).

    >>> rule = at_least_within("65 ans et plus", np.array([[5, 20], [5, 9]]), np.array([True, True]), 10)
    >>> rule.coefficients
    array([[1., 0.]])
    """
    rows = duree[concerne] <= seuil
    hopeless = rows.sum(1) < sites
    rows = np.concatenate([rows[hopeless], minimal_rows(rows[~hopeless])])
    return Garantie(nom, rows.astype(np.float64), np.full(len(rows), float(sites)))


def must_reach(joignable: NDArray[np.bool_]) -> Garantie:
    """Each cell has an open site among those of ``joignable``[cells, sites]."""
    rows = minimal_rows(joignable)
    return Garantie("chaque habitant peut joindre un lieu", rows.astype(np.float64), np.ones(len(rows)))


def minimal_rows(oui: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The rows that contain no other one, each once."""
    first, _ = group_rows(oui)
    rest = oui[first]
    rest = rest[np.argsort(rest.sum(1), kind="stable")]
    kept = []
    while len(rest):
        least = rest[0]
        kept.append(least)
        rest = rest[~rest[:, least].all(1)]
    return np.array(kept, bool).reshape(len(kept), oui.shape[1])


def few_closures(nom: str, existe: NDArray[np.bool_], au_plus: int) -> Garantie:
    """At most ``au_plus`` of the existing sites close."""
    open_ones = existe.astype(np.float64)[None]
    return Garantie(nom, open_ones, np.array([existe.sum() - float(au_plus)]))


def few_open(nom: str, parmi: NDArray[np.bool_], au_plus: int) -> Garantie:
    """At most ``au_plus`` of these sites open: a number beside a budget."""
    return Garantie(nom, -parmi.astype(np.float64)[None], np.array([-float(au_plus)]))


def differ(cadre: Cadre, lieux: tuple[int, ...], sites: int) -> Garantie:
    """At least ``sites`` of these, locked ones apart, are not open.

    >>> from maillage.scenarios.placement.cadre import choose_number
    >>> rule = differ(choose_number(3, 2), (0, 2), 1)
    >>> rule.holds(np.array([True, False, True])), rule.holds(np.array([True, True, False]))
    (False, True)
    """
    movable = [site for site in lieux if not cadre.verrouille[site]]
    row = np.zeros((1, len(cadre.exclu)))
    row[0, movable] = -1.0
    return Garantie(
        "se distinguer des propositions précédentes", row, np.array([float(sites - len(movable))])
    )


def worst_served_first(
    actuelle: NDArray[Any], poids: NDArray[np.float64], part: float = 0.1, reste: float = 1e-6
) -> NDArray[np.float64]:
    """Weights with which the people worst served today come first: the rest only decides between equals.

    ``actuelle``[cells]: their time today. The ``part`` of the people with the longest times weighs 1, the
    others ``reste``; a cell on the border weighs in proportion.

    >>> worst_served_first(np.array([10, 40, 30]), np.array([6.0, 1.0, 3.0]), part=0.2, reste=0.0)
    array([0., 1., 1.])
    """
    worst = np.argsort(-actuelle.astype(np.float64), kind="stable")
    before = np.concatenate([[0.0], np.cumsum(poids[worst])[:-1]])
    first = np.empty(len(poids))
    first[worst] = np.clip(part * poids.sum() - before, 0.0, poids[worst])
    return first + reste * (poids - first)
