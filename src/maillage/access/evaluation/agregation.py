"""Moving figures from a finer mesh to a coarser one: sums, means, gaps, measures of inequality."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from maillage.access.equity import concentration_index, gini, palma
from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.access.evaluation.valeurs import Floats, Valeurs

INEGALITES: Final = {"gini": gini, "palma": palma}
"""Aggregations that measure how a figure is shared; they mean nothing at the places themselves."""

DE_TERRITOIRE: Final = (*INEGALITES, "ecart", "concentration")
"""Aggregations that say nothing where they start from, only of a set of places."""

CROISEES: Final = ("ecart", "concentration")
"""Aggregations that read a second figure of the places: everybody, or a rank."""


@dataclass(frozen=True)
class Maille:
    """How n territories cut a finer mesh (carreaux, communes): a row per place and territory that meet.

    ``lieu`` and ``territoire`` int32[f] are row numbers; ``part`` float64[f] is the share of the place's
    people who live in that territory. Territories may overlap.
    """

    lieu: NDArray[np.int32]
    territoire: NDArray[np.int32]
    part: Floats
    n: int
    n_lieux: int

    @cached_property
    def matrix(self) -> csr_array[np.float64, tuple[int, int]]:
        """The shares, sparse [territories, places]."""
        shape = (self.n, self.n_lieux)
        return csr_array((self.part, (self.territoire, self.lieu)), shape=shape)

    def sum(self, figure: Floats) -> Floats:
        """Add a figure (float64[places], no NaN) up by territory.

        >>> halves = Maille(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([1.0, 0.5, 0.5]), 2, 2)
        >>> halves.sum(np.array([10.0, 4.0]))
        array([12.,  2.])
        """
        return np.asarray(self.matrix @ figure, dtype=np.float64)

    def worst(self, level: NDArray[np.uint8], counted: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """The worst reliability among the places that count, by territory (0 where none does)."""
        worst = np.zeros(self.n, dtype=np.uint8)
        for grade in range(1, len(FIABILITES)):
            here = counted & (level == grade)
            if here.any():
                worst[self.sum(here.astype(np.float64)) > 0] = grade
        return worst


def carry(
    figure: Valeurs, maille: Maille, agregation: str, weight: Floats, croise: Floats | None = None
) -> Valeurs:
    """Move a figure to a coarser mesh; ``weight`` float64[places]: people of the group the figure is about.

    ``moyenne`` and ``part``: V_t = Σ w·v / Σ w over the places where v is known; null where they hold nobody.
    ``somme``: V_t = Σ part·v. ``gini`` and ``palma``: the inequality of v between the people of t.
    ``croise`` float64[places] is what the two others need, NaN where unknown: for ``ecart`` everybody of the
    place, V_t = Σ w·v / Σ w - Σ c·v / Σ c over the same places; for ``concentration`` the rank of the place.

    Couverture = Σ w known / Σ w. An interval moves as the figure does: its ends are reached together (errors
    fully correlated), which is the widest case; measures of inequality and gaps have none.

    >>> one = Maille(np.array([0, 1]), np.array([0, 0]), np.array([1.0, 1.0]), 1, 2)
    >>> times, poor, people = Valeurs.observe([300, 500]), np.array([10.0, 30.0]), np.array([100.0, 100.0])
    >>> carry(times, one, "ecart", poor, people).valeurs.tolist()
    [50.0]
    """
    if croise is not None:
        weight = np.where(np.isfinite(croise), weight, 0.0)
    known = np.isfinite(figure.valeurs)
    people = np.where(known, weight, 0.0)
    total, reached, covered = (maille.sum(x) for x in (weight, people, people * figure.couverture))
    couverture = np.divide(covered, total, out=np.zeros(maille.n), where=total > 0)
    grade = maille.worst(figure.fiabilite, people > 0)
    if agregation in INEGALITES:
        unequal = measure_inequality(INEGALITES[agregation], figure.valeurs, maille, weight)
        return Valeurs(unequal, couverture, grade, figure.millesime, figure.sources)
    if agregation == "concentration" and croise is not None:
        unequal = measure_concentration(figure.valeurs, croise, maille, weight)
        return Valeurs(unequal, couverture, grade, figure.millesime, figure.sources)
    if agregation == "ecart" and croise is not None:
        everybody = np.where(known, np.nan_to_num(croise), 0.0)
        gap = average(figure.valeurs, people, maille) - average(figure.valeurs, everybody, maille)
        return Valeurs(gap, couverture, grade, figure.millesime, figure.sources)
    summed = agregation == "somme"
    counted = np.ones_like(people) if summed else people
    defined = (maille.sum(known.astype(np.float64)) if summed else reached) > 0

    def move(values: Floats) -> Floats:
        moved = maille.sum(np.where(known, values, 0.0) * counted)
        divisor = np.ones(maille.n) if summed else reached
        carried: Floats = np.divide(moved, divisor, out=np.full(maille.n, np.nan), where=defined)
        return carried

    level = maille.worst(figure.fiabilite, known & (counted > 0))
    bas, haut = (None if end is None else move(end) for end in (figure.bas, figure.haut))
    return Valeurs(move(figure.valeurs), couverture, level, figure.millesime, figure.sources, bas, haut)


def average(values: Floats, weight: Floats, maille: Maille) -> Floats:
    """Σ w·v / Σ w by territory, where ``weight`` is 0 at the places whose value is unknown.

    >>> one = Maille(np.array([0, 1]), np.array([0, 0]), np.array([1.0, 1.0]), 1, 2)
    >>> average(np.array([10.0, np.nan]), np.array([3.0, 0.0]), one).tolist()
    [10.0]
    """
    total = maille.sum(weight)
    moved = maille.sum(np.where(weight > 0, values, 0.0) * weight)
    found: Floats = np.divide(moved, total, out=np.full(maille.n, np.nan), where=total > 0)
    return found


def measure_concentration(values: Floats, rank: Floats, maille: Maille, weight: Floats) -> Floats:
    """The concentration index of ``values`` by ``rank`` between the people of each territory: float64[n].

    >>> two = Maille(np.array([0, 1]), np.array([0, 0]), np.array([1.0, 1.0]), 1, 2)
    >>> measure_concentration(np.array([4.0, 0.0]), np.array([1.0, 2.0]), two, np.array([1.0, 1.0])).tolist()
    [-0.5]
    """
    rows = maille.matrix
    pieces = [slice(rows.indptr[t], rows.indptr[t + 1]) for t in range(maille.n)]
    found = []
    for piece in pieces:
        here = rows.indices[piece]
        found.append(concentration_index(values[here], weight[here] * rows.data[piece], rank[here]))
    return np.array(found, dtype=np.float64)


def measure_inequality(
    measure: Callable[[Floats, Floats], float], values: Floats, maille: Maille, weight: Floats
) -> Floats:
    """A measure of inequality in each territory, between the people of the places that meet it: float64[n].

    >>> two = Maille(np.array([0, 1]), np.array([0, 0]), np.array([1.0, 1.0]), 1, 2)
    >>> measure_inequality(gini, np.array([0.0, 4.0]), two, np.array([1.0, 1.0])).tolist()
    [0.5]
    """
    rows = maille.matrix
    pieces = [slice(rows.indptr[t], rows.indptr[t + 1]) for t in range(maille.n)]
    found = [measure(values[rows.indices[p]], weight[rows.indices[p]] * rows.data[p]) for p in pieces]
    return np.array(found, dtype=np.float64)
