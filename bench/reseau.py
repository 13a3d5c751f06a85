"""A synthetic road network that behaves like a real one: stated, seeded, of any size.

Places gather in towns whose sizes follow a power law, the rest is scattered. Roads are the Urquhart graph of
the places (the Delaunay triangulation without the longest side of each triangle) and a few of those sides:
planar, winding, with dead ends and chains, 1.375 roads per node as on the ground. Three levels of faster
roads join ever rarer towns by shortest paths. One road in fourteen is one-way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay

from maillage.catalogue.constantes import DEGREE_M
from maillage.network.routes.graph import NO_ARC, Graph

SEED = 2026
NODES_PER_KM2 = 10.0
SHARE_IN_TOWNS = 0.5
WINDING = 1.25  # road length over straight length
SHARE_ONE_WAY = 0.07
SHARE_SHORTCUTS = 0.045  # of the longest sides, kept all the same
LOCAL_KMH = (25.0, 55.0)
LEVELS = (
    (150, 70.0),
    (2_500, 90.0),
    (40_000, 120.0),
)  # one town per so many nodes, km/h of the roads between


def make_network(n_nodes: int, seed: int = SEED) -> Graph:
    """A road network of ``n_nodes``; the same seed gives the same network."""
    rng = np.random.default_rng(seed)
    x, y = _places(n_nodes, rng)
    first, second = _urquhart(x, y, rng)
    length_m = WINDING * np.hypot(x[first] - x[second], y[first] - y[second])
    speed_kmh = rng.uniform(*LOCAL_KMH, len(first))
    for spacing, kmh in LEVELS:
        towns = rng.choice(n_nodes, max(n_nodes // spacing, 2), replace=False)
        fast = _roads_between(towns, n_nodes, first, second, length_m / speed_kmh)
        speed_kmh[fast] = np.maximum(speed_kmh[fast], kmh)
    weight_ds = np.maximum(np.rint(length_m / speed_kmh * 36), 1).astype(np.uint32)
    both_ways = rng.random(len(first)) >= SHARE_ONE_WAY
    return renumber(_directed(x, y, first, second, weight_ds, both_ways))


def renumber(graph: Graph) -> Graph:
    """Nodes along a space-filling curve: neighbours have near numbers, as in real files."""
    order = along_curve(graph)
    number = np.empty(graph.n_nodes, np.int32)
    number[order] = np.arange(graph.n_nodes, dtype=np.int32)
    return Graph(
        graph.lon[order],
        graph.lat[order],
        number[graph.tail],
        number[graph.head],
        graph.weight_ds,
        graph.reverse,
    )


def along_curve(graph: Graph) -> NDArray[np.int64]:
    """Nodes in Morton order: the bits of both coordinates in turn."""
    code = np.zeros(graph.n_nodes, np.int64)
    side = max(np.ptp(graph.lon), np.ptp(graph.lat))
    columns, rows = (np.floor((c - c.min()) / side * 65535).astype(np.int64) for c in (graph.lon, graph.lat))
    for bit in range(16):
        code |= (columns >> bit & 1) << (2 * bit) | (rows >> bit & 1) << (2 * bit + 1)
    return np.argsort(code, kind="stable")


def _places(n_nodes: int, rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    side_m = 1000 * np.sqrt(n_nodes / NODES_PER_KM2)
    n_towns = max(n_nodes // 400, 1)
    size = 1 / np.arange(1, n_towns + 1)
    in_towns = int(SHARE_IN_TOWNS * n_nodes)
    town = rng.choice(n_towns, in_towns, p=size / size.sum())
    centre = rng.uniform(0, side_m, (n_towns, 2))
    radius_m = 250 * np.sqrt(np.bincount(town, minlength=n_towns) / 10 + 1)
    gathered = centre[town] + rng.normal(size=(in_towns, 2)) * radius_m[town, None]
    scattered = rng.uniform(0, side_m, (n_nodes - in_towns, 2))
    points = np.concatenate([gathered, scattered])
    rng.shuffle(points)
    return points[:, 0], points[:, 1]


def _urquhart(
    x: NDArray[np.float64], y: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Sides of the Delaunay triangles that are the longest side of none, and a few others."""
    triangle = Delaunay(np.column_stack([x, y])).simplices.astype(np.int64)
    after = np.roll(triangle, -1, axis=1)
    side = np.minimum(triangle, after) * len(x) + np.maximum(triangle, after)
    length = np.hypot(x[triangle] - x[after], y[triangle] - y[after])
    longest = np.take_along_axis(side, length.argmax(axis=1)[:, None], axis=1)
    longest = np.unique(longest)
    kept = np.setdiff1d(side, longest[rng.random(len(longest)) >= SHARE_SHORTCUTS])
    return (kept // len(x)).astype(np.int32), (kept % len(x)).astype(np.int32)


def _roads_between(
    towns: NDArray[np.int64],
    n_nodes: int,
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    cost: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Roads on the cheapest path between each two towns whose surroundings touch."""
    roads = csr_matrix((cost, (first, second)), shape=(n_nodes, n_nodes))
    away, before, town = dijkstra(
        roads, directed=False, indices=towns, min_only=True, return_predecessors=True
    )
    touching = np.flatnonzero((town[first] != town[second]) & (town[first] >= 0) & (town[second] >= 0))
    low, high = np.sort([town[first[touching]], town[second[touching]]], axis=0).astype(np.int64)
    through = away[first[touching]] + cost[touching] + away[second[touching]]
    ordered = np.lexsort([through, low * n_nodes + high])
    _, best = np.unique((low * n_nodes + high)[ordered], return_index=True)
    crossing = touching[ordered[best]]
    fast = np.zeros(n_nodes, bool)  # nodes whose road towards their town is fast
    step = np.unique(np.concatenate([first[crossing], second[crossing]]))
    while len(step):
        fast[step] = True
        step = np.unique(before[step])
        step = step[(step >= 0) & ~fast[np.maximum(step, 0)]]
    on_path = (fast[first] & (before[first] == second)) | (fast[second] & (before[second] == first))
    return np.union1d(np.flatnonzero(on_path), crossing)


def _directed(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    weight_ds: NDArray[np.uint32],
    both_ways: NDArray[np.bool_],
) -> Graph:
    n_roads, n_back = len(first), int(both_ways.sum())
    reverse = np.full(n_roads + n_back, NO_ARC)
    reverse[:n_roads][both_ways] = n_roads + np.arange(n_back)
    reverse[n_roads:] = np.flatnonzero(both_ways)
    return Graph(
        lon=x / DEGREE_M,
        lat=y / DEGREE_M,
        tail=np.concatenate([first, second[both_ways]]),
        head=np.concatenate([second, first[both_ways]]),
        weight_ds=np.concatenate([weight_ds, weight_ds[both_ways]]),
        reverse=reverse,
    )
