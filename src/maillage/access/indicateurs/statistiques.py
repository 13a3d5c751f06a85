"""Commune statistics as published: needs, incomes, ages, and the official accessibility to care."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def statistique(valeur: Floats) -> Floats:
    """A published statistic, carried as it stands: float64[n]; null where secret or missing."""
    return valeur
