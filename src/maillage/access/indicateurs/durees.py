"""Travel times to the nearest service, and the people beyond a threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.access.evaluation.intervalles import with_range
from maillage.access.evaluation.registre import Resultat
from maillage.catalogue.temps_estimes import Residus
from maillage.network.estimate.residuals import chance_beyond

Floats = NDArray[np.float64]


def duree_type(temps: Floats, residus: Residus | None = None) -> Floats | Resultat:
    """Time to the nearest, in seconds: float64[n]; unreachable (inf) becomes null.

    Where times are estimated, with the 90 % interval of their mean: see ``range_of``.

    >>> duree_type(np.array([312.0, np.inf]))
    array([312.,  nan])
    """
    return with_range(np.where(np.isinf(temps), np.nan, temps), residus)


def part_au_dela(temps: Floats, m: float, residus: Residus | None = None) -> Floats | Resultat:
    """Share of the people whose time is strictly (>) beyond ``m`` minutes.

    ``temps`` float64[n], s: 1 or 0 at each place (inf is beyond; null stays null). Where times are estimated,
    ``residus`` is the law of their error and the share is the expectation under it, with a 90 % interval: see
    ``chance_beyond``.

    >>> part_au_dela(np.array([420.0, 421.0, np.inf, np.nan]), 7)
    array([ 0.,  1.,  1., nan])
    >>> even = Residus((np.inf,), (0.0, 1.0), ((-0.2, 0.2),), 0.0)
    >>> part_au_dela(np.array([420.0, np.inf]), 7, even).valeurs
    array([0.5, 1. ])
    """
    if residus is None:
        return np.where(np.isnan(temps), np.nan, (temps > 60 * m).astype(np.float64))
    chance = chance_beyond(temps, 60 * m, residus)
    return Resultat(chance.expected, bas=chance.low, haut=chance.high)
