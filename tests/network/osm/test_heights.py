"""Gradients on roads: by hand, on bridges and holes, and against heights read and searched the slow way."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.catalogue.altitudes import load_pentes
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.vitesses import load_mode, with_crossing_costs
from maillage.network.osm.build import RoadNetwork, build_network
from maillage.network.osm.heights import Ground
from maillage.network.travel_times import UNREACHABLE
from maillage.sources.altitudes import open_grid
from maillage.sources.osm.assemblage import read_osm
from tests.altitudes import Height, write_tile
from tests.network import oracle
from tests.network.trips import trip_s

Written = Callable[..., Path]
STREET = {"highway": "residential"}
BRIDGE = STREET | {"bridge": "yes"}
FOOT, BICYCLE = "marche", "velo"
FLAT_S = {FOOT: 360, BICYCLE: 120}  # 500 m at 5 and 15 km/h
WIDE = (-100.0, -100.0, 1100.0, 100.0)


def build(path: Path, mode: str, tiles: Path, *, crossings: bool = False) -> RoadNetwork:
    rules = replace(with_crossing_costs(load_mode(mode), applied=crossings), ilot_min_km=0)
    pentes = load_pentes(mode)
    assert pentes is not None
    return build_network(read_osm(path), rules, ground=Ground(open_grid(tiles), pentes))


def ramp(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 100 + 0.08 * x


def there_and_back(network: RoadNetwork, mode: str, start: float = 0, end: float = 500) -> list[float]:
    ends = ((start, 0.0), (end, 0.0))
    found = [trip_s(network, *trip, mode) for trip in (ends, ends[::-1])]
    return [seconds for seconds in found if seconds is not None]


@pytest.mark.parametrize(("mode", "up", "down"), [(FOOT, 476.3, 335.7), (BICYCLE, 193.4, 94.3)])
@pytest.mark.parametrize("nodes", [2, 41])
def test_a_ramp_of_eight_per_cent(
    write_osm: Written, tmp_path: Path, mode: str, up: float, down: float, nodes: int
) -> None:
    """As the docstring of ``slopes.compute_pace`` computes it, whether the way has many nodes or two."""
    path = write_osm(
        {i: (500 * i / (nodes - 1), 0) for i in range(nodes)}, {10: (list(range(nodes)), STREET)}
    )
    network = build(path, mode, write_tile(tmp_path / "a.asc", ramp, WIDE))
    assert there_and_back(network, mode) == pytest.approx([up, down], rel=1e-3)
    assert network.graph.weight_ds.dtype == np.uint32
    ways = network.graph.ways
    assert ways is not None
    assert ways.climbs is not None
    assert ways.climbs.climb_m.tolist() == pytest.approx([40, 0], abs=0.05)
    assert ways.climbs.descent_m.tolist() == pytest.approx([0, 40], abs=0.05)
    assert ways.climbs.flat_ds.tolist() == pytest.approx([10 * FLAT_S[mode]] * 2, abs=1)


def test_a_place_halfway_pays_its_own_part_of_the_hill_each_way(write_osm: Written, tmp_path: Path) -> None:
    """A ramp, then flat: who lives in the middle is at the top of it, within a stretch of one gradient."""
    path = write_osm({1: (0, 0), 2: (500, 0), 3: (1000, 0)}, {10: ([1, 2, 3], STREET)})
    tile = write_tile(tmp_path / "a.asc", lambda x, y: 100 + 0.08 * np.minimum(x, 500), WIDE)
    network = build(path, BICYCLE, tile)
    assert there_and_back(network, BICYCLE, 0, 500) == pytest.approx([193.4, 94.3], abs=3)
    assert there_and_back(network, BICYCLE, 500, 1000) == pytest.approx([120, 120], abs=3)
    assert there_and_back(network, BICYCLE, 0, 1000) == pytest.approx([313.4, 214.3], abs=3)


def test_noise_of_the_grid_makes_no_hill(write_osm: Written, tmp_path: Path) -> None:
    noise = np.random.default_rng(178)
    path = write_osm({i: (10 * i, 0) for i in range(101)}, {10: (list(range(101)), STREET)})
    tile = write_tile(tmp_path / "a.asc", lambda x, y: 20 + noise.normal(0, 0.5, x.shape), WIDE)
    for mode in (FOOT, BICYCLE):
        assert there_and_back(build(path, mode, tile), mode, 0, 1000) == pytest.approx(
            [2 * FLAT_S[mode]] * 2, rel=0.01
        )


def valley(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A gorge of 40 m between x = 200 and 400."""
    return np.where((x > 210) & (x < 390), 60.0, 100.0)


