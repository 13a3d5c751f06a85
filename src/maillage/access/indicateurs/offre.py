"""Counts, rates and presence of services."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def nombre(effectif: Floats) -> Floats:
    """Number of facilities: a count, carried as it stands. float64[n]; null where the source says nothing."""
    return effectif


def taux_10000(nombre: Floats, habitants: Floats) -> Floats:
    """Facilities per 10,000 people; null where nobody lives.

    T = 10 000 · N / P, with P the population of the year nearest to N's.

    >>> taux_10000(np.array([70_260.0]), np.array([2_611_293.0])).round()
    array([269.])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(habitants > 0, 10_000 * nombre / habitants, np.nan)


def presence(nombre: Floats) -> Floats:
    """1 where there is at least one (N ≥ 1), 0 where there is none, null where it is unknown.

    >>> presence(np.array([0.0, 3.0, np.nan]))
    array([ 0.,  1., nan])
    """
    return np.where(np.isnan(nombre), np.nan, (nombre >= 1).astype(np.float64))
