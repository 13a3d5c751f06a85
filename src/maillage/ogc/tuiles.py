"""The grid of web maps (WebMercatorQuad): its tiles, and the features of a layer in one of them."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from maillage.catalogue.constantes import read_constant
from maillage.catalogue.lecture import read_toml
from maillage.ogc.couche import CoucheOuverte
from maillage.ogc.mvt import ETENDUE, MARGE, make_tile
from maillage.ogc.openapi import GRILLE
from maillage.ogc.page import read_value

ADRESSE_GRILLE: Final = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
REPERE_GRILLE: Final = "http://www.opengis.net/def/crs/EPSG/0/3857"
DEMI_TOUR_M: Final = math.pi * read_constant("rayon_carte_web")
"""Half the equator of the sphere of web maps: its grid goes from minus to plus that, both ways."""
PIXEL_M: Final = 0.00028
"""The standard pixel by which the OGC writes scales."""


def read_zooms() -> tuple[int, int]:
    """The first and last zoom of the tiles that we draw."""
    told = read_toml("services_ouverts.toml")["tuiles"]
    return int(told["minimum"]), int(told["maximum"])


def describe_grille() -> dict[str, Any]:
    """The tile matrix set, as the OGC writes it (17-083r4)."""
    return {
        "id": GRILLE,
        "title": "Grille des cartes du web",
        "uri": ADRESSE_GRILLE,
        "crs": REPERE_GRILLE,
        "orderedAxes": ["E", "N"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": [_describe_niveau(zoom) for zoom in range(25)],
    }


def _describe_niveau(zoom: int) -> dict[str, Any]:
    cell = 2 * DEMI_TOUR_M / 256 / 2**zoom
    return {
        "id": str(zoom),
        "scaleDenominator": cell / PIXEL_M,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-DEMI_TOUR_M, DEMI_TOUR_M],
        "tileWidth": 256,
        "tileHeight": 256,
        "matrixWidth": 2**zoom,
        "matrixHeight": 2**zoom,
    }


def find_limits(couche: CoucheOuverte, zooms: tuple[int, int]) -> list[dict[str, Any]]:
    """The rows and columns of the tiles where a layer is, zoom by zoom; none without a shape."""
    if couche.emprise is None:
        return []
    west, south, east, north = couche.emprise
    found = []
    for zoom in range(zooms[0], zooms[1] + 1):
        (x0, y0), (x1, y1) = find_tile(west, north, zoom), find_tile(east, south, zoom)
        limits = {"minTileRow": y0, "maxTileRow": y1, "minTileCol": x0, "maxTileCol": x1}
        found.append({"tileMatrix": str(zoom), **limits})
    return found


def find_tile(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Column and row of the tile that holds a place.

    >>> find_tile(3.06, 50.63, 8)
    (130, 86)
    """
    x, y = _project(np.array([[lon, lat]]))[0]
    side = 2**zoom
    col, row = int((x + 1) / 2 * side), int((1 - y) / 2 * side)
    return min(max(col, 0), side - 1), min(max(row, 0), side - 1)


def _project(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitudes and latitudes → the square of web maps, from -1 to 1."""
    lat = np.radians(np.clip(xy[:, 1], -85.0511287798066, 85.0511287798066))
    return np.column_stack([xy[:, 0] / 180, np.log(np.tan(np.pi / 4 + lat / 2)) / np.pi])


def find_box(zoom: int, row: int, col: int) -> tuple[float, float, float, float]:
    """West, south, east, north of a tile, its margin included."""
    side, edge = 2**zoom, MARGE / ETENDUE

    def lat(y: float) -> float:
        return math.degrees(2 * math.atan(math.exp(math.pi * (1 - 2 * y / side))) - math.pi / 2)

    return (
        (col - edge) / side * 360 - 180,
        lat(row + 1 + edge),
        (col + 1 + edge) / side * 360 - 180,
        lat(row - edge),
    )


def draw_tile(couche: CoucheOuverte, zoom: int, row: int, col: int) -> bytes:
    """The features of a layer in one tile, without their long texts; empty where there is none."""
    west, south, east, north = find_box(zoom, row, col)
    boxes = couche.boites.T
    rows = np.flatnonzero((boxes[0] <= east) & (boxes[2] >= west) & (boxes[1] <= north) & (boxes[3] >= south))
    rows = rows[: int(read_toml("services_ouverts.toml")["tuiles"]["objets"])]
    if not len(rows):
        return b""
    side = 2**zoom

    def change(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        square = _project(xy)
        return np.column_stack(
            [((square[:, 0] + 1) / 2 * side - col) * ETENDUE, ((1 - square[:, 1]) / 2 * side - row) * ETENDUE]
        )

    shapes = shapely.transform(couche.geometries[rows], change)
    edge = float(MARGE)
    shapes = shapely.clip_by_rect(shapes, -edge, -edge, ETENDUE + edge, ETENDUE + edge)
    surfaces = shapely.get_dimensions(shapes) == 2
    shapes[surfaces] = shapely.set_precision(shapely.simplify(shapes[surfaces], 1), 1)
    shapes[~surfaces] = shapely.transform(shapes[~surfaces], np.round)
    shapes[surfaces] = shapely.orient_polygons(shapes[surfaces])
    names = [name for name, one in couche.proprietes.items() if one.rendue and not one.long]
    columns = [[couche.ids[one] for one in rows.tolist()], *(_read(couche, name, rows) for name in names)]
    told = [dict(zip(("id", *names), values, strict=True)) for values in zip(*columns, strict=True)]
    return make_tile(couche.id, shapes, told)


def _read(couche: CoucheOuverte, name: str, rows: NDArray[np.int64]) -> list[Any]:
    """Values of a property, in their order."""
    genre, held = couche.proprietes[name].genre, couche.colonne(name)[rows].tolist()
    return held if genre in {"string", "date", "boolean"} else [read_value(genre, one) for one in held]
