"""The same four questions when sites hold only so many people: each person is sent to one site with room.

    Σ_j x_ij = 1 (≤ 1 in a coverage),   Σ_i w_i·x_ij ≤ capacity_j·y_j,   0 ≤ x_ij ≤ y_j

A cell may be shared among sites. People go where the plan sends them, not always to the nearest. Pirkul, H.
and Schilling, D. A. (1991), "The maximal covering location problem with capacities on total workload",
Management Science 37. A plain model in HiGHS: for some thousands of pairs, not for a whole département.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.scenarios.placement.cadre import Cadre, Garantie, Placement, Statut
from maillage.scenarios.placement.causes import conclude
from maillage.scenarios.placement.garanties import must_reach
from maillage.scenarios.placement.p_centre import say_statut
from maillage.scenarios.placement.programme import ProgrammeEntier
from maillage.scenarios.placement.reste import add_frame
from maillage.scenarios.placement.separation import Issue

_TOO_FAR = (
    "Les sites ont assez de places en tout, mais pas là où vivent les gens : "
    "augmentez des capacités, le nombre de sites ou le temps."
)


@dataclass(frozen=True)
class DemandeEtPlaces:
    """``duree``[cells, sites], ``joignable`` bool of the same shape, ``poids`` float64[cells], ``capacite``
    float64[sites] in people (infinite where unknown)."""

    duree: NDArray[Any]
    joignable: NDArray[np.bool_]
    poids: NDArray[np.float64]
    capacite: NDArray[np.float64]


def p_median_with_capacity(demande: DemandeEtPlaces, cadre: Cadre, limite_s: float = 60.0) -> Placement:
    """Least people × time.

    Two villages of 10 people, 4 minutes apart; the first site holds 15 people, the second 30: alone, the
    second takes everyone, 10 of them from 4 minutes away; with both open nobody moves.

    >>> from maillage.scenarios.placement.cadre import choose_number
    >>> times, people, room = np.array([[0, 4], [4, 0]]), np.array([10.0, 10]), np.array([15.0, 30])
    >>> demande = DemandeEtPlaces(times, np.ones((2, 2), bool), people, room)
    >>> [p_median_with_capacity(demande, choose_number(2, p)).valeur for p in (1, 2)]
    [40.0, 0.0]
    """
    start = time.perf_counter()
    issue = assign(demande, demande.joignable, demande.duree.astype(np.float64), cadre, limite_s)
    return _conclude(start, demande, cadre, issue.statut, issue.valeur, issue.borne, issue.ouvert)


def coverage_with_capacity(
    demande: DemandeEtPlaces, cadre: Cadre, seuil: float, limite_s: float = 60.0
) -> Placement:
    """Most people sent to a site with room within ``seuil`` (included)."""
    start = time.perf_counter()
    near = demande.joignable & (demande.duree <= seuil)
    issue = assign(demande, near, np.full(near.shape, -1.0), cadre, limite_s, all_served=False)
    return conclude(start, cadre, issue.statut, -issue.valeur, -issue.borne, issue.ouvert)


def cover_all_with_capacity(
    demande: DemandeEtPlaces, cadre: Cadre, seuil: float, limite_s: float = 60.0
) -> Placement:
    """Fewest sites (or least money) such that all can be sent to a site with room within ``seuil``."""
    start = time.perf_counter()
    near = demande.joignable & (demande.duree <= seuil)
    issue = assign(demande, near, np.zeros(near.shape), cadre, limite_s, ouvrir=cadre.payant)
    demande = replace(demande, joignable=near)
    return _conclude(start, demande, cadre, issue.statut, issue.valeur, issue.borne, issue.ouvert)


def p_center_with_capacity(demande: DemandeEtPlaces, cadre: Cadre, limite_s: float = 60.0) -> Placement:
    """Least longest time: the least threshold within which all can be sent to a site with room."""
    start = time.perf_counter()
    levels = np.unique(demande.duree[demande.poids > 0][demande.joignable[demande.poids > 0]])
    low, high, best = 0, len(levels), None
    while low < high and (left := start + limite_s - time.perf_counter()) > 0:
        middle = (low + high) // 2
        near = demande.joignable & (demande.duree <= levels[middle])
        issue = assign(demande, near, np.zeros(near.shape), cadre, left)
        if issue.ouvert is not None:
            best, high = issue.ouvert, middle
        elif issue.statut == "impossible":
            low = middle + 1
        else:
            break
    valeur, borne = (float(levels[at]) if at < len(levels) else np.inf for at in (high, low))
    return _conclude(start, demande, cadre, say_statut(best, proved=low >= high), valeur, borne, best)


def assign(
    demande: DemandeEtPlaces,
    near: NDArray[np.bool_],
    cout: NDArray[np.float64],
    cadre: Cadre,
    limite_s: float,
    *,
    all_served: bool = True,
    ouvrir: NDArray[np.float64] | None = None,
) -> Issue:
    """Least Σ people·``cout``·x over the pairs ``near``, plus what opening costs (``ouvrir``)."""
    etat = cadre.etat
    sites = np.flatnonzero(etat >= 0)
    column = np.searchsorted(sites, np.arange(len(etat)))
    model = ProgrammeEntier()
    model.add_binaries(np.zeros(len(sites)) if ouvrir is None else ouvrir[sites])
    for site in np.flatnonzero(etat == 1):
        model.add_row([int(column[site])], [1.0], 1.0, 1.0)
    add_frame(model, cadre, np.minimum(etat, 0), sites)
    cells, to = np.nonzero(near & (etat >= 0) & (demande.poids > 0)[:, None])
    x = model.add_columns(demande.poids[cells] * cout[cells, to], np.ones(len(cells)))
    inhabited = np.flatnonzero(demande.poids > 0)
    of_cell = np.searchsorted(cells, [inhabited, inhabited + 1]) + x
    for first, end in of_cell.T.tolist():
        model.add_row(list(range(first, end)), [1.0] * (end - first), 1.0 if all_served else 0.0, 1.0)
    for site in np.unique(to[np.isfinite(demande.capacite[to])]):
        sent = np.flatnonzero(to == site)
        weights = [*demande.poids[cells[sent]].tolist(), -float(demande.capacite[site])]
        model.add_row([*(x + sent).tolist(), int(column[site])], weights, -np.inf, 0.0)
    for pair, site in enumerate(column[to].tolist()):
        model.add_row([x + pair, site], [1.0, -1.0], -np.inf, 0.0)
    found = model.solve(limite_s)
    if found.x is None:
        return Issue(found.statut, np.inf, found.borne, None)
    ouvert = np.zeros(len(etat), bool)
    ouvert[sites[found.x[: len(sites)] > 0.5]] = True
    valeur = float(found.x @ np.array(model.cout))
    return Issue(found.statut, valeur, valeur if found.statut == "optimal" else found.borne, ouvert)


def _conclude(
    start: float,
    demande: DemandeEtPlaces,
    cadre: Cadre,
    statut: Statut,
    valeur: float,
    borne: float,
    ouvert: NDArray[np.bool_] | None,
) -> Placement:
    """As other models do; where nothing is possible, everyone must reach a site, and sites must have room."""
    if statut != "impossible":
        return conclude(start, cadre, statut, valeur, borne, ouvert)
    room = np.where(np.isfinite(demande.capacite), demande.capacite, demande.poids.sum())
    enough = Garantie("assez de places pour tous", room[None], np.array([demande.poids.sum()]))
    reach = must_reach(demande.joignable[demande.poids > 0])
    wider = replace(cadre, garanties=(*cadre.garanties, enough, reach))
    ended = conclude(start, wider, statut, valeur, borne, None)
    return ended if ended.causes else replace(ended, causes=(_TOO_FAR,))
