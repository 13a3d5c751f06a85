"""Local clusters: territories whose neighbours are alike (LISA, local Moran)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.lecture import read_toml

Float = NDArray[np.float64]


@dataclass(frozen=True)
class Voisins:
    """Neighbours as CSR rows: ``indptr`` int64[n + 1], ``voisin`` int32[pairs]."""

    indptr: NDArray[np.int64]
    voisin: NDArray[np.int32]

    def of(self, i: int) -> NDArray[np.int32]:
        """The neighbours of territory ``i``."""
        return self.voisin[self.indptr[i] : self.indptr[i + 1]]


@dataclass(frozen=True)
class Amas:
    """``moran`` float64[n], the local statistic, and its ``p`` float64[n].

    ``classe``: HH, LL, HL, LH, or None when not significant, unknown, or without a neighbour.
    """

    moran: Float
    p: Float
    classe: tuple[str | None, ...]


def find_clusters(value: Float, voisins: Voisins) -> Amas:
    """Local Moran (Anselin 1995), rows of weights summing to 1, conditional permutations with a fixed seed.

    I_i = z_i·Σ_j w_ij·z_j, with z = (v - mean) / standard deviation. A cluster is significant when at most
    ``seuil_p`` of random neighbourhoods are as extreme (pseudo p ≤, one-sided). Unknown values (NaN) take
    no part. Parameters: ``catalogue/robustesse.toml``.

    A line of four: high, high, low, low; the ends have one neighbour like themselves.

    >>> line = Voisins(np.array([0, 1, 3, 5, 6]), np.array([1, 0, 2, 1, 3, 2], np.int32))
    >>> find_clusters(np.array([1.0, 1.0, 0.0, 0.0]), line).moran.tolist()
    [1.0, 0.0, 0.0, 1.0]
    """
    settings = read_toml("robustesse.toml")["amas"]
    z = standardise(value)
    lag = average_neighbours(z, voisins)
    p = permute(z, lag, voisins, settings["permutations"], settings["graine"])
    significant = np.isfinite(lag) & (p <= settings["seuil_p"])
    classe = tuple(
        ("H" if z[i] > 0 else "L") + ("H" if lag[i] > 0 else "L") if significant[i] else None
        for i in range(len(value))
    )
    return Amas(z * lag, p, classe)


def standardise(value: Float) -> Float:
    """(v - mean) / standard deviation over known values; NaN when they are all equal."""
    deviation = np.nanstd(value) if np.isfinite(value).any() else 0.0
    if deviation == 0:
        return np.full(len(value), np.nan)
    return np.asarray((value - np.nanmean(value)) / deviation, np.float64)


def average_neighbours(z: Float, voisins: Voisins) -> Float:
    """Mean of the known neighbours; NaN without one, or when the territory itself is unknown."""
    row = np.repeat(np.arange(len(z)), np.diff(voisins.indptr))
    counted = np.isfinite(z[voisins.voisin])
    total = np.bincount(row[counted], z[voisins.voisin[counted]], len(z))
    number = np.bincount(row[counted], minlength=len(z))
    lag = np.divide(total, number, out=np.full(len(z), np.nan), where=number > 0)
    return np.where(np.isfinite(z), lag, np.nan)


def permute(z: Float, lag: Float, voisins: Voisins, permutations: int, seed: int) -> Float:
    """Pseudo p: neighbours drawn without replacement among the other known ones, the territory itself fixed.

    p = (1 + min(number at least as large, number at most as large)) / (1 + permutations).
    """
    p = np.full(len(z), np.nan)
    pool = np.flatnonzero(np.isfinite(z))
    sizes = {i: int(np.isfinite(z[voisins.of(i)]).sum()) for i in np.flatnonzero(np.isfinite(lag)).tolist()}
    draws = draw_rows(len(pool) - 1, max(sizes.values(), default=0), permutations, seed)
    for place, i in enumerate(pool.tolist()):
        if i in sizes:
            others = draws[:, : sizes[i]]
            simulated = z[pool[others + (others >= place)]].mean(axis=1)
            tail = min(np.sum(simulated >= lag[i]), np.sum(simulated <= lag[i]))
            p[i] = (1 + tail) / (1 + permutations)
    return p


def draw_rows(n: int, size: int, times: int, seed: int) -> NDArray[np.intp]:
    """``times`` rows of ``size`` distinct numbers below ``n``: random neighbourhoods that all share."""
    keys = np.random.default_rng(seed).random((times, max(n, 0)))
    return np.argsort(keys, axis=1)[:, :size]
