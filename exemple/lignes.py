"""A simulated network of public transport: where its stops are and which lines join them.

Trains run between the larger towns, coaches between market towns, buses fan out from each of these to the
villages and districts nearest to it. The smallest villages have no line; those of one market town are served
on demand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, spatial
from scipy.sparse import csgraph

from exemple.communes import Communes
from exemple.reseau import relative_neighbours
from exemple.terrain import CELL_M, Grille, Terrain

TOWN_M, TOWN_PEOPLE = 12_000.0, 9_000  # a town is the largest commune within this distance
MARKET_M, MARKET_PEOPLE = 6_000.0, 4_000  # so is a market town
DISTRICT_PEOPLE = 1_000  # a cell with as many has a stop of its own
DISTRICT_M = 600.0  # … when it is farther than this from the centre of its commune
VILLAGE_PEOPLE = 300  # the smallest village on a line
STOPS_A_LINE = 8
STATION_PEOPLE, STATION_M, WAYSIDE_M = 3_000, 2_000.0, 1_200.0
STATION_OFFSET_M = 180.0  # from the centre of the commune: two minutes on foot


@dataclass(frozen=True)
class Arrets:
    """``points_m`` float64[stops, 2]; ``commune`` int64[stops]; the first stops are the communes' centres.

    ``people`` int64[stops]: those of the commune for a village, of the cell for a district.
    """

    points_m: NDArray[np.float64]
    commune: NDArray[np.int64]
    people: NDArray[np.int64]


@dataclass(frozen=True)
class Ligne:
    """``arrets`` from the town outwards; ``genre``: ``train``, ``car``, ``ville``, ``bourg``, ``village``."""

    arrets: tuple[int, ...]
    genre: str


def draw_stops(communes: Communes, terrain: Terrain, grille: Grille) -> Arrets:
    """The centre of each commune, then its peopled cells that are away from it."""
    cells = np.column_stack([grille.x, grille.y]) + CELL_M / 2
    away = np.hypot(*(cells - terrain.centre_m[grille.commune]).T) > DISTRICT_M
    kept = away & (grille.population >= DISTRICT_PEOPLE)
    return Arrets(
        np.vstack([terrain.centre_m, cells[kept]]),
        np.concatenate([np.arange(len(communes.rows)), grille.commune[kept]]),
        np.concatenate([communes.population, grille.population[kept]]),
    )


def find_hubs(
    centre_m: NDArray[np.float64], population: NDArray[np.int64], reach_m: float, smallest: int
) -> NDArray[np.int64]:
    """Communes of at least ``smallest`` people that none within ``reach_m`` exceeds."""
    near = spatial.cKDTree(centre_m).query_ball_point(centre_m, reach_m)
    rows = [i for i, around in enumerate(near) if population[i] == population[around].max() >= smallest]
    return np.array(rows, np.int64)


def draw_trains(centre_m: NDArray[np.float64], population: NDArray[np.int64]) -> Iterator[Ligne]:
    """The shortest tree that joins the towns, a line an edge, with the stations on its way."""
    towns = find_hubs(centre_m, population, TOWN_M, TOWN_PEOPLE)
    length = np.hypot(*(centre_m[towns][:, None] - centre_m[towns][None]).transpose(2, 0, 1))
    tree = csgraph.minimum_spanning_tree(sparse.csr_array(length)).tocoo()
    for a, b in sorted(zip(tree.row.tolist(), tree.col.tolist(), strict=True)):
        stations = np.flatnonzero(population >= STATION_PEOPLE)
        yield Ligne(along(centre_m, int(towns[a]), int(towns[b]), stations, STATION_M), "train")


def draw_coaches(centre_m: NDArray[np.float64], population: NDArray[np.int64]) -> Iterator[Ligne]:
    """Coaches between neighbouring market towns, calling at the villages on their way."""
    hubs = find_hubs(centre_m, population, MARKET_M, MARKET_PEOPLE)
    villages = np.flatnonzero(population >= VILLAGE_PEOPLE)
    for a, b in relative_neighbours(centre_m[hubs]).tolist():
        yield Ligne(along(centre_m, int(hubs[a]), int(hubs[b]), villages, WAYSIDE_M), "car")


def along(
    centre_m: NDArray[np.float64], start: int, end: int, others: NDArray[np.int64], width_m: float
) -> tuple[int, ...]:
    """From one place to another through those that lie within ``width_m`` of the straight line."""
    way = centre_m[end] - centre_m[start]
    length = float(np.hypot(*way))
    ahead = (centre_m[others] - centre_m[start]) @ way / length
    aside = np.abs((centre_m[others] - centre_m[start]) @ np.array([-way[1], way[0]]) / length)
    met = (aside < width_m) & (ahead > width_m) & (ahead < length - width_m)
    between = others[met][np.argsort(ahead[met], kind="stable")]
    return (start, *between.tolist(), end)


def draw_fans(arrets: Arrets, hubs: NDArray[np.int64]) -> Iterator[Ligne]:
    """From each market town, lines towards the villages and districts nearest to it, by direction."""
    _, nearest = spatial.cKDTree(arrets.points_m[hubs]).query(arrets.points_m)
    for rank, hub in enumerate(hubs.tolist()):
        mine = np.flatnonzero((nearest == rank) & (arrets.people >= VILLAGE_PEOPLE))
        mine = mine[mine != hub]
        offset = arrets.points_m[mine] - arrets.points_m[hub]
        by_angle = mine[np.argsort(np.arctan2(offset[:, 1], offset[:, 0]), kind="stable")]
        for sector in np.array_split(by_angle, max(-(-len(mine) // STOPS_A_LINE), 1)):
            if len(sector):
                yield draw_fan(arrets, hub, sector)


def draw_fan(arrets: Arrets, hub: int, sector: NDArray[np.int64]) -> Ligne:
    """One line outwards: town line, suburban or rural by the people it serves."""
    far = np.hypot(*(arrets.points_m[sector] - arrets.points_m[hub]).T)
    people = int(arrets.people[sector].sum())
    genre = "ville" if people >= 12_000 else "bourg" if people >= 6_000 else "village"
    return Ligne((hub, *sector[np.argsort(far, kind="stable")].tolist()), genre)


def choose_demand(arrets: Arrets, hubs: NDArray[np.int64]) -> tuple[int, NDArray[np.int64]]:
    """The market town with the most villages that no line serves, and these villages."""
    _, nearest = spatial.cKDTree(arrets.points_m[hubs]).query(arrets.points_m)
    alone = arrets.people < VILLAGE_PEOPLE
    rank = int(np.bincount(nearest[alone], minlength=len(hubs)).argmax())
    return int(hubs[rank]), np.flatnonzero(alone & (nearest == rank))
