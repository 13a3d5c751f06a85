"""Synthetic départements for placement: people gathered in towns, times by straight line.

Seeded, so that anyone makes the same: population falls off around towns whose sizes follow a power law.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIDE_KM = 90.0
DETOUR, KMH = 1.35, 55.0


def make_departement(
    cells: int, sites: int, seed: int = 2026
) -> tuple[NDArray[np.uint32], NDArray[np.float64]]:
    """Deciseconds uint32[cells, sites] and people float64[cells], whole numbers of at least 1."""
    rng = np.random.default_rng(seed)
    where, people = draw_places(cells, rng)
    candidates = where[rng.choice(cells, sites, replace=False)]
    return measure_times(where, candidates), people


def draw_places(cells: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where people are, km float64[cells, 2], and how many."""
    towns = rng.uniform(0, SIDE_KM, (120, 2))
    size = 1.0 / np.arange(1, 121) ** 0.8
    town = rng.choice(120, cells, p=size / size.sum())
    spread = 1.5 + 5.0 * rng.random(cells)
    where = np.where(
        (rng.random(cells) < 0.6)[:, None],
        towns[town] + rng.normal(0, 1, (cells, 2)) * spread[:, None],
        rng.uniform(0, SIDE_KM, (cells, 2)),
    )
    return where, 1.0 + np.floor(rng.pareto(1.3, cells) * 12).clip(max=2_000)


def measure_times(where: NDArray[np.float64], candidates: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Two minutes, then the straight line with a detour; a block of cells at a time."""
    times = np.empty((len(where), len(candidates)), np.uint32)
    for start in range(0, len(where), 4096):
        block = where[start : start + 4096]
        away = np.hypot(*(block[:, None] - candidates).transpose(2, 0, 1))
        times[start : start + 4096] = 1_200 + away * (DETOUR / KMH * 36_000)
    return times
