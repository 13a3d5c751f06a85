"""Facilities of a commune go where its people are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from maillage.access.repartition import order_seats, spread


def one_by_one(population: list[float], n: int) -> list[int]:
    """D'Hondt as its definition reads: one facility at a time."""
    given_to = [0] * len(population)
    seats = []
    for _ in range(n):
        best = max(range(len(population)), key=lambda i: (population[i] / (given_to[i] + 1), -i))
        given_to[best] += 1
        seats.append(best)
    return seats


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6), st.integers(1, 12))
def test_seats_follow_the_definition(people: list[int], n: int) -> None:
    if not any(people):
        return
    population = np.array(people, dtype=np.float64)
    assert order_seats(population, n).tolist() == one_by_one(population.tolist(), n)


def test_nothing_is_lost_and_nothing_leaves_its_commune() -> None:
    rng = np.random.default_rng(59)
    lieu_commune = rng.integers(0, 5, 40).astype(np.int32)
    population = rng.integers(0, 900, 40).astype(np.float64)
    offre_commune = rng.integers(0, 5, 30).astype(np.int32)
    nombre = rng.integers(0, 20, 30).astype(np.int32)
    places = spread(offre_commune, nombre, lieu_commune, population)
    np.testing.assert_array_equal(np.bincount(places.offre, places.effectif, 30), nombre)
    np.testing.assert_array_equal(lieu_commune[places.lieu], offre_commune[places.offre])
    assert (population[places.lieu] > 0).all()


def test_an_empty_commune_places_nothing() -> None:
    places = spread(np.array([0], np.int32), np.array([2], np.int32), np.array([0], np.int32), np.zeros(1))
    assert len(places.offre) == 0
