"""Small grids of heights, written as IGN writes them, under the towns that ``write_osm`` draws."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, radians
from pathlib import Path

import numpy as np

from maillage.sources.projections import from_wgs84, to_wgs84

METRES_PER_DEGREE = 6_371_008.8 * radians(1)
NODATA = -99999.0
Height = Callable[[np.ndarray, np.ndarray], np.ndarray]


def write_tile(
    path: Path,
    height: Height,
    box: tuple[float, float, float, float],
    step_m: float = 5,
    keep: slice = slice(None),
) -> Path:
    """The tile of ``height(x, y)``, metres around 3° E, 50° N, over ``box`` (x, y least and most, in metres).

    ``keep``: some of its columns only. A height that is not a number is written as absent.
    """
    (x0,), (y0,) = from_wgs84(np.array([3.0]), np.array([50.0]), 2154)
    columns = np.arange(np.floor((x0 + box[0]) / step_m), np.ceil((x0 + box[2]) / step_m) + 1)[keep]
    rows = np.arange(np.floor((y0 + box[1]) / step_m), np.ceil((y0 + box[3]) / step_m) + 1)
    east, north = np.meshgrid(columns * step_m, rows * step_m)
    lon, lat = to_wgs84(east, north, 2154)
    x, y = (lon - 3) * METRES_PER_DEGREE * cos(radians(50)), (lat - 50) * METRES_PER_DEGREE
    values = np.broadcast_to(np.asarray(height(x, y), float), x.shape)
    values = np.where(np.isnan(values), NODATA, values)
    head = (
        f"ncols        {len(columns)}\nnrows        {len(rows)}\n"
        f"xllcorner    {columns[0] * step_m - step_m / 2:.12f}\n"
        f"yllcorner    {rows[0] * step_m - step_m / 2:.12f}\n"
        f"cellsize     {step_m:.12f}\nNODATA_value  {NODATA:.2f}\n"
    )
    body = "\n".join(" " + " ".join(f"{value:.2f}" for value in row) for row in values[::-1])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(head + body + "\n", "ascii")
    return path
