"""Times by the roads drawn from accidents: on roads one can draw by hand, and what they are worth."""

import heapq
import itertools

import numpy as np
import polars as pl
import pytest

from bench.axes import (
    CARREFOUR_MIN,
    Coefficients,
    compute_minutes,
    draw,
    prepare,
    time_by_formula,
    time_by_roads,
    time_links,
)
from bench.axes_fit import load_coefficients, load_gain, load_pair_error
from bench.axes_points import extract
from bench.conformite_plafonds import draw_activity, draw_moves, draw_pairs
from maillage.catalogue.constantes import DEGREE_M
from maillage.catalogue.temps_estimes import Formule
from maillage.network.estimate.formula import Habitants
from maillage.network.travel_times import Points

SLOW = Formule(np.log(3.0), 0, 0, 0, 1.0, 0, 100, 3, 20, 200)  # 3 minutes a km, nobody around
ROADS = Coefficients(SLOW, 0.5, 1.0, 0.1, 2.0, 0.7, 2.5, -0.1)
NOBODY = Habitants(Points(np.zeros(1), np.zeros(1)), np.zeros(1))
DEGREE_KM = DEGREE_M / 1000


def road(classe, route, east_km, north_km):
    """Points of one road near the equator, where a degree is as long both ways."""
    lon, lat = np.broadcast_arrays(np.array(east_km) / DEGREE_KM, np.array(north_km) / DEGREE_KM)
    number = {"classe": np.full(len(lon), classe, np.uint8), "route": np.full(len(lon), route, np.int32)}
    return pl.DataFrame({"zone": ["x"] * len(lon), **number, "lon": lon, "lat": lat})


def places(east_km, north_km):
    return Points(np.array(east_km) / DEGREE_KM, np.array(north_km) / DEGREE_KM)


def test_one_autoroute_by_hand():
    """12 km at half a minute, 0.7 + 2 to get in and out: 11.4 minutes, against 36 by the formula."""
    axes = draw(road(1, 1, np.arange(0, 13, 2.0), 0.0), NOBODY)
    lieux = prepare(places([0, 12], [0, 0]), NOBODY, axes, SLOW)
    both = np.arange(2)
    assert time_by_roads(lieux, axes, ROADS, both)[0, 1] == pytest.approx(11.4, abs=1e-6)
    assert time_by_formula(lieux, ROADS, both)[0, 1] == pytest.approx(36.0, rel=1e-6)
    assert compute_minutes(lieux, axes, ROADS, both)[0, 1] == pytest.approx(11.4, abs=1e-6)


def test_close_places_do_not_go_round_by_a_road():
    axes = draw(road(1, 1, np.arange(0, 13, 2.0), 0.0), NOBODY)
    lieux = prepare(places([0, 1], [0, 0]), NOBODY, axes, SLOW)
    assert compute_minutes(lieux, axes, ROADS, np.arange(2))[0, 1] == pytest.approx(3.0, rel=1e-6)


def test_a_gap_too_long_is_not_a_road():
    axes = draw(road(1, 1, [0, 2, 4, 6, 20, 22, 24, 26], 0.0), NOBODY)
    lieux = prepare(places([0, 26], [0, 0]), NOBODY, axes, SLOW)
    assert np.isinf(time_by_roads(lieux, axes, ROADS, np.arange(2))[0, 1])


