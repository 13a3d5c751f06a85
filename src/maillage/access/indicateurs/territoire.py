"""People and land."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def population_municipale(habitants: Floats) -> Floats:
    """The newest municipal population, as published: float64[n], people."""
    return habitants


def superficie_km2(superficie_m2: Floats) -> Floats:
    """Area in km².

    >>> superficie_km2(np.array([5_742_750_000.0]))
    array([5742.75])
    """
    return superficie_m2 / 1_000_000


def densite(population_municipale: Floats, superficie_km2: Floats) -> Floats:
    """People per km²; null where the area is unknown or zero.

    >>> densite(np.array([2_611_293.0]), np.array([5742.75])).round(1)
    array([454.7])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(superficie_km2 > 0, population_municipale / superficie_km2, np.nan)
