import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from maillage.catalogue.indicateurs import load_dimensions, load_indicateurs
from maillage.catalogue.lecture import read_toml
from maillage.diagnostic.dimensions import build_profile, find_position


def test_each_dimension_says_how_to_supply_it():
    assert set(read_toml("dimensions_a_fournir.toml")) == set(load_dimensions())


def test_nothing_known_gives_seven_dimensions_to_supply():
    profile = build_profile(0, {}, load_indicateurs())
    assert [d.id for d in profile] == list(load_dimensions())
    assert not any(d.renseignee for d in profile)
    assert all(d.a_fournir for d in profile)


def test_an_unknown_figure_is_not_a_measure():
    figures = {"duree_panier_quotidien": np.array([np.nan, 200.0, 300.0])}
    temporelle = {d.id: d for d in build_profile(0, figures, load_indicateurs())}["temporelle"]
    assert not temporelle.renseignee
    known = {d.id: d for d in build_profile(1, figures, load_indicateurs())}["temporelle"]
    assert [m.position for m in known.mesures] == [1.0]
    assert known.a_fournir is None


@given(st.lists(st.integers(0, 9), min_size=2, max_size=30))
def test_positions_average_one_half_and_flip_with_direction(values):
    array = np.array(values, float)
    position = find_position(array, "plus")
    np.testing.assert_allclose(position.mean(), 0.5)
    np.testing.assert_allclose(position, 1 - find_position(array, "moins"))
