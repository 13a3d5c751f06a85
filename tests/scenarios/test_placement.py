"""Exact placement against every subset, on small random cases: locks, budgets, guarantees, far sites."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from scipy.optimize import linprog

from bench.placement import read_orlib
from bench.placement_temoin import plain_coverage, plain_p_median
from maillage.scenarios.placement.cadre import Cadre, Garantie, Placement, choose_number
from maillage.scenarios.placement.capacites import (
    DemandeEtPlaces,
    cover_all_with_capacity,
    coverage_with_capacity,
    p_center_with_capacity,
    p_median_with_capacity,
)
from maillage.scenarios.placement.couverture import couverture_maximale
from maillage.scenarios.placement.garanties import (
    at_least_within,
    differ,
    few_closures,
    worst_served_first,
)
from maillage.scenarios.placement.p_centre import p_centre
from maillage.scenarios.placement.p_median import p_median
from maillage.scenarios.placement.tout_couvrir import tout_couvrir
from maillage.scenarios.placement.variantes import alternatives

LIMITE = 240
"""Seconds: more than any case takes on a busy machine."""


@pytest.fixture(params=["little left", "branching alone"])
def branching(request, monkeypatch):
    """The same cases where HiGHS ends the search early, and where it is never asked."""
    if request.param == "branching alone":
        monkeypatch.setattr("maillage.scenarios.placement.separation._LITTLE", 0)
        monkeypatch.setattr("maillage.scenarios.placement.separation._MUCH", 0)
        monkeypatch.setattr("maillage.scenarios.placement.separation._ROUND", 6)
        monkeypatch.setattr("maillage.scenarios.placement.separation._CHILD", 6)


def make_case(seed: int, most_sites: int = 8) -> tuple:
    """Times on a plane with ties, weights some of them 0, pairs some of them out of reach, and a frame."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(1, 15)), int(rng.integers(1, most_sites + 1))
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


@pytest.mark.parametrize("seed", range(60))
def test_p_median_equals_every_subset(seed, branching):
    duree, poids, cadre, joignable = make_case(seed)

    def value(ouvert):
        return sum(w * t for w, t in zip(poids, times_to_open(duree, joignable, ouvert), strict=True) if w)

    check(p_median(duree, poids, cadre, LIMITE, joignable), try_all(cadre, value), cadre, value)


@pytest.mark.parametrize("seed", range(40))
def test_p_center_equals_every_subset(seed, branching):
    duree, poids, cadre, joignable = make_case(seed)
    poids[0] = 1.0  # someone to reach

    def value(ouvert):
        return times_to_open(duree, joignable, ouvert)[poids > 0].max()

    check(p_centre(duree, poids, cadre, LIMITE, joignable), try_all(cadre, value), cadre, value)


@pytest.mark.parametrize("seed", range(40))
def test_coverage_equals_every_subset(seed, branching):
    duree, poids, cadre, _ = make_case(seed)

    def value(ouvert):
        return poids[~(duree[:, ouvert] <= 4).any(1)].sum()

    found = couverture_maximale(duree, poids, cadre, 4, LIMITE)
    best = try_all(cadre, value)
    everyone = poids.sum()
    check(found, everyone - best, cadre, lambda ouvert: everyone - value(ouvert))


@pytest.mark.parametrize("seed", range(30))
def test_covering_with_the_fewest_equals_every_subset(seed):
    duree, poids, cadre, _ = make_case(seed)

    def value(ouvert):
        covered = (duree[poids > 0][:, ouvert] <= 6).any(1).all()
        return cadre.payant @ ouvert if covered else np.inf

    check(tout_couvrir(duree, poids, cadre, 6, LIMITE), try_all(cadre, value), cadre, value)


def send(demande: DemandeEtPlaces, ouvert, cost, near, *, all_served: bool) -> float:
    """An independent assignment: a transport problem, by linear programming, for these open sites."""
    n, m = cost.shape
    x_cost = np.where(near & ouvert, cost * demande.poids[:, None], 0).ravel()
    bounds = [(0, 1 if ok else 0) for ok in (near & ouvert).ravel()]
    served = np.kron(np.eye(n), np.ones((1, m)))[demande.poids > 0]
    room = np.kron(demande.poids[None], np.eye(m))
    equal = {"A_eq": served, "b_eq": np.ones(len(served))} if all_served else {}
    below = (
        (room, demande.capacite)
        if all_served
        else (np.vstack([room, served]), np.append(demande.capacite, np.ones(len(served))))
    )
    found = linprog(x_cost, *below, **equal, bounds=bounds)
    return found.fun if found.status == 0 else np.inf


