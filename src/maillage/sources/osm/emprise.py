"""The part of the extracts to keep: an outline and a margin around it."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, radians
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from maillage.catalogue.constantes import DEGREE_M
from maillage.sources.osm.pbf import Box


@dataclass(frozen=True)
class EmpriseOsm:
    """What to keep: ``contour``, in WGS 84 degrees, ``marge_km`` included."""

    nom: str
    marge_km: float
    contour: Any

    def holds(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of these places lie in the outline, its edge included."""
        west, south, east, north = self.contour.bounds
        inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
        shapely.prepare(self.contour)
        inside[inside] = shapely.intersects_xy(self.contour, lon[inside], lat[inside])
        return np.asarray(inside)

    def share_within(self, boxes: list[Box]) -> float | None:
        """The share of the outline that these bounds cover, None without any."""
        if not boxes:
            return None
        covered = shapely.union_all([shapely.box(*box) for box in boxes])
        return float(self.contour.intersection(covered).area / self.contour.area)


def widen(contour: Any, marge_km: float) -> Any:
    """The outline with a margin all around, on a plane drawn at its middle: good to a hundredth here."""
    _, south, _, north = contour.bounds
    shrink = cos(radians((south + north) / 2))
    flat = shapely.transform(contour, lambda xy: xy * (shrink, 1.0))
    wide = flat.buffer(1000 * marge_km / DEGREE_M)
    return shapely.transform(wide, lambda xy: xy / (shrink, 1.0))
