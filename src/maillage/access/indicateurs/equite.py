"""Who is left behind: groups, depth and severity of remoteness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.access.indicateurs.panier import duree_panier

__all__ = ["duree_panier", "ecart", "fgt_deux", "fgt_un"]

Floats = NDArray[np.float64]


def ecart(groupe_duree: Floats, tous: Floats) -> Floats:
    """A group's figure minus everybody's; null where either is unknown."""
    return groupe_duree - tous


def _exceed(temps_panier: Floats, panier_eloigne_min: float) -> Floats:
    """How far beyond the threshold z, in shares of z: max(0, (t - z)/z); null where unknown.

    >>> _exceed(np.array([[420.0], [840.0], [np.nan]]), 7).tolist()
    [0.0, 1.0, nan]
    """
    threshold_s = 60 * panier_eloigne_min
    return np.maximum(duree_panier(temps_panier) - threshold_s, 0.0) / threshold_s


def fgt_un(temps_panier: Floats, panier_eloigne_min: float) -> Floats:
    """Each place's term of FGT with α = 1; their mean over people is the index."""
    return _exceed(temps_panier, panier_eloigne_min)


def fgt_deux(temps_panier: Floats, panier_eloigne_min: float) -> Floats:
    """Each place's term of FGT with α = 2."""
    return _exceed(temps_panier, panier_eloigne_min) ** 2
