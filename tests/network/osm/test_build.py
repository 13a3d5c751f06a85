"""The whole chain: a small town by hand, real extracts against independent computations."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pyproj import Geod
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.vitesses import list_modes, load_mode
from maillage.network.osm.build import RoadNetwork, build_network, survey_segments
from maillage.network.osm.rules import judge_nodes
from maillage.network.routes.graph import NO_ARC, Graph
from maillage.sources.osm.assemblage import ExtraitOsm, read_osm

STREET = {"highway": "residential", "maxspeed": "45"}  # driven at 36 km/h: 10 m/s, one metre a decisecond


def build(path: Path, mode: str = "voiture", ilot_min_km: float = 0) -> RoadNetwork:
    return build_network(read_osm(path), replace(load_mode(mode), ilot_min_km=ilot_min_km))


@pytest.fixture
def town(write_osm: Callable[..., Path]) -> Path:
    """A square with a tail, and a one-way street across."""
    corners = {1: (0, 0), 2: (300, 0), 3: (300, 400), 4: (0, 400), 5: (600, 0), 6: (450, 0)}
    return write_osm(
        corners,
        {
            10: ([1, 2, 3, 4, 1], STREET | {"name": "Boulevard"}),
            11: ([1, 3], STREET | {"oneway": "yes"}),
            12: ([2, 6], STREET),
            13: ([5, 6], STREET | {"name": "Impasse"}),
        },
    )


def arcs(graph: Graph) -> list[tuple[tuple[int, int], tuple[int, int], int, list[int]]]:
    """Ends in metres, weight and ways of each arc."""
    x = np.round((graph.lon - 3) * 71_475).astype(int)
    y = np.round((graph.lat - 50) * 111_195).astype(int)
    ways = np.split(graph.ways.way, graph.ways.indptr[1:-1])
    return [
        ((int(x[t]), int(y[t])), (int(x[h]), int(y[h])), int(w), way.tolist())
        for t, h, w, way in zip(graph.tail, graph.head, graph.weight_ds, ways, strict=True)
    ]


def test_a_small_town(town: Path) -> None:
    network = build(town)
    assert sorted(arcs(network.graph)) == sorted(
        [
            ((0, 0), (300, 0), 300, [10]),
            ((300, 0), (0, 0), 300, [10]),
            ((300, 0), (300, 400), 400, [10]),
            ((300, 400), (300, 0), 400, [10]),
            ((300, 400), (0, 0), 700, [10]),
            ((0, 0), (300, 400), 700, [10]),
            ((0, 0), (300, 400), 500, [11]),
            ((300, 0), (600, 0), 300, [12, 13]),
            ((600, 0), (300, 0), 300, [13, 12]),
        ]
    )
    report = network.report
    assert (report.n_ways, report.n_ways_open, report.n_segments, report.n_roads) == (4, 4, 7, 5)
    assert report.length_km == pytest.approx(2.2, abs=0.001)
    assert (report.n_islands, report.n_components) == (0, 1)


def test_the_same_extract_gives_the_same_arrays(town: Path) -> None:
    one, other = build(town), build(town)
    for name in ("lon", "lat", "tail", "head", "weight_ds", "reverse"):
        np.testing.assert_array_equal(getattr(one.graph, name), getattr(other.graph, name))


def check_joint(network: RoadNetwork) -> None:
    """What the engine relies on: the promises of ``Graph`` and ``Shapes``."""
    graph, shapes = network.graph, network.shapes
    there = np.flatnonzero(graph.reverse != NO_ARC)
    assert (graph.reverse[graph.reverse[there]] == there).all()
    pieces = np.add.reduceat(np.r_[graph.ways.time_ds, 0], graph.ways.indptr[:-1])
    pieces[np.diff(graph.ways.indptr) == 0] = 0
    np.testing.assert_array_equal(pieces, graph.weight_ds)
    assert shapes.indptr[-1] == len(shapes.lon)
    first, last = shapes.indptr[:-1], shapes.indptr[1:] - 1
    roads = np.arange(shapes.n_roads)
    for point, node in ((first, graph.tail[roads]), (last, graph.head[roads])):
        np.testing.assert_array_equal(shapes.lon[point], graph.lon[node])
        np.testing.assert_array_equal(shapes.lat[point], graph.lat[node])
    assert (shapes.share[first] == 0).all()
    assert (shapes.share[last] == 1).all()
    inside = np.ones(len(shapes.lon), bool)
    inside[first] = False
    assert (np.diff(shapes.share, prepend=0)[inside] >= -1e-12).all()
    assert not shapes.attachable[last].any()


def test_a_barrier_parts_a_street_for_cars_alone(write_osm: Callable[..., Path]) -> None:
    nodes = {1: (0, 0), 2: (100, 0, {"barrier": "bollard"}), 3: (200, 0)}
    path = write_osm(nodes, {10: ([1, 2], STREET), 11: ([2, 3], STREET)})
    by_car, on_foot = build(path), build(path, "marche")
    assert by_car.report.n_barriers == 1
    assert len(arcs(by_car.graph)) == 2 * by_car.report.n_components
    assert by_car.report.n_components == 2
    assert [ways for _, _, _, ways in arcs(on_foot.graph)] == [[10, 11], [11, 10]]


def test_islands_below_the_limit_are_left_out_and_described(write_osm: Callable[..., Path]) -> None:
    nodes = {1: (0, 0), 2: (5000, 0), 3: (0, 900), 4: (1001, 900), 5: (0, 2000), 6: (300, 2000), 7: (0, -500)}
    ways = {
        10: ([1, 2], STREET),
        11: ([3, 4], STREET),
        12: ([5, 6], STREET),
        13: ([1, 7], STREET | {"oneway": "yes"}),  # no way back
    }
    report = build(write_osm(nodes, ways), ilot_min_km=2).report  # island 11: a kilometre, both ways counted
    assert (report.n_components, report.n_islands) == (2, 2)
    assert [round(island.length_km, 2) for island in report.islands] == [0.5, 0.3]
    assert report.islands_km == pytest.approx(0.8, abs=0.001)
    assert build(write_osm(nodes, ways), ilot_min_km=2.1).report.n_components == 1


@pytest.mark.parametrize(
    ("tags", "what"),
    [({"highway": "footway"}, "ouverte au mode"), (STREET | {"oneway": "yes"}, "aller et retour")],
)
def test_an_extract_without_a_usable_road_is_refused(
    write_osm: Callable[..., Path], tags: dict[str, str], what: str
) -> None:
    with pytest.raises(EntreeInvalide, match=what):
        build(write_osm({1: (0, 0), 2: (9, 0)}, {10: ([1, 2], tags)}))


@pytest.fixture(scope="module", params=["andorra", "saint_barthelemy"])
def extract(request: pytest.FixtureRequest) -> ExtraitOsm:
    return read_osm(request.getfixturevalue("donnees") / f"osm/{request.param}.osm.pbf")


@pytest.mark.lent
@pytest.mark.parametrize("mode", list_modes())
def test_real_networks_keep_the_promises_of_the_joint(extract: ExtraitOsm, mode: str) -> None:
    network = build_network(extract, load_mode(mode))
    check_joint(network)
    # What only steps or tracks join to the rest is apart for a wheelchair: a tenth of Andorra's paths.
    most = 0.15 if mode == "fauteuil" else 0.05
    assert 0 < network.report.islands_km < most * network.report.length_km


def test_the_length_of_real_roads_agrees_with_the_ellipsoid(extract: ExtraitOsm) -> None:
    """Our sphere against pyproj's WGS 84 ellipsoid on the same lines: within half a percent."""
    network = build_network(extract, load_mode("voiture"))
    shapes, geod = network.shapes, Geod(ellps="WGS84")
    km = sum(
        geod.line_length(shapes.lon[a:b], shapes.lat[a:b]) / 1000
        for a, b in zip(shapes.indptr[:-1], shapes.indptr[1:], strict=True)
    )
    assert network.report.length_km == pytest.approx(km, rel=0.005)


