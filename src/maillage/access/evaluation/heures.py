"""Hours a week of effective access, and places where every site within reach is full."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from maillage.access.catchment import Weights, build_weights
from maillage.access.decay import DS_PER_MIN, ErreurTemps
from maillage.access.effective import effective_access, within_straight
from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.access.evaluation.grades import grade_rows
from maillage.access.evaluation.offre import Offre
from maillage.access.evaluation.portee import EXACT, Attendu, expect, reach_of_budget
from maillage.access.evaluation.valeurs import Floats, Valeurs
from maillage.access.hours import SATURDAY, Schedules, evening, mask
from maillage.access.saturation import find_no_room
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.seuils import read_seuil
from maillage.network.travel_times import TravelTimes, Within


def measure_hours(
    kind: str, offre: Offre, schedules: Schedules, times: TravelTimes, error: ErreurTemps
) -> dict[str, Valeurs]:
    """``heures_<kind>_voiture``, ``soir_``, ``samedi_``: expected hours, float64[origins].

    The interval of the first holds the error on times and, at its upper end, hours that are only possible.
    """
    budget_ds = read_budget()
    within = times.within(offre.sites, reach_of_budget(budget_ds, error))

    def measure(near: Within) -> Floats:
        found = effective_access(near, schedules)
        parts = (None, evening(), mask([SATURDAY]))
        return np.stack([*(found.hours_within(part) for part in parts), found.possible_hours])

    found = expect(measure, within, budget_ds, error)
    grade, pairs = FIABILITES.index(times.fiabilite), pairs_of(within, offre)
    hours, late, saturday, possible = (figure_of(found, row, offre, pairs, grade) for row in range(4))
    return {
        f"heures_{kind}_voiture": span(hours, possible),
        f"soir_{kind}": late,
        f"samedi_{kind}": saturday,
    }


def span(hours: Valeurs, possible: Valeurs) -> Valeurs:
    """Hours with the interval that goes up to what is possible; none when nothing is in doubt."""
    low = hours.valeurs if hours.bas is None else hours.bas
    high = np.fmax(hours.valeurs, possible.valeurs if possible.haut is None else possible.haut)
    doubt = np.any(high > hours.valeurs) or np.any(low < hours.valeurs)
    return replace(hours, bas=low, haut=high) if doubt else replace(hours, bas=None, haut=None)


def reach_slowly(offre: Offre, times: TravelTimes) -> tuple[Within, int]:
    """The sites within reach by bicycle or on foot, on the roads, and how far the times may be trusted."""
    return times.within(offre.sites, read_budget()), FIABILITES.index(times.fiabilite)


def reach_straight(mode: str, distance_m: Floats) -> tuple[Within, int]:
    """The same without roads: by straight distance, float64[origins, sites]."""
    slow = read_toml("horaires.toml")["acces"]["lent"]
    near = within_straight(distance_m, read_budget(), slow[f"{mode}_km_h"], slow["detour"])
    return near, FIABILITES.index("estime")


def measure_near(
    name: str, offre: Offre, schedules: Schedules, near: Within, grade: int
) -> dict[str, Valeurs]:
    """Hours a week of what is within reach, with an interval when some are only possible."""

    def measure(pairs: Within) -> Floats:
        found = effective_access(pairs, schedules)
        return np.stack([found.hours, found.possible_hours])

    found, pairs = expect(measure, near, read_budget(), EXACT), pairs_of(near, offre)
    hours, possible = (figure_of(found, row, offre, pairs, grade) for row in range(2))
    return {name: span(hours, possible)}


def find_full(
    kind: str, offre: Offre, saturation: Floats, times: TravelTimes, error: ErreurTemps
) -> dict[str, Valeurs]:
    """``sans_place_<kind>``: the chance that every site within reach is full. ``saturation`` by site."""
    budget_ds = int(read_seuil("portee_place_min") * DS_PER_MIN)
    within = times.within(offre.sites, reach_of_budget(budget_ds, error))
    found = expect(
        lambda near: find_no_room(pairs_of(near, offre), saturation)[None], within, budget_ds, error
    )
    grade = FIABILITES.index(times.fiabilite)
    return {f"sans_place_{kind}": figure_of(found, 0, offre, pairs_of(within, offre), grade)}


def pairs_of(within: Within, offre: Offre) -> Weights:
    """The pairs as a matrix of ones."""
    return build_weights(within, np.ones(len(within.site)), len(offre.points))


def figure_of(found: Attendu, row: int, offre: Offre, pairs: Weights, grade: int) -> Valeurs:
    """One row of an expectation as a figure."""
    return Valeurs(
        found.valeur[row],
        found.couverture[row],
        grade_rows(pairs, offre.fiabilite, grade),
        offre.millesime,
        frozenset({offre.source}),
        None if found.bas is None else found.bas[row],
        None if found.haut is None else found.haut[row],
    )


def read_budget() -> int:
    """Deciseconds within which a site is reachable."""
    return int(read_toml("horaires.toml")["acces"]["budget_min"] * DS_PER_MIN)
