"""Capacity and competition: figures of the stage ``acces``, read at carreaux, carried to every mesh."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maillage.access.evaluation.registre import Resultat

Floats = NDArray[np.float64]


def reporte(valeur: Floats) -> Floats:
    """A figure of the stage, as it stands; null where unknown."""
    return valeur


def intervalle(valeur: Floats, bas: Floats | None = None, haut: Floats | None = None) -> Resultat:
    """A figure with its interval, when the stage gives one."""
    return Resultat(valeur, bas=bas, haut=haut)


def sous_dotee(equilibre: Floats, tolerance_equilibre: float) -> Floats:
    """1 where supply per head is strictly below (1 - τ) times the mean, else 0; null stays null.

    >>> sous_dotee(np.array([0.74, 0.75, np.nan]), 0.25).tolist()
    [1.0, 0.0, nan]
    """
    return np.where(np.isnan(equilibre), np.nan, (equilibre < 1 - tolerance_equilibre).astype(np.float64))


def surdotee(equilibre: Floats, tolerance_equilibre: float) -> Floats:
    """1 where supply per head is strictly above (1 + τ) times the mean, else 0; null stays null.

    >>> surdotee(np.array([1.25, 1.26, np.nan]), 0.25).tolist()
    [0.0, 1.0, nan]
    """
    return np.where(np.isnan(equilibre), np.nan, (equilibre > 1 + tolerance_equilibre).astype(np.float64))


def pour_cent(effectif: Floats, total: Floats) -> Floats:
    """100·n / N; null where either is unknown or N is 0.

    >>> pour_cent(np.array([30.0, 1.0]), np.array([60.0, 0.0])).tolist()
    [50.0, nan]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, 100 * effectif / total, np.nan)
