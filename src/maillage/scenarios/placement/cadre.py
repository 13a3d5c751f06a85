"""What a placement must respect besides its objective: number or budget, what stays, what must hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Statut = Literal["optimal", "realisable", "impossible", "inconnu"]


@dataclass(frozen=True)
class Garantie:
    """Each row of ``coefficients`` float64[rows, sites] times the open sites (0 or 1): at least ``minimum``.

    ``nom`` says the rule in French, as an explanation names it.
    """

    nom: str
    coefficients: NDArray[np.float64]
    minimum: NDArray[np.float64]

    def holds(self, ouvert: NDArray[np.bool_]) -> bool:
        """Whether these open sites respect it."""
        return bool((self.coefficients @ ouvert >= self.minimum - 1e-9).all())

    def left(self, etat: NDArray[np.int8]) -> Garantie:
        """The rows that sites already open (``etat`` 1), whatever opens besides, do not give yet.

        >>> rule = Garantie("tous à 30 min au plus", np.array([[1.0, 1.0], [0.0, 1.0]]), np.ones(2))
        >>> rule.left(np.array([1, 0], np.int8)).coefficients
        array([[0., 1.]])
        """
        least = self.coefficients @ (etat == 1) + self.coefficients.clip(max=0) @ (etat == 0)
        wanted = least < self.minimum - 1e-9
        return Garantie(self.nom, self.coefficients[wanted], self.minimum[wanted])


@dataclass(frozen=True)
class Cadre:
    """The decision: every array is [sites].

    ``verrouille``: exists and stays open, free of charge. ``exclu``: never opened. The others open or not;
    those that open cost ``depense`` > 0 each, ``budget`` in all (``depense`` of one and ``budget`` of p: p
    sites at most, and exactly p are given whenever as many candidates are left, since one more never
    harms).
    """

    verrouille: NDArray[np.bool_]
    exclu: NDArray[np.bool_]
    depense: NDArray[np.float64]
    budget: float
    garanties: tuple[Garantie, ...] = ()

    @property
    def etat(self) -> NDArray[np.int8]:
        """1 open, -1 closed, 0 to decide."""
        return np.where(self.verrouille, 1, np.where(self.exclu, -1, 0)).astype(np.int8)

    @property
    def payant(self) -> NDArray[np.float64]:
        """What opening costs, locked sites costing nothing."""
        return np.where(self.verrouille, 0.0, self.depense)

    def after(self, etat: NDArray[np.int8]) -> Cadre:
        """The same decision once sites are open (1) or closed (-1): what is left to decide and to spend."""
        left = max(self.budget - float(self.payant @ (etat == 1)), 0.0)
        return Cadre(etat == 1, etat == -1, self.depense, left, self.garanties)

    def without_given(self) -> Cadre:
        """The same decision, less the guarantees that the locked sites give by themselves."""
        left = (garantie.left(self.etat) for garantie in self.garanties)
        return replace(self, garanties=tuple(garantie for garantie in left if len(garantie.minimum)))

    def holds(self, ouvert: NDArray[np.bool_]) -> bool:
        """Whether these open sites respect everything."""
        return bool(
            self.payant @ ouvert <= self.budget * (1 + 1e-12)
            and not (ouvert & self.exclu).any()
            and ouvert[self.verrouille].all()
            and all(garantie.holds(ouvert) for garantie in self.garanties)
        )


def choose_number(
    n_sites: int,
    nombre: int,
    verrouille: Sequence[int] = (),
    exclu: Sequence[int] = (),
    garanties: tuple[Garantie, ...] = (),
) -> Cadre:
    """``nombre`` sites to open among ``n_sites``, besides the locked ones.

    >>> choose_number(4, 2, verrouille=[0], exclu=[3]).etat
    array([ 1,  0,  0, -1], dtype=int8)
    """
    locked, out = np.zeros(n_sites, bool), np.zeros(n_sites, bool)
    locked[list(verrouille)] = True
    out[list(exclu)] = True
    return Cadre(locked, out & ~locked, np.ones(n_sites), float(nombre), garanties)


@dataclass(frozen=True)
class Placement:
    """An answer and its proof.

    ``statut``: ``optimal`` (proved), ``realisable`` (time ran out: ``ecart`` says how far at most),
    ``impossible`` (``causes`` says why) or ``inconnu`` (time ran out before any answer). ``valeur`` and
    ``borne`` are in the unit of the objective, ``ecart`` is their distance over ``valeur``; null where
    there is none. ``lieux``: rows of the open sites, ascending, locked ones included.
    """

    statut: Statut
    valeur: float | None
    borne: float | None
    lieux: tuple[int, ...]
    duree_s: float
    causes: tuple[str, ...] = ()

    @property
    def ecart(self) -> float | None:
        """Distance between value and bound, as a share of the value; 0 when proved.

        >>> Placement("realisable", 200.0, 190.0, (1,), 0.1).ecart
        0.05
        """
        if self.valeur is None or self.borne is None:
            return None
        away = abs(self.valeur - self.borne)
        return 0.0 if self.statut == "optimal" or away == 0 else away / max(abs(self.valeur), 1e-12)
