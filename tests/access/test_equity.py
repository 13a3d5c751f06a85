import inequality.gini
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.access.equity import concentration_index, fgt, gap_of_group, gini, palma, weighted_mean

VALUES = st.lists(st.integers(0, 1000), min_size=3, max_size=40).filter(any)


@given(VALUES)
def test_gini_agrees_with_pysal(values):
    value = np.array(values, float)
    assert gini(value, np.ones(len(value))) == pytest.approx(inequality.gini.Gini(value).g, abs=1e-12)


@given(VALUES, st.integers(2, 6))
def test_people_count_as_repetition(values, times):
    value = np.array(values, float)
    people = 1.0 + np.arange(len(value)) % times
    repeated = np.repeat(value, people.astype(int))
    everyone = np.ones(len(repeated))
    assert gini(value, people) == pytest.approx(gini(repeated, everyone), abs=1e-12)
    assert palma(value, people) == pytest.approx(palma(repeated, everyone), nan_ok=True)
    assert fgt(value, people, 300, 2) == pytest.approx(fgt(repeated, everyone, 300, 2))


@given(VALUES, st.floats(0.1, 50))
def test_scale_does_not_matter(values, scale):
    value, people = np.array(values, float), np.ones(len(values))
    assert gini(value * scale, people) == pytest.approx(gini(value, people), abs=1e-9)
    assert palma(value * scale, people) == pytest.approx(palma(value, people), nan_ok=True)


def test_palma_on_eleven_people_splits_one():
    """40 % of 11 people is 4.4: four people and 0.4 of the fifth."""
    value = np.arange(1.0, 12.0)
    top = 11 + 0.1 * 10
    assert palma(value, np.ones(11)) == pytest.approx(top / (1 + 2 + 3 + 4 + 0.4 * 5))


def test_concentration_by_a_shuffled_rank_is_near_zero_and_flips_with_the_order():
    rng = np.random.default_rng(3)
    value, rank = rng.uniform(1, 2, 4000), rng.permutation(4000).astype(float)
    people = np.ones(4000)
    assert abs(concentration_index(value, people, rank)) < 0.01
    assert concentration_index(value, people, -rank) == pytest.approx(
        -concentration_index(value, people, rank)
    )


def test_tied_ranks_do_not_depend_on_row_order():
    value, people = np.array([1.0, 9.0, 3.0]), np.ones(3)
    tied = np.array([1.0, 1.0, 2.0])
    assert concentration_index(value, people, tied) == concentration_index(value[[1, 0, 2]], people, tied)


@pytest.mark.parametrize(("alpha", "expected"), [(0, 0.0), (1, 0.0), (2, 0.0)])
def test_exactly_at_the_threshold_is_not_beyond(alpha, expected):
    assert fgt(np.array([7.0, 6.0]), np.ones(2), 7.0, alpha) == expected


def test_unreachable_is_beyond_and_unknown_is_left_out():
    assert fgt(np.array([np.inf, 1.0]), np.ones(2), 7.0, 0) == 0.5
    assert fgt(np.array([np.inf, 1.0]), np.ones(2), 7.0, 1) == np.inf
    assert fgt(np.array([np.nan, 9.0]), np.ones(2), 7.0, 0) == 1.0


def test_nothing_known_gives_no_figure():
    unknown, nobody = np.array([np.nan]), np.array([0.0])
    for figure in (weighted_mean(unknown, np.ones(1)), gini(unknown, np.ones(1)), palma(unknown, np.ones(1))):
        assert np.isnan(figure)
    assert np.isnan(fgt(np.array([1.0]), nobody, 7, 0))
    assert np.isnan(gap_of_group(np.array([1.0]), nobody, np.ones(1)))
