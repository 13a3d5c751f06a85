"""Figures: one indicator over one mesh, one figure of one territory."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from maillage.atlas.lecture.definitions import Definition


@dataclass(frozen=True)
class Chiffre:
    """One figure with what makes it readable, in the unit of its definition; ``valeur`` None is unknown.

    ``fiabilite``: observe, impute, estime or simule. ``couverture``: share (0 to 1) of the people for whom it
    is known. ``bas``, ``haut``: its interval at 90 %, None where it has none.
    """

    definition: Definition
    valeur: float | None
    fiabilite: str | None = None
    couverture: float | None = None
    bas: float | None = None
    haut: float | None = None

    @property
    def connu(self) -> bool:
        """Whether there is a figure."""
        return self.valeur is not None


@dataclass(frozen=True, eq=False)
class Colonne:
    """One indicator over one mesh, float64 in the order of the codes and in the unit of its definition.

    NaN where unknown; ``bas`` and ``haut`` are None where the indicator has no interval. ``rang``: row of
    each code; like ``codes``, one for all columns of the mesh.
    """

    definition: Definition
    codes: tuple[str, ...]
    rang: Mapping[str, int] = field(repr=False)
    valeurs: NDArray[np.float64]
    fiabilites: tuple[str | None, ...]
    couvertures: NDArray[np.float64]
    bas: NDArray[np.float64] | None
    haut: NDArray[np.float64] | None

    def chiffre(self, code: str) -> Chiffre:
        """The figure of one territory; unknown when the mesh does not hold it."""
        row = self.rang.get(code)
        if row is None or math.isnan(value := self.valeurs.item(row)):
            return Chiffre(self.definition, None)
        told = [None if side is None else side.item(row) for side in (self.couvertures, self.bas, self.haut)]
        known = [None if one is None or math.isnan(one) else one for one in told]
        return Chiffre(self.definition, value, self.fiabilites[row], *known)
