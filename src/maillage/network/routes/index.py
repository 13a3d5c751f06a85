"""Find again the places that stand at a given row or road."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Index:
    """Positions of each key of an array; negative keys are left out.

    >>> which, position = Index(np.int32([7, -1, 5, 7])).find(np.int32([5, 6, 7]))
    >>> list(zip(which.tolist(), position.tolist()))
    [(0, 2), (2, 0), (2, 3)]
    """

    def __init__(self, keys: NDArray[np.int32]) -> None:
        order = np.argsort(keys, kind="stable")
        self._order = order[np.searchsorted(keys[order], 0) :]
        self._keys = keys[self._order]

    def find(self, keys: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Every (position in ``keys``, position in the indexed array) with equal keys."""
        first = np.searchsorted(self._keys, keys, "left")
        count = np.searchsorted(self._keys, keys, "right") - first
        which = np.repeat(np.arange(len(keys)), count)
        within = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
        return which, self._order[np.repeat(first, count) + within]
