"""What a département would enter of its places, invented: capacity, activity, early childhood."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maillage.sources.saisies import CAPACITES, PLACES

COLLECTIF_POUR_1000, INDIVIDUEL_POUR_1000 = 8, 14
DATE = "2025-06-30"

Rows = list[list[Any]]


def draw_capacities(fixed: list[str], rng: np.random.Generator) -> Rows:
    """A row of ``capacites`` per fixed France services; a few say nothing of their activity."""
    rows = []
    for name in fixed:
        capacity = 100 * int(rng.integers(20, 70))
        activity = round(capacity * float(rng.uniform(0.55, 1.2)))
        said = {
            "id": f"france_services:{name}",
            "capacite": capacity,
            "activite": activity if rng.random() < 0.9 else None,
            "delai_jours": int(rng.integers(1, 21)),
            "accessible": "oui" if rng.random() < 0.8 else "non",
            "maj": DATE,
        }
        rows.append([said[column] for column in CAPACITES])
    return rows


def draw_places(codes: list[str], population: NDArray[np.int64], rng: np.random.Generator) -> Rows:
    """A row of ``places_jeune_enfant`` per commune: few nurseries outside towns, childminders everywhere."""
    people = population / 1000
    together = np.where(population >= 3000, rng.poisson(COLLECTIF_POUR_1000 * people), 0)
    alone = rng.poisson(INDIVIDUEL_POUR_1000 * people)
    places = {"places_collectif": together, "places_individuel": alone}
    return [
        [{"code_insee": code, "date": DATE, **{k: int(v[row]) for k, v in places.items()}}[c] for c in PLACES]
        for row, code in enumerate(codes)
    ]
