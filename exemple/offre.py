"""Simulated offer: how many facilities of each type a commune holds, and fifty-two France services."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FIXED, MOBILE = 45, 7
HOURS = ("08:30 - 12:00 / 13:30 - 17:00", "09:00 - 12:00 / 13:30 - 17:30", "09:00 - 12:00", "13:30 - 18:30")
DAYS = ("h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi")


def read_types() -> dict[str, tuple[float, int]]:
    """Label of BPE 2013 → (facilities per 10,000 inhabitants, smallest commune that may hold one).

    Round numbers of ours: villages lack what villages often lack; they describe no real département.
    """
    with Path(__file__).with_name("types.csv").open(encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)
        return {label: (float(rate), int(smallest)) for label, rate, smallest in rows}


def draw_counts(population: NDArray[np.int64], rng: np.random.Generator) -> Iterator[tuple[int, str, int]]:
    """(commune, label, number) for every commune that holds the type: a Poisson draw by population."""
    for label, (rate, smallest) in read_types().items():
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
