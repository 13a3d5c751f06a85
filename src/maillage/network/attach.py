"""Places attached to the nearest usable road: a straight leg at a stated speed, then a point of that road.

The nearest road is found in a grid of square cells: rings of cells around the place are searched until no
closer road can lie outside them. Ties go to the road, then to the segment, of the smallest number. Roads
without frontage (tunnels, viaducts, motorways) are searched only for places that no other road serves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from maillage.catalogue.constantes import DEGREE_M
from maillage.network.routes.graph import NO_ARC, Attachment
from maillage.network.shapes import LAST_RESORT, SERVES, Shapes
from maillage.network.travel_times import Points

CELL_M = 250.0  # size of a cell: speed only, no answer depends on it


@dataclass(frozen=True)
class Grid:
    """Segments by cell, as CSR: ``start`` int64[cells + 1], ``point`` int64: the segment's first point."""

    west: float
    south: float
    step_lon: float
    step_lat: float
    n_columns: int
    n_rows: int
    start: NDArray[np.int64]
    point: NDArray[np.int64]


@dataclass(frozen=True)
class NearestRoad:
    """An ``Attach`` function: ``speed_kmh`` along the straight leg, no further than ``max_m`` (≤).

    ``last_resort``: the roads that serve a place only where none of ``grid`` is within ``max_m``.
    """

    shapes: Shapes
    grid: Grid
    last_resort: Grid
    speed_kmh: float
    max_m: float

    def __call__(self, points: Points) -> Attachment:
        """Attach each place; :data:`NO_ARC` where no road serves it within ``max_m``.

        ``access_ds`` = floor(10 × distance / speed + 1/2), distance on a plane tangent at the place.
        """
        point, along, distance_m = self.locate(points)
        found = point >= 0
        road = np.searchsorted(self.shapes.indptr, point, side="right") - 1
        share = self.shapes.share
        end = np.minimum(point + 1, len(share) - 1)
        fraction = share[point] + along * (share[end] - share[point])
        back = self.shapes.back_share
        back_fraction = None if back is None else back[point] + along * (back[end] - back[point])
        access_s = np.where(found, distance_m, 0.0) / (self.speed_kmh / 3.6)
        return Attachment(
            np.where(found, road, NO_ARC).astype(np.int32),
            np.where(found, fraction, 0.0),
            np.floor(10 * access_s + 0.5).astype(np.uint32),
            None if back_fraction is None else np.where(found, back_fraction, 0.0),
        )

    def locate(self, points: Points) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """The nearest segment (its first point, -1: none), the part of it covered, the distance in metres."""
        point, along, distance_m = self._search(self.grid, points)
        left = np.flatnonzero(point < 0) if len(self.last_resort.point) else ()
        if len(left):
            some = Points(points.lon[left], points.lat[left])
            point[left], along[left], distance_m[left] = self._search(self.last_resort, some)
        return point, along, distance_m

    def _search(
        self, grid: Grid, points: Points
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        g, s = grid, self.shapes
        frame = (g.west, g.south, g.step_lon, g.step_lat)
        size = (g.n_columns, g.n_rows)
        located: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]] = _locate(
            points.lon, points.lat, s.lon, s.lat, g.start, g.point, frame, size, self.max_m
        )
        return located


def index_roads(shapes: Shapes, speed_kmh: float, max_m: float) -> NearestRoad:
    """Sort the roads that serve places into a grid, and those of last resort into another."""
    grid, last_resort = (_sort(shapes, shapes.attachable == rank) for rank in (SERVES, LAST_RESORT))
    return NearestRoad(shapes, grid, last_resort, speed_kmh, max_m)


