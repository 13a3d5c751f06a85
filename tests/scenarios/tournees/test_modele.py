"""The week of a bus, held to trying everything."""

from itertools import combinations_with_replacement, product

import numpy as np
import pytest

from maillage.scenarios.tournees.modele import Semaine, count_visits, group, list_rounds, measure, plan_week


def draw(seed: int, stops: int = 4, origins: int = 12):
    rng = np.random.default_rng(seed)
    spots = rng.uniform(0, 60, (stops + 1, 2))
    minutes = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1))
    near = rng.random((origins, stops)) < 0.4
    return minutes, 0.8 * minutes, near, rng.uniform(1, 90, origins), rng.uniform(0, 9, origins)


@pytest.mark.parametrize("seed", range(12))
def test_equal_to_trying_every_week(seed):
    minutes, km, near, people, hours = draw(seed)
    rng = np.random.default_rng(seed)
    week = Semaine(
        jours=int(rng.integers(1, 4)),
        creneaux=int(rng.integers(1, 3)),
        amplitude_min=float(rng.uniform(300, 560)),
        km=float(rng.uniform(60, 300)),
        arrets_max=rng.choice([None, 1, 2]),
    )
    found = plan_week(minutes, km, near, people, hours, week)
    rounds = list(list_rounds(minutes, km, week))
    if not rounds:
        assert found.statut == "impossible"
        return
    visits, (covers, gains) = count_visits(rounds, near.shape[1]), group(near, people, hours, week)
    best = 0.0
    for counts in (
        product(range(week.jours + 1), repeat=len(rounds)) if len(rounds) < 7 else every(rounds, week)
    ):
        times = np.array(counts)
        if times.sum() > week.jours or times @ [one.km for one in rounds] > week.km:
            continue
        held = visits.T @ times
        if week.arrets_max is None or (held > 0).sum() <= week.arrets_max:
            best = max(best, measure(covers, gains, held))
    assert found.statut == "optimal"
    assert found.valeur == pytest.approx(best, abs=1e-6)
    assert sum(one.km for one in found.rondes) <= week.km + 1e-9
    assert len(found.rondes) <= week.jours
    assert all(one.duree_min <= week.amplitude_min for one in found.rondes)


def every(rounds, week):
    """Every choice of at most ``jours`` rounds, as counts."""
    for size in range(week.jours + 1):
        for chosen in combinations_with_replacement(range(len(rounds)), size):
            yield np.bincount(chosen, minlength=len(rounds)).tolist() if chosen else [0] * len(rounds)


def test_grouping_people_changes_nothing():
    """The value of a week counted person by person, from its definition."""
    minutes, km, near, people, hours = draw(3)
    week = Semaine(jours=2)
    found = plan_week(minutes, km, near, people, hours, week)
    held = sum(np.bincount(one.arrets, minlength=4) for one in found.rondes)
    gained = np.minimum(np.maximum(week.assez_h - hours, 0), week.creneau_min / 60 * (near @ held))
    assert found.valeur == pytest.approx(float((people * gained).sum()))


def test_whoever_has_enough_gains_nothing_and_nobody_near_is_no_fault():
    minutes, km, near, people, _ = draw(1)
    assert plan_week(minutes, km, near, people, np.full(12, 50.0), Semaine()).valeur == 0
    assert plan_week(minutes, km, np.zeros_like(near), people, np.zeros(12), Semaine()).rondes == ()


def test_a_base_too_far_from_everything_is_said():
    minutes, km, near, people, hours = draw(1)
    assert plan_week(minutes + 500, km, near, people, hours, Semaine()).statut == "impossible"
    assert plan_week(np.full_like(minutes, np.inf), km, near, people, hours, Semaine()).statut == "impossible"
