"""Hours a week of effective access, read at carreaux from the stage ``acces``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.access.effective import weight_by_car
from maillage.access.indicateurs.apl import intervalle, reporte

__all__ = ["intervalle", "reporte", "selon_motorisation"]

Floats = NDArray[np.float64]


def selon_motorisation(voiture: Floats, marche: Floats, sans_voiture: Floats) -> Floats:
    """Households with a car drive, the others walk; null where the share without a car is unknown.

    H = (1 - s)·H_car + s·H_walk.

    >>> selon_motorisation(np.array([40.0, 40.0]), np.array([10.0, 10.0]), np.array([0.25, np.nan])).tolist()
    [32.5, nan]
    """
    return weight_by_car(voiture, marche, sans_voiture)
