"""Coordinate reference systems: their addresses, and shapes and boxes from one to another.

Axes come in the order of their authority: latitude first in EPSG 4326, longitude first in CRS84.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.lecture import read_toml

CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
EPSG: Final = "http://www.opengis.net/def/crs/EPSG/0/"
DEGRES: Final = (CRS84, f"{EPSG}4326", f"{EPSG}4258")
DECIMALES_DEGRES, DECIMALES_METRES = 6, 2
BORNES_MERCATOR: Final = 85.06


def list_reperes(departement: str) -> tuple[str, ...]:
    """The systems offered in a département, the one of storage first; then its legal projection.

    >>> [one.rpartition("/")[2] for one in list_reperes("974")]
    ['CRS84', '4326', '3857', '2975']
    """
    told = read_toml("services_ouverts.toml")["projections"]
    legal = next((row for row in told.values() if departement in row["departements"]), told["metropole"])
    return (CRS84, *(f"{EPSG}{code}" for code in (4326, 3857, *legal["epsg"])))


def name_repere(address: str) -> str:
    """What pyproj calls it."""
    return "OGC:CRS84" if address == CRS84 else f"EPSG:{address.removeprefix(EPSG)}"


@cache
def _find(source: str, target: str) -> Transformer:
    return Transformer.from_crs(name_repere(source), name_repere(target))


def transform_shapes(shapes: NDArray[np.object_], target: str) -> NDArray[np.object_]:
    """Shapes in longitude and latitude → in that system, rounded to a tenth of a metre or a centimetre."""
    decimals = DECIMALES_DEGRES if target in DEGRES else DECIMALES_METRES
    transformer = None if target == CRS84 else _find(CRS84, target)

    def change(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        moved = xy if transformer is None else np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
        return np.round(moved, decimals)

    found: NDArray[np.object_] = shapely.transform(shapes, change)
    return found


def transform_shape_back(shape: Any, source: str) -> Any:
    """One shape of that system → longitude and latitude."""
    if source == CRS84:
        return shape
    transformer = _find(source, CRS84)
    return shapely.transform(shape, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])))


@cache
def _find_north(source: str) -> int:
    """Which of the two axes goes north."""
    directions = [axis.direction for axis in CRS.from_user_input(name_repere(source)).axis_info]
    return directions.index("north")


def make_boite(values: tuple[float, ...], source: str) -> tuple[tuple[float, float, float, float], ...]:
    """Boxes in longitude and latitude of a box of that system; two when it crosses the antimeridian.

    >>> make_boite((177.0, 65.0, -177.0, 70.0), CRS84)
    ((177.0, 65.0, 180.0, 70.0), (-180.0, 65.0, -177.0, 70.0))
    >>> make_boite((65.0, 177.0, 70.0, -177.0), f"{EPSG}4326")
    ((177.0, 65.0, 180.0, 70.0), (-180.0, 65.0, -177.0, 70.0))

    Raises:
        EntreeInvalide: south of it is north of its north, or it lies where its system says nothing.
    """
    low, high = values[:2], values[len(values) // 2 :][:2]
    north, degrees = _find_north(source), source in DEGRES
    east = 1 - north
    if low[north] > high[north]:
        raise EntreeInvalide("le bord sud est au nord du bord nord")
    if low[east] > high[east] and not degrees:
        raise EntreeInvalide("le bord ouest est à l’est du bord est")
    if degrees:
        bounds = low[east], low[north], high[east], high[north]
    else:
        bounds = _find(source, CRS84).transform_bounds(low[0], low[1], high[0], high[1], densify_pts=21)
    if not np.isfinite(bounds).all():
        raise EntreeInvalide("cette emprise sort du domaine de son système de coordonnées")
    x0, x1 = (min(max(side, -360.0), 360.0) for side in bounds[::2])
    y0, y1 = (min(max(side, -90.0), 90.0) for side in bounds[1::2])
    if x0 <= x1:
        return ((x0, y0, x1, y1),)
    if x0 > 180.0 or x1 < -180.0:
        raise EntreeInvalide("une emprise qui passe le 180e méridien va de -180 à 180 degrés")
    return (x0, y0, 180.0, y1), (-180.0, y0, x1, y1)
