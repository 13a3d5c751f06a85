"""Tiers: among the territories that a rule lists, those to act on first, and how many people they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Bool = NDArray[np.bool_]
DECIMALES = 9  # the last bits of a sum move nobody from one tier to another


@dataclass(frozen=True)
class Palier:
    """A tier: the listed whose intensity and robustness both reach (≥) its bounds, 0 to 1."""

    id: str
    nom: str
    intensite: float
    robustesse: float


def assign_tiers(
    paliers: Sequence[Palier], en_deficit: Bool, intensite: Float, robustesse: Float
) -> NDArray[np.int8]:
    """The tier of each territory: int8[..., n], row of ``paliers``, -1 outside the list.

    tier_i = first p with I_i ≥ intensite_p and ρ_i ≥ robustesse_p, the most serious first. A listed territory
    whose intensity is unknown (NaN) goes to the last tier.

    Bounds 0.85 and 0.95, then 0.60 and 0.60, then none: at the bound is inside; intense but unsure is second.

    >>> tiers = [Palier("p", "P", 0.85, 0.95), Palier("f", "F", 0.6, 0.6), Palier("s", "S", 0.0, 0.0)]
    >>> listed = np.array([True, True, True, True, False])
    >>> intensity = np.array([0.85, 0.90, 0.60, 0.59, 0.99])
    >>> assign_tiers(tiers, listed, intensity, np.array([0.95, 0.94, 0.60, 1.0, 0.4])).tolist()
    [0, 1, 1, 2, -1]
    """
    known = np.round(np.nan_to_num(intensite), DECIMALES)
    sure = np.round(robustesse, DECIMALES)
    tier = np.full(known.shape, len(paliers) - 1, np.int8)
    for row in range(len(paliers) - 2, -1, -1):
        tier[(known >= paliers[row].intensite) & (sure >= paliers[row].robustesse)] = row
    return np.where(en_deficit, tier, np.int8(-1)).astype(np.int8)


def measure_hold(
    paliers: Sequence[Palier], tier: NDArray[np.int8], listed: Bool, intensite: Float, robustesse: Float
) -> Float:
    """How often a tier holds: float64[n], share of draws in which a territory is in its own; NaN outside.

    ``listed``, ``intensite``: bool and float64[draws, n]; ``robustesse`` float64[n] is the draws' own share.

    >>> tiers = [Palier("p", "P", 0.85, 0.95), Palier("s", "S", 0.0, 0.0)]
    >>> drawn = np.array([[0.9], [0.8], [0.9], [0.9]])
    >>> measure_hold(tiers, np.array([0], np.int8), drawn > 0, drawn, np.array([1.0])).tolist()
    [0.75]
    """
    same = assign_tiers(paliers, listed, intensite, robustesse) == tier
    return np.where(tier >= 0, np.mean(same, axis=0), np.nan)


@dataclass(frozen=True)
class Courbe:
    """How many people live in listed territories at least so intense (≥): steps, from the most intense.

    ``intensite`` float64[k], falling; ``habitants`` float64[k] and ``territoires`` int64[k], cumulated.
    """

    intensite: Float
    habitants: Float
    territoires: NDArray[np.int64]


def cumulate_people(en_deficit: Bool, intensite: Float, population: Float) -> Courbe:
    """The curve of a list: H(x) = Σ P_i over the listed with I_i ≥ x, at each intensity that exists.

    An unknown population counts for nobody; a listed territory of unknown intensity comes last, at 0.

    >>> listed, intensity = np.array([True, True, True, False]), np.array([0.5, 0.9, 0.5, 1.0])
    >>> curve = cumulate_people(listed, intensity, np.full(4, 10.0))
    >>> curve.intensite.tolist(), curve.habitants.tolist(), curve.territoires.tolist()
    ([0.9, 0.5], [10.0, 30.0], [1, 3])
    """
    known = np.round(np.nan_to_num(intensite[en_deficit]), DECIMALES)
    steps, place = np.unique(-known, return_inverse=True)
    people = np.bincount(place, np.nan_to_num(population[en_deficit]), len(steps))
    number = np.bincount(place, minlength=len(steps)).astype(np.int64)
    return Courbe(np.asarray(-steps, np.float64), np.cumsum(people), np.cumsum(number))
