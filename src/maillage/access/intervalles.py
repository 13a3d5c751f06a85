"""Intervals that a figure takes from the errors of estimated times."""

from __future__ import annotations

from maillage.access.registre import Resultat
from maillage.access.valeurs import Floats
from maillage.catalogue.temps_estimes import Residus
from maillage.network.estimate_residuals import range_of


def with_range(temps: Floats, residus: Residus | None) -> Floats | Resultat:
    """Times in seconds, with the 90 % interval of their mean where they are estimated; see ``range_of``."""
    if residus is None:
        return temps
    bas, haut = range_of(temps, residus)
    return Resultat(temps, bas=bas, haut=haut)