SPAN = {1: (0, 0), 2: (200, 0), 3: (260, 0), 4: (400, 0), 5: (600, 0)}


@pytest.mark.parametrize("tags", [{"bridge": "yes"}, {"bridge": "viaduct"}, {"tunnel": "yes"}])
def test_a_bridge_does_not_go_down_into_the_valley(
    write_osm: Written, tmp_path: Path, tags: dict[str, str]
) -> None:
    tile = write_tile(tmp_path / "a.asc", valley, WIDE)
    ways = {10: ([1, 2], STREET), 11: ([2, 3, 4], STREET | tags), 12: ([4, 5], STREET)}
    network = build(write_osm(SPAN, ways), BICYCLE, tile)
    assert there_and_back(network, BICYCLE, 0, 600) == pytest.approx([144, 144], abs=0.2)
    assert network.heights is not None
    assert network.heights.structure_km == pytest.approx(0.2, abs=1e-3)
    ways[11] = ([2, 3, 4], STREET | {"tunnel": "building_passage"})
    assert there_and_back(build(write_osm(SPAN, ways), BICYCLE, tile), BICYCLE, 0, 600) > [160, 160]


def test_a_crossing_in_the_air_hangs_between_the_banks(write_osm: Written, tmp_path: Path) -> None:
    """Three spans meet above the gorge: 100 m on both banks, so 100 m there too."""
    tile = write_tile(tmp_path / "a.asc", valley, (-100, -100, 1100, 400))
    nodes = SPAN | {6: (180, 300), 7: (0, 300)}
    ways = {10: ([1, 2], STREET), 11: ([2, 3], BRIDGE), 12: ([3, 4], BRIDGE), 13: ([4, 5], STREET)}
    ways |= {14: ([3, 6], BRIDGE), 15: ([6, 7, 1], STREET)}
    network = build(write_osm(nodes, ways), BICYCLE, tile)
    assert there_and_back(network, BICYCLE, 0, 600) == pytest.approx([144, 144], abs=0.5)
    lower = build(write_osm(nodes, ways | {14: ([3, 6], STREET)}), BICYCLE, tile)
    assert there_and_back(lower, BICYCLE, 0, 600) > [200, 200]  # there the middle touches the ground


def test_a_hole_is_flat_and_is_counted(write_osm: Written, tmp_path: Path) -> None:
    path = write_osm({i: (10 * i, 0) for i in range(101)}, {10: (list(range(101)), STREET)})
    tile = write_tile(
        tmp_path / "a.asc", lambda x, y: np.where((x > 400) & (x < 600), np.nan, ramp(x, y)), WIDE
    )
    network = build(path, FOOT, tile)
    assert network.heights is not None
    assert network.heights.step_m == 5
    assert 0.2 <= network.heights.unknown_km <= 0.32  # the hole, and the stretch of 50 m at each end of it
    assert network.heights.known_km + network.heights.unknown_km == pytest.approx(1, abs=1e-3)
    flat = 720 * network.heights.unknown_km
    up = flat + 720 * network.heights.known_km * math.exp(3.5 * 0.08)
    assert there_and_back(network, FOOT, 0, 1000)[0] == pytest.approx(up, rel=1e-3)
    with pytest.raises(EntreeInvalide, match="aucune voie n’y a d’altitude"):
        build(path, FOOT, write_tile(tmp_path / "b.asc", lambda x, y: x * np.nan, WIDE))


def test_a_cliff_is_held_to_the_bound_and_counted(write_osm: Written, tmp_path: Path) -> None:
    path = write_osm({1: (0, 0), 2: (500, 0)}, {10: ([1, 2], STREET)})
    network = build(path, FOOT, write_tile(tmp_path / "a.asc", lambda x, y: 100 + 0.6 * x, WIDE))
    assert network.heights is not None
    assert network.heights.steep_km == pytest.approx(0.5, abs=1e-3)
    assert there_and_back(network, FOOT)[0] == pytest.approx(360 * math.exp(3.5 * 0.35), rel=1e-3)


