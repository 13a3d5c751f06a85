"""Capacity shared between people: APL, balanced level, choice, places for young children."""

from __future__ import annotations

import numpy as np

from maillage.access.accueil import Accueil, count_under_three, places_per_hundred
from maillage.access.apl import Profession, compute_demand
from maillage.access.catchment import Weights, balanced, build_weights, e2sfca
from maillage.access.decay import ErreurTemps, Steps, expected_step_weights
from maillage.access.evaluation.fiabilite import FIABILITES, Grades
from maillage.access.evaluation.grades import grade_rows, grade_shared
from maillage.access.evaluation.offre import Demande, Offre
from maillage.access.evaluation.portee import list_ends, reach_of_steps
from maillage.access.evaluation.valeurs import Floats, Valeurs
from maillage.catalogue.seuils import read_seuil
from maillage.network.travel_times import TravelTimes, Within

Figures = dict[str, Valeurs]


def share_capacity(
    profession: Profession, offre: Offre, times: TravelTimes, demande: Demande, error: ErreurTemps
) -> Figures:
    """``apl_``, ``equilibre_`` and ``choix_<profession>``, float64[origins].

    The APL and the balanced level over its mean, with intervals; the supply expected within ``choix_min``.

    Catchments are closed at the département's border: neither people nor supply outside count, which is
    neutral where supply outside is unknown (docs/conformite.md bounds what that costs).
    """
    near = Steps((read_seuil("choix_min"),), (1.0,))
    reach_ds = max(reach_of_steps(profession.steps, error), reach_of_steps(near, error))
    within, n = times.within(offre.sites, reach_ds), len(offre.points)
    weights = weigh(within, profession.steps, error, n)
    moved = [weigh(within, profession.steps, end, n) for end in list_ends(error)]
    asked = compute_demand(demande.ages, demande.population, profession)
    apl = [profession.factor * e2sfca(w, offre.effectif, asked) for w in (weights, *moved)]
    level = [share_evenly(w, offre, demande.population) for w in (weights, *moved)]
    choice = weigh(within, near, error, n)
    grade = FIABILITES.index(times.fiabilite)
    shared = grade_shared(weights, offre.fiabilite, demande.fiabilite, grade)
    name = profession.id
    return {
        f"apl_{name}": figure(apl, shared, offre),
        f"equilibre_{name}": figure(level, grade_rows(weights, offre.fiabilite, grade), offre),
        f"choix_{name}": figure(
            [np.asarray(choice @ offre.effectif)], grade_rows(choice, offre.fiabilite, grade), offre
        ),
    }


def share_places(
    accueil: Accueil, offre: Offre, times: TravelTimes, demande: Demande, error: ErreurTemps
) -> Figures:
    """``places_<accueil>``: places for 100 children under three, with an interval; nothing without any."""
    children = count_under_three(demande.ages, demande.population, read_seuil("part_moins_3_ans"))
    if not np.nansum(children) > 0:
        return {}
    within = times.within(offre.sites, reach_of_steps(accueil.steps, error))
    every = [weigh(within, accueil.steps, law, len(offre.points)) for law in (error, *list_ends(error))]
    found = [places_per_hundred(weights, offre.effectif, children) for weights in every]
    grade = FIABILITES.index(times.fiabilite)
    shared = grade_shared(every[0], offre.fiabilite, demande.fiabilite, grade)
    return {f"places_{accueil.id}": figure(found, shared, offre)}


def weigh(within: Within, steps: Steps, error: ErreurTemps, n_sites: int) -> Weights:
    """The expected weights of the pairs."""
    return build_weights(within, expected_step_weights(within.time_ds, steps, error), n_sites)


def share_evenly(weights: Weights, offre: Offre, people: Floats) -> Floats:
    """Supply per head of the balanced model over the mean of the people known, at each origin.

    Unknown where there is no supply at all: nothing can be set against a mean of nothing.
    """
    received = balanced(weights, offre.effectif, people).per_head
    mean = offre.effectif.sum() / np.nansum(people)
    return np.asarray(received / mean if mean > 0 else np.full(len(received), np.nan), np.float64)


def figure(values: list[Floats], grade: Grades, offre: Offre) -> Valeurs:
    """A figure of an offer: the first of ``values``; the interval that they span, when there are others."""
    bas, haut = (np.minimum.reduce(values), np.maximum.reduce(values)) if len(values) > 1 else (None, None)
    known = np.isfinite(values[0]).astype(np.float64)
    return Valeurs(values[0], known, grade, offre.millesime, frozenset({offre.source}), bas, haut)
