import access.fca
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array, vstack

from maillage.access.catchment import (
    age_weighted_demand,
    balanced,
    classify_supply,
    e2sfca,
    gap_to_reference,
)
from maillage.access.decay import Steps


def oracle_frames(case):
    origin, site = np.indices(case.time_ds.shape)
    cost = pd.DataFrame({"origin": origin.ravel(), "dest": site.ravel(), "cost": case.time_ds.ravel() / 600})
    demand = pd.DataFrame({"geoid": range(len(case.people)), "demand": case.people})
    supply = pd.DataFrame({"geoid": range(len(case.supply)), "supply": case.supply})
    return demand, supply, cost


def fill(series, n):
    return series.reindex(range(n)).fillna(0).to_numpy()


def test_e2sfca_agrees_with_pysal(case):
    demand, supply, cost = oracle_frames(case)

    def staircase(minutes):
        return np.select([minutes < 5, minutes < 10, minutes < 15], [1.0, 0.3, 0.1], 0.0)

    expected = access.fca.two_stage_fca(demand, supply, cost, 15, weight_fn=staircase)
    ours = e2sfca(case.weights(), case.supply, case.people)
    np.testing.assert_allclose(ours, fill(expected, len(ours)), rtol=1e-12)


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # pandas, inside the oracle
def test_balanced_agrees_with_pysal_three_stages_on_a_plain_catchment(case):
    """With weights 0 or 1 the three-stage method is the balanced one."""
    demand, supply, cost = oracle_frames(case)

    def plain(minutes):
        return float(minutes < 10)

    expected = access.fca.three_stage_fca(demand, supply, cost, 10, weight_fn=plain)
    ours = balanced(case.weights(Steps((10,), (1.0,))), case.supply, case.people).per_head
    np.testing.assert_allclose(ours, fill(expected, len(ours)), rtol=1e-12)


def test_balanced_agrees_with_a_dense_computation(case):
    weights = case.weights().toarray()
    total = weights.sum(axis=1, keepdims=True)
    share = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    load = (case.people[:, None] * share).sum(axis=0)
    level = case.supply / load
    result = balanced(case.weights(), case.supply, case.people)
    np.testing.assert_allclose(result.load, load)
    np.testing.assert_allclose(result.per_head, (share * level).sum(axis=1))


def test_totals_are_preserved(case):
    weights = case.weights()
    result = balanced(weights, case.supply, case.people)
    reaches_some = weights.toarray().sum(axis=1) > 0
    assert result.load.sum() == pytest.approx(case.people[reaches_some].sum())
    assert (result.per_head * case.people).sum() == pytest.approx(case.supply[result.load > 0].sum())
    assert (e2sfca(weights, case.supply, case.people) * case.people).sum() == pytest.approx(
        case.supply[result.load > 0].sum()
    )


def test_double_supply_doubles_access_and_double_people_halves_it(case):
    weights = case.weights()
    for method in (e2sfca, lambda *args: balanced(*args).per_head):
        base = method(weights, case.supply, case.people)
        np.testing.assert_allclose(method(weights, 2 * case.supply, case.people), 2 * base)
        np.testing.assert_allclose(method(weights, case.supply, 2 * case.people), base / 2)


def test_splitting_an_origin_changes_nothing(case):
    """Access does not depend on how finely people are cut into cells."""
    weights = case.weights()
    halves = np.concatenate([case.people[:1] / 2, case.people[1:], case.people[:1] / 2])
    split = csr_array(vstack([weights, weights[[0]]]))
    for method in (e2sfca, lambda *args: balanced(*args).per_head):
        base = method(weights, case.supply, case.people)
        np.testing.assert_allclose(method(split, case.supply, halves)[:-1], base)


def test_more_supply_never_lowers_two_step_access(case):
    weights = case.weights()
    more = case.supply.copy()
    more[3] += 5
    assert (e2sfca(weights, more, case.people) >= e2sfca(weights, case.supply, case.people)).all()


def test_a_site_nobody_reaches_gives_nothing_and_no_nan():
    weights = csr_array(np.array([[1.0, 0.0], [0.0, 0.0]]))
    supply, people = np.array([2.0, 9.0]), np.array([10.0, 10.0])
    assert e2sfca(weights, supply, people).tolist() == [0.2, 0.0]
    assert balanced(weights, supply, people).per_head.tolist() == [0.2, 0.0]


def test_gaps_to_the_mean_sum_to_zero(case):
    per_head = balanced(case.weights(), case.supply, case.people).per_head
    mean = (per_head * case.people).sum() / case.people.sum()
    assert gap_to_reference(per_head, case.people, mean).sum() == pytest.approx(0, abs=1e-9)


def test_classification_is_strict_on_both_bounds():
    assert classify_supply(np.array([0.75, 0.7499, 1.25, 1.2501]), 1.0, 0.25).tolist() == [0, -1, 0, 1]


def test_age_weighting_keeps_the_total():
    people = np.random.default_rng(0).uniform(0, 100, (30, 3))
    demand = age_weighted_demand(people, np.array([0.7, 0.9, 1.9]), people.sum(axis=1))
    assert demand.sum() == pytest.approx(people.sum())
    assert age_weighted_demand(np.zeros((2, 3)), np.ones(3), np.zeros(2)).tolist() == [0, 0]
