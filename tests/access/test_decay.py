import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.access.decay import (
    ErreurTemps,
    Steps,
    expected_step_weights,
    exponential_weights,
    gaussian_weights,
    step_weights,
)
from maillage.network.travel_times import UNREACHABLE

GP = Steps((10, 15, 20), (1.0, 2 / 3, 1 / 3))


@pytest.mark.parametrize(
    ("time_ds", "weight"),
    [(0, 1), (5999, 1), (6000, 2 / 3), (8999, 2 / 3), (9000, 1 / 3), (11999, 1 / 3), (12000, 0)],
)
def test_intervals_are_half_open(time_ds, weight):
    assert step_weights(np.array([time_ds], np.uint32), GP)[0] == weight


def test_unreachable_weighs_nothing():
    assert step_weights(np.array([UNREACHABLE]), GP)[0] == 0
    assert gaussian_weights(np.array([UNREACHABLE]), 6000)[0] == 0


@given(st.lists(st.integers(0, 20_000), min_size=2, max_size=30))
def test_farther_never_weighs_more(times):
    time_ds = np.sort(np.array(times, np.uint32))
    for weights in (
        step_weights(time_ds, GP),
        gaussian_weights(time_ds, 12_000),
        exponential_weights(time_ds, 3000),
    ):
        assert (np.diff(weights) <= 0).all()
        assert ((weights >= 0) & (weights <= 1)).all()


@pytest.mark.parametrize(("upper", "weight"), [((), ()), ((5,), (1, 2)), ((5, 5), (1, 2)), ((0, 5), (1, 1))])
def test_a_bad_staircase_is_refused(upper, weight):
    with pytest.raises(ValueError, match="upper bounds"):
        Steps(upper, weight)


def test_without_error_the_expected_weight_is_the_weight():
    time_ds = np.arange(0, 15_000, 37).astype(np.uint32)
    none = ErreurTemps(np.array([3000.0, np.inf]), np.ones((2, 3)))
    assert expected_step_weights(time_ds, GP, none).tolist() == step_weights(time_ds, GP).tolist()


def test_expected_weight_agrees_with_simulation():
    rng = np.random.default_rng(0)
    ratios = np.exp(rng.normal(0, 0.2, 2001))
    erreur = ErreurTemps(np.array([np.inf]), ratios[None, :])
    for time_ds in (4000, 6000, 9500, 12_500):
        drawn = step_weights((time_ds * rng.choice(ratios, 60_000)).astype(np.uint32), GP).mean()
        assert expected_step_weights(np.array([time_ds], np.uint32), GP, erreur)[0] == pytest.approx(
            drawn, abs=0.01
        )


def test_bands_are_half_open_and_unreachable_stays_so():
    erreur = ErreurTemps(np.array([3000.0, np.inf]), np.array([[1.0], [9.0]]))
    time_ds = np.array([2999, 3000, UNREACHABLE], np.uint32)
    assert expected_step_weights(time_ds, GP, erreur).tolist() == [1.0, 0.0, 0.0]
