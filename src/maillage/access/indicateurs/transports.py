"""What one reaches without a car, and what a car changes, read at carreaux from the stage ``acces``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.access.effective import weight_by_car
from maillage.access.indicateurs.apl import intervalle

__all__ = [
    "duree_mediane",
    "ecart_a_la_voiture",
    "intervalle",
    "part_sans_trajet",
    "sans_acces",
    "selon_menages",
]

Floats = NDArray[np.float64]


def sans_acces(heures: Floats) -> Floats:
    """1 where there is not one moment in the week, else 0; null stays null.

    >>> sans_acces(np.array([0.0, 0.5, np.nan])).tolist()
    [1.0, 0.0, nan]
    """
    return np.where(np.isnan(heures), np.nan, (heures == 0).astype(np.float64))


def ecart_a_la_voiture(voiture: Floats, sans_voiture: Floats) -> Floats:
    """Hours a week that a car adds; below 0 where one reaches more without, the budgets of time differing.

    >>> ecart_a_la_voiture(np.array([40.0, np.nan]), np.array([12.0, 3.0])).tolist()
    [28.0, nan]
    """
    return voiture - sans_voiture


def selon_menages(voiture: Floats, autrement: Floats, sans_voiture: Floats) -> Floats:
    """Households with a car drive, the others do without; null where the share without one is unknown.

    >>> selon_menages(np.array([40.0]), np.array([20.0]), np.array([0.25])).tolist()
    [35.0]
    """
    return weight_by_car(voiture, autrement, sans_voiture)


def duree_mediane(temps: Floats) -> Floats:
    """The median time in seconds; null where most departures lead nowhere (infinite).

    >>> duree_mediane(np.array([1500.0, np.inf])).tolist()
    [1500.0, nan]
    """
    return np.where(np.isinf(temps), np.nan, temps)


def part_sans_trajet(temps: Floats) -> Floats:
    """1 where most departures lead nowhere (the median is infinite), else 0; null stays null.

    >>> part_sans_trajet(np.array([1800.0, np.inf, np.nan])).tolist()
    [0.0, 1.0, nan]
    """
    return np.where(np.isnan(temps), np.nan, np.isinf(temps).astype(np.float64))
