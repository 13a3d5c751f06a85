"""Travel times to the nearest service, and the people beyond a threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.access.registre import Resultat

Floats = NDArray[np.float64]


def duree_type(temps: Floats) -> Floats:
    """Time to the nearest, in seconds: float64[n]; unreachable (inf) becomes null.

    >>> duree_type(np.array([312.0, np.inf]))
    array([312.,  nan])
    """
    return np.where(np.isinf(temps), np.nan, temps)


def part_au_dela(temps: Floats, m: float, tirages: Floats | None = None) -> Floats | Resultat:
    """Share of the people whose time is strictly (>) beyond ``m`` minutes.

    ``temps`` float64[n], s: 1 or 0 at each place (inf is beyond; null stays null). With ``tirages``
    float64[n, q], the time at q equally likely levels of the estimate's error (ascending), the share is
    the expectation E = (1/q) Σ_k [t_k > 60 m], and its interval goes from the lowest level to the highest.

    >>> part_au_dela(np.array([420.0, 421.0, np.inf]), 7)
    array([0., 1., 1.])
    >>> part_au_dela(np.array([400.0]), 7, np.array([[300.0, 380.0, 430.0, 500.0]])).valeurs
    array([0.5])
    """
    beyond = np.where(np.isnan(temps), np.nan, (temps > 60 * m).astype(np.float64))
    if tirages is None:
        return beyond
    levels = np.where(np.isnan(tirages), np.nan, (tirages > 60 * m).astype(np.float64))
    expected = np.where(np.isnan(beyond), np.nan, levels.mean(axis=1))
    return Resultat(expected, bas=levels[:, 0], haut=levels[:, -1])
