"""Who is left behind: groups, depth and severity of remoteness, and how many people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.access.evaluation.registre import Resultat
from maillage.access.indicateurs.apl import reporte
from maillage.access.indicateurs.panier import duree_panier, duree_panier_quotidien, part_panier_au_dela
from maillage.catalogue.temps_estimes import Residus
from maillage.network.estimate.residuals import excess_beyond

__all__ = [
    "duree_panier",
    "duree_panier_quotidien",
    "ecart",
    "effectif_de_part",
    "fgt_deux",
    "fgt_un",
    "part_panier_au_dela",
    "reporte",
]

Floats = NDArray[np.float64]


def ecart(groupe_duree: Floats, tous: Floats) -> Floats:
    """A group's figure minus everybody's; null where either is unknown.

    >>> ecart(np.array([255.0, np.nan]), np.array([240.0, 240.0])).tolist()
    [15.0, nan]
    """
    return groupe_duree - tous


def effectif_de_part(part: Floats, habitants: Floats) -> Floats:
    """How many people a share makes, float64[n].

    >>> effectif_de_part(np.array([0.25]), np.array([200.0])).tolist()
    [50.0]
    """
    return part * habitants


def _exceed(
    temps_panier: Floats, panier_eloigne_min: float, residus: Residus | None, alpha: float
) -> Floats | Resultat:
    """How far beyond the threshold z, in shares of z, to the power α: max(0, (t - z)/z)^α.

    Null where unknown. Where times are estimated, the expectation under their errors, with its interval.

    >>> _exceed(np.array([[420.0], [840.0], [np.nan]]), 7, None, 1).tolist()
    [0.0, 1.0, nan]
    """
    threshold_s, time_s = 60 * panier_eloigne_min, duree_panier(temps_panier)
    if residus is None:
        depth: Floats = (np.maximum(time_s - threshold_s, 0.0) / threshold_s) ** alpha
        return depth
    found = excess_beyond(time_s, threshold_s, residus, alpha)
    return Resultat(found.expected, bas=found.low, haut=found.high)


def fgt_un(
    temps_panier: Floats, panier_eloigne_min: float, residus_panier: Residus | None = None
) -> Floats | Resultat:
    """Each place's term of FGT with α = 1; their mean over people is the index.

    >>> fgt_un(np.array([[420.0], [1260.0]]), 7).tolist()
    [0.0, 2.0]
    """
    return _exceed(temps_panier, panier_eloigne_min, residus_panier, 1)


def fgt_deux(
    temps_panier: Floats, panier_eloigne_min: float, residus_panier: Residus | None = None
) -> Floats | Resultat:
    """Each place's term of FGT with α = 2.

    >>> fgt_deux(np.array([[420.0], [1260.0]]), 7).tolist()
    [0.0, 4.0]
    """
    return _exceed(temps_panier, panier_eloigne_min, residus_panier, 2)
