"""Real roads, real places: the nearest of every type from every node, equal to scipy's to the decisecond."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import shapely

from maillage.catalogue.constantes import DEGREE_M
from maillage.catalogue.vitesses import Mode, load_mode
from maillage.network.attach import NearestRoad, index_roads
from maillage.network.osm.build import build_network
from maillage.network.roads import RoadTimes
from maillage.network.routes.factor import factorise
from maillage.network.routes.graph import NO_ARC, Attachment, Graph
from maillage.network.travel_times import UNREACHABLE, Points, Sites
from maillage.sources.osm.assemblage import read_osm
from maillage.sources.osm.lieux import read_places
from tests.network.plain_times import PlainTimes


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


def test_the_nearest_of_every_type_from_every_node_is_scipys(ground: Ground) -> None:
    expected = PlainTimes(ground.graph, ground.attach, ground.origins).nearest(ground.sites)
    answer = ground.roads.nearest(ground.sites)
    assert answer.time_ds.shape == (ground.graph.n_nodes, ground.sites.n_types)
    assert ground.sites.n_types > 20
    assert (expected.time_ds != UNREACHABLE).mean() > 0.7
    np.testing.assert_array_equal(answer.time_ds, expected.time_ds)
    np.testing.assert_array_equal(answer.site, expected.site)


@pytest.mark.lent
def test_the_three_nearest_and_all_within_a_quarter_of_an_hour_are_scipys(ground: Ground) -> None:
    plain = PlainTimes(ground.graph, ground.attach, ground.origins)
    best, found = ground.roads.k_nearest(ground.sites, 3), ground.roads.within(ground.sites, 9000)
    expected, all_within = plain.k_nearest(ground.sites, 3), plain.within(ground.sites, 9000)
    np.testing.assert_array_equal(best.time_ds, expected.time_ds)
    np.testing.assert_array_equal(best.site, expected.site)
    for name in ("indptr", "site", "time_ds"):
        np.testing.assert_array_equal(getattr(found, name), getattr(all_within, name))


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
