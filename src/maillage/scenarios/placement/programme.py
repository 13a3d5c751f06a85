"""An integer program written column by column and row by row, solved by HiGHS through scipy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

_OPTIMAL, _INFEASIBLE = 0, 2  # statuses of scipy.optimize.milp


@dataclass(frozen=True)
class SolutionEntiere:
    """``borne`` is proved (infinite when nothing is possible); ``x`` null when no solution was found."""

    statut: Literal["optimal", "realisable", "impossible", "inconnu"]
    borne: float
    x: NDArray[Any] | None


class ProgrammeEntier:
    """Least cost, columns from 0 to their upper bound."""

    def __init__(self) -> None:
        self.cout: list[float] = []
        self.haut: list[float] = []
        self.entier: list[bool] = []
        self.debut: list[int] = [0]
        self.colonne: list[int] = []
        self.valeur: list[float] = []
        self.moins: list[float] = []
        self.plus: list[float] = []

    def add_binaries(self, cout: Sequence[float] | NDArray[np.float64]) -> int:
        """0 or 1 each; the number of the first."""
        self.entier += [True] * len(cout)
        return self._add(cout, [1.0] * len(cout))

    def add_columns(
        self, cout: Sequence[float] | NDArray[np.float64], haut: Sequence[float] | NDArray[np.float64]
    ) -> int:
        """Any value from 0 to ``haut``; the number of the first."""
        self.entier += [False] * len(cout)
        return self._add(cout, haut)

    def _add(
        self, cout: Sequence[float] | NDArray[np.float64], haut: Sequence[float] | NDArray[np.float64]
    ) -> int:
        first = len(self.cout)
        self.cout += list(cout)
        self.haut += list(haut)
        return first

    def add_row(self, colonnes: Sequence[int], valeurs: Sequence[float], moins: float, plus: float) -> None:
        """``moins`` ≤ Σ values·columns ≤ ``plus``."""
        self.colonne += colonnes
        self.valeur += valeurs
        self.debut.append(len(self.colonne))
        self.moins.append(moins)
        self.plus.append(plus)

    def solve(self, limite_s: float, ecart: float = 0.0) -> SolutionEntiere:
        """The optimum, or within ``ecart`` of it as a share."""
        if not self.cout:  # nothing to decide: milp refuses it
            held = all(low <= 0 <= high for low, high in zip(self.moins, self.plus, strict=True))
            return (
                SolutionEntiere("optimal", 0.0, np.empty(0))
                if held
                else SolutionEntiere("impossible", np.inf, None)
            )
        shape = (len(self.moins), len(self.cout))
        rows = csr_array((self.valeur, self.colonne, self.debut), shape=shape)
        found = milp(
            self.cout,
            integrality=np.array(self.entier, int),
            bounds=Bounds(0.0, np.array(self.haut)),
            constraints=LinearConstraint(rows, np.array(self.moins), np.array(self.plus)),
            options={"time_limit": max(limite_s, 0.01), "mip_rel_gap": ecart},
        )
        if found.status == _INFEASIBLE:
            return SolutionEntiere("impossible", np.inf, None)
        borne = -np.inf if found.mip_dual_bound is None else found.mip_dual_bound
        if found.status == _OPTIMAL:
            return SolutionEntiere("optimal", borne, found.x)
        return SolutionEntiere("inconnu" if found.x is None else "realisable", borne, found.x)
