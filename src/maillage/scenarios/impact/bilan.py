"""What a change costs in a year: kilometres, hours, CO₂ and money of users, money of who runs the places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from maillage.catalogue.lecture import read_toml
from maillage.network.travel_times import UNREACHABLE
from maillage.scenarios.impact.gains import DS_PER_MIN, Floats, Times


@dataclass(frozen=True)
class Hypothese:
    """An assumption that one may change: its value, unit, date, source, whether it was read at its source."""

    nom: str
    valeur: float
    unite: str
    date: str
    source: str
    confirme: bool


@cache
def load_hypotheses() -> dict[str, Hypothese]:
    """The assumptions of the catalogue, by name."""
    return {name: Hypothese(**entry) for name, entry in read_toml("hypotheses.toml").items()}


@dataclass(frozen=True)
class Bilan:
    """Of a year, positive for more: user kilometres by car, hours, tonnes of CO₂, euros; null unknown.

    ``sans_temps``: people whom the sums leave out, for whom the service is out of reach before or after.
    """

    km: float
    heures: float
    co2_t: float
    euros_usagers: float
    euros_lieux: float | None
    sans_temps: float


def weigh(
    before: Times, after: Times, metres: tuple[Floats, Floats], people: Floats, valeurs: Mapping[str, Any]
) -> Bilan:
    r"""Sums over a year, under assumptions (names of ``catalogue/hypotheses.toml``, and ``euros_lieux``).

    Of :math:`p_i` people, each makes :math:`v` visits a year, there and back, a share :math:`s` of them by
    car over :math:`d_i` metres as the crow flies, :math:`\kappa` times that on the road:

    .. math:: \Delta km = \sum_i 2 v s \kappa p_i (d'_i - d_i) / 1000

    ``before``, ``after``: uint32[origins], deciseconds; ``metres``: float64[origins] before and after, NaN
    unknown; ``people``: float64[origins].

    >>> valeurs = {"visites_par_an": 2, "part_voiture": 0.5, "detour": 1.5, "co2_g_km": 100, "euros_km": 0.5}
    >>> before, after = np.array([600], np.uint32), np.array([1200], np.uint32)
    >>> found = weigh(before, after, (np.array([1000.0]), np.array([3000.0])), np.array([10.0]), valeurs)
    >>> found.km, round(found.heures, 3), found.co2_t, found.euros_usagers
    (60.0, 0.667, 0.006, 30.0)
    """
    known = (before != UNREACHABLE) & (after != UNREACHABLE)
    weight = np.nan_to_num(people)
    visits = 2 * valeurs["visites_par_an"]
    gap = np.nan_to_num(metres[1] - metres[0])
    by_car = visits * valeurs["part_voiture"] * valeurs["detour"]
    km = float((by_car * weight * gap)[known].sum()) / 1000
    minutes = np.where(known, after.astype(np.int64) - before.astype(np.int64), 0) / DS_PER_MIN
    return Bilan(
        km=km,
        heures=float((visits * weight * minutes)[known].sum()) / 60,
        co2_t=km * valeurs["co2_g_km"] / 1e6,
        euros_usagers=km * valeurs["euros_km"],
        euros_lieux=valeurs.get("euros_lieux"),
        sans_temps=float(weight[~known & (before != after)].sum()),
    )