def test_a_bicycle_that_is_pushed_walks(write_osm: Written, tmp_path: Path) -> None:
    path = write_osm({1: (0, 0), 2: (500, 0)}, {10: ([1, 2], {"highway": "pedestrian"})})
    network = build(path, BICYCLE, write_tile(tmp_path / "a.asc", ramp, WIDE))
    walked = [450 * math.exp(0.28), 450 * math.exp(-0.07)]  # 500 m at 4 km/h
    assert there_and_back(network, BICYCLE) == pytest.approx(walked, rel=1e-3)


def test_a_ferry_has_no_gradient(write_osm: Written, tmp_path: Path) -> None:
    ways = {10: ([1, 2], {"route": "ferry", "duration": "10"}), 11: ([2, 3], STREET), 12: ([0, 1], STREET)}
    path = write_osm({0: (-50, 0), 1: (0, 0), 2: (500, 0), 3: (550, 0)}, ways)
    network = build(path, FOOT, write_tile(tmp_path / "a.asc", ramp, WIDE))
    street = 36 * (math.exp(0.28) + math.exp(-0.07)) / 2
    both = there_and_back(network, FOOT, -50, 550)
    assert sum(both) / 2 == pytest.approx(600 + 2 * street, abs=0.3)


def test_gradients_and_signals_add_up(write_osm: Written, tmp_path: Path) -> None:
    nodes = {1: (0, 0), 2: (250, 0, {"highway": "traffic_signals"}), 3: (500, 0)}
    path = write_osm(nodes, {10: ([1, 2, 3], STREET)})
    tile = write_tile(tmp_path / "a.asc", ramp, WIDE)
    for crossings, lost in ((False, 2), (True, 15)):
        network = build(path, FOOT, tile, crossings=crossings)
        assert there_and_back(network, FOOT) == pytest.approx([476.3 + lost, 335.7 + lost], rel=1e-3)


# The slow way: a grid in a dictionary, streets walked in plain Python, Dijkstra on the four corners.

CORNERS = {1: (0, 0), 2: (400, 0), 3: (400, 300), 4: (0, 300)}
HOMES = {5: (-20, -10), 6: (420, -10), 7: (420, 310), 8: (-20, 310)}  # two-way, beside each corner
PAIRS = [(1, 2), (2, 3), (3, 4), (4, 1), (1, 3), (2, 4)]


def read_slowly(path: Path) -> tuple[dict[tuple[int, int], float], float]:
    head, body = path.read_text("ascii").split("\n", 6)[:6], path.read_text("ascii").split("\n", 6)[6]
    said = {line.split()[0]: float(line.split()[1]) for line in head}
    step = said["cellsize"]
    column, row = (round((said[f"{axis}llcorner"] + step / 2) / step) for axis in "xy")
    lines = [re.findall(r"\S+", line) for line in body.strip().split("\n")][::-1]
    return {
        (column + i, row + j): float(np.float32(text))
        for j, line in enumerate(lines)
        for i, text in enumerate(line)
    }, step


def height_at(cells: dict[tuple[int, int], float], step: float, x: float, y: float) -> float:
    """The mean of nine readings a step apart, each between four cells."""
    readings = []
    for dx in (-step, 0, step):
        for dy in (-step, 0, step):
            i, j = math.floor((x + dx) / step), math.floor((y + dy) / step)
            u, v = (x + dx) / step - i, (y + dy) / step - j
            low = (1 - u) * cells[i, j] + u * cells[i + 1, j]
            high = (1 - u) * cells[i, j + 1] + u * cells[i + 1, j + 1]
            readings.append((1 - v) * low + v * high)
    return sum(readings) / 9


def pace_slowly(mode: str, slope: float) -> float:
    """Written from the page of the method, not from the code."""
    slope = max(min(slope, 0.35), -0.35)
    walking = math.exp(-3.5 * (abs(slope + 0.05) - 0.05))
    if mode == FOOT:
        return 1 / walking
    riding = 1 - 4.744 * slope if slope > 0 else 1 + 4.545 * min(-slope, 0.06)
    return 1 / max(riding, walking * 4 / 15)


