"""Saturation: how full an implantation is, and what a closure does to the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.access.catchment import Float, Weights, divide, normalise_rows


def saturation(activity: Float, capacity: Float) -> Float:
    """Activity over capacity, same unit and period; NaN where unknown or capacity is 0. Full is ≥ 1.

    >>> saturation(np.array([80.0, 50.0, 10.0]), np.array([100.0, 0.0, np.nan])).tolist()
    [0.8, nan, nan]
    """
    return np.divide(activity, capacity, out=np.full_like(activity, np.nan), where=capacity > 0)


@dataclass(frozen=True)
class Reallocation:
    """``activity`` float64[sites] after a closure, 0 at the closed ones; ``lost``: without a site left."""

    activity: Float
    lost: float


def reallocate(weights: Weights, people: Float, activity: Float, closed: NDArray[np.bool_]) -> Reallocation:
    """Send the users of the closed sites to those that stay open, with the same decay.

    The users of site j come from origin i in proportion q_ij = P_i·w'_ij / Σ_k P_k·w'_kj (w' rows sum to 1);
    those of a closed site go on to open sites in proportion to w_ij. Activity plus ``lost`` is preserved. The
    activity of an open site may be unknown (NaN) and stays so; that of a closed one makes all unknown.

    Site 0 (60 visits) closes; its two origins hold 100 people each; only the second reaches site 1.

    >>> from scipy.sparse import csr_array
    >>> w = csr_array(np.array([[1.0, 0.0], [1.0, 1.0]]))
    >>> r = reallocate(w, np.array([100.0, 100.0]), np.array([60.0, 20.0]), np.array([True, False]))
    >>> r.activity.round(6).tolist(), round(r.lost, 6)
    ([0.0, 40.0], 40.0)
    """
    share = normalise_rows(weights)
    load = np.asarray(share.T @ people, np.float64)
    per_user = divide(np.where(closed, activity, 0.0), load)
    displaced = people * np.asarray(share @ per_user, np.float64)
    onward = normalise_rows(weights.multiply(~closed).tocsr())
    received = np.asarray(onward.T @ displaced, np.float64)
    moved = np.where(closed, 0.0, activity) + received
    return Reallocation(moved, float(displaced.sum() - received.sum()))


def find_no_room(reach: Weights, saturation: Float) -> Float:
    """1 where every site within reach is full (≥ 1) or none is, 0 where one has room (< 1): float64[origins].

    ``reach``: a positive entry per pair within the budget. A site whose saturation is unknown (NaN) neither
    condemns nor clears: without a site known to have room, the answer is unknown.

    >>> from scipy.sparse import csr_array
    >>> reach = csr_array(np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 1.0], [0.0, 0.0, 0.0]]))
    >>> find_no_room(reach, np.array([1.0, 0.99, np.nan])).tolist()
    [0.0, 1.0, nan, 1.0]
    """
    unknown = np.isnan(saturation)
    free = np.asarray(reach @ (saturation < 1).astype(np.float64), np.float64) > 0
    doubt = np.asarray(reach @ unknown.astype(np.float64), np.float64) > 0
    return np.where(free, 0.0, np.where(doubt, np.nan, 1.0))
