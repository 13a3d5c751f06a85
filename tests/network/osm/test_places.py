"""Real roads, real places: the nearest of every type from every node, equal to scipy's to the decisecond."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from maillage.catalogue.vitesses import Mode, load_mode
from maillage.network.attach import DEGREE_M, NearestRoad, index_roads
from maillage.network.factor import factorise
from maillage.network.graph import NO_ARC, Attachment, Graph
from maillage.network.osm.build import build_network
from maillage.network.roads import RoadTimes
from maillage.network.travel_times import UNREACHABLE, Points, Sites
from maillage.sources.osm import read_osm
from maillage.sources.osm_lieux import read_places

EPSILON = 1e-6  # scipy takes a stored zero for no arc; a thousand of these still round to nothing


@dataclass(frozen=True)
class Ground:
    """A real network, its places of interest, and every node as an origin."""

    mode: Mode
    graph: Graph
    attach: NearestRoad
    sites: Sites
    origins: Attachment

    @property
    def roads(self) -> RoadTimes:
        return RoadTimes(self.graph, factorise(self.graph), self.attach, self.origins)


@pytest.fixture(scope="module", params=["voiture", "marche"])
def ground(request: pytest.FixtureRequest) -> Ground:
    path: Path = request.getfixturevalue("donnees") / "osm/andorra.osm.pbf"
    mode = load_mode(request.param)
    network = build_network(read_osm(path), mode)
    places = read_places(path).frame
    types = sorted(places["type"].unique())
    rank = places["type"].replace_strict({name: i for i, name in enumerate(types)}, return_dtype=pl.Int32)
    sites = Sites(Points(places["lon"].to_numpy(), places["lat"].to_numpy()), rank.to_numpy(), len(types))
    graph = network.graph
    first = np.full(graph.n_nodes, NO_ARC)
    first[graph.tail[::-1]] = np.arange(graph.n_arcs)[::-1]  # each node stands at the start of an arc
    origins = Attachment(first.astype(np.int32), np.zeros(len(first)), np.zeros(len(first), np.uint32))
    attach = index_roads(network.shapes, mode.acces_kmh, mode.acces_max_m)
    return Ground(mode, graph, attach, sites, origins)


def cut_roads(graph: Graph, places: Attachment) -> Iterator[tuple[int, int, float]]:
    """Arcs of the network where place ``i`` is node ``n_nodes + i``, reached and left through its access leg.

    On each arc a place is a stop of its own, numbered from ``n_nodes + places`` on, in the road's order.
    """
    stops: dict[int, list[tuple[int, int]]] = {arc: [] for arc in range(graph.n_arcs)}
    number = graph.n_nodes + len(places)
    for i, (arc, fraction, access) in enumerate(
        zip(places.arc.tolist(), places.fraction.tolist(), places.access_ds.tolist(), strict=True)
    ):
        if arc == NO_ARC:
            continue
        back = int(graph.reverse[arc])
        low, share = (arc, fraction) if back < 0 or arc < back else (back, 1 - fraction)
        for on, part in ((low, share), (int(graph.reverse[low]), 1 - share)):
            if on >= 0:
                stops[on].append((int(np.floor(part * float(graph.weight_ds[on]) + 0.5)), number))
                yield graph.n_nodes + i, number, access
                yield number, graph.n_nodes + i, access
                number += 1
    for arc, found in stops.items():
        weight = int(graph.weight_ds[arc])
        chain = [(0, int(graph.tail[arc])), *sorted(found), (weight, int(graph.head[arc]))]
        for (start, tail), (end, head) in pairwise(chain):
            yield tail, head, end - start
            if start == end and tail in {n for _, n in found} and head in {n for _, n in found}:
                yield head, tail, 0


def scipy_nearest(graph: Graph, origins: Attachment, sites: Attachment, type_index: np.ndarray) -> np.ndarray:
    """uint32[origin, type]: one multi-source Dijkstra per type against the arrows, on roads really cut."""
    both = Attachment(
        np.r_[origins.arc, sites.arc],
        np.r_[origins.fraction, sites.fraction],
        np.r_[origins.access_ds, sites.access_ds],
    )
    best: dict[tuple[int, int], float] = {}
    for tail, head, weight in cut_roads(graph, both):
        best[head, tail] = min(weight, best.get((head, tail), np.inf))
    rows, columns = np.array(list(best)).T
    size = int(max(rows.max(), columns.max())) + 1
    against = csr_array((np.array(list(best.values())) + EPSILON, (rows, columns)), shape=(size, size))
    seen = slice(graph.n_nodes, graph.n_nodes + len(origins))
    answer = []
    for wanted in range(int(type_index.max()) + 1):
        sources = graph.n_nodes + len(origins) + np.flatnonzero(type_index == wanted)
        time = dijkstra(against, indices=sources, min_only=True)[seen]
        answer.append(np.where(np.isfinite(time), np.round(time), float(UNREACHABLE)))
    return np.column_stack(answer).astype(np.uint32)


def test_the_nearest_of_every_type_from_every_node_is_scipys(ground: Ground) -> None:
    expected = scipy_nearest(
        ground.graph, ground.origins, ground.attach(ground.sites.points), ground.sites.type_index
    )
    answer = ground.roads.nearest(ground.sites)
    assert answer.time_ds.shape == (ground.graph.n_nodes, ground.sites.n_types)
    assert ground.sites.n_types > 20
    assert (expected != UNREACHABLE).mean() > 0.7
    np.testing.assert_array_equal(answer.time_ds, expected)


def test_the_site_named_is_really_at_that_time(ground: Ground) -> None:
    """Each site alone, as a type of its own: the answer's site must be one of the best."""
    answer = ground.roads.nearest(ground.sites)
    alone = Sites(ground.sites.points, np.arange(len(ground.sites), dtype=np.int32), len(ground.sites))
    time = ground.roads.nearest(alone).time_ds
    for wanted in range(ground.sites.n_types):
        mine = np.flatnonzero(ground.sites.type_index == wanted)
        best = time[:, mine].min(axis=1)
        np.testing.assert_array_equal(answer.time_ds[:, wanted], best)
        reached = best != UNREACHABLE
        named = answer.site[reached, wanted]
        assert (named == mine[np.argmin(time[reached][:, mine], axis=1)]).all()


def test_only_places_far_from_any_road_stay_unattached(ground: Ground) -> None:
    """Against shapely on a plane around 42.5° N: the limit of the catalogue, within half a percent."""
    found, points, shapes = ground.attach(ground.sites.points), ground.sites.points, ground.attach.shapes
    scale = np.array([np.cos(np.radians(42.5)), 1.0]) * DEGREE_M
    spots = shapely.points(np.column_stack([points.lon, points.lat]) * scale)
    line = np.column_stack([shapes.lon, shapes.lat]) * scale
    roads = [shapely.LineString(line[a:b]) for a, b in pairwise(shapes.indptr)]
    distance = shapely.distance(shapely.union_all(roads), spots)
    alone = found.arc == NO_ARC
    assert 0 < alone.sum() < 0.05 * len(alone)
    assert (distance[alone] > 0.995 * ground.mode.acces_max_m).all()
    np.testing.assert_allclose(
        found.access_ds[~alone] / 10 * ground.mode.acces_kmh / 3.6, distance[~alone], rtol=0.005, atol=0.3
    )
