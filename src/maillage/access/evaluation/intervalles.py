"""Intervals that a figure takes from the errors of estimated times."""

from __future__ import annotations

from maillage.access.evaluation.registre import Resultat
from maillage.access.evaluation.valeurs import Floats
from maillage.catalogue.temps_estimes import Residus
from maillage.network.estimate.residuals import range_of


def with_range(temps: Floats, residus: Residus | None) -> Floats | Resultat:
    """Times in seconds, with the 90 % interval of their mean where they are estimated; see ``range_of``.

    >>> import numpy as np
    >>> law = Residus((np.inf,), (0.0, 0.5, 1.0), ((-0.2, 0.0, 0.2),), correlation=1.0)
    >>> found = with_range(np.array([600.0]), law)
    >>> found.valeurs.tolist(), found.bas.round().tolist(), found.haut.round().tolist()
    ([600.0], [501.0], [718.0])
    """
    if residus is None:
        return temps
    bas, haut = range_of(temps, residus)
    return Resultat(temps, bas=bas, haut=haut)
