"""Covering with the fewest sites (or the least money): everyone within t.

    min Σ c_j·y_j   such that each inhabited cell has an open site at t_ij ≤ t

Toregas, C., Swain, R., ReVelle, C. and Bergman, L. (1971), "The location of emergency service facilities",
Operations Research 19. A cell whose possible sites contain those of another one is covered with it and is
left out; HiGHS decides the rest.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.scenarios.placement.cadre import Cadre, Placement
from maillage.scenarios.placement.causes import conclude
from maillage.scenarios.placement.garanties import at_least_within
from maillage.scenarios.placement.programme import ProgrammeEntier
from maillage.scenarios.placement.reste import add_frame


def tout_couvrir(
    duree: NDArray[Any], poids: NDArray[np.float64], cadre: Cadre, seuil: float, limite_s: float = 60.0
) -> Placement:
    """The cheapest sites that have every inhabited cell within ``seuil`` (included); the value is their cost.

    The budget of ``cadre`` still holds; give a large one to learn how many are needed.

    >>> from maillage.scenarios.placement.cadre import choose_number
    >>> where = np.array([0, 2, 6, 7])
    >>> found = tout_couvrir(abs(where[:, None] - where), np.ones(4), choose_number(4, 4), seuil=2)
    >>> found.statut, found.valeur
    ('optimal', 2.0)
    """
    start = time.perf_counter()
    everyone = at_least_within("tout le monde est couvert", duree, poids > 0, seuil)
    cadre = replace(cadre, garanties=(everyone, *cadre.garanties))
    etat = cadre.etat
    libres = np.flatnonzero(etat == 0)
    if not len(libres):
        held = etat == 1 if cadre.holds(etat == 1) else None
        return conclude(start, cadre, "impossible" if held is None else "optimal", 0.0, 0.0, held)
    model = ProgrammeEntier()
    model.add_binaries(cadre.payant[libres])
    add_frame(model, cadre, etat, libres)
    found = model.solve(limite_s)
    ouvert = None
    valeur = np.inf
    if found.x is not None:
        ouvert = etat == 1
        ouvert[libres[found.x > 0.5]] = True
        valeur = float(cadre.payant @ ouvert)
    known = valeur if found.statut == "optimal" else _round_up(found.borne, cadre)
    return conclude(start, cadre, found.statut, valeur, known, ouvert)


def _round_up(borne: float, cadre: Cadre) -> float:
    """A bound of what is spent, where every cost is a whole number."""
    whole = (cadre.depense == np.rint(cadre.depense)).all()
    return float(np.ceil(borne - 1e-6)) if whole and np.isfinite(borne) else borne
