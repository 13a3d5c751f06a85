import numpy as np
import pytest

from maillage.access.saturation import reallocate, saturation


def test_nothing_closed_changes_nothing(case):
    activity = case.supply * 10
    result = reallocate(case.weights(), case.people, activity, np.zeros(len(activity), bool))
    np.testing.assert_allclose(result.activity, activity)
    assert result.lost == pytest.approx(0)


def test_activity_is_preserved(case):
    activity = case.supply * 10
    closed = np.arange(len(activity)) % 3 == 0
    result = reallocate(case.weights(), case.people, activity, closed)
    assert result.activity[closed].sum() == 0
    assert (result.activity[~closed] >= activity[~closed] - 1e-9).all()
    assert result.activity.sum() + result.lost == pytest.approx(activity.sum())


def test_everything_closed_loses_everything(case):
    activity = case.supply * 10
    result = reallocate(case.weights(), case.people, activity, np.ones(len(activity), bool))
    assert result.lost == pytest.approx(activity.sum())


def test_unknown_capacity_is_not_zero_saturation():
    assert np.isnan(saturation(np.array([5.0]), np.array([np.nan])))[0]
    assert np.isnan(saturation(np.array([np.nan]), np.array([5.0])))[0]
