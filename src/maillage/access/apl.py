"""Accessibilité potentielle localisée (APL, DREES): the two-step catchment with official parameters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from maillage.access.catchment import Float, age_weighted_demand, build_weights, demand_of_ages, e2sfca
from maillage.access.decay import Steps, step_weights
from maillage.catalogue.lecture import read_toml
from maillage.network.travel_times import Within


@dataclass(frozen=True)
class Profession:
    """Parameters of one profession: decay, use of care by age (one per class), and the factor from
    supply per head to the published unit. ``confirme`` is false when not checked at a primary source.
    ``type``: the service type that supplies it; ``statistique``: a head count by commune, preferred.
    ``absolute``: demand is the people of those ages alone.
    """

    id: str
    nom: str
    steps: Steps
    use_by_age: tuple[float, ...]
    factor: float
    unite: str
    confirme: bool
    source: str
    type: str | None = None
    statistique: str | None = None
    absolute: bool = False


@cache
def load_professions() -> dict[str, Profession]:
    """Every profession of ``catalogue/apl.toml`` by id."""
    found = {}
    for name, entry in read_toml("apl.toml")["professions"].items():
        upper, weight = zip(*entry["paliers"], strict=True)
        found[name] = Profession(
            name,
            entry["nom"],
            Steps(tuple(upper), tuple(weight)),
            tuple(entry["recours_par_age"]),
            entry["facteur"],
            entry["unite"],
            entry["confirme"],
            entry["source"],
            entry.get("type"),
            entry.get("statistique"),
            entry.get("demande_absolue", False),
        )
    return found


def apl(within: Within, supply: Float, people_by_age: Float, profession: Profession) -> Float:
    """APL at each origin, in the published unit: consultations a year per head, or FTE per 100,000.

    A_i = f·Σ_j w_ij·S_j / Σ_k D_k·w_kj: D the people weighted by age (same total), w the half-open steps.
    ``people_by_age`` float64[origins, ages]; ``supply`` float64[sites]; pairs beyond the last step weigh 0.

    One origin of 1 000 people at 12 minutes of one doctor (5 400 consultations): w cancels out, 5.4.

    >>> pair = Within(np.array([0, 1]), np.array([0], np.int32), np.array([7200], np.uint32))
    >>> people = np.array([[200.0, 600.0, 200.0]])
    >>> apl(pair, np.array([1.0]), people, load_professions()["medecin"]).round(3).tolist()
    [5.4]
    """
    weights = build_weights(within, step_weights(within.time_ds, profession.steps), len(supply))
    return profession.factor * e2sfca(
        weights, supply, compute_demand(people_by_age, people_by_age.sum(axis=1), profession)
    )


def compute_demand(people_by_age: Float, everyone: Float, profession: Profession) -> Float:
    """People as the profession sees them: weighted by age with the same total, or those ages alone.

    ``people_by_age`` float64[origins, ages], NaN where unknown: ``everyone`` float64[origins] then stands for
    them, at the mean weight. A hundred people of unknown ages count for a hundred.

    >>> children = load_professions()["accueil_jeune_enfant"]
    >>> compute_demand(np.array([[20.0, 60.0, 20.0]]), np.array([100.0]), children).tolist()
    [20.0]
    >>> unknown = np.array([[np.nan, np.nan, 17.0]])
    >>> compute_demand(unknown, np.array([100.0]), load_professions()["medecin"]).tolist()
    [100.0]
    """
    use = np.array(profession.use_by_age)
    if profession.absolute:
        return demand_of_ages(people_by_age, use, everyone)
    return age_weighted_demand(people_by_age, use, everyone)