def walk_slowly(
    mode: str, line: list[tuple[float, float, float]], bridge: bool, height: Callable[[float, float], float]
) -> list[float]:
    """Seconds from the start to each point of a street: (metres from the start, lon, lat)."""
    metres, whole = [m for m, _, _ in line], line[-1][0]
    n = max(math.floor(whole / 50), 1)
    ends = height(*line[0][1:]), height(*line[-1][1:])

    def at(m: float) -> float:
        if bridge or m in (0.0, whole):
            return ends[0] + (ends[1] - ends[0]) * m / whole
        k = next(k for k in range(1, len(line)) if m <= metres[k])
        part = (m - metres[k - 1]) / (metres[k] - metres[k - 1])
        return height(*(a + part * (b - a) for a, b in zip(line[k - 1][1:], line[k][1:], strict=True)))

    knots = [(k / n * whole, at(k / n * whole)) for k in range(n + 1)]
    flat = {FOOT: 5, BICYCLE: 15}[mode] / 3.6
    spent, marks = 0.0, {0.0: 0.0}
    for (a, low), (b, high) in pairwise(knots):
        cuts = sorted({a, b, *(m for m in metres if a < m < b)})
        for one, other in pairwise(cuts):
            spent += (other - one) / flat * pace_slowly(mode, (high - low) / (b - a))
            marks[other] = spent
    return [marks[min(marks, key=lambda mark: abs(mark - m))] for m in metres]


@st.composite
def draw_towns(draw: st.DrawFn) -> tuple[dict, dict, Height]:
    nodes, ways = CORNERS | HOMES, {90 + home: ([home, home - 4], STREET) for home in HOMES}
    for number, (a, b) in enumerate(PAIRS, 10):
        inner = []
        for k in range(draw(st.integers(0, 3))):
            part, side = (k + 1) / 4, draw(st.integers(-40, 40))
            (x, y), (u, v) = CORNERS[a], CORNERS[b]
            nodes[10 * number + k] = (x + part * (u - x) + side, y + part * (v - y) + side)
            inner.append(10 * number + k)
        tags = draw(st.sampled_from([STREET, STREET, STREET | {"bridge": "yes"}, STREET | {"oneway": "yes"}]))
        ways[number] = ([a, *inner, b], tags)
    a, b, c = (draw(st.floats(-0.15, 0.15)) for _ in range(3))

    def height(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return 500 + a * x + b * y + 80 * c * np.sin(x / 60) * np.cos(y / 45)

    return nodes, ways, height


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(town=draw_towns(), mode=st.sampled_from([FOOT, BICYCLE]))
def test_every_trip_equals_a_search_on_streets_walked_slowly(
    write_osm: Written, tmp_path: Path, town: tuple[dict, dict, Height], mode: str
) -> None:
    nodes, ways, height = town
    tile = write_tile(tmp_path / "a.asc", height, (-80, -80, 480, 380), 10)
    extract = read_osm(write_osm(nodes, ways))
    network = build(tmp_path / "essai.osm.pbf", mode, tile)
    cells, step = read_slowly(tile)
    grid = open_grid(tile)

    def read_at(lon: float, lat: float) -> float:
        column, row = grid.locate(np.array([lon]), np.array([lat]))
        return height_at(cells, step, float(column[0]) * step, float(row[0]) * step)

    spot = dict(zip(extract.node_id.tolist(), zip(extract.lon, extract.lat, strict=True), strict=True))
    arcs: dict[object, list[tuple[object, int]]] = defaultdict(list)
    for refs, tags in ways.values():
        lon, lat = np.array([spot[ref] for ref in refs]).T
        length = measure(lon, lat)
        line = list(zip(length, lon.tolist(), lat.tolist(), strict=True))
        back = [(length[-1] - m, x, y) for m, x, y in line][::-1]
        ends = [(refs[0], refs[-1], line)]
        if mode == FOOT or "oneway" not in tags:
            ends.append((refs[-1], refs[0], back))
        for tail, head, points in ends:
            spent = walk_slowly(mode, points, "bridge" in tags, read_at)
            arcs[tail].append((head, math.floor(10 * spent[-1] + 0.5)))
    for start, here in HOMES.items():
        times = oracle.dijkstra(arcs, start)
        for end, there in HOMES.items():
            wanted = times.get(end, UNREACHABLE)
            found = trip_s(network, here, there, mode)
            assert (UNREACHABLE if found is None else round(10 * found)) == wanted, (start, end)


def measure(lon: np.ndarray, lat: np.ndarray) -> list[float]:
    """Metres along a line from its start, by the haversine."""
    found = [0.0]
    for (a, b), (c, d) in pairwise(np.radians(np.column_stack([lon, lat])).tolist()):
        square = math.sin((d - b) / 2) ** 2 + math.cos(b) * math.cos(d) * math.sin((c - a) / 2) ** 2
        found.append(found[-1] + 2 * 6_371_008.8 * math.asin(math.sqrt(square)))
    return found