@pytest.mark.lent
@pytest.mark.parametrize("mode", ["voiture", "velo", "marche"])
def test_roads_between_crossings_keep_the_times_of_bare_segments(extract: ExtraitOsm, mode: str) -> None:
    """Shortest times on the uncontracted segments (scipy, floats) and on the graph, from twenty nodes."""
    rules = load_mode(mode)
    network = build_network(extract, rules)
    survey = survey_segments(extract, rules, *judge_nodes(extract, rules))
    segments, way = survey.segments, survey.segments.way
    forward, backward = survey.usage.forward.open[way], survey.usage.backward.open[way]
    tail = np.r_[segments.tail[forward], segments.head[backward]]
    head = np.r_[segments.head[forward], segments.tail[backward]]
    bare = least(tail, head, np.r_[survey.forward_s[forward], survey.backward_s[backward]], len(segments.lon))
    graph = network.graph
    drawn = least(graph.tail, graph.head, graph.weight_ds / 10, graph.n_nodes)
    place = {(lon, lat): v for v, (lon, lat) in enumerate(zip(segments.lon, segments.lat, strict=True))}
    node = np.array([place[spot] for spot in zip(graph.lon, graph.lat, strict=True)])
    origins = np.linspace(0, graph.n_nodes - 1, 20).astype(int)
    expected = dijkstra(bare, indices=node[origins])[:, node]
    found, before = dijkstra(drawn, indices=origins, return_predecessors=True)
    reached = np.isfinite(found)
    assert reached.mean() > 0.7
    # each arc is rounded by at most 0.05 s, whichever route is then the shortest
    n_arcs = count_arcs(before)
    assert (np.abs(found[reached] - expected[reached]) <= 0.05 * (n_arcs[reached] + 30)).all()


def least(tail: np.ndarray, head: np.ndarray, weight: np.ndarray, n: int) -> coo_array:
    """A matrix of the least weight of parallel arcs (scipy would add them up)."""
    order = np.lexsort((weight, head, tail))
    key = tail[order].astype(np.int64) * n + head[order]
    first = order[np.r_[True, key[1:] != key[:-1]]]
    return coo_array((weight[first] + 1e-9, (tail[first], head[first])), shape=(n, n)).tocsr()


def count_arcs(before: np.ndarray) -> np.ndarray:
    count = np.zeros(before.shape, int)
    for row, line in enumerate(before):
        for node in range(before.shape[1]):
            step = line[node]
            while step >= 0:
                count[row, node] += 1
                step = line[step]
    return count


def test_the_peak_hour_reweights_the_same_graph(extract: ExtraitOsm) -> None:
    free, peak = (build_network(extract, load_mode(mode)).graph for mode in ("voiture", "voiture_pointe"))
    for name in ("tail", "head", "reverse"):
        np.testing.assert_array_equal(getattr(free, name), getattr(peak, name))
    assert (peak.weight_ds >= free.weight_ds).all()
    assert peak.weight_ds.sum() > 1.1 * free.weight_ds.sum()
