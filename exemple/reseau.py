"""A simulated road network: lanes between hamlets, better roads between larger places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse, spatial
from scipy.sparse import csgraph

# class, smallest population of the places it joins, speed in km/h used to choose the paths
CLASSES = (
    ("trunk", 40_000, 90.0),
    ("primary", 10_000, 80.0),
    ("secondary", 3_000, 70.0),
    ("tertiary", 0, 60.0),
)
LANE = "unclassified"
LANE_KMH = 40.0


@dataclass(frozen=True)
class Routes:
    """``lonlat`` float64[nodes, 2]; ``ends`` int64[roads, 2]; ``classe`` the highway tag of each road."""

    lonlat: NDArray[np.float64]
    ends: NDArray[np.int64]
    classe: list[str]


def relative_neighbours(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Pairs of points with no third one nearer to both: the net of lanes a countryside would draw."""
    simplices = spatial.Delaunay(points).simplices
    pairs = np.unique(np.sort(simplices[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1), axis=0)
    length = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    _, near = spatial.cKDTree(points).query(points, k=min(13, len(points)))
    closer = np.zeros(len(pairs), bool)
    for a, b in ((0, 1), (1, 0)):
        third = near[pairs[:, a], 1:]
        to_a = np.hypot(*(points[third] - points[pairs[:, a], None]).transpose(2, 0, 1))
        to_b = np.hypot(*(points[third] - points[pairs[:, b], None]).transpose(2, 0, 1))
        closer |= (np.maximum(to_a, to_b) < length[:, None] * 0.999).any(axis=1)
    kept: NDArray[np.int64] = pairs[~closer].astype(np.int64)
    return kept


def draw_roads(
    points_m: NDArray[np.float64],
    lonlat: NDArray[np.float64],
    hub: NDArray[np.int64],
    hub_population: NDArray[np.int64],
) -> Routes:
    """Lanes everywhere; a road rises in class where shortest paths between neighbouring places use it."""
    ends = relative_neighbours(points_m)
    length = np.hypot(*(points_m[ends[:, 0]] - points_m[ends[:, 1]]).T)
    speed = np.full(len(ends), LANE_KMH)
    classe = np.full(len(ends), LANE, dtype="<U12")
    for name, smallest, kmh in reversed(CLASSES):
        used = roads_used(ends, length / speed, points_m, hub[hub_population >= smallest])
        classe[used], speed[used] = name, kmh
    return Routes(lonlat, ends, classe.tolist())


def roads_used(
    ends: NDArray[np.int64], cost: NDArray[np.float64], points_m: NDArray[np.float64], hubs: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Roads on the shortest paths between neighbouring hubs (relative neighbours of each other)."""
    n = len(points_m)
    graph = sparse.csr_array((cost, (ends[:, 0], ends[:, 1])), shape=(n, n))
    _, before = csgraph.dijkstra(graph, directed=False, indices=hubs, return_predecessors=True)
    row_of = {(int(a), int(b)): i for i, (a, b) in enumerate(ends)}
    used: set[int] = set()
    for a, b in relative_neighbours(points_m[hubs]):
        node = int(hubs[b])
        while (previous := int(before[a, node])) >= 0:
            used.add(row_of[min(previous, node), max(previous, node)])
            node = previous
    return np.array(sorted(used), np.int64)
