"""Maximal covering: the p sites that have the most people within t of one of them.

    max Σ w_i·[t_ij ≤ t for an open j]   with at most p sites open (or a budget)

Church, R. and ReVelle, C. (1974), "The maximal covering location problem", Papers of the Regional Science
Association 32. Solved as a p-median where a site within t costs nothing and any other one, cells that the
same sites cover being one.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.scenarios.placement.cadre import Cadre, Placement
from maillage.scenarios.placement.causes import conclude
from maillage.scenarios.placement.p_median import whole
from maillage.scenarios.placement.proximites import covering
from maillage.scenarios.placement.separation import Separation


def couverture_maximale(
    duree: NDArray[Any], poids: NDArray[np.float64], cadre: Cadre, seuil: float, limite_s: float = 60.0
) -> Placement:
    """The best sites: a cell is covered when ``duree``[cells, sites] ≤ ``seuil``; value and bound in people.

    Villages at 0, 2, 6 and 7 minutes on a road, with 10, 20, 30 and 40 people: within 1 minute, one site in
    the third or the last village covers 70 of them, and a second one in the second village makes 90.

    >>> from maillage.scenarios.placement.cadre import choose_number
    >>> where = np.array([0, 2, 6, 7])
    >>> times, people = abs(where[:, None] - where), np.array([10.0, 20, 30, 40])
    >>> [couverture_maximale(times, people, choose_number(4, p), seuil=1).valeur for p in (1, 2)]
    [70.0, 90.0]
    """
    start = time.perf_counter()
    v = covering(duree <= seuil, poids)
    everyone = float(v.poids.sum())
    couvre = np.zeros((v.n_sites, len(v.poids)), bool)
    couvre[v.site, np.repeat(np.arange(len(v.poids)), np.diff(v.debut))] = True

    def left_out(ouvert: NDArray[np.bool_]) -> float:
        return float(v.poids @ ~couvre[ouvert].any(0))

    issue = Separation(v, cadre, left_out, start + limite_s, entier=whole(v)).run()
    covered, most = everyone - issue.valeur, everyone - max(issue.borne, 0.0)
    return conclude(start, cadre, issue.statut, covered, most, issue.ouvert)
