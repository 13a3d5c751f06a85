"""Places attached to the nearest usable road, by hand and against shapely."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from maillage.catalogue.constantes import DEGREE_M
from maillage.network.attach import CELL_M, NearestRoad, index_roads
from maillage.network.routes.graph import NO_ARC
from maillage.network.shapes import LAST_RESORT, SERVES, SERVES_NOBODY, Shapes
from maillage.network.travel_times import Points

Line = list[tuple[float, float]]


def points(spots: Line) -> Points:
    """Metres around 0° E, 0° N, where a degree is the same length both ways."""
    lon, lat = np.array(spots, float).T / DEGREE_M
    return Points(lon, lat)


def shapes(lines: list[Line], served: bool = True) -> Shapes:
    indptr = np.concatenate(([0], np.cumsum([len(line) for line in lines])))
    spots = points([spot for line in lines for spot in line])
    share = np.concatenate([np.linspace(0, 1, len(line)) for line in lines])
    attachable = np.full(len(spots), served)
    attachable[indptr[1:] - 1] = False
    return Shapes(indptr, spots.lon, spots.lat, share, attachable)


def nearest(lines: list[Line], served: bool = True) -> NearestRoad:
    return index_roads(shapes(lines, served), speed_kmh=3.6, max_m=2000)  # one metre a second


ROADS: list[Line] = [[(0, 0), (100, 0), (100, 300)], [(0, 500), (1000, 500)]]


def test_a_place_stands_at_the_foot_of_its_perpendicular() -> None:
    found = nearest(ROADS)(points([(25, -40), (130, 150), (500, 460), (-30, -40)]))
    assert found.arc.tolist() == [0, 0, 1, 0]
    np.testing.assert_allclose(found.fraction, [0.125, 0.75, 0.5, 0.0], atol=1e-9)
    assert found.access_ds.tolist() == [400, 300, 400, 500]


def test_a_place_too_far_is_attached_to_nothing() -> None:
    found = nearest(ROADS)(points([(50, -1999.9), (50, -2000.1), (1e6, 1e6)]))
    assert found.arc.tolist() == [0, NO_ARC, NO_ARC]
    assert found.access_ds.tolist() == [19999, 0, 0]


def test_a_motorway_serves_no_place() -> None:
    assert nearest(ROADS, served=False)(points([(25, -40)])).arc.tolist() == [NO_ARC]


def test_a_road_of_last_resort_serves_only_beyond_the_others() -> None:
    lines: list[Line] = [[(0, 0), (5000, 0)], [(0, 100), (100, 100)]]
    drawn = shapes(lines)
    rank = np.where(drawn.attachable, SERVES, SERVES_NOBODY).astype(np.uint8)
    rank[0] = LAST_RESORT
    found = index_roads(replace(drawn, attachable=rank), 3.6, 2000)(
        points([(50, 10), (2150, 10), (3000, 10)])
    )
    assert found.arc.tolist() == [1, 0, 0]
    assert found.access_ds.tolist() == [900, 100, 100]


def test_ties_go_to_the_smallest_number() -> None:
    twice: list[Line] = [[(0, 0), (100, 0)], [(0, 0), (100, 0)], [(0, 20), (100, 20)]]
    assert nearest(twice)(points([(50, 0), (50, 10)])).arc.tolist() == [0, 0]


spot = st.tuples(*[st.floats(-3 * CELL_M, 3 * CELL_M, width=32)] * 2)


@pytest.mark.lent
@settings(deadline=None)
@given(
    st.lists(st.lists(spot, min_size=2, max_size=4), min_size=1, max_size=12),
    arrays(np.float64, (8, 2), elements=st.floats(-2600, 2600, width=32)),
)
def test_the_distance_is_the_least_of_all(lines: list[Line], spots: np.ndarray) -> None:
    index = nearest(lines)
    point, _, distance = index.locate(points(spots.tolist()))
    expected = shapely.distance(shapely.MultiLineString(lines), shapely.points(spots))
    near = expected <= 1999
    np.testing.assert_allclose(distance[near], expected[near], rtol=1e-6, atol=1e-4)
    assert (point[expected > 2001] == -1).all()


@pytest.mark.parametrize("latitude", [-60.0, 42.5, 50.0, 70.0])
def test_a_metre_is_a_metre_at_every_latitude(latitude: float) -> None:
    lon, lat = np.array([10.0, 10.2]), np.array([latitude, latitude])
    index = index_roads(
        Shapes(np.array([0, 2]), lon, lat, np.array([0.0, 1.0]), np.array([True, False])), 3.6, 2000
    )
    found = index(
        Points(
            np.array([10.1, 10.2 + 100 / DEGREE_M / np.cos(np.radians(latitude))]), lat + np.array([0.001, 0])
        )
    )
    assert found.access_ds.tolist() == [
        pytest.approx(10 * DEGREE_M * 0.001, abs=2),
        pytest.approx(1000, abs=2),
    ]
