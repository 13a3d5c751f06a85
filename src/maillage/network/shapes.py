"""Where roads run: the line of each road, to attach places to it and to draw routes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

SERVES_NOBODY, SERVES, LAST_RESORT = 0, 1, 2  # a segment and the places beside it


@dataclass(frozen=True)
class Shapes:
    """Lines of roads; road ``r`` is arc ``r`` of the graph, by points ``indptr[r]`` to ``indptr[r + 1]``.

    ``lon``, ``lat`` float64[points], WGS 84 degrees; ``share`` float64[points]: part of the arc's time spent
    when the point is reached, from 0 to 1; ``attachable`` uint8[points]: whether the segment that starts at
    the point serves the places beside it: :data:`SERVES`, :data:`LAST_RESORT` (a motorway) or neither.
    ``back_share``: part of the way back's time left to run at the point; as ``share`` where None.
    """

    indptr: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    share: NDArray[np.float64]
    attachable: NDArray[np.uint8]
    back_share: NDArray[np.float64] | None = None

    @property
    def n_roads(self) -> int:
        """Number of roads."""
        return len(self.indptr) - 1


def close_roads(shapes: Shapes, closed: NDArray[np.bool_]) -> Shapes:
    """The same lines, those of the ``closed`` roads (bool[roads]) serving nobody."""
    shut = np.repeat(closed, np.diff(shapes.indptr))
    return replace(shapes, attachable=np.where(shut, SERVES_NOBODY, shapes.attachable).astype(np.uint8))


def cut_line(shapes: Shapes, road: int, start: float, end: float) -> list[tuple[float, float]]:
    """(lon, lat) along a road between two shares of its time; backwards when ``start`` > ``end``.

    >>> line = Shapes(np.array([0, 3]), np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.0, 1.0]),
    ...               np.array([0.0, 0.5, 1.0]), np.array([True, True, False]))
    >>> cut_line(line, 0, 0.75, 0.0)
    [(1.0, 0.5), (1.0, 0.0), (0.0, 0.0)]
    """
    part = slice(shapes.indptr[road], shapes.indptr[road + 1])
    share = shapes.share[part]
    low, high = min(start, end), max(start, end)
    at = np.concatenate([[low], share[(share > low) & (share < high)], [high]])
    lon, lat = (np.interp(at, share, axis[part]).tolist() for axis in (shapes.lon, shapes.lat))
    line = list(zip(lon, lat, strict=True))
    return line if start <= end else line[::-1]
