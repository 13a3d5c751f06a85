"""The population grid: which carreaux are the département's, which are the buffer around it."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from maillage.atlas.projection import to_metres
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.territoires.decoupage import intersect

BUFFER_DEGREES: Final = 0.35
"""Carreaux kept around the extent of the communes: 25 km or so."""

CARREAUX: Final[dict[str, Any]] = {
    "id": pl.String,
    "x_3035": pl.Int64,
    "y_3035": pl.Int64,
    "taille_m": pl.Int64,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "population": pl.Float64,
    "moins_15": pl.Float64,
    "de_15_a_64": pl.Float64,
    "plus_65": pl.Float64,
    "dans_departement": pl.Boolean,
}


def order_carreaux(carreaux: pl.DataFrame, communes: pl.DataFrame, contours: pl.DataFrame) -> pl.DataFrame:
    """The département's cells, then those of the buffer around it, each by id.

    Without a grid, one point per commune stands for it, all its people there (``taille_m`` null).
    """
    known = stand_in(communes) if carreaux.is_empty() else mark_inside(carreaux, contours)
    columns = [pl.col(name).cast(dtype) for name, dtype in CARREAUX.items()]
    return known.select(columns).sort(pl.col("dans_departement").not_(), "id")


def stand_in(communes: pl.DataFrame) -> pl.DataFrame:
    """One cell per commune, at its town hall, with all its people."""
    people = pl.col("population").cast(pl.Float64)
    name = pl.format("commune-{}", "code_insee").alias("id")
    cells = communes.select(name, people, "lon", "lat", dans_departement=pl.lit(value=True))
    return cells.with_columns(pl.lit(None).alias(name) for name in CARREAUX if name not in cells.columns)


def mark_inside(carreaux: pl.DataFrame, contours: pl.DataFrame) -> pl.DataFrame:
    """Cells with ``dans_departement`` known; a grid that does not say it is cut to the buffer and marked.

    So is a grid that says it of another département: fewer than half (<) of the cells it marks are in the
    outlines. A cell is inside when half of it or more (≥) is in the département; a commune without any such
    cell claims the one that it overlaps most. Cells without a side count by their centre.

    Raises:
        EntreeInvalide: the grid does not say, and there are no outlines to tell.
    """
    if says_inside(carreaux, contours):
        return carreaux.with_columns(pl.col("dans_departement").fill_null(value=False))
    if contours.is_empty():
        faute = Faute(
            "la grille ne dit pas quels carreaux sont dans le département", que_faire="Ajoutez les contours."
        )
        raise EntreeInvalide("Les carreaux du département ne se reconnaissent pas.", (faute,))
    outlines = shapely.from_wkb(contours["wkb"].to_numpy())
    near = keep_near(carreaux, outlines)
    squared = near["x_3035"].is_not_null().all() and near["taille_m"].is_not_null().all()
    inside = overlaps_half(near, to_metres(outlines)) if squared else centred_in(near, outlines)
    return near.with_columns(dans_departement=pl.Series(inside, dtype=pl.Boolean))


def says_inside(carreaux: pl.DataFrame, contours: pl.DataFrame) -> bool:
    """Whether the grid says which cells are this département's."""
    said = carreaux.filter(pl.col("dans_departement").fill_null(value=False))
    if contours.is_empty() or said.is_empty():
        return bool(carreaux["dans_departement"].is_not_null().any())
    return 2 * int(centred_in(said, shapely.from_wkb(contours["wkb"].to_numpy())).sum()) >= said.height


def keep_near(carreaux: pl.DataFrame, outlines: NDArray[Any]) -> pl.DataFrame:
    """Cells within the extent of the outlines and the buffer."""
    west, south, east, north = shapely.total_bounds(outlines)
    return carreaux.filter(
        pl.col("lon").is_between(west - BUFFER_DEGREES, east + BUFFER_DEGREES)
        & pl.col("lat").is_between(south - BUFFER_DEGREES, north + BUFFER_DEGREES)
    )


def overlaps_half(carreaux: pl.DataFrame, outlines: NDArray[Any]) -> NDArray[np.bool_]:
    """Squares of which half or more is in the outlines, and one at least for each outline: bool[cells]."""
    x, y, side = (carreaux[name].to_numpy() for name in ("x_3035", "y_3035", "taille_m"))
    cell, commune, area = intersect(shapely.box(x, y, x + side, y + side), outlines)
    inside = 2 * np.bincount(cell, area, carreaux.height) >= side.astype(np.float64) ** 2
    held = np.bincount(commune, inside[cell], len(outlines)) > 0
    for row in np.flatnonzero(~held):
        overlapped = np.flatnonzero(commune == row)
        if len(overlapped):  # a commune where nobody lives has no cell at all
            inside[cell[overlapped[np.argmax(area[overlapped])]]] = True
    return inside


def centred_in(carreaux: pl.DataFrame, outlines: NDArray[Any]) -> NDArray[np.bool_]:
    """Cells whose centre is in the outlines: bool[cells]."""
    centres = shapely.points(carreaux["lon"].to_numpy(), carreaux["lat"].to_numpy())
    inside = np.zeros(carreaux.height, dtype=np.bool_)
    inside[shapely.STRtree(outlines).query(centres, predicate="intersects")[0]] = True
    return inside
