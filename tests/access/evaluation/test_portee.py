"""Reach under uncertain times: what is left out before an expectation weighs next to nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.access.apl import load_professions
from maillage.access.decay import (
    NEGLIGIBLE,
    ErreurTemps,
    Steps,
    expected_step_weights,
    expected_weights,
    exponential_weights,
    find_reach,
    gaussian_weights,
)
from maillage.access.erreur_temps import load_time_error
from maillage.access.evaluation.portee import EXACT, expect, reach_of_budget, reach_of_steps
from maillage.network.travel_times import Within

FAR_DS = 120 * 600


@pytest.mark.parametrize("relief", ["plaine", "tout"])
@pytest.mark.parametrize("profession", load_professions().values(), ids=lambda found: found.id)
def test_nothing_that_weighs_is_beyond_the_reach(profession, relief):
    law = load_time_error(relief)
    reach = reach_of_steps(profession.steps, law)
    beyond = np.arange(reach + 1, FAR_DS, 7, dtype=np.uint32)
    assert expected_step_weights(beyond, profession.steps, law).max() < NEGLIGIBLE
    assert reach > profession.steps.budget_ds  # 21 estimated minutes may be 19


@pytest.mark.parametrize(
    ("decay", "budget_ds"),
    [
        (lambda t: gaussian_weights(t, 12_000), 12_000),
        (lambda t: exponential_weights(t, 3000), 30_000),  # 2^-10 is negligible
    ],
)
def test_the_reach_holds_for_any_decay(decay, budget_ds):
    law = load_time_error("plaine")
    reach = find_reach(decay, budget_ds, law)
    beyond = np.arange(reach + 1, FAR_DS, 7, dtype=np.uint32)
    assert expected_weights(beyond, decay, law).max() < NEGLIGIBLE


def test_exact_times_reach_their_budget():
    assert reach_of_budget(12_000, EXACT) == 12_000
    assert reach_of_steps(Steps((10, 20), (1.0, 0.5)), EXACT) == 11_999  # 20 minutes are excluded


@given(
    times=st.lists(st.integers(0, 30_000), min_size=1, max_size=20),
    ratios=st.lists(st.floats(0.5, 2.0), min_size=3, max_size=9),
)
def test_an_expected_count_is_the_sum_of_the_chances(times, ratios):
    law = ErreurTemps(np.array([np.inf]), np.array([sorted(ratios)]))
    budget = 12_000
    time_ds = np.array(sorted(times), np.uint32)
    pairs = Within(np.array([0, len(times)]), np.arange(len(times), dtype=np.int32), time_ds)
    found = expect(lambda near: np.diff(near.indptr).astype(float), pairs, budget, law)
    chances = [np.mean([int(t * ratio) <= budget for ratio in sorted(ratios)]) for t in time_ds]
    assert found.valeur[0] == pytest.approx(sum(chances))
    assert found.couverture.tolist() == [1]


def test_what_is_unknown_at_some_errors_is_so_in_the_coverage():
    law = ErreurTemps(np.array([np.inf]), np.array([[0.5, 0.8, 1.0, 2.0]]))
    pair = Within(np.array([0, 1]), np.array([0], np.int32), np.array([9000], np.uint32))
    # known only where the site is out of reach, one time in four
    found = expect(lambda near: np.where(np.diff(near.indptr) > 0, np.nan, 0.0), pair, 12_000, law)
    assert (found.valeur.tolist(), found.couverture.tolist()) == ([0.0], [0.25])
