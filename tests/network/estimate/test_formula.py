"""Estimated times against brute force written apart: haversine distances, Python loops over every pair."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.catalogue.temps_estimes import Formule, load_formule
from maillage.network.estimate import formula, times
from maillage.network.estimate.formula import (
    Habitants,
    PlaceTerms,
    check_formule,
    compute_density,
    estimate_minutes,
)
from maillage.network.estimate.times import Estimate
from maillage.network.travel_times import NO_SITE, UNREACHABLE, Points, Sites

CELL_SPREAD_M = 408.0


def make_points(rng, n, *, step=None):
    lon, lat = rng.uniform(2.8, 3.6, n), rng.uniform(50.0, 50.6, n)
    if step:  # coincident places, to meet ties
        lon, lat = np.round(lon / step) * step, np.round(lat / step) * step
    return Points(lon, lat)


def make_sites(rng, n, n_types, **kwargs):
    return Sites(make_points(rng, n, **kwargs), rng.integers(0, n_types, n).astype(np.int32), n_types)


def make_estimate(rng, n_origins=40, n_people=300, spread_m=CELL_SPREAD_M):
    habitants = Habitants(make_points(rng, n_people), rng.uniform(0, 3000, n_people))
    return Estimate(make_points(rng, n_origins), habitants, spread_m=spread_m), habitants


def chord_km(lon1, lat1, lon2, lat2):
    """Straight line through the sphere, by the haversine."""
    a, b = math.radians(lat1), math.radians(lat2)
    square = math.sin((b - a) / 2) ** 2
    square += math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * 6371.0088 * math.sqrt(square)


def oracle_effects(lon, lat, habitants, f):
    def density(radius):
        people = zip(habitants.points.lon, habitants.points.lat, habitants.population, strict=True)
        return sum(max(0, 1 - chord_km(lon, lat, x, y) / radius) * p for x, y, p in people) / (
            math.pi * radius**2 / 3
        )

    g = math.log(1 + density(f.rayon_local_km) / f.densite_unite_km2)
    h = math.log(1 + min(density(f.rayon_regional_km), f.densite_regionale_max_km2) / f.densite_unite_km2)
    return f.locale * g + f.locale_carre * g * g + f.regionale * h, h


def oracle_times(estimate_points, sites, habitants, spread_m, f):
    """Deciseconds as floats [origin, site]."""
    ends = [
        [(x, y, *oracle_effects(x, y, habitants, f)) for x, y in zip(p.lon, p.lat, strict=True)]
        for p in (estimate_points, sites.points)
    ]
    out = np.zeros((len(ends[0]), len(ends[1])))
    for i, (x1, y1, e1, h1) in enumerate(ends[0]):
        for j, (x2, y2, e2, h2) in enumerate(ends[1]):
            km = math.hypot(chord_km(x1, y1, x2, y2), spread_m / 1000)
            exponent = f.exposant - f.exposant_regional * (h1 + h2)
            out[i, j] = 600 * math.exp(f.constante + e1 + e2) * km**exponent
    return out


def test_nearest_equals_brute_force_written_apart():
    rng = np.random.default_rng(1)
    habitants = Habitants(make_points(rng, 150), rng.uniform(0, 20000, 150))
    origins, sites = make_points(rng, 25), make_sites(rng, 60, 4)
    found = Estimate(origins, habitants, spread_m=CELL_SPREAD_M).nearest(sites)
    truth = oracle_times(origins, sites, habitants, CELL_SPREAD_M, load_formule())
    for t in range(4):
        rows = np.flatnonzero(sites.type_index == t)
        assert np.abs(found.time_ds[:, t] - truth[:, rows].min(axis=1)).max() <= 0.5 + 1e-6
        assert np.array_equal(found.site[:, t], rows[truth[:, rows].argmin(axis=1)])


def every_time(estimate, sites):
    """[origin, site], each site asked for alone: nothing to prune."""
    ends = estimate.prepare(sites.points)
    columns = [estimate.times_to(ends.take(np.array([j]))) for j in range(len(sites))]
    return np.column_stack(columns).astype(np.int64)


@pytest.mark.lent
@given(seed=st.integers(0, 2**32 - 1), n_sites=st.integers(0, 40), k=st.integers(1, 5))
@settings(max_examples=12, deadline=None)
def test_pruning_and_ties_change_nothing(seed, n_sites, k):
    rng = np.random.default_rng(seed)
    estimate, _ = make_estimate(rng, n_origins=12, n_people=30, spread_m=rng.choice([0.0, CELL_SPREAD_M]))
    sites = make_sites(rng, n_sites, 3, step=0.1)
    found = estimate.k_nearest(sites, k)
    times = every_time(estimate, sites) if n_sites else np.zeros((12, 0), np.int64)
    for t in range(3):
        rows = np.flatnonzero(sites.type_index == t)
        for i in range(12):
            best = sorted((times[i, r], r) for r in rows)[:k]
            best += [(int(UNREACHABLE), int(NO_SITE))] * (k - len(best))
            assert list(zip(found.time_ds[i, t], found.site[i, t], strict=True)) == best


@pytest.mark.lent
@given(seed=st.integers(0, 2**32 - 1), budget_ds=st.integers(0, 12000))
@settings(max_examples=12, deadline=None)
def test_within_holds_every_pair_up_to_the_budget(seed, budget_ds):
    rng = np.random.default_rng(seed)
    estimate, _ = make_estimate(rng, n_origins=10, n_people=30)
    sites = make_sites(rng, 30, 2, step=0.05)
    times = every_time(estimate, sites)
    budget_ds = int(rng.choice([budget_ds, rng.choice(times.ravel())]))  # often exactly a time: ≤ is kept
    found = estimate.within(sites, budget_ds)
    for i in range(10):
        row = slice(found.indptr[i], found.indptr[i + 1])
        expected = np.flatnonzero(times[i] <= budget_ds)
        assert np.array_equal(found.site[row], expected)
        assert np.array_equal(found.time_ds[row], times[i, expected])


def test_one_core_answers_as_all_of_them_do(monkeypatch):
    """A drag asks one core, a build asks all: the same densities and the same times, to the last bit."""
    found = []
    for alone in (0, 10**12):
        for module in (formula, times):
            monkeypatch.setattr(module, "PAIRS_ALONE", alone)
        rng = np.random.default_rng(5)
        estimate, _ = make_estimate(rng, n_origins=300, n_people=2000)
        sites = make_sites(rng, 50, 2, step=0.05)
        ends, nearest = estimate.prepare(sites.points), estimate.k_nearest(sites, 3)
        found.append([ends.xyz, ends.effect, ends.regional, nearest.time_ds, nearest.site])
    for every, one in zip(*found, strict=True):
        assert every.tobytes() == one.tobytes()


def test_within_without_any_site():
    estimate, _ = make_estimate(np.random.default_rng(0))
    found = estimate.within(make_sites(np.random.default_rng(0), 0, 1), 6000)
    assert found.indptr.tolist() == [0] * 41
    assert len(found.site) == len(found.time_ds) == 0


def recompute(estimate, places, n_types):
    """Nearest among the sites of ``places`` (row → lon, lat, type), rows kept."""
    rows = np.array(sorted(places), np.int32)
    lon, lat, types = (np.array([places[r][c] for r in rows], float) for c in range(3))
    found = estimate.nearest(Sites(Points(lon, lat), types.astype(np.int32), n_types))
    site = np.where(found.site == NO_SITE, NO_SITE, np.append(rows, NO_SITE)[found.site])
    return found.time_ds, site


@pytest.mark.lent
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=8, deadline=None)
def test_what_if_equals_recomputation_and_undo_takes_all_back(seed):
    rng = np.random.default_rng(seed)
    estimate, _ = make_estimate(rng, n_origins=15, n_people=40)
    sites = make_sites(rng, 8, 2, step=0.1)
    session = estimate.what_if(sites)
    places = {j: (sites.points.lon[j], sites.points.lat[j], sites.type_index[j]) for j in range(len(sites))}
    history = []
    for _ in range(10):
        history.append((dict(places), session.nearest))
        action = rng.choice(["open", "close", "move"]) if places else "open"
        lon, lat = round(rng.uniform(2.8, 3.6), 1), round(rng.uniform(50, 50.6), 1)
        if action == "open":
            kind = int(rng.integers(0, 2))
            row, changed = session.open(lon, lat, kind)
            places[row] = (lon, lat, kind)
        else:
            row = int(rng.choice(sorted(places)))
            kind = places.pop(row)[2]
            changed = session.close(row) if action == "close" else session.move(row, lon, lat)
            if action == "move":
                places[row] = (lon, lat, kind)
        assert_stands(session, estimate, places)
        before = history[-1][1]
        differs = (before.time_ds != session.nearest.time_ds) | (before.site != session.nearest.site)
        assert np.array_equal(changed, np.flatnonzero(differs.any(axis=1)))
    for _, nearest in reversed(history):
        session.undo()
        assert np.array_equal(session.nearest.time_ds, nearest.time_ds)
        assert np.array_equal(session.nearest.site, nearest.site)
    with pytest.raises(IndexError):
        session.undo()


def assert_stands(session, estimate, places):
    time_ds, site = recompute(estimate, places, 2)
    assert np.array_equal(session.nearest.time_ds, time_ds)
    assert np.array_equal(session.nearest.site, site)


def test_what_if_refuses_a_site_that_does_not_stand():
    rng = np.random.default_rng(3)
    estimate, _ = make_estimate(rng)
    session = estimate.what_if(make_sites(rng, 3, 1))
    session.close(1)
    for call in (
        lambda: session.close(1),
        lambda: session.move(7, 3.0, 50.0),
        lambda: session.open(3, 50, 1),
    ):
        with pytest.raises(IndexError):
            call()


@given(effect=st.floats(-1, 1), regional=st.floats(0, math.log(3)), km=st.floats(0.01, 100))
def test_time_grows_with_distance_whatever_the_densities(effect, regional, km):
    end = PlaceTerms(np.zeros((1, 3)), np.array([effect]), np.array([regional]))
    near, far = estimate_minutes(np.array([km, km * 1.01]), end, end, load_formule())
    assert 0 < near < far


def test_place_itself_is_at_no_time():
    here = Points(np.array([3.0]), np.array([50.0]))
    estimate = Estimate(here, Habitants(here, np.array([1e4])))
    assert estimate.times_to(estimate.prepare(here)).tolist() == [0]


def test_formula_that_would_not_grow_is_refused():
    good = load_formule()
    check_formule(good)
    with pytest.raises(ValueError, match="grow with distance"):
        check_formule(Formule(**{**vars(good), "exposant": good.exposant_regional}))


def test_density_of_people_at_the_radius_is_nought():
    here = Points(np.array([3.0]), np.array([50.0]))
    degrees = math.degrees(3.0 / 6371.0088)
    there = Points(np.array([3.0, 3.0]), np.array([50.0 + 1.0001 * degrees, 50.0 + degrees / 2]))
    found = compute_density(here, Habitants(there, np.array([9e9, 200.0])), 3.0)
    assert found[0] == pytest.approx(200 / 2 / (math.pi * 3), rel=1e-6)


def test_speeds_stay_plausible_from_hamlet_to_metropolis():
    """Between 8 and 40 km/h as the crow flies up to 5 km: nobody flies, nobody crawls."""
    side = 41  # cells of 1 km around one origin
    axis = (np.arange(side) - side // 2) / 111.195
    lat, lon = (
        a.ravel() for a in np.meshgrid(50 + axis, 3 + axis / math.cos(math.radians(50)), indexing="ij")
    )
    for density in (5, 50, 500, 5000, 15000):
        habitants = Habitants(Points(lon, lat), np.full(side**2, float(density)))
        estimate = Estimate(Points(np.array([3.0]), np.array([50.0])), habitants)
        for km in (0.3, 1, 2, 3, 5):
            end = estimate.prepare(Points(np.array([3.0]), np.array([50 + km / 111.195])))
            minutes = estimate.times_to(end)[0] / 600
            assert 8 < km / minutes * 60 < 40
