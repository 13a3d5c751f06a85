"""The shapes of published rows: outlines, squares, points; in WKB, WGS 84."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from maillage.atlas.lecture.ouvert import Atlas

GRID, WGS84 = "EPSG:3035", "EPSG:4326"


def make_shapes(atlas: Atlas, geometrie: str, frame: pl.DataFrame) -> NDArray[np.object_]:
    """The shape of each row of a table, null where it has none; polygons are always MultiPolygons."""
    if geometrie == "points":
        return make_points(frame)
    if geometrie == "carres":
        return make_squares(frame)
    return find_outlines(atlas, frame)


def make_points(frame: pl.DataFrame) -> NDArray[np.object_]:
    """A point per row; null where the place is not known."""
    lon, lat = (frame[name].cast(pl.Float64).to_numpy() for name in ("lon", "lat"))
    known = ~(np.isnan(lon) | np.isnan(lat))
    shapes = np.full(len(lon), None, dtype=object)
    shapes[known] = shapely.points(lon[known], lat[known])
    return shapes


def make_squares(frame: pl.DataFrame) -> NDArray[np.object_]:
    """The square of each cell, its four corners carried to WGS 84; a point where a cell has no side."""
    sized = frame["taille_m"].is_not_null().to_numpy()
    shapes = make_points(frame)
    if not sized.any():
        return shapes
    x, y, side = (
        frame[name].drop_nulls().to_numpy().astype(float) for name in ("x_3035", "y_3035", "taille_m")
    )
    corners = np.stack([[x, x + side, x + side, x, x], [y, y, y + side, y + side, y]])
    lon, lat = Transformer.from_crs(GRID, WGS84, always_xy=True).transform(*corners)
    squares = shapely.polygons(np.stack([lon.T, lat.T], axis=-1))
    shapes[sized] = shapely.multipolygons(squares[:, None])
    return shapes


def find_outlines(atlas: Atlas, frame: pl.DataFrame) -> NDArray[np.object_]:
    """The outline of each territory; null for one that the atlas does not draw."""
    held = (
        {(row[0], str(row[1])): row[2] for row in atlas.contours().iter_rows()}
        if atlas.exists("contours")
        else {}
    )
    keys = zip(frame["niveau"].to_list(), frame["code"].cast(pl.String).to_list(), strict=True)
    wkb = np.array([held.get(key) for key in keys], dtype=object)
    return widen(shapely.from_wkb(wkb))


def widen(shapes: NDArray[Any]) -> NDArray[np.object_]:
    """A Polygon as a MultiPolygon of one: a layer holds one kind of shape.

    >>> [shape.geom_type for shape in widen(np.array([shapely.box(0, 0, 1, 1)]))]
    ['MultiPolygon']
    """
    alone = shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON
    found = shapes.astype(object)
    found[alone] = shapely.multipolygons(shapes[alone][:, None]) if alone.any() else found[alone]
    return found
