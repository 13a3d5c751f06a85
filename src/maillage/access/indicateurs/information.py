"""Information, reception and disabled access."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.access.evaluation.registre import Resultat
from maillage.access.indicateurs.besoins import part
from maillage.access.indicateurs.durees import part_au_dela
from maillage.catalogue.temps_estimes import Residus

__all__ = ["a_portee", "moyenne_connue", "part"]

Floats = NDArray[np.float64]


def a_portee(temps: Floats, premier_accueil_min: float, residus: Residus | None = None) -> Floats | Resultat:
    """1 where the time is at most (≤) the threshold in minutes, else 0; inf is 0, null stays null.

    Where times are estimated, the chance of it under their errors, with a 90 % interval.

    >>> a_portee(np.array([1200.0, 1201.0, np.inf, np.nan]), 20).tolist()
    [1.0, 0.0, 0.0, nan]
    """
    beyond = part_au_dela(temps, premier_accueil_min, residus)
    if not isinstance(beyond, Resultat) or beyond.bas is None or beyond.haut is None:
        return 1.0 - (beyond.valeurs if isinstance(beyond, Resultat) else beyond)
    return Resultat(1.0 - beyond.valeurs, bas=1.0 - beyond.haut, haut=1.0 - beyond.bas)


def moyenne_connue(total: Floats, connus: Floats, tous: Floats) -> Resultat:
    """Σ / n over the places of which it is known, float64[n]; the coverage is their share of all of them.

    Some may be known that ``tous`` does not count: a place without address that says if it is accessible.

    >>> found = moyenne_connue(np.array([22.0, 0.0]), np.array([4.0, 0.0]), np.array([5.0, 2.0]))
    >>> found.valeurs.tolist(), found.couverture.tolist()
    ([5.5, nan], [0.8, 0.0])
    """
    mean = np.divide(total, connus, out=np.full_like(total, np.nan), where=connus > 0)
    every = np.maximum(tous, connus)
    share = np.divide(connus, every, out=np.zeros_like(connus), where=every > 0)
    return Resultat(mean, couverture=share)
