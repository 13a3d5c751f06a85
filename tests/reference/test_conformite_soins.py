"""The computation compared with the DREES, on a world of two communes and one cell beyond the border."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from bench.conformite_apl import Donnees, Variante, compare, compute, read_steps, supply_neighbours
from maillage.access.decay import Steps
from maillage.network.travel_times import Within

DOCTORS, PEOPLE = np.array([2.0, 0.0]), np.array([1000.0, 500.0])
DRY = Variante("", "medecin", DOCTORS, PEOPLE, durees="x", lecture="seche")


@pytest.fixture
def monde():
    """12 minutes between the communes, 16 from the first to the cell, 30 from the second."""
    minutes = np.array([[0, 12, 16], [12, 0, 30], [16, 30, 0]])
    within = Within(
        np.arange(4) * 3, np.tile(np.arange(3, dtype=np.int32), 3), (minutes.ravel() * 600).astype(np.uint32)
    )
    communes = pl.DataFrame({"densite_classe": ["Bourgs ruraux", "Grands centres urbains"]})
    dehors = pl.DataFrame({"population": [300]})
    density = np.array([120.0, 30.0, 150.0])
    return Donnees(communes, dehors, {"x": within}, density, np.array([12.0, 1.0]), np.zeros(2), {})


def test_neighbours_are_supplied_as_our_communes_of_their_density(monde):
    """The cell is as dense as the first commune: 2 doctors for 1,000 people, so 0.6 for 300."""
    people = np.array([300.0])
    assert supply_neighbours(monde, DRY, people).tolist() == pytest.approx([0.6])
    uniform = replace(DRY, voisinage="uniforme")
    assert supply_neighbours(monde, uniform, people).tolist() == pytest.approx([300 * 2 / 1500])


def test_by_hand_without_neighbours(monde):
    """R = 2 / (1000 + 500·2/3 + 300/3); the first commune has R, the second two thirds of it."""
    ratio = 5400 * 2 / (1000 + 500 * 0.6667 + 300 * 0.3333)
    assert compute(monde, replace(DRY, voisins=0.0)).tolist() == pytest.approx([ratio, 0.6667 * ratio])


def test_by_hand_with_neighbours(monde):
    """The cell's 0.6 doctor is shared by its 300 people and a third of the first commune's 1,000."""
    inside = 5400 * 2 / (1000 + 500 * 0.6667 + 300 * 0.3333)
    outside = 5400 * 0.6 / (300 + 1000 * 0.3333)
    assert compute(monde, DRY).tolist() == pytest.approx([inside + 0.3333 * outside, 0.6667 * inside])


def test_slower_times_take_the_second_commune_out_of_reach(monde):
    assert compute(monde, replace(DRY, temps=2.0, voisins=0.0))[1] == 0.0
    slow = compute(monde, replace(DRY, congestion=1.0, voisins=0.0))  # half of the trip: 12 → 18 minutes
    assert slow[1] == pytest.approx(slow[0] * 0.3333)


def test_a_step_read_under_the_errors_of_pairs_is_smoother_than_a_dry_one():
    times, steps = np.array([1, 5_940, 6_060, 20_000], np.uint32), Steps((10,), (1.0,))
    dry, soft = (
        read_steps(times, steps, replace(DRY, durees="axes", lecture=x)) for x in ("seche", "couples")
    )
    assert dry.tolist() == [1.0, 1.0, 0.0, 0.0]
    assert soft[0] == 1.0
    assert soft[3] == 0.0
    assert 0.2 < soft[2] <= soft[1] < 0.8


def test_a_stratum_lies_strictly_beyond_its_distance():
    rows = compare("", np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.5, 2.0]), np.array([5.0, 6.0, 20.0]))
    assert [row.n for row in rows[:2]] == [3, 2]
    assert rows[0].median_gap == 0.0
    assert rows[1].spearman == pytest.approx(-1.0)
