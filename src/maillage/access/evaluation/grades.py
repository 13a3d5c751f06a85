"""How trust travels from inputs to figures, row by row."""

from __future__ import annotations

import numpy as np

from maillage.access.catchment import Weights
from maillage.access.evaluation.fiabilite import FIABILITES, Grades


def grade_rows(weights: Weights, sites: Grades, times: int) -> Grades:
    """The rule of every figure made from several sites: uint8[origins].

    A row is as reliable as the worst of the sites that weigh something in it (``sites`` uint8[sites]), and no
    better than the ``times`` that say which sites those are. That no site reaches a row rests on where all of
    them are: it has the grade of the worst.

    >>> from scipy.sparse import csr_array
    >>> w = csr_array(np.array([[1.0, 0.2, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    >>> grade_rows(w, np.array([0, 1, 2], np.uint8), 0).tolist()
    [1, 0, 2]
    """
    reached = np.diff(weights.indptr) > 0
    worst = np.where(reached, times, sites.max(initial=times)).astype(np.uint8)
    for grade in range(times + 1, len(FIABILITES)):
        worst[np.asarray(weights @ (sites == grade).astype(np.float64)) > 0] = grade
    return worst


def grade_shared(weights: Weights, sites: Grades, demand: Grades, times: int) -> Grades:
    """:func:`grade_rows` where a site is shared: it is no better than the demand that reaches it."""
    asked = weights.T.tocsr()
    shared = np.where(np.diff(asked.indptr) > 0, grade_rows(asked, demand, 0), 0)
    return grade_rows(weights, np.maximum(sites, shared).astype(np.uint8), times)


def worst(*levels: Grades) -> Grades:
    """The worst of reliabilities, element by element."""
    found: Grades = np.maximum.reduce(levels).astype(np.uint8)
    return found
