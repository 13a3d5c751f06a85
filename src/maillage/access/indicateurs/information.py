"""Information, reception and disabled access."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.access.indicateurs.besoins import part

__all__ = ["a_portee", "part"]

Floats = NDArray[np.float64]


def a_portee(temps: Floats, premier_accueil_min: float) -> Floats:
    """1 where the time is at most (≤) the threshold in minutes, else 0; inf is 0, null stays null.

    >>> a_portee(np.array([1200.0, 1201.0, np.inf, np.nan]), 20).tolist()
    [1.0, 0.0, 0.0, nan]
    """
    return np.where(np.isnan(temps), np.nan, (temps <= 60 * premier_accueil_min).astype(np.float64))