@pytest.mark.parametrize("seed", range(8))
def test_capacities_equal_every_subset(seed):
    duree, poids, cadre, joignable = make_case(seed, most_sites=5)
    rng = np.random.default_rng(seed)
    demande = DemandeEtPlaces(duree, joignable, poids, rng.integers(1, 30, duree.shape[1]) * 1.0)
    near = joignable & (duree <= 5)
    poids[0] = 1.0
    one = np.ones(duree.shape)

    def median(ouvert):
        return send(demande, ouvert, duree, joignable, all_served=True)

    def covered(ouvert):
        return send(demande, ouvert, -one, near, all_served=False)

    def number(ouvert):
        return (
            cadre.payant @ ouvert
            if send(demande, ouvert, 0 * one, near, all_served=True) < np.inf
            else np.inf
        )

    check(p_median_with_capacity(demande, cadre), try_all(cadre, median), cadre, median)
    found = coverage_with_capacity(demande, cadre, 5)
    check(found, -try_all(cadre, covered), cadre, lambda ouvert: -covered(ouvert))
    check(cover_all_with_capacity(demande, cadre, 5), try_all(cadre, number), cadre, number)
    longest = p_center_with_capacity(demande, cadre)

    def fits(time):
        close = joignable & (duree <= time)
        return try_all(cadre, lambda ouvert: send(demande, ouvert, 0 * one, close, all_served=True)) < np.inf

    enough = [time for time in np.unique(duree) if fits(time)]
    assert longest.valeur == (enough[0] if enough else None)


def test_sixty_minutes_are_within_sixty_minutes():
    times = np.array([[36_000, 36_001]], np.uint32)
    alone = [couverture_maximale(times, np.ones(1), choose_number(2, 1, exclu=[x]), 36_000) for x in (0, 1)]
    assert [found.valeur for found in alone] == [0, 1]
    assert [p_centre(times, np.ones(1), choose_number(2, 1)).valeur] == [36_000]


@pytest.mark.parametrize("seed", range(6))
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


def test_alternatives_differ_and_are_the_best_that_do():
    rng = np.random.default_rng(4)
    where = rng.integers(0, 50, (20, 2))
    duree, poids = abs(where[:, None] - where[:8]).sum(2), rng.integers(1, 9, 20).astype(float)
    found = alternatives(lambda cadre: p_median(duree, poids, cadre), choose_number(8, 3), 4, 0.5, 2)
    values = {chosen: poids @ duree[:, list(chosen)].min(1) for chosen in combinations(range(8), 3)}
    before = []
    for one in found:
        others = [v for chosen, v in values.items() if all(len(set(chosen) & set(b)) <= 1 for b in before)]
        assert one.valeur == min(others)
        before.append(one.lieux)
    assert len(found) > 2


def test_those_worst_served_today_come_first():
    today, people = np.array([10, 50, 60, 20]), np.array([100.0, 5, 7, 8])
    weights = worst_served_first(today, people, part=0.1, reste=0.0)
    assert weights.tolist() == [0, 5, 7, 0]
    duree = np.array([[0, 30], [40, 5], [40, 5], [0, 9]])
    assert p_median(duree, people, choose_number(2, 1)).lieux == (0,)
    assert p_median(duree, weights, choose_number(2, 1)).lieux == (1,)


NEAR = np.array([[5, 20, 30], [30, 5, 30], [30, 20, 5]])


