"""Where to act on an atlas: its people, places and times given to the placement models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maillage.atlas.lecture.ouvert import Atlas
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.francais import accord, avec_unite, nombre
from maillage.network.travel_times import UNREACHABLE
from maillage.scenarios.emplacements import DEHORS, Emplacements, read_sites
from maillage.scenarios.impact.gains import DS_PER_MIN
from maillage.scenarios.placement.cadre import Cadre, Garantie, Placement
from maillage.scenarios.placement.capacites import (
    DemandeEtPlaces,
    cover_all_with_capacity,
    coverage_with_capacity,
    p_center_with_capacity,
    p_median_with_capacity,
)
from maillage.scenarios.placement.couverture import couverture_maximale
from maillage.scenarios.placement.garanties import at_least_within, few_closures, few_open, worst_served_first
from maillage.scenarios.placement.p_centre import p_centre
from maillage.scenarios.placement.p_median import p_median
from maillage.scenarios.placement.tout_couvrir import tout_couvrir
from maillage.scenarios.placement.variantes import alternatives
from maillage.scenarios.propositions import ReponsePlacement, compare, propose
from maillage.scenarios.question import GROUPES, QuestionPlacement, check

COUPLES_MAX: Final = 60_000
"""Pairs of a carreau and a site that a search with capacities may hold: it is a plain model."""


def place(
    atlas: Atlas, question: QuestionPlacement, combien: int = 0, ecart: float = 0.05, differents: int = 1
) -> list[ReponsePlacement]:
    """The best answer, then ``combien`` others within ``ecart`` of it, ``differents`` sites apart at least.

    Raises:
        EntreeInvalide: what :func:`maillage.scenarios.question.check` refuses; too many sites for capacities.
    """
    check(atlas, question)
    spots = read_sites(atlas, question)
    cadre = make_cadre(spots, question)
    solve = make_solver(spots, question)
    found = alternatives(solve, cadre, combien, ecart, differents) if combien else [solve(cadre)]
    best, *others = (propose(spots, question, one, cadre.payant) for one in found or [solve(cadre)])
    return [best, *(replace(other, variante=compare(best, other)) for other in others)]


def make_cadre(spots: Emplacements, question: QuestionPlacement) -> Cadre:
    """Locks, number or budget, and guarantees."""
    existe = spots.existe
    outside = spots.sites["commune"].to_numpy() == DEHORS
    locked = existe & (outside | (question.existants == "garder"))
    n = len(existe)
    number = float(n if question.nombre is None else question.nombre)
    rules = list(_list_guarantees(spots, question, existe & ~locked))
    if not question.est_chiffree:
        return Cadre(locked, np.zeros(n, bool), np.ones(n), number, tuple(rules))
    if question.nombre is not None:
        name = f"{accord(question.nombre, 'site')} au plus"
        rules.append(few_open(name, ~locked, question.nombre))
    spent = _price(spots, question)
    budget = float(spent.sum()) if question.budget is None else question.budget
    return Cadre(locked, np.zeros(n, bool), spent, budget, tuple(rules))


def _price(spots: Emplacements, question: QuestionPlacement) -> NDArray[np.float64]:
    """Euros of each site: its opening, or keeping it."""
    kept = question.cout_maintien or 1.0  # a locked place is never paid for
    pairs = spots.sites.select("existe", "toit").iter_rows()
    return np.array([kept if here else question.cost(roof) for here, roof in pairs], np.float64)


def _list_guarantees(
    spots: Emplacements, question: QuestionPlacement, fermables: NDArray[np.bool_]
) -> list[Garantie]:
    rules: list[Garantie] = []
    if question.plancher_min is not None:
        name = f"tous les {GROUPES[question.groupe]} à {avec_unite(question.plancher_min, 'min')} au plus"
        rules.append(_within(spots, name, question.groupe, question.plancher_min, 1))
    if question.secours_min is not None:
        name = f"un second lieu à {avec_unite(question.secours_min, 'min')} au plus"
        rules.append(_within(spots, name, "population", question.secours_min, 2))
    if question.fermetures_max is not None and question.existants == "fermables":
        name = f"{accord(question.fermetures_max, 'fermeture')} au plus"
        rules.append(few_closures(name, fermables, question.fermetures_max))
    return rules


def _within(spots: Emplacements, name: str, group: str, minutes: float, sites: int) -> Garantie:
    concerned = spots.people[group] > 0
    return at_least_within(name, spots.duree, concerned, minutes * DS_PER_MIN, sites)


def make_solver(spots: Emplacements, question: QuestionPlacement) -> Callable[[Cadre], Placement]:
    """The model asked for, on these people and times."""
    people = np.where(spots.atteint, spots.people["population"], 0.0)
    if question.dixieme:
        people = worst_served_first(_today(spots), people)
    if question.a_des_capacites:
        return _solve_with_capacities(spots, question, people)
    duree, limit, threshold = spots.duree, question.limite_s, question.minutes * DS_PER_MIN
    reach = duree != UNREACHABLE
    if question.objectif == "couverture":
        return lambda cadre: couverture_maximale(duree, people, cadre, threshold, limit)
    if question.objectif == "tout_couvrir":
        return lambda cadre: tout_couvrir(duree, people, cadre, threshold, limit)
    model = p_median if question.objectif == "p_median" else p_centre
    return lambda cadre: _in_minutes(model(duree, people, cadre, limit, reach))


def _solve_with_capacities(
    spots: Emplacements, question: QuestionPlacement, people: NDArray[np.float64]
) -> Callable[[Cadre], Placement]:
    """The same, each site serving so many people only."""
    new, old = (np.inf if x is None else x for x in (question.capacite, question.capacite_existants))
    duree, limit, threshold = spots.duree, question.limite_s, question.minutes * DS_PER_MIN
    reach = duree != UNREACHABLE
    demand = DemandeEtPlaces(duree, reach, people, np.where(spots.existe, old, new))
    covers = question.objectif in ("couverture", "tout_couvrir")
    pairs = int(((reach & (duree <= threshold)) if covers else reach)[people > 0].sum())
    if pairs > COUPLES_MAX:
        raise EntreeInvalide(
            f"Avec des capacités, la recherche tient {nombre(COUPLES_MAX)} couples d’un carreau et d’un site "
            f"au plus, non {nombre(pairs)} : gardez-vous à un territoire, ou à moins de candidats."
        )
    match question.objectif:
        case "couverture":
            return lambda cadre: coverage_with_capacity(demand, cadre, threshold, limit)
        case "tout_couvrir":
            return lambda cadre: cover_all_with_capacity(demand, cadre, threshold, limit)
        case "p_median":
            return lambda cadre: _in_minutes(p_median_with_capacity(demand, cadre, limit))
    return lambda cadre: _in_minutes(p_center_with_capacity(demand, cadre, limit))


def _today(spots: Emplacements) -> NDArray[np.float64]:
    """Time of each carreau to the nearest existing place; the farthest where there is none."""
    if not spots.existe.any():
        raise EntreeInvalide("Le dixième le moins bien servi demande des lieux existants : gardez-les.")
    today: NDArray[np.float64] = spots.duree[:, spots.existe].min(1).astype(np.float64)
    return today


def _in_minutes(placement: Placement) -> Placement:
    """Value and bound from deciseconds to minutes."""
    value, bound = (None if x is None else x / DS_PER_MIN for x in (placement.valeur, placement.borne))
    return replace(placement, valeur=value, borne=bound)
