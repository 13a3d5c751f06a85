"""Metres and degrees: the European equal-area projection of the population grid, and WGS 84."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

LAEA: Final = 3035
WGS84: Final = 4326


def project(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres in the European equal-area projection, float64[n, 2]."""
    return np.column_stack(find_transformer(WGS84, LAEA).transform(lon, lat)).astype(np.float64)


@cache
def find_transformer(source: int, target: int) -> Transformer:
    """From one EPSG code to another, x first; kept, for it is slow to make."""
    return Transformer.from_crs(source, target, always_xy=True)


def to_metres(shapes: Any) -> Any:
    """Shapes in the equal-area projection."""
    transformer = find_transformer(WGS84, LAEA)
    return shapely.transform(shapes, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])))
