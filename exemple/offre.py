"""Simulated offer: how many facilities of each type a commune holds, and fifty-two France services."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

# label of BPE 2013 → (facilities per 10,000 inhabitants, smallest commune that may hold one). Round
# numbers of ours: villages lack what villages often lack; they describe no real département.
TYPES: dict[str, tuple[float, int]] = {
    "Banque, Caisse d'Epargne": (4.0, 1500),
    "Boulangerie": (7.0, 400),
    "Bureau de poste": (1.6, 1200),
    "Agence postale communale": (0.6, 300),
    "Chirurgien dentiste": (5.0, 1800),
    "Coiffure": (12.0, 400),
    "Collège": (0.7, 4000),
    "Ecole de conduite": (1.6, 2500),
    "École maternelle": (2.0, 300),
    "École élémentaire": (3.5, 200),
    "Épicerie": (3.5, 700),
    "Garde d'enfant d'âge préscolaire": (1.5, 2000),
    "Gendarmerie": (0.3, 3000),
    "Infirmier": (12.0, 500),
    "Laboratoire d'analyses médicales": (0.6, 6000),
    "Librairie papeterie journeaux": (1.4, 1500),
    "Masseur kinésithérapeute": (9.0, 1200),
    "Maternité": (0.04, 30000),
    "Médecin omnipraticien": (9.5, 700),
    "Personnes âgées : services d'aide": (0.8, 2500),
    "Pharmacie": (4.0, 900),
    "Plateau extérieur ou salle multisports": (6.0, 250),
    "Police": (0.15, 12000),
    "Restaurant": (16.0, 500),
    "Sage-femme": (0.9, 3000),
    "Station service": (1.5, 1200),
    "Supermarché": (1.4, 2500),
    "Supérette": (0.8, 1000),
    "Urgences": (0.05, 30000),
}
FIXED, MOBILE = 45, 7
HOURS = ("08:30 - 12:00 / 13:30 - 17:00", "09:00 - 12:00 / 13:30 - 17:30", "09:00 - 12:00", "13:30 - 18:30")
DAYS = ("h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi")


def draw_counts(population: NDArray[np.int64], rng: np.random.Generator) -> Iterator[tuple[int, str, int]]:
    """(commune, label, number) for every commune that holds the type: a Poisson draw by population."""
    for label, (rate, smallest) in TYPES.items():
        counts = rng.poisson(population * rate / 10_000) * (population >= smallest)
        yield from ((int(i), label, int(counts[i])) for i in np.flatnonzero(counts))


def choose_communes(
    population: NDArray[np.int64], centre_m: NDArray[np.float64], count: int
) -> NDArray[np.int64]:
    """Communes that together leave the fewest people far: each in turn is the one most people lack most."""
    distance = np.hypot(*(centre_m[:, None] - centre_m[None, :]).transpose(2, 0, 1))
    nearest = np.full(len(population), 30_000.0)
    chosen: list[int] = []
    for _ in range(count):
        gain = (population[:, None] * np.maximum(nearest[:, None] - distance, 0)).sum(axis=0)
        gain[chosen] = -1.0
        chosen.append(int(gain.argmax()))
        nearest = np.minimum(nearest, distance[:, chosen[-1]])
    return np.array(chosen)


def draw_hours(rng: np.random.Generator) -> dict[str, str | None]:
    """Opening hours by day, as France services publishes them; one place in three opens on Saturday."""
    week: dict[str, str | None] = {day: HOURS[int(rng.choice(4, p=[0.5, 0.3, 0.15, 0.05]))] for day in DAYS}
    return {**week, "h_samedi": "09:00 - 12:00" if rng.random() < 1 / 3 else None}
