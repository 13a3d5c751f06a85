"""Where roads run: the line of each road, to attach places to it and to draw routes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Shapes:
    """Lines of roads; road ``r`` is arc ``r`` of the graph, by points ``indptr[r]`` to ``indptr[r + 1]``.

    ``lon``, ``lat`` float64[points], WGS 84 degrees; ``share`` float64[points]: part of the arc's time spent
    when the point is reached, from 0 to 1; ``attachable`` bool[points]: whether the segment that starts at
    the point serves the places beside it (a motorway does not).
    """

    indptr: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    share: NDArray[np.float64]
    attachable: NDArray[np.bool_]

    @property
    def n_roads(self) -> int:
        """Number of roads."""
        return len(self.indptr) - 1
