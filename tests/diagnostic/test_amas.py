import warnings

import esda
import libpysal.weights
import numpy as np
import pytest

from maillage.diagnostic.amas import Voisins, find_clusters


def make_grid(side):
    """Rook contiguity of a square grid, ours and PySAL's."""
    weights = libpysal.weights.lat2W(side, side)
    neighbours = [sorted(weights.neighbors[i]) for i in range(side * side)]
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in neighbours])])
    return weights, Voisins(indptr, np.array([j for row in neighbours for j in row], np.int32))


@pytest.fixture
def patchy():
    rng = np.random.default_rng(7)
    value = rng.normal(size=(9, 9))
    value[:3, :3] += 4
    value[6:, 6:] -= 4
    return value.ravel()


@pytest.fixture
def esda_uncompiled(monkeypatch):
    """PySAL's own code as it is written: compiling it takes longer than running it on a small grid."""
    monkeypatch.setattr(esda.crand, "boolean", bool)
    for module in (esda.crand, esda.moran):
        for name, held in vars(module).copy().items():
            if plain := getattr(held, "py_func", None):
                monkeypatch.setattr(module, name, plain)


def test_agrees_with_esda(patchy, esda_uncompiled):
    weights, voisins = make_grid(9)
    weights.transform = "r"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        oracle = esda.Moran_Local(patchy, weights, permutations=999, seed=1)
    ours = find_clusters(patchy, voisins)
    n = len(patchy)
    np.testing.assert_allclose(ours.moran * (n - 1) / n, oracle.Is, rtol=1e-10)
    # both p are Monte-Carlo, from different draws: 999 permutations leave about 0.016 of noise at p = 0.5
    assert np.abs(ours.p - oracle.p_sim).max() < 0.06
    quadrants = np.array([None, "HH", "LH", "LL", "HL"])[oracle.q]
    sure = (oracle.p_sim < 0.03) & (ours.p < 0.03)
    assert sure.sum() > 8
    assert [ours.classe[i] for i in np.flatnonzero(sure)] == quadrants[sure].tolist()


def test_the_patches_are_found(patchy):
    classe = np.array(find_clusters(patchy, make_grid(9)[1]).classe).reshape(9, 9)
    assert classe[1, 1] == "HH"
    assert classe[7, 7] == "LL"


def test_same_seed_same_answer(patchy):
    voisins = make_grid(9)[1]
    assert find_clusters(patchy, voisins).classe == find_clusters(patchy, voisins).classe


def test_unknown_and_alone_are_not_in_a_cluster():
    voisins = Voisins(np.array([0, 1, 2, 2]), np.array([1, 0], np.int32))
    result = find_clusters(np.array([np.nan, 3.0, 1.0]), voisins)
    assert result.classe == (None, None, None)
    assert np.isnan(result.p).all()


def test_equal_values_make_no_cluster(patchy):
    assert set(find_clusters(np.ones(81), make_grid(9)[1]).classe) == {None}
