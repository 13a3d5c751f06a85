"""The truth, computed the slow way: roads really cut where places stand, and Dijkstra in plain Python."""

from __future__ import annotations

import math
from collections import defaultdict
from heapq import heappop, heappush
from itertools import pairwise

import numpy as np

from maillage.network.osm.residents import split_layers
from maillage.network.routes.graph import Attachment, Graph
from maillage.network.travel_times import NO_SITE, UNREACHABLE, Points, Sites


def random_graph(rng: np.random.Generator) -> Graph:
    """Small and nasty: islands, loops, parallel arcs, zero weights, one-way streets, many ties."""
    n_nodes, n_roads = rng.integers(1, 14), rng.integers(1, 26)
    first, second = rng.integers(0, n_nodes, (2, n_roads)).astype(np.int32)
    heaviest = rng.choice([1, 3, 10, 1000])
    two_way = rng.random(n_roads) < rng.choice([0.0, 0.5, 1.0])
    n_back = int(two_way.sum())
    reverse = np.full(n_roads + n_back, -1, np.int32)
    reverse[:n_roads][two_way] = n_roads + np.arange(n_back)
    reverse[n_roads:] = np.flatnonzero(two_way)
    return Graph(
        lon=np.zeros(n_nodes),
        lat=np.zeros(n_nodes),
        tail=np.concatenate([first, second[two_way]]),
        head=np.concatenate([second, first[two_way]]),
        weight_ds=rng.integers(0, heaviest + 1, n_roads + n_back).astype(np.uint32),
        reverse=reverse,
    )


def with_residents(graph: Graph, rng: np.random.Generator) -> Graph:
    """The same roads, some of them open only to those who stop there."""
    closed = rng.random(graph.n_arcs) < rng.choice([0.2, 0.6])
    arcs, nodes = (graph.tail, graph.head), np.arange(graph.n_nodes, dtype=np.int32)
    layers = split_layers(arcs, nodes, closed, graph.n_arcs)
    n, n_copied = len(layers.tail), len(layers.copied)
    leaving = np.arange(n if n_copied else 0, dtype=np.int32)
    leaving[layers.copied] = np.arange(n - n_copied, n)
    links = np.zeros(n - graph.n_arcs - n_copied, np.uint32)
    standing = np.arange(n if n_copied else 0, dtype=np.int32)
    standing[n - n_copied :] = layers.copied
    return Graph(
        lon=np.zeros(len(layers.place)),
        lat=np.zeros(len(layers.place)),
        tail=layers.tail,
        head=layers.head,
        weight_ds=np.concatenate([graph.weight_ds, links, graph.weight_ds[layers.copied]]),
        reverse=np.concatenate([graph.reverse, np.full(n - graph.n_arcs, -1, np.int32)]),
        leaving=leaving,
        standing=standing,
    )


def random_places(graph: Graph, n: int, rng: np.random.Generator) -> Attachment:
    """Anywhere on the roads, often on the same one, sometimes at a node, sometimes on none."""
    arc = rng.integers(-1, graph.n_arcs, n).astype(np.int32)
    fraction = np.where(rng.random(n) < 0.3, rng.integers(0, 2, n), rng.random(n))
    return Attachment(arc, fraction, rng.integers(0, 4, n).astype(np.uint32))


def as_points(numbers: np.ndarray) -> Points:
    """Points whose longitude is the number of a place."""
    return Points(numbers.astype(float), np.zeros(len(numbers)))


class Table:
    """Attach points to the places of a table: the longitude is the row."""

    def __init__(self, places: Attachment) -> None:
        self.places = places

    def __call__(self, points: Points) -> Attachment:
        rows = points.lon.astype(int)
        return Attachment(self.places.arc[rows], self.places.fraction[rows], self.places.access_ds[rows])


def random_sites(n_places: int, rng: np.random.Generator) -> Sites:
    """Sites of up to four types, of which some may have none; several may stand at one place."""
    n_sites, n_types = int(rng.integers(0, 9)), int(rng.integers(1, 5))
    return Sites(
        as_points(rng.integers(0, n_places, n_sites)),
        rng.integers(0, n_types, n_sites).astype(np.int32),
        n_types,
    )


def times(graph: Graph, origins: Attachment, sites: Attachment) -> np.ndarray:
    """uint32[origin, site]: the network with every place a node of its own."""
    arcs: dict[object, list[tuple[object, int]]] = defaultdict(list)
    places = [("origin", i, origins) for i in range(len(origins))] + [
        ("site", i, sites) for i in range(len(sites))
    ]
    for a in range(graph.n_arcs):
        weight = int(graph.weight_ds[a])
        stops = []
        for kind, i, table in places:
            share = share_along(graph, a, int(table.arc[i]), float(table.fraction[i]))
            if share is not None:
                stops.append((math.floor(share * weight + 0.5), (kind, i, a)))
                access = int(table.access_ds[i])
                start, end = ((kind, i), (kind, i, a)) if kind == "origin" else ((kind, i, a), (kind, i))
                arcs[start].append((end, access))
        stops.sort(key=lambda stop: stop[0])
        chain = [(0, int(graph.tail[a])), *stops, (weight, int(graph.head[a]))]
        for (x, u), (y, v) in pairwise(chain):
            arcs[u].append((v, y - x))
        for (x, u), (y, v) in pairwise(stops):
            if x == y:  # at one spot after rounding: either way
                arcs[v].append((u, 0))
    rows = [dijkstra(arcs, ("origin", i)) for i in range(len(origins))]
    table = [[row.get(("site", j), UNREACHABLE) for j in range(len(sites))] for row in rows]
    return np.array(table, np.uint32).reshape(len(origins), len(sites))


def share_along(graph: Graph, a: int, on: int, fraction: float) -> float | None:
    """How far along arc ``a`` a place on arc ``on`` stands, if they are one road or ``a`` is its copy."""
    a = graph.stand_on(a)
    if on < 0 or a not in (on, graph.reverse[on]):
        return None
    first = min(on, graph.reverse[on]) if graph.reverse[on] >= 0 else on
    share = fraction if on == first else 1 - fraction
    return share if a == first else 1 - share


def dijkstra(arcs: dict[object, list[tuple[object, int]]], source: object) -> dict[object, int]:
    """Time from one node to every node it reaches."""
    time: dict[object, int] = {}
    heap: list[tuple[int, int, object]] = [(0, 0, source)]
    pushed = 0
    while heap:
        t, _, node = heappop(heap)
        if node not in time:
            time[node] = t
            for other, weight in arcs[node]:
                pushed += 1
                heappush(heap, (t + weight, pushed, other))
    return time


def nearest(table: np.ndarray, sites: Sites, is_open: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k best (time, site) of each type, ties to the smallest site."""
    time = np.full((len(table), sites.n_types, k), UNREACHABLE)
    site = np.full((len(table), sites.n_types, k), NO_SITE)
    for o, row in enumerate(table):
        for t in range(sites.n_types):
            reached = [(row[s], s) for s in range(len(row)) if sites.type_index[s] == t and is_open[s]]
            ranked = sorted(pair for pair in reached if pair[0] != UNREACHABLE)
            for i, (ds, s) in enumerate(ranked[:k]):
                time[o, t, i], site[o, t, i] = ds, s
    return time, site
