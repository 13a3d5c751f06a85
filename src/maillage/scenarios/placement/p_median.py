"""p-median: the p sites that make people's mean travel time least.

    min Σ w_i·min(t_ij over open j)   with at most p sites open (or a budget)

Hakimi, S. L. (1964), "Optimum locations of switching centers and the absolute centers and medians of a
graph", Operations Research 12; the exact method is that of :mod:`.separation`.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.scenarios.placement.cadre import Cadre, Placement
from maillage.scenarios.placement.causes import conclude
from maillage.scenarios.placement.garanties import must_reach
from maillage.scenarios.placement.proximites import Proximites, nearest_first
from maillage.scenarios.placement.separation import Separation

_PAIRS = 24_000_000  # (cell, site) pairs kept at most: 300 MB
_AT_LEAST = 64  # nearest sites of a cell, however many cells
_EXACT = 2.0**53  # below it a sum of whole numbers is exact


def p_median(
    duree: NDArray[Any],
    poids: NDArray[np.float64],
    cadre: Cadre,
    limite_s: float = 60.0,
    joignable: NDArray[np.bool_] | None = None,
) -> Placement:
    """The best sites: ``duree``[cells, sites] ≥ 0 in any unit, ``poids`` people of each cell.

    A pair that is not ``joignable`` never serves; a cell with people that no open site reaches makes a
    placement impossible. The value is people × time; divide by the people for the mean.

    Four villages on a road, at 0, 2, 6 and 7 minutes, 10 people each but 30 in the last. Two sites: the
    last one, and the first or the second; 10 people walk 2 minutes and 10 people 1, hence 30.

    >>> from maillage.scenarios.placement.cadre import choose_number
    >>> where = np.array([0, 2, 6, 7])
    >>> found = p_median(abs(where[:, None] - where), np.array([10.0, 10, 10, 30]), choose_number(4, 2))
    >>> found.statut, found.valeur, found.lieux[1]
    ('optimal', 30.0, 3)
    """
    start = time.perf_counter()
    inhabited = np.flatnonzero(poids > 0)
    times, people = duree[inhabited], poids[inhabited]
    reach = None if joignable is None else joignable[inhabited]
    if reach is not None and not reach.all():
        cadre = replace(cadre, garanties=(*cadre.garanties, must_reach(reach)))

    def measure(ouvert: NDArray[np.bool_]) -> float:
        if not ouvert.any():
            return 0.0 if not len(people) else np.inf
        seen = times[:, ouvert] if reach is None else np.where(reach[:, ouvert], times[:, ouvert], np.inf)
        return float(people @ seen.min(1))

    v = nearest_first(times, reach, people, max(_AT_LEAST, _PAIRS // max(len(people), 1)))
    issue = Separation(v, cadre, measure, start + limite_s, entier=whole(v)).run()
    return conclude(start, cadre, issue.statut, issue.valeur, issue.borne, issue.ouvert)


def whole(v: Proximites) -> bool:
    """Whether every value is a whole number, exactly: a bound above ``value - 1`` then proves it."""
    integral = (v.cout == np.rint(v.cout)).all() and (v.poids == np.rint(v.poids)).all()
    return bool(integral and v.poids.sum() * (1 + v.cout.max(initial=0.0)) < _EXACT)
