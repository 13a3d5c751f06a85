"""Simulated ground: Voronoi outlines around the communes and a 1 km grid of people inside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

CELL_M = 1000
REACH_M = 2600.0  # the outline of the département stays within this of its communes
SPREAD_M = 900.0  # people thin out over this distance from the centre of their commune
TOWN_SPREAD_M = 1800.0  # … wider with the logarithm of its size
SHARES = {"moins_15": (0.185, 0.02), "plus_65": (0.185, 0.04)}  # mean and spread between cells

# label of the density grid, smallest density (people/km²) and smallest commune: a crude stand-in of ours
DENSITY = (
    ("Grands centres urbains", 1500, 0),
    ("Centres urbains intermédiaires", 700, 8000),
    ("Petites villes", 0, 5000),
    ("Ceintures urbaines", 250, 0),
    ("Bourgs ruraux", 100, 800),
    ("Rural à habitat dispersé", 30, 0),
    ("Rural à habitat très dispersé", 0, 0),
)

TO_LAEA = pyproj.Transformer.from_crs(4326, 3035, always_xy=True)
TO_WGS84 = pyproj.Transformer.from_crs(3035, 4326, always_xy=True)


@dataclass(frozen=True)
class Terrain:
    """``centre_m`` float64[communes, 2] and ``outline`` polygons, both EPSG:3035."""

    centre_m: NDArray[np.float64]
    outline: NDArray[np.object_]


@dataclass(frozen=True)
class Grille:
    """Inhabited cells: lower-left corner int64 (EPSG:3035), commune index, people and ages int64."""

    x: NDArray[np.int64]
    y: NDArray[np.int64]
    commune: NDArray[np.int64]
    population: NDArray[np.int64]
    hommes: NDArray[np.int64]
    moins_15: NDArray[np.int64]
    plus_65: NDArray[np.int64]


def draw_terrain(lonlat: NDArray[np.float64]) -> Terrain:
    """Voronoi cells of the communes, cut to the neighbourhood of all of them."""
    centre = np.column_stack(TO_LAEA.transform(lonlat[:, 0], lonlat[:, 1]))
    points = shapely.points(centre)
    land = shapely.buffer(shapely.union_all(shapely.buffer(points, 2 * REACH_M)), -REACH_M)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), extend_to=shapely.envelope(land))
    )
    tree = shapely.STRtree(cells)
    owner = tree.query(points, predicate="within")[1]
    outline = shapely.intersection(cells[owner], land)
    return Terrain(centre, shapely.set_precision(outline, 10.0))


def populate(terrain: Terrain, population: NDArray[np.int64], rng: np.random.Generator) -> Grille:
    """Spread each commune's people over its cells, more near its centre; every commune keeps a cell."""
    x, y, commune = list_cells(terrain)
    weight = cell_weight(terrain, population, x, y, commune) * rng.lognormal(0.0, 0.3, len(x))
    people = share_out(population, commune, weight)
    kept = people > 0
    x, y, commune, people = x[kept], y[kept], commune[kept], people[kept]
    young, old = (draw_share(people, *SHARES[group], rng) for group in ("moins_15", "plus_65"))
    men = draw_share(people, 0.487, 0.02, rng)
    return Grille(x, y, commune, people, men, young, old)


def list_cells(terrain: Terrain) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Corner x, y and commune of each cell: by its centre, plus the cell that holds each commune's centre."""
    low = np.floor(np.array(shapely.total_bounds(terrain.outline)) / CELL_M).astype(np.int64) * CELL_M
    gx, gy = (
        axis.ravel()
        for axis in np.meshgrid(*(np.arange(low[i], low[i + 2] + CELL_M, CELL_M) for i in (0, 1)))
    )
    point, commune = (
        shapely.STRtree(terrain.outline)
        .query(shapely.points(gx + CELL_M / 2, gy + CELL_M / 2), predicate="within")
        .reshape(2, -1)
    )
    by_place = dict(
        zip(zip(gx[point].tolist(), gy[point].tolist(), strict=True), commune.tolist(), strict=True)
    )
    alone = sorted(set(range(len(terrain.outline))) - set(by_place.values()))
    corner = np.floor(terrain.centre_m / CELL_M).astype(np.int64) * CELL_M
    by_place.update({(int(corner[i, 0]), int(corner[i, 1])): i for i in alone})
    table = np.array(sorted((x, y, c) for (x, y), c in by_place.items()), np.int64)
    return table[:, 0], table[:, 1], table[:, 2]


def cell_weight(
    terrain: Terrain,
    population: NDArray[np.int64],
    x: NDArray[np.int64],
    y: NDArray[np.int64],
    commune: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Exponential decay from the commune's centre, slower in larger towns."""
    offset = np.column_stack([x, y]) + CELL_M / 2 - terrain.centre_m[commune]
    reach = SPREAD_M + TOWN_SPREAD_M * np.log(np.maximum(population[commune] / 1000.0, 1.0))
    weight: NDArray[np.float64] = np.exp(-np.hypot(offset[:, 0], offset[:, 1]) / reach)
    return weight


def share_out(
    total: NDArray[np.int64], group: NDArray[np.int64], weight: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Whole numbers proportional to ``weight`` in each group, adding up to its total (largest remainder)."""
    quota = total[group] * weight / np.bincount(group, weight, len(total))[group]
    whole = np.floor(quota).astype(np.int64)
    missing = total - np.bincount(group, whole, len(total)).astype(np.int64)
    order = np.lexsort((whole - quota, group))
    rank = np.arange(len(group)) - np.searchsorted(group[order], group[order])
    whole[order[rank < missing[group[order]]]] += 1
    return whole


def draw_share(
    people: NDArray[np.int64], mean: float, spread: float, rng: np.random.Generator
) -> NDArray[np.int64]:
    """A part of each cell's people, its share drawn around ``mean``."""
    return np.rint(people * np.clip(rng.normal(mean, spread, len(people)), 0, 0.6)).astype(np.int64)


def simulate_classes(population: NDArray[np.int64], area_km2: NDArray[np.float64]) -> list[str]:
    """A density class for each commune: the first of :data:`DENSITY` it is large and dense enough for."""
    return [
        next(name for name, density, size in DENSITY if people >= size and people >= density * area)
        for people, area in zip(population.tolist(), area_km2.tolist(), strict=True)
    ]
