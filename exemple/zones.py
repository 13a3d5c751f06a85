"""Two invented zones: a rural sector made of communes, a basin drawn around the second town."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

SECTOR = 20  # communes
BASIN = 8  # communes whose centres the basin goes around
MARGIN_M = 2500.0


def draw_sector(population: NDArray[np.int64], centre_m: NDArray[np.float64]) -> list[int]:
    """The communes nearest to the smallest one, itself included; their row numbers, ascending."""
    return sorted(nearest(centre_m, int(population.argmin()), SECTOR))


def draw_basin(population: NDArray[np.int64], centre_m: NDArray[np.float64]) -> Any:
    """A polygon (EPSG:3035) around the second largest commune and its neighbours, through other communes."""
    second = int(np.argsort(population, kind="stable")[-2])
    around = shapely.multipoints(centre_m[nearest(centre_m, second, BASIN)])
    return shapely.buffer(shapely.convex_hull(around), MARGIN_M, quad_segs=4)


def nearest(centre_m: NDArray[np.float64], row: int, count: int) -> list[int]:
    """The ``count`` rows nearest to one, itself first."""
    distance = np.hypot(*(centre_m - centre_m[row]).T)
    chosen: list[int] = np.argsort(distance, kind="stable")[:count].tolist()
    return chosen