@pytest.mark.parametrize(
    ("cadre", "said"),
    [
        (
            choose_number(3, 2, garanties=(at_least_within("30 min", NEAR, np.ones(3, bool), 5),)),
            "il en faut au moins 3",
        ),
        (
            choose_number(
                3, 3, exclu=[1], garanties=(at_least_within("10 min pour tous", NEAR, np.ones(3, bool), 10),)
            ),
            "pour 1\u00a0endroit habité. L’exclusion de sites en empêche 1",
        ),
        (
            choose_number(3, 3, garanties=(at_least_within("4 min", NEAR, np.ones(3, bool), 4),)),
            "pour 3\u00a0endroits habités",
        ),
        (choose_number(3, 0), "Aucun site ne peut ouvrir"),
        (
            choose_number(
                3,
                3,
                garanties=(
                    few_closures("rien ne ferme", np.array([True, True, False]), 0),
                    differ(choose_number(3, 3), (0, 1), 1),
                    at_least_within("20 min", NEAR, np.ones(3, bool), 20),
                ),
            ),
            "« rien ne ferme » et « se distinguer des propositions précédentes » ne peuvent",
        ),
    ],
)
def test_what_is_impossible_says_why(cadre, said):
    found = p_median(NEAR, np.ones(3), cadre)
    assert found.statut == "impossible"
    assert said in " ".join(found.causes)


def test_backup_coverage_asks_for_two_sites_within_reach():
    two = at_least_within("un second lieu à 20 min", NEAR, np.array([True, False, False]), 20, sites=2)
    assert p_median(NEAR, np.array([9.0, 1, 3]), choose_number(3, 2)).lieux == (0, 2)
    assert p_median(NEAR, np.array([9.0, 1, 3]), choose_number(3, 2, garanties=(two,))).lieux == (0, 1)


def test_no_more_closures_than_said():
    existing = np.array([True, True, False])
    rule = few_closures("une fermeture au plus", existing, 1)
    people = np.array([1.0, 1, 9])
    assert p_median(NEAR, people, choose_number(3, 1)).lieux == (2,)
    assert p_median(NEAR, people, choose_number(3, 1, garanties=(rule,))).lieux == (1,)


@pytest.mark.parametrize("seed", range(6))
def test_guarantees_on_larger_cases_equal_the_textbook_model(seed, branching):
    """Few closures, all existing sites being dear: the guarantee weighs on the optimum and on its bound."""
    rng = np.random.default_rng(seed)
    where = rng.integers(0, 100, (30, 2))
    duree, poids = abs(where[:, None] - where).sum(2), rng.integers(1, 9, 30).astype(float)
    existing = np.arange(30) < 10
    cadre = choose_number(30, 11, garanties=(few_closures("trois au plus", existing, 3),))
    plain = plain_p_median(duree, poids, 11, keep=(existing, 7))
    found = p_median(duree, poids, cadre)
    assert found.statut == "optimal"
    assert found.valeur == pytest.approx(plain.fun)
    assert found.valeur > plain_p_median(duree, poids, 11).fun


def test_a_guarantee_that_existing_sites_give_costs_no_proof():
    """Priced though never in danger, it loosened the bound until time ran out."""
    rng = np.random.default_rng(11)
    where = rng.integers(0, 300, (400, 2))
    duree, poids = abs(where[:, None] - where[:120]).sum(2), rng.integers(1, 50, 400).astype(float)
    free = choose_number(120, 2, verrouille=range(30))
    today = duree[:, :30].min(1)
    given = at_least_within("personne plus loin", duree, poids > 0, today.max())
    asked = at_least_within("personne plus loin", duree, poids > 0, today.max() - 1)
    assert replace(free, garanties=(given,)).without_given() == free
    assert len(replace(free, garanties=(asked,)).without_given().garanties[0].minimum) < len(asked.minimum)
    for cadre in (free, replace(free, garanties=(given,)), replace(free, garanties=(asked,))):
        found = p_median(duree, poids, cadre, LIMITE)
        best = min(
            poids @ np.minimum(today, duree[:, new].min(1))
            for new in map(list, combinations(range(30, 120), 2))
            if cadre.holds(np.isin(np.arange(120), [*range(30), *new]))
        )
        assert (found.statut, found.valeur) == ("optimal", best)


def test_too_few_places_are_counted():
    demande = DemandeEtPlaces(NEAR, np.ones((3, 3), bool), np.array([5.0, 5, 5]), np.array([6.0, 6, 6]))
    found = p_median_with_capacity(demande, choose_number(3, 2))
    assert found.statut == "impossible"
    assert "« assez de places pour tous »" in found.causes[0]
    assert "au moins 3" in found.causes[0]


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