def test_times_agree_with_a_plain_dijkstra():
    rows = pl.concat([road(1, 1, np.arange(0, 21, 2.0), 0.0), road(3, 7, 10.1, np.arange(-9, 10, 3.0))])
    axes = draw(rows, NOBODY)
    ends = places([1, 19, 11, 9], [0.5, -0.5, 8, -8])
    lieux = prepare(ends, NOBODY, axes, SLOW)
    ours = time_by_roads(lieux, axes, ROADS, np.arange(4))
    near = {}
    for a, b, minutes in zip(axes.a, axes.b, time_links(axes, ROADS), strict=True):
        near.setdefault(a, []).append((b, minutes))
        near.setdefault(b, []).append((a, minutes))
    ways = [(p, k, 0.7 + 2.0 * (axes.classe[k] == 1) + 2.5 * km)
            for p, k, km in zip(lieux.place, lieux.point, lieux.km, strict=True)]  # fmt: skip
    for start, end in itertools.permutations(range(4), 2):
        queue, done, best = [(m, k) for p, k, m in ways if p == start], set(), np.inf
        heapq.heapify(queue)
        while queue:
            minutes, here = heapq.heappop(queue)
            if here in done:
                continue
            done.add(here)
            best = min([best, *(minutes + m for p, k, m in ways if p == end and k == here)])
            for there, more in near.get(here, []):
                heapq.heappush(queue, (minutes + more, there))
        assert ours[start, end] == pytest.approx(best, abs=1e-6)


def test_roads_that_meet_are_joined_and_an_autoroute_is_entered_by_a_ramp():
    rows = pl.concat([road(1, 1, np.arange(0, 9, 2.0), 0.0), road(3, 7, 4.1, np.arange(0, 9, 2.0))])
    axes = draw(rows, NOBODY)
    crossing = axes.link_classe == 0
    assert crossing.sum() == 1
    assert time_links(axes, ROADS)[crossing][0] == pytest.approx(0.1 * 2.5 + 2.0, abs=1e-3)
    same = draw(
        pl.concat([road(3, 8, np.arange(0, 9, 2.0), 0.0), rows.filter(pl.col("classe") == 3)]), NOBODY
    )
    assert time_links(same, ROADS)[same.link_classe == 0][0] == pytest.approx(0.25 + CARREFOUR_MIN, abs=1e-3)


def test_tables_of_accidents_of_both_ages_give_the_same_points(tmp_path):
    """Until 2018 hundred-thousandths of degrees and 590 for the Nord; after, decimal commas and 59."""
    (tmp_path / "a.csv").write_text(
        "Num_Acc,dep,lat,long,catr,voie\n201700000001,590,5060000,0310000,3.0,549\n201700000002,590,,,1.0,25\n"
        "201700000003,590,5070000,310000,4.0,12\n"
    )
    (tmp_path / "b.csv").write_text(
        'Num_Acc,dep,lat,long,catr,voie\n202000000001,59,"50,6000100","3,1000100",3,D549\n'
        '202000000002,59,"50,7","3,1",1,A25\n'
    )
    found = extract(tmp_path).select("zone", "classe", "route", "lon", "lat").rows()
    assert found == [("nord", 1, 25, 3.1, 50.7), ("nord", 3, 590_549, 3.1, 50.6)]


def test_the_roads_make_times_better_where_they_did_not_serve_to_fit():
    """The rule of choice, docs/adr/0066: the held-out error on the Isère, not the agreement it serves."""
    gain = load_gain()
    for measure in ("mediane", "p90", "ecart_type_ln"):
        assert gain["axes"][measure] < 0.9 * gain["formule"][measure]
    assert 0 < load_coefficients().autoroute < load_coefficients().route < load_coefficients().acces
    assert load_pair_error("axes").ratio.shape == (6, 15)


def test_draws_keep_what_they_should():
    generator = np.random.default_rng(3)
    doctors = np.array([0.0, 1.0, 4.0, 400.0])
    activity = np.array([draw_activity(doctors, generator) for _ in range(400)])
    assert activity[:, 0].max() < 1e-3
    np.testing.assert_allclose(activity.mean(axis=0)[1:], doctors[1:], rtol=0.1)
    assert activity[:, 1].std() == pytest.approx(0.5, rel=0.15)
    assert draw_moves(doctors, generator).sum() == pytest.approx(doctors.sum())
    row, site = np.array([0, 1, 0, 2]), np.array([1, 0, 2, 0])
    pair = draw_pairs(row, site, 3, generator)
    assert pair[0] == pair[1]
    assert pair[2] == pair[3]
    assert pair[0] != pair[2]
