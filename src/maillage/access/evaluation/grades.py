"""How trust travels from inputs to figures, row by row."""

from __future__ import annotations

import numpy as np

from maillage.access.catchment import Weights
from maillage.access.evaluation.fiabilite import FIABILITES, Grades


def grade_rows(weights: Weights, sites: Grades, times: int) -> Grades:
    """The rule of every figure made from several sites: uint8[origins].

    A row is as reliable as the worst of the sites that weigh something in it (``sites`` uint8[sites]), and no
    better than the ``times`` that say which sites those are. A row that no site reaches has the grade of the
    times.

    >>> from scipy.sparse import csr_array
    >>> w = csr_array(np.array([[1.0, 0.2], [1.0, 0.0], [0.0, 0.0]]))
    >>> grade_rows(w, np.array([0, 1], np.uint8), 0).tolist()
    [1, 0, 0]
    """
    worst = np.full(weights.shape[0], times, np.uint8)
    for grade in range(times + 1, len(FIABILITES)):
        worst[np.asarray(weights @ (sites == grade).astype(np.float64)) > 0] = grade
    return worst


def grade_shared(weights: Weights, sites: Grades, demand: Grades, times: int) -> Grades:
    """:func:`grade_rows` where a site is shared: it is no better than the demand that reaches it."""
    return grade_rows(weights, np.maximum(sites, grade_rows(weights.T.tocsr(), demand, 0)), times)


def worst(*levels: Grades) -> Grades:
    """The worst of reliabilities, element by element."""
    found: Grades = np.maximum.reduce(levels).astype(np.uint8)
    return found
