"""Carrying figures between meshes: what must hold whatever the meshes and the figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.territoires.decoupage import Decoupage, compose, nest
from maillage.territoires.transfert import carry_count, carry_mean, carry_median, carry_rate

FIGURES = st.one_of(st.floats(0, 1e6), st.just(float("nan")))
PEOPLE = st.one_of(st.just(0.0), st.floats(0.01, 1e5))  # a fragment may hold a hundredth of a person


@st.composite
def worlds(draw):
    """Places cut among territories, with people and a figure."""
    n, m = draw(st.integers(1, 8)), draw(st.integers(1, 4))
    shares = np.array(
        draw(st.lists(st.lists(st.integers(0, 5), min_size=m, max_size=m), min_size=n, max_size=n))
    )
    total = shares.sum(axis=1, keepdims=True)
    part = np.divide(shares, total, out=np.zeros(shares.shape), where=total > 0)
    place, territoire = np.nonzero(part)
    mesh = Decoupage(
        tuple(f"T{k}" for k in range(m)),
        n,
        place.astype(np.int32),
        territoire.astype(np.int32),
        part[part > 0],
    )
    people = np.array(draw(st.lists(PEOPLE, min_size=n, max_size=n)))
    values = np.array(draw(st.lists(FIGURES, min_size=n, max_size=n)))
    return mesh, people, values


@given(worlds())
def test_counts_are_neither_made_nor_lost(world):
    mesh, people, values = world
    linked = np.isin(np.arange(mesh.n_places), mesh.place)
    carried = carry_count(values, people, mesh)
    assert np.nansum(carried.valeurs) == pytest.approx(np.nansum(values[linked]), rel=1e-9, abs=1e-6)


@given(worlds())
def test_coverage_is_a_share_and_nought_where_nothing_is_known(world):
    mesh, people, values = world
    for carried in (
        carry_count(values, people, mesh),
        carry_mean(values, people, mesh),
        carry_median(values, people, mesh),
        carry_rate(values, people, people, mesh),
    ):
        assert ((carried.couverture >= 0) & (carried.couverture <= 1)).all()
    nothing = carry_mean(np.full(mesh.n_places, np.nan), people, mesh)
    assert np.isnan(nothing.valeurs).all()
    assert (nothing.couverture == 0).all()


@given(worlds(), st.floats(0.1, 1e5))
def test_constant_field_stays_constant(world, constant):
    mesh, people, values = world
    field = np.where(np.isnan(values), np.nan, constant)
    for carry in (carry_mean, carry_median):
        carried = carry(field, people, mesh).valeurs
        assert carried[np.isfinite(carried)] == pytest.approx(constant)


@given(worlds())
def test_median_of_places_is_the_smallest_that_holds_half_of_the_people(world):
    mesh, people, values = world
    carried = carry_median(values, people, mesh)
    for t, found in enumerate(carried.valeurs):
        here = (mesh.territoire == t) & np.isfinite(values[mesh.place])
        weight, value = (mesh.part * people[mesh.place])[here], values[mesh.place][here]
        if weight.sum() == 0:
            assert np.isnan(found)
            continue
        at_or_below = weight[value <= found].sum()
        assert at_or_below >= weight.sum() / 2 * (1 - 1e-9)
        assert weight[value < found].sum() <= weight.sum() / 2 * (1 + 1e-9)


@given(worlds(), st.data())
def test_two_steps_are_one(world, data):
    mesh, _, values = world
    parents = data.draw(
        st.lists(st.sampled_from(["A", "B", None]), min_size=len(mesh.codes), max_size=len(mesh.codes))
    )
    above = nest(parents)
    direct = compose(mesh, above)
    counts = np.nan_to_num(values)
    assert direct.sum(counts) == pytest.approx(above.sum(mesh.sum(counts)), rel=1e-9, abs=1e-6)
    assert (np.diff(direct.place.astype(np.int64) * 10 + direct.territoire) > 0).all()


def test_composing_meshes_that_do_not_meet_is_refused():
    with pytest.raises(ValueError, match="do not match"):
        compose(nest(["A", "B"]), nest(["X"]))


def test_partial_count_says_that_it_is_a_floor():
    carried = carry_count(np.array([2.0, np.nan]), np.array([1.0, 3.0]), nest(["A", "A"]))
    assert carried.valeurs.tolist() == [2.0]
    assert carried.couverture.tolist() == [0.25]
