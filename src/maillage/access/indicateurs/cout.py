"""What reaching services costs, against income."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def cout_trajets_revenu(
    duree: Floats, revenu: Floats, trajet_vitesse_km_h: float, trajet_cout_km: float, trajets_par_an: float
) -> Floats:
    """Yearly cost of round trips over yearly income, a share; null where either is unknown.

    C = 2·n·k·v·D / R, with D in seconds, v in km/h, k in € per km.

    >>> cout_trajets_revenu(np.array([360.0]), np.array([22_000.0]), 40, 0.529, 104).round(4).tolist()
    [0.02]
    """
    km = duree / 3600 * trajet_vitesse_km_h
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(revenu > 0, 2 * trajets_par_an * trajet_cout_km * km / revenu, np.nan)
