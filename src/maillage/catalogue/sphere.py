"""Distances on the mean sphere of ``constantes.toml``: the one great circle that every room measures by."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maillage.catalogue.constantes import EARTH_RADIUS_M


def measure_m(lon: ArrayLike, lat: ArrayLike, lon2: ArrayLike, lat2: ArrayLike) -> NDArray[np.float64]:
    """Great-circle distance in metres on a sphere (haversine), of degrees: one of latitude is 111,195 m.

    >>> measure_m(np.array([3.0]), np.array([50.0]), np.array([3.0]), np.array([51.0])).round().tolist()
    [111195.0]
    """
    a, b = np.radians(lat), np.radians(lat2)
    half = (
        np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(np.subtract(lon2, lon)) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(half, 1.0))))
