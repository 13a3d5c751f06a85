"""How access is shared: means by group and measures of inequality, weighted by people.

``value`` float64[n] (a time, a level…), ``population`` float64[n] ≥ 0. Rows with NaN in either are left out;
nothing left gives NaN. An infinite value (unreachable) is no unknown: a mean with it is infinite, and a
measure of inequality, which shares a total out, is unknown (NaN).
"""

from __future__ import annotations

import numpy as np

from maillage.access.catchment import Float


def keep_known(value: Float, population: Float) -> tuple[Float, Float]:
    """The rows where both are known and somebody lives."""
    kept = ~np.isnan(value) & (population > 0)
    return value[kept], population[kept]


def weighted_mean(value: Float, population: Float) -> float:
    """Σ p·v / Σ p.

    >>> weighted_mean(np.array([10.0, 20.0, np.nan]), np.array([3.0, 1.0, 5.0]))
    12.5
    >>> weighted_mean(np.array([10.0, np.inf]), np.array([3.0, 1.0]))
    inf
    """
    value, population = keep_known(value, population)
    return float(value @ population / population.sum()) if population.sum() > 0 else float("nan")


def gap_of_group(value: Float, group: Float, population: Float) -> float:
    """Mean of a group minus the mean of everyone (same unit as ``value``).

    >>> gap_of_group(np.array([10.0, 20.0]), np.array([0.0, 50.0]), np.array([100.0, 100.0]))
    5.0
    """
    return weighted_mean(value, group) - weighted_mean(value, population)


def lorenz(value: Float, population: Float, rank: Float) -> tuple[Float, Float]:
    """Cumulated shares of people and of value, people sorted by ``rank`` (ties merged), from (0, 0)."""
    ranks, place = np.unique(rank, return_inverse=True)
    people = np.bincount(place, population, len(ranks))
    total = np.bincount(place, population * value, len(ranks))
    return (
        np.concatenate([[0.0], np.cumsum(people) / people.sum()]),
        np.concatenate([[0.0], np.cumsum(total) / total.sum()]),
    )


def area_below(x: Float, y: Float) -> float:
    """Trapezes under a polyline."""
    return float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2))


def concentration_index(value: Float, population: Float, rank: Float) -> float:
    """1 - 2·(area under the concentration curve), people sorted by ``rank`` (income…).

    Negative: the value goes to those of low rank. NaN without value or people.
    Kakwani, Wagstaff & van Doorslaer (1997).

    Two people: rank 1 has all of it. Curve (0,0) (½,1) (1,1): area ¾, index -½.

    >>> concentration_index(np.array([4.0, 0.0]), np.array([1.0, 1.0]), np.array([1.0, 2.0]))
    -0.5
    """
    kept = ~np.isnan(value) & ~np.isnan(rank) & (population > 0)
    value, population, rank = value[kept], population[kept], rank[kept]
    if not 0 < value @ population < np.inf:
        return float("nan")
    return 1 - 2 * area_below(*lorenz(value, population, rank))


def gini(value: Float, population: Float) -> float:
    """Gini: the concentration index with people sorted by the value itself. 0 equal, towards 1 unequal.

    >>> gini(np.array([0.0, 4.0]), np.array([1.0, 1.0])), gini(np.array([3.0, 3.0]), np.array([1.0, 9.0]))
    (0.5, 0.0)
    >>> gini(np.array([1.0, np.inf]), np.array([1.0, 1.0]))
    nan
    """
    return concentration_index(value, population, value)


def palma(value: Float, population: Float) -> float:
    """Share of the value held by the best-off 10 % of people over that of the worst-off 40 %.

    A territory that straddles a bound is split. NaN when the worst-off hold nothing.

    Ten people holding 1 … 10: 10 / (1+2+3+4) = 1.

    >>> palma(np.arange(1.0, 11.0), np.ones(10))
    1.0
    """
    value, population = keep_known(value, population)
    if not 0 < value @ population < np.inf:
        return float("nan")
    people, held = lorenz(value, population, value)
    low, high = np.interp([0.4, 0.9], people, held)
    return float((1 - high) / low) if low > 0 else float("nan")


def fgt(time: Float, population: Float, threshold: float, alpha: float) -> float:
    """Foster, Greer & Thorbecke (1984): (1/P)·Σ_{t>z} p·((t-z)/z)^α, strictly beyond z.

    α = 0: share of people beyond z; 1: depth; 2: severity. An infinite time (unreachable) is beyond z:
    it counts for α = 0, and makes α > 0 infinite. NaN times are left out.

    >>> time, people = np.array([7.0, 14.0, 21.0]), np.array([50.0, 25.0, 25.0])
    >>> [fgt(time, people, 7.0, alpha) for alpha in (0, 1, 2)]
    [0.5, 0.75, 1.25]
    """
    known = ~np.isnan(time) & (population > 0)
    time, population = time[known], population[known]
    if population.sum() == 0:
        return float("nan")
    beyond = time > threshold
    depth = ((time[beyond] - threshold) / threshold) ** alpha
    return float(population[beyond] @ depth / population.sum())