def _sort(shapes: Shapes, chosen: NDArray[np.bool_]) -> Grid:
    """The ``chosen`` segments, by their first points, in a grid."""
    first = np.flatnonzero(chosen)
    ends = np.column_stack([first, first + 1])
    lon, lat = shapes.lon[ends], shapes.lat[ends]
    west, south = (lon.min(), lat.min()) if len(first) else (0.0, 0.0)
    step_lat = CELL_M / DEGREE_M
    step_lon = step_lat / np.cos(np.radians(np.abs(lat).max())) if len(first) else step_lat
    column = np.floor((lon - west) / step_lon).astype(np.int64)
    row = np.floor((lat - south) / step_lat).astype(np.int64)
    n_columns, n_rows = (int(column.max()) + 1, int(row.max()) + 1) if len(first) else (1, 1)
    start, point = _fill_cells(
        first, column.min(1), column.max(1), row.min(1), row.max(1), n_columns, n_columns * n_rows
    )
    return Grid(float(west), float(south), float(step_lon), float(step_lat), n_columns, n_rows, start, point)


@numba.njit(cache=True)
def _fill_cells(
    first: NDArray[np.int64],
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    n_columns: int,
    n_cells: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each segment in every cell of its bounding box, by counting sort: ascending within a cell."""
    start = np.zeros(n_cells + 1, np.int64)
    for i in range(len(first)):
        for y in range(low[i], high[i] + 1):
            for x in range(left[i], right[i] + 1):
                start[y * n_columns + x + 1] += 1
    start = np.cumsum(start)
    point = np.empty(start[-1], np.int64)
    at = start[:-1].copy()
    for i in range(len(first)):
        for y in range(low[i], high[i] + 1):
            for x in range(left[i], right[i] + 1):
                cell = y * n_columns + x
                point[at[cell]] = first[i]
                at[cell] += 1
    return start, point


@numba.njit(cache=True)
def _project(x: float, y: float, x2: float, y2: float) -> tuple[float, float]:
    """Part of the segment (x, y)-(x2, y2) at the point nearest the origin, and its squared distance."""
    dx, dy = x2 - x, y2 - y
    square = dx * dx + dy * dy
    along = min(max(-(x * dx + y * dy) / square, 0.0), 1.0) if square > 0 else 0.0
    px, py = x + along * dx, y + along * dy
    return along, px * px + py * py


@numba.njit(cache=True)
def _locate(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    road_lon: NDArray[np.float64],
    road_lat: NDArray[np.float64],
    start: NDArray[np.int64],
    point: NDArray[np.int64],
    frame: tuple[float, float, float, float],
    size: tuple[int, int],
    max_m: float,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    west, south, step_lon, step_lat = frame
    n_columns, n_rows = size
    nearest = np.full(len(lon), -1, np.int64)
    part = np.zeros(len(lon))
    distance = np.full(len(lon), np.inf)
    for i in range(len(lon)):
        metre_x, metre_y = np.cos(np.radians(lat[i])) * DEGREE_M, DEGREE_M
        cell_m = min(step_lon * metre_x, step_lat * metre_y)
        column, row = np.floor((lon[i] - west) / step_lon), np.floor((lat[i] - south) / step_lat)
        best = max_m * max_m
        ring = 0
        while ring == 0 or (ring - 1) * cell_m <= np.sqrt(best):
            for y in range(max(row - ring, 0), min(row + ring + 1, n_rows)):
                edge = y in (row - ring, row + ring)
                for x in range(max(column - ring, 0), min(column + ring + 1, n_columns)):
                    if not edge and x not in (column - ring, column + ring):
                        continue
                    cell = int(y) * n_columns + int(x)
                    for k in range(start[cell], start[cell + 1]):
                        p = point[k]
                        along, square = _project(
                            (road_lon[p] - lon[i]) * metre_x,
                            (road_lat[p] - lat[i]) * metre_y,
                            (road_lon[p + 1] - lon[i]) * metre_x,
                            (road_lat[p + 1] - lat[i]) * metre_y,
                        )
                        if square < best or (square == best and (nearest[i] < 0 or p < nearest[i])):
                            best, nearest[i], part[i] = square, p, along
                            distance[i] = np.sqrt(square)
            ring += 1
    return nearest, part, distance
