"""Who offers and who asks, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from maillage.access.evaluation.fiabilite import FIABILITES, Grades
from maillage.access.evaluation.valeurs import Floats
from maillage.network.travel_times import Points, Sites


@dataclass(frozen=True)
class Offre:
    """The places that offer one thing: ``effectif`` float64[sites] (heads, places…) at each point.

    ``fiabilite`` uint8[sites] is that of their position: a convention seats what is known by commune.
    """

    points: Points
    effectif: Floats
    fiabilite: Grades
    source: str
    millesime: str

    @property
    def sites(self) -> Sites:
        """The places as sites of one type."""
        return Sites(self.points, np.zeros(len(self.points), np.int32), 1)


@dataclass(frozen=True)
class Demande:
    """The people of each origin, and by age (the youngest first): float64[origins], [origins, ages].

    Unknown is NaN: no age of an origin is used unless all are known.
    """

    population: Floats
    ages: Floats

    @property
    def fiabilite(self) -> Grades:
        """``impute`` where somebody lives and the ages are not known: uint8[origins]."""
        unknown = ~np.isfinite(self.ages).all(axis=1) & ~(self.population == 0)
        return np.where(unknown, FIABILITES.index("impute"), 0).astype(np.uint8)
