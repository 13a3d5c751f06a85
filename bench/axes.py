"""Where the main roads run, read from the places of road accidents: better times without a network.

Open data place every accident with injuries of sixteen years (2005-2020, ONISR) on a road: its class
(autoroute, nationale, départementale), its number, a point. The points of one road, joined nearest to
nearest, draw that road; joined where two roads meet, they draw the main network, coarsely. A trip takes
the shorter of the closed formula of :mod:`maillage.network.estimate.formula` and the way by those roads. All
is fitted on the real times of the Isère (:mod:`bench.axes_fit`), nothing on what the times then judge. The
points are those of :mod:`bench.axes_points`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree
from scipy.spatial import cKDTree

from bench.axes_points import AUTOROUTE, DEPARTEMENTALE, NATIONALE, load_points
from maillage.catalogue.temps_estimes import Formule
from maillage.network.estimate.formula import (
    Habitants,
    PlaceTerms,
    compute_density,
    estimate_minutes,
    prepare_ends,
    to_xyz,
)
from maillage.network.travel_times import Points

Float = NDArray[np.float64]
Ints = NDArray[np.intp]
LINK_KM = {AUTOROUTE: 8.0, NATIONALE: 8.0, DEPARTEMENTALE: 6.0}  # beyond, two points of a road are not joined
FEWEST_POINTS = 4
CROSSING_KM = 0.6
ACCESS_KM = 10.0
ACCESS_POINTS = 30
LIMIT_MIN = 60.0


@dataclass(frozen=True)
class Axes:
    """The drawn roads: points (km on the sphere, class, log density) and the links between them.

    A link joins ``a`` and ``b``, ``km`` apart: of class ``classe``, or 0 where two roads meet; ``bretelle``
    where one of the two is an autoroute.
    """

    xyz: Float
    classe: Ints
    density: Float
    a: Ints
    b: Ints
    km: Float
    link_classe: Ints
    bretelle: NDArray[np.bool_]


def read_axes(zone: str, habitants: Habitants) -> Axes:
    """The roads of a zone of the extract, with the densities of these people."""
    rows = load_points().filter(pl.col("zone") == zone)
    return draw(rows, habitants)


def draw(rows: pl.DataFrame, habitants: Habitants) -> Axes:
    """Join the points of each road, then the roads."""
    points = Points(rows["lon"].to_numpy(), rows["lat"].to_numpy())
    xyz, classe = to_xyz(points), rows["classe"].to_numpy().astype(np.intp)
    route = rows["route"].to_numpy() + 10_000_000 * classe
    links = np.array([link for k in list_routes(route) for link in join_route(xyz, k, classe[k[0]])])
    kept = np.unique(links)
    xyz, classe, route = xyz[kept], classe[kept], route[kept]
    a, b = np.searchsorted(kept, links).T
    meet = np.unique(cKDTree(xyz).query_pairs(CROSSING_KM, output_type="ndarray"), axis=0)
    meet = meet[route[meet[:, 0]] != route[meet[:, 1]]]
    ends = np.concatenate([np.column_stack([a, b]), meet])
    km = np.sqrt(((xyz[ends[:, 0]] - xyz[ends[:, 1]]) ** 2).sum(axis=1))
    link_classe = np.concatenate([classe[a], np.zeros(len(meet), np.intp)])
    ramp = (classe[ends[:, 0]] == AUTOROUTE) != (classe[ends[:, 1]] == AUTOROUTE)
    here = Points(points.lon[kept], points.lat[kept])
    density = np.log1p(compute_density(here, habitants, 3.0) / 100)
    return Axes(xyz, classe, density, ends[:, 0], ends[:, 1], km, link_classe, ramp)


def list_routes(route: NDArray[np.int64]) -> Iterator[Ints]:
    """The rows of each road."""
    order = np.argsort(route, kind="stable")
    return iter(np.split(order, np.flatnonzero(np.diff(route[order])) + 1))


def join_route(xyz: Float, rows: Ints, classe: int) -> list[tuple[int, int]]:
    """Links of one road: the shortest tree through its points, without long gaps nor crumbs."""
    if len(rows) < FEWEST_POINTS:
        return []
    apart = np.sqrt(((xyz[rows][:, None] - xyz[rows][None]) ** 2).sum(axis=-1))
    tree = minimum_spanning_tree(apart).tocoo()
    near = tree.data < LINK_KM[classe]
    i, j = tree.row[near], tree.col[near]
    part = connected_components(csr_array((np.ones(len(i)), (i, j)), shape=apart.shape), directed=False)[1]
    large = np.bincount(part)[part] >= FEWEST_POINTS
    return [(int(rows[x]), int(rows[y])) for x, y in zip(i, j, strict=True) if large[x]]


@dataclass(frozen=True)
class Coefficients:
    """Minutes per km by class and on the way to a road, more or less by log density; minutes to enter.

    ``route``: nationales and départementales as one, most nationales of the first years having become
    départementales in 2006. ``bretelle``: to enter or leave an autoroute; ``entree``: to reach any road.
    """

    formule: Formule
    autoroute: float
    route: float
    densite: float
    bretelle: float
    entree: float
    acces: float
    acces_densite: float


CARREFOUR_MIN = 0.05


@dataclass(frozen=True)
class Lieux:
    """Places ready for times: ends of the formula, log density; and the road points near each, one
    row of ``place``, ``point``, ``km`` per pair.
    """

    ends: PlaceTerms
    density: Float
    place: Ints
    point: Ints
    km: Float


def prepare(points: Points, habitants: Habitants, axes: Axes, formule: Formule) -> Lieux:
    """Densities, and the thirty nearest points of roads within 10 km."""
    ends = prepare_ends(points, habitants, formule)
    apart, found = cKDTree(axes.xyz).query(ends.xyz, k=ACCESS_POINTS, distance_upper_bound=ACCESS_KM)
    place, rank = np.nonzero(np.isfinite(apart))
    density = np.log1p(compute_density(points, habitants, 3.0) / 100)
    return Lieux(ends, density, place, found[place, rank].astype(np.intp), apart[place, rank])


def time_links(axes: Axes, c: Coefficients) -> Float:
    """Minutes along each link."""
    density = (axes.density[axes.a] + axes.density[axes.b]) / 2
    crossing = axes.link_classe == 0
    per_km = np.select([crossing, axes.link_classe == AUTOROUTE], [c.acces, c.autoroute], c.route)
    slow = np.where(crossing, c.acces_densite, c.densite)
    enter = np.where(crossing, np.where(axes.bretelle, c.bretelle, CARREFOUR_MIN), 0.0)
    return axes.km * (per_km + slow * density) + enter


def time_by_roads(lieux: Lieux, axes: Axes, c: Coefficients, origins: Ints) -> Float:
    """Minutes by the drawn roads, float64[origins, places]; inf beyond an hour.

    Layers keep a place from serving as a way through: origins, then points of roads, then places.
    """
    n, k, m = len(lieux.density), len(axes.classe), len(origins)
    enter = c.entree + np.where(axes.classe[lieux.point] == AUTOROUTE, c.bretelle, 0.0)
    access = enter + lieux.km * (c.acces + c.acces_densite * lieux.density[lieux.place])
    row_of = np.full(n, -1)
    row_of[origins] = np.arange(m)
    starts = row_of[lieux.place] >= 0
    along = time_links(axes, c)
    row = [row_of[lieux.place[starts]], axes.a + m, axes.b + m, lieux.point + m]
    col = [lieux.point[starts] + m, axes.b + m, axes.a + m, lieux.place + m + k]
    minutes = np.maximum(np.concatenate([access[starts], along, along, access]), 1e-5)
    size = m + k + n
    graph = csr_array((minutes, (np.concatenate(row), np.concatenate(col))), shape=(size, size))
    return np.asarray(dijkstra(graph, indices=np.arange(m), limit=LIMIT_MIN)[:, m + k :])


def time_by_formula(lieux: Lieux, c: Coefficients, origins: Ints) -> Float:
    """Minutes by the closed formula, float64[origins, places]."""
    there = lieux.ends
    here = there.take(origins)
    km = np.sqrt(((here.xyz[:, None] - there.xyz[None]) ** 2).sum(axis=-1))
    column = PlaceTerms(here.xyz, here.effect[:, None], here.regional[:, None])
    return estimate_minutes(km, column, there, c.formule)


def compute_minutes(lieux: Lieux, axes: Axes, c: Coefficients, origins: Ints) -> Float:
    """The shorter of both, float64[origins, places]."""
    return np.minimum(time_by_formula(lieux, c, origins), time_by_roads(lieux, axes, c, origins))
