"""What placement is measured against and tested with: the textbook models, given whole to HiGHS."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import coo_array, csr_array, hstack, vstack


def plain_p_median(
    duree: NDArray,
    poids: NDArray[np.float64],
    p: int,
    limite_s: float = 600,
    keep: tuple[NDArray[np.bool_], int] | None = None,
) -> OptimizeResult:
    """Σ w·t·x: each cell is served once, by open sites (x ≤ y); ``keep``: so many of these stay."""
    n, m = duree.shape
    pair = np.arange(n * m)
    stay, least = keep or (np.zeros(m), 0)
    served = csr_array((np.ones(n * m), (pair // m, pair)), shape=(n, n * m))
    opened = coo_array((np.ones(n * m), (pair, pair % m)), shape=(n * m, m))
    rows = vstack(
        [
            hstack([csr_array((n, m)), served]),
            hstack([opened, -coo_array((np.ones(n * m), (pair, pair)), shape=(n * m, n * m))]),
            hstack([csr_array(np.ones((1, m))), csr_array((1, n * m))]),
            hstack([csr_array(stay[None].astype(float)), csr_array((1, n * m))]),
        ]
    ).tocsr()
    low = np.concatenate([np.ones(n), np.zeros(n * m), [0, least]])
    high = np.concatenate([np.ones(n), np.full(n * m, np.inf), [p, np.inf]])
    cost = np.concatenate([np.zeros(m), (poids[:, None] * duree).ravel()])
    return run(cost, m, rows, low, high, limite_s)


def plain_coverage(
    couvre: NDArray[np.bool_], poids: NDArray[np.float64], p: int, limite_s: float = 600
) -> OptimizeResult:
    """-Σ w·z: a cell is covered (z) if a site that covers it is open; equal rows are grouped first."""
    rows, group = np.unique(couvre, axis=0, return_inverse=True)
    people = np.bincount(group.ravel(), poids)
    n, m = rows.shape
    covers = hstack([csr_array(rows.astype(float)), -csr_array((np.ones(n), (range(n), range(n))))])
    number = hstack([csr_array(np.ones((1, m))), csr_array((1, n))])
    low, high = np.append(np.zeros(n), 0), np.append(np.full(n, np.inf), p)
    cost = np.concatenate([np.zeros(m), -people])
    return run(cost, m, vstack([covers, number]).tocsr(), low, high, limite_s)


def run(
    cost: NDArray, sites: int, rows: csr_array, low: NDArray, high: NDArray, limite_s: float
) -> OptimizeResult:
    """Sites are 0 or 1, the rest between."""
    whole = np.arange(len(cost)) < sites
    return milp(
        cost,
        integrality=whole.astype(int),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(rows, low, high),
        options={"time_limit": limite_s, "mip_rel_gap": 0},
    )
