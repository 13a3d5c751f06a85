"""A figure for each of many places: values, coverage, reliability, interval, sources."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from maillage.access.evaluation.fiabilite import FIABILITES

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Valeurs:
    """A figure for each of n places: float64[n] (a grandeur may be [n, k]); NaN is unknown.

    ``couverture`` float64[n]: share of the place's people for whom it is known. ``fiabilite`` uint8[n]:
    rows of :data:`FIABILITES`. ``bas``, ``haut``: an interval, or null. ``sources``: their ids.
    """

    valeurs: Floats
    couverture: Floats
    fiabilite: NDArray[np.uint8]
    millesime: str = ""
    sources: frozenset[str] = frozenset()
    bas: Floats | None = None
    haut: Floats | None = None

    @classmethod
    def observe(
        cls, valeurs: object, millesime: str = "", *sources: str, fiabilite: str = "observe"
    ) -> Valeurs:
        """Values all of one reliability, covered wherever they are known.

        >>> Valeurs.observe([3, float("nan")]).couverture
        array([1., 0.])
        """
        array = np.asarray(valeurs, dtype=np.float64)
        known = np.isfinite(array) if array.ndim == 1 else np.isfinite(array).any(axis=1)
        level = np.full(len(array), FIABILITES.index(fiabilite), dtype=np.uint8)
        couverture = np.asarray(known, dtype=np.float64)
        return cls(array, couverture, level, millesime, frozenset(sources))


def admit(figure: Valeurs, simulees: frozenset[str], grade: NDArray[np.uint8] | None = None) -> Valeurs:
    """The figure, ``simule`` when one of its sources is invented, no better than ``grade`` anyway."""
    invented = np.uint8(FIABILITES.index("simule") if figure.sources & simulees else 0)
    floor = np.maximum(invented, np.uint8(0) if grade is None else grade)
    return replace(figure, fiabilite=np.maximum(figure.fiabilite, floor).astype(np.uint8))
