"""Population cells, as arrays: where each stands, who lives there, in which commune."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from maillage.atlas.lecture.ouvert import Atlas

PLACE = ("x_3035", "y_3035", "taille_m")


@dataclass(frozen=True, eq=False)
class Carreaux:
    """The département's cells that have a place in the grid, in the order of the file.

    ``x_m``, ``y_m`` float64: south-west corner (EPSG 3035, metres); ``taille_m`` float64: side;
    ``population`` float64, NaN where unknown.
    """

    ids: tuple[str, ...]
    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    taille_m: NDArray[np.float64]
    population: NDArray[np.float64]

    def find(self, x_m: float, y_m: float) -> str | None:
        """The cell that holds a point; a cell holds its west and south sides, not the others."""
        inside = (self.x_m <= x_m) & (x_m < self.x_m + self.taille_m)
        inside &= (self.y_m <= y_m) & (y_m < self.y_m + self.taille_m)
        rows = np.flatnonzero(inside)
        return self.ids[int(rows[0])] if len(rows) else None


def read_carreaux(atlas: Atlas) -> Carreaux | None:
    """The cells; None for an atlas without any grid."""
    if not atlas.exists("carreaux"):
        return None
    wanted = ("id", *PLACE, "population", "dans_departement")
    cells = atlas.columns("carreaux", wanted).filter("dans_departement").drop_nulls(("id", *PLACE))
    if cells.is_empty():
        return None
    x, y, side, people = (
        cells[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in (*PLACE, "population")
    )
    return Carreaux(tuple(cells["id"].cast(pl.String)), x, y, side, people)


def find_centre(atlas: Atlas, carreau: str) -> tuple[float, float] | None:
    """Longitude and latitude of the middle of a cell of the département; null where there is none such."""
    if not atlas.exists("carreaux"):
        return None
    cells = atlas.columns("carreaux", ("id", "lon", "lat", "dans_departement")).filter("dans_departement")
    found = cells.filter(pl.col("id").cast(pl.String) == carreau).select("lon", "lat").drop_nulls()
    return (float(found["lon"][0]), float(found["lat"][0])) if found.height else None


def read_communes_des_carreaux(atlas: Atlas) -> dict[str, str]:
    """Cell → the commune where most of its people live; ties go to the first code."""
    if not (atlas.exists("carreaux") and atlas.exists("fragments")):
        return {}
    cells = atlas.columns("carreaux", ("id",)).with_row_index("carreau")
    links = atlas.columns("fragments", ("carreau", "code_insee", "population"))
    first = links.sort("population", "code_insee", descending=[True, False]).unique("carreau", keep="first")
    rows = cells.cast({"carreau": pl.Int64}).join(first.cast({"carreau": pl.Int64}), on="carreau")
    return dict(zip(rows["id"].cast(pl.String), rows["code_insee"].cast(pl.String), strict=True))
