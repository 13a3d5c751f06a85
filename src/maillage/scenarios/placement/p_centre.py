"""p-center: the p sites that make the longest travel time least.

    min max over cells of min(t_ij over open j)   with at most p sites open (or a budget)

The answer is one of the times. A time t is enough when p sites cover every cell within t (t itself
included): a coverage where one person left out is one too many. Minieka, E. (1970), "The m-center problem",
SIAM Review 12.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.scenarios.placement.cadre import Cadre, Placement, Statut
from maillage.scenarios.placement.causes import conclude
from maillage.scenarios.placement.garanties import must_reach
from maillage.scenarios.placement.proximites import covering
from maillage.scenarios.placement.separation import Issue, Separation


def p_centre(
    duree: NDArray[Any],
    poids: NDArray[np.float64],
    cadre: Cadre,
    limite_s: float = 60.0,
    joignable: NDArray[np.bool_] | None = None,
) -> Placement:
    """The best sites: ``duree``[cells, sites] ≥ 0; cells where ``poids`` is 0 count for nothing.

    Villages at 0, 2, 6 and 7 minutes on a road: one site leaves someone 5 minutes away, two no one beyond 2.

    >>> from maillage.scenarios.placement.cadre import choose_number
    >>> where = np.array([0, 2, 6, 7])
    >>> times = abs(where[:, None] - where)
    >>> [p_centre(times, np.ones(4), choose_number(4, p)).valeur for p in (1, 2)]
    [5.0, 2.0]
    """
    start = time.perf_counter()
    inhabited = poids > 0
    times = duree[inhabited]
    reach = np.ones(times.shape, bool) if joignable is None else joignable[inhabited]
    levels = np.unique(times[reach])
    low, high, best = _first_level(times, reach, levels), len(levels), None
    while low < high and time.perf_counter() < start + limite_s:
        middle = (low + high) // 2
        issue = cover_all((times <= levels[middle]) & reach, cadre, start + limite_s)
        if issue.ouvert is not None:
            best = issue.ouvert
            high = int(np.searchsorted(levels, _longest(times, reach, best)))
        elif issue.statut == "impossible":
            low = middle + 1
        else:
            break
    statut = say_statut(best, proved=low >= high)
    valeur = np.inf if best is None else float(_longest(times, reach, best))
    known = float(levels[low]) if low < len(levels) else np.inf
    if statut == "impossible":
        cadre = replace(cadre, garanties=(*cadre.garanties, must_reach(reach)))
    return conclude(start, cadre, statut, valeur, known, best)


def cover_all(couvre: NDArray[np.bool_], cadre: Cadre, fin: float) -> Issue:
    """Sites that leave no row of ``couvre``[cells, sites] aside, or the proof that the frame allows none.

    One cell left aside costs 1: only less than 1 is sought.
    """
    v = covering(couvre, np.ones(len(couvre)))

    def measure(ouvert: NDArray[np.bool_]) -> float:
        return float(len(couvre) - couvre[:, ouvert].any(1).sum())

    return Separation(v, cadre, measure, fin, entier=True, moins_que=1.0).run()


def _first_level(duree: NDArray[Any], joignable: NDArray[np.bool_], levels: NDArray[Any]) -> int:
    """The rank of the least time within which each cell has a site at all."""
    if not joignable.any(1).all() or not len(levels):
        return len(levels)
    nearest = np.where(joignable, duree, levels[-1]).min(1)
    return int(np.searchsorted(levels, nearest.max()))


def _longest(duree: NDArray[Any], joignable: NDArray[np.bool_], ouvert: NDArray[np.bool_]) -> Any:
    """The longest of the times to the nearest open site; every cell has one."""
    far = duree[joignable].max()
    return np.where(joignable[:, ouvert], duree[:, ouvert], far).min(1).max()


def say_statut(best: NDArray[np.bool_] | None, *, proved: bool) -> Statut:
    """What a search among thresholds may say of its end."""
    if best is None:
        return "impossible" if proved else "inconnu"
    return "optimal" if proved else "realisable"
