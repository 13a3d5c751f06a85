"""Exact placement against every subset, on small random cases: locks, budgets, guarantees, far sites."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from bench.placement import read_orlib
from bench.placement_temoin import plain_coverage, plain_p_median
from maillage.scenarios.placement.cadre import Cadre, Garantie, Placement, choose_number
from maillage.scenarios.placement.couverture import couverture_maximale
from maillage.scenarios.placement.p_centre import p_centre
from maillage.scenarios.placement.p_median import p_median


@pytest.fixture(params=["little left", "branching alone"])
def branching(request, monkeypatch):
    """The same cases where HiGHS ends the search early, and where it is never asked."""
    if request.param == "branching alone":
        monkeypatch.setattr("maillage.scenarios.placement.separation._LITTLE", 0)
        monkeypatch.setattr("maillage.scenarios.placement.separation._MUCH", 0)
        monkeypatch.setattr("maillage.scenarios.placement.separation._ROUND", 6)


def make_case(seed: int) -> tuple:
    """Times on a plane with ties, weights some of them 0, pairs some of them out of reach, and a frame."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 15)), int(rng.integers(1, 9))
    cells, sites = rng.integers(0, 12, (n, 2)), rng.integers(0, 12, (m, 2))
    duree = abs(cells[:, None] - sites).sum(2)
    poids = rng.integers(0, 6, n) * (1.0 if seed % 2 else 0.37)
    joignable = rng.random((n, m)) < (0.85 if seed % 3 == 0 else 2)
    depense = rng.integers(1, 5, m).astype(float) if seed % 4 == 0 else np.ones(m)
    budget = float(rng.integers(1, 9) if seed % 4 == 0 else rng.integers(1, m + 1))
    verrouille, exclu = rng.random(m) < 0.12, rng.random(m) < 0.15
    garanties = ()
    if seed % 5 < 2:
        rows = (duree <= rng.integers(3, 9)).astype(float)[: 1 + n // 3]
        garanties = (Garantie("personne au-delà", rows, rng.integers(1, 3, len(rows)).astype(float)),)
    return duree, poids, Cadre(verrouille, exclu & ~verrouille, depense, budget, garanties), joignable


def try_all(cadre: Cadre, value) -> float:
    """The least value over every allowed set of open sites; infinite when none is."""
    choices = (np.array(chosen, bool) for chosen in product((False, True), repeat=len(cadre.exclu)))
    return min((value(ouvert) for ouvert in choices if cadre.holds(ouvert)), default=np.inf)


def check(found: Placement, best: float, cadre: Cadre, value) -> None:
    """Same optimum, the sites are worth what is said, the bound is the value."""
    if not np.isfinite(best):
        assert (found.statut, found.valeur, found.lieux) == ("impossible", None, ())
        return
    assert found.statut == "optimal"
    assert found.valeur == pytest.approx(best, rel=1e-9)
    assert found.borne == pytest.approx(best, rel=1e-9)
    ouvert = np.isin(np.arange(len(cadre.exclu)), found.lieux)
    assert cadre.holds(ouvert)
    assert value(ouvert) == pytest.approx(best, rel=1e-9)


def times_to_open(duree, joignable, ouvert):
    seen = np.where(joignable & ouvert, duree, np.inf)
    return seen.min(1)


@pytest.mark.parametrize("seed", range(100))
def test_p_median_equals_every_subset(seed, branching):
    duree, poids, cadre, joignable = make_case(seed)

    def value(ouvert):
        return sum(w * t for w, t in zip(poids, times_to_open(duree, joignable, ouvert), strict=True) if w)

    check(p_median(duree, poids, cadre, 20, joignable), try_all(cadre, value), cadre, value)


@pytest.mark.parametrize("seed", range(60))
def test_p_center_equals_every_subset(seed, branching):
    duree, poids, cadre, joignable = make_case(seed)
    poids[0] = 1.0  # someone to reach

    def value(ouvert):
        return times_to_open(duree, joignable, ouvert)[poids > 0].max()

    check(p_centre(duree, poids, cadre, 20, joignable), try_all(cadre, value), cadre, value)


@pytest.mark.parametrize("seed", range(60))
def test_coverage_equals_every_subset(seed, branching):
    duree, poids, cadre, _ = make_case(seed)

    def value(ouvert):
        return poids[~(duree[:, ouvert] <= 4).any(1)].sum()

    found = couverture_maximale(duree, poids, cadre, 4, 20)
    best = try_all(cadre, value)
    everyone = poids.sum()
    check(found, everyone - best, cadre, lambda ouvert: everyone - value(ouvert))


def test_sixty_minutes_are_within_sixty_minutes():
    times = np.array([[36_000, 36_001]], np.uint32)
    alone = [couverture_maximale(times, np.ones(1), choose_number(2, 1, exclu=[x]), 36_000) for x in (0, 1)]
    assert [found.valeur for found in alone] == [0, 1]
    assert [p_centre(times, np.ones(1), choose_number(2, 1)).valeur] == [36_000]


@pytest.mark.parametrize("seed", range(12))
def test_larger_cases_equal_the_textbook_models(seed, branching):
    rng = np.random.default_rng(seed)
    where = rng.integers(0, 100, (40, 2))
    duree, poids = abs(where[:, None] - where).sum(2), rng.integers(1, 9, 40).astype(float)
    p = int(rng.integers(2, 14))
    found = p_median(duree, poids, choose_number(40, p))
    assert found.statut == "optimal"
    assert found.valeur == pytest.approx(plain_p_median(duree, poids, p).fun)
    covered = couverture_maximale(duree, poids, choose_number(40, p), 20)
    assert covered.statut == "optimal"
    assert covered.valeur == pytest.approx(-plain_coverage(duree <= 20, poids, p).fun)


def test_p_median_with_only_the_nearest_sites_kept(monkeypatch):
    """Lists cut short for memory: the bound stays below every placement, optimal is said only when it is."""
    monkeypatch.setattr("maillage.scenarios.placement.p_median._PAIRS", 0)
    monkeypatch.setattr("maillage.scenarios.placement.p_median._AT_LEAST", 3)
    for seed in range(40):
        rng = np.random.default_rng(seed)
        where = rng.integers(0, 50, (30, 2))
        duree = abs(where[:, None] - where[:9]).sum(2)
        poids = rng.integers(1, 6, 30).astype(float)
        p = int(rng.integers(1, 5))
        best = min(poids @ duree[:, list(s)].min(1) for s in combinations(range(9), p))
        found = p_median(duree, poids, choose_number(9, p))
        assert found.borne <= best <= found.valeur
        assert found.statut != "optimal" or found.valeur == best


def test_an_edge_given_twice_holds_its_last_length(tmp_path):
    file = tmp_path / "pmed.txt"
    file.write_text(" 3 4 1\n1 2 5\n2 3 1\n2 1 9\n1 3 30\n", "ascii")
    duree, p = read_orlib(file)
    assert p == 1
    assert duree.tolist() == [[0, 9, 10], [9, 0, 1], [10, 1, 0]]
