"""Room, waiting time and choice: what the stage ``acces`` and the places themselves say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.access.evaluation.registre import Resultat
from maillage.access.indicateurs.apl import intervalle, reporte
from maillage.access.saturation import saturation

__all__ = ["intervalle", "reporte", "saturation_lieux"]

Floats = NDArray[np.float64]


def saturation_lieux(activite: Floats, capacite: Floats, connus: Floats, lieux: Floats) -> Resultat:
    """100·activity / capacity of the places that state both, float64[n]; null where none does.

    ``connus`` of the ``lieux`` places state both: that share is the coverage.

    >>> activity, capacity = np.array([90.0, 0.0]), np.array([100.0, 0.0])
    >>> found = saturation_lieux(activity, capacity, np.array([2.0, 0.0]), np.array([4.0, 1.0]))
    >>> found.valeurs.tolist(), found.couverture.tolist()
    ([90.0, nan], [0.5, 0.0])
    """
    share = np.divide(connus, lieux, out=np.zeros_like(connus), where=lieux > 0)
    return Resultat(100 * saturation(activite, capacite), couverture=share)
