"""Floating catchments: people compete for a supply that lies within reach.

Pairs (origin, site) come as a sparse matrix of weights [origins, sites], built from the times within a
budget. ``demand`` is float64[origins] (people, or people weighted by age), ``supply`` float64[sites].
Nothing within reach gives 0, a true zero: that supply outside the data is unknown is for the caller to flag.
Unknown is NaN and stays so: the level of a site of unknown supply, or reached by an unknown demand, is
unknown, and so is what every origin that draws on it receives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from maillage.network.travel_times import Within

Float = NDArray[np.float64]
Weights = csr_array[np.float64, tuple[int, int]]


def build_weights(within: Within, weight: Float, n_sites: int) -> Weights:
    """The sparse matrix [origins, sites] of the pairs of ``within`` that weigh something."""
    shape = (len(within.indptr) - 1, n_sites)
    matrix = csr_array((weight, within.site, within.indptr), shape=shape, copy=True)
    matrix.eliminate_zeros()
    return matrix


def divide(numerator: Float, denominator: Float) -> Float:
    """Quotient, 0 where the denominator is 0 (a site nobody reaches serves nobody), NaN where it is unknown.

    >>> divide(np.array([1.0, 1.0, 1.0]), np.array([2.0, 0.0, np.nan])).tolist()
    [0.5, 0.0, nan]
    """
    return np.divide(numerator, denominator, out=np.zeros_like(numerator), where=denominator != 0)


def e2sfca(weights: Weights, supply: Float, demand: Float) -> Float:
    """Enhanced two-step floating catchment (Luo & Qi 2009): supply per head at each origin.

    R_j = S_j / Σ_k P_k·w_kj ; A_i = Σ_j R_j·w_ij. What is received sums to the supply
    somebody reaches: Σ P_i·A_i = Σ S_j.

    Two origins of 100 people, one site of 10 doctors, weights 1 and 0.5: R = 10/150.

    >>> w = csr_array(np.array([[1.0], [0.5]]))
    >>> e2sfca(w, np.array([10.0]), np.array([100.0, 100.0])).round(5).tolist()
    [0.06667, 0.03333]
    """
    ratio = divide(supply, np.asarray(weights.T @ demand, np.float64))
    return np.asarray(weights @ ratio, np.float64)


def normalise_rows(weights: Weights) -> Weights:
    """Each origin shares itself between its sites: rows sum to 1, or to 0 when nothing is within reach."""
    total = np.asarray(weights.sum(axis=1), np.float64).ravel()
    scale = np.repeat(divide(np.ones_like(total), total), np.diff(weights.indptr))
    return csr_array((weights.data * scale, weights.indices, weights.indptr), shape=weights.shape)


@dataclass(frozen=True)
class Balanced:
    """``load`` people sent to each site, ``level`` supply per head there (float64[sites]);
    ``per_head`` supply received per head at each origin (float64[origins]).
    """

    load: Float
    level: Float
    per_head: Float


def balanced(weights: Weights, supply: Float, demand: Float) -> Balanced:
    """Balanced floating catchment (after Páez, Higgins & Vivona 2019): nobody is counted twice.

    Row: w'_ij = w_ij / Σ_j w_ij, so load D_j = Σ_i P_i·w'_ij sums to the people who reach something.
    Column: a site shares its supply in proportion to the people it receives, so L_j = S_j / D_j and
    A_i = Σ_j w'_ij·L_j ; Σ_i P_i·A_i = Σ_j S_j over sites somebody reaches.

    Two origins of 100 people; site 0 (10 doctors) reached by both, site 1 (5 doctors) by the second only,
    all weights 1. Loads 150 and 50; levels 10/150 and 5/50; the second origin gets the mean of both levels.

    >>> w = csr_array(np.array([[1.0, 0.0], [1.0, 1.0]]))
    >>> b = balanced(w, np.array([10.0, 5.0]), np.array([100.0, 100.0]))
    >>> b.load.tolist(), b.level.round(4).tolist(), b.per_head.round(4).tolist()
    ([150.0, 50.0], [0.0667, 0.1], [0.0667, 0.0833])
    """
    share = normalise_rows(weights)
    load = np.asarray(share.T @ demand, np.float64)
    level = divide(supply, load)
    return Balanced(load, level, np.asarray(share @ level, np.float64))


def gap_to_reference(per_head: Float, population: Float, reference: float) -> Float:
    """Supply missing (negative) or in excess (positive) at each origin: P_i·(A_i - reference).

    With ``reference`` the mean Σ P·A / Σ P, gaps sum to zero: what is missing here is in excess there.

    >>> gap_to_reference(np.array([0.02, 0.06]), np.array([100.0, 100.0]), 0.04).round(9).tolist()
    [-2.0, 2.0]
    """
    return population * (per_head - reference)


def classify_supply(per_head: Float, reference: float, tolerance_share: float) -> NDArray[np.int8]:
    """-1 in deficit, A < (1-t)·reference; 1 over-concentrated, A > (1+t)·reference; else 0. Both strict.

    >>> classify_supply(np.array([0.5, 0.75, 1.0, 1.25, 2.0]), 1.0, 0.25).tolist()
    [-1, 0, 0, 0, 1]
    """
    over = per_head > (1 + tolerance_share) * reference
    under = per_head < (1 - tolerance_share) * reference
    return over.astype(np.int8) - under.astype(np.int8)


def age_weighted_demand(people: NDArray[np.float64], use_per_head: Float, everyone: Float) -> Float:
    """People weighted by how much their age uses the service, rescaled so that the total is unchanged.

    ``people`` float64[origins, ages], ``use_per_head`` float64[ages] (any unit), ``everyone``
    float64[origins]. D_i = Σ_a n_ia·u_a × (Σ n / Σ n·u). Where an age is unknown (NaN), everyone counts for
    the mean, which is 1.

    >>> people = np.array([[100.0, 0.0], [0.0, 100.0], [np.nan, np.nan]])
    >>> age_weighted_demand(people, np.array([1.0, 3.0]), np.array([100.0, 100.0, 30.0])).tolist()
    [50.0, 150.0, 30.0]
    """
    known = np.isfinite(people).all(axis=1)
    use = people @ use_per_head
    total = use[known].sum()
    scale = people[known].sum() / total if total > 0 else 0.0
    return np.asarray(np.where(known, use * scale, everyone), np.float64)


def demand_of_ages(people: NDArray[np.float64], chosen: Float, everyone: Float) -> Float:
    """The people of some ages alone: float64[origins].

    ``people`` float64[origins, ages], ``chosen`` float64[ages] is the share of each age that counts. Where an
    age is unknown, everyone times the mean share of the others; unknown when no origin has its ages.

    >>> people = np.array([[25.0, 75.0], [np.nan, 80.0]])
    >>> demand_of_ages(people, np.array([1.0, 0.0]), np.array([100.0, 200.0])).tolist()
    [25.0, 50.0]
    """
    known = np.isfinite(people).all(axis=1)
    counted, total = people @ chosen, people[known].sum()
    share = counted[known].sum() / total if total > 0 else np.nan
    return np.asarray(np.where(known, counted, everyone * share), np.float64)
