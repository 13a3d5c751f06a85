"""Shared capacity: unknown stays unknown, and a row is no better than what it is made of."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.access.accueil import load_accueils
from maillage.access.apl import load_professions
from maillage.access.catchment import balanced, build_weights, e2sfca
from maillage.access.evaluation.offre import Demande, Offre
from maillage.access.evaluation.partage import share_capacity, share_places
from maillage.access.evaluation.portee import EXACT
from maillage.network.travel_times import Points, Within

MEDECIN = load_professions()["medecin"]
CRECHE = load_accueils()["creche"]
AGES = np.array([[20.0, 60.0, 20.0], [10.0, 60.0, 30.0]])


class Times:
    """Every origin at a given time of every site; ``time_ds`` [origins, sites]."""

    def __init__(self, time_ds, fiabilite="observe"):
        self.time_ds, self.fiabilite = np.asarray(time_ds, np.uint32), fiabilite

    def within(self, sites, budget_ds):
        near = self.time_ds <= budget_ds
        indptr = np.concatenate([[0], np.cumsum(near.sum(axis=1))]).astype(np.int64)
        return Within(indptr, np.nonzero(near)[1].astype(np.int32), self.time_ds[near])


def supply(grades, effectif=None) -> Offre:
    n = len(grades)
    heads = np.ones(n) if effectif is None else np.asarray(effectif, float)
    return Offre(Points(np.zeros(n), np.zeros(n)), heads, np.array(grades, np.uint8), "bpe", "2024")


def share(times, offre, people, ages):
    demande = Demande(np.asarray(people, float), np.asarray(ages, float))
    return share_capacity(MEDECIN, offre, times, demande, EXACT)


def test_a_hundred_people_of_unknown_ages_are_a_hundred():
    # alone around one doctor: 5 400 consultations between 100 people, whatever their ages
    found = share(Times([[0]]), supply([0]), [100], [[np.nan, np.nan, 17.0]])
    assert found["apl_medecin"].valeurs.tolist() == pytest.approx([54])
    assert found["apl_medecin"].fiabilite.tolist() == [1]  # the ages are supposed


def test_ages_unknown_everywhere_leave_the_apl_that_of_people():
    people = np.array([100.0, 300.0])
    unknown = share(Times([[0], [0]]), supply([0]), people, np.full((2, 3), np.nan))
    even = share(Times([[0], [0]]), supply([0]), people, people[:, None] * [0.2, 0.6, 0.2])
    np.testing.assert_allclose(unknown["apl_medecin"].valeurs, even["apl_medecin"].valeurs)


def test_children_that_nobody_counted_make_no_figure_and_no_zero():
    offre, times = supply([0], [20]), Times([[0], [0]])
    nobody = Demande(np.array([100.0, 300.0]), np.full((2, 3), np.nan))
    assert share_places(CRECHE, offre, times, nobody, EXACT) == {}
    # known for one cell: the other has the same share of them
    some = Demande(np.array([100.0, 100.0]), np.array([AGES[0], [np.nan] * 3]))
    (figure,) = share_places(CRECHE, offre, times, some, EXACT).values()
    assert figure.valeurs[0] == figure.valeurs[1] > 0
    assert figure.fiabilite.tolist() == [1, 1]


def test_unknown_people_do_not_empty_a_site():
    weights = build_weights(
        Within(np.array([0, 1, 3]), np.array([0, 0, 1], np.int32), np.zeros(3, np.uint32)), np.ones(3), 2
    )
    supplied = np.array([10.0, 5.0])
    people = np.array([np.nan, 100.0])
    assert np.isnan(e2sfca(weights, supplied, people)).all()  # both draw on the site that is unknown
    assert np.isnan(balanced(weights, supplied, people).per_head).all()
    away = np.array([100.0, np.nan])
    assert np.isnan(e2sfca(weights, supplied, away)).all()
    # one that no unknown reaches is known
    apart = build_weights(
        Within(np.array([0, 1, 2]), np.array([0, 1], np.int32), np.zeros(2, np.uint32)), np.ones(2), 2
    )
    np.testing.assert_equal(e2sfca(apart, supplied, people), [np.nan, 0.05])


@given(
    st.lists(st.lists(st.integers(0, 18_000), min_size=3, max_size=3), min_size=2, max_size=5),
    st.lists(st.integers(0, 3), min_size=3, max_size=3),
    st.sampled_from(["observe", "estime", "simule"]),
    st.booleans(),
)
def test_no_figure_is_better_than_what_it_is_made_of(time_ds, grades, level, known):
    times = Times(time_ds, level)
    n = len(time_ds)
    ages = np.full((n, 3), 10.0 if known else np.nan)
    floor = ("observe", "impute", "estime", "simule").index(level)
    found = share(times, supply(grades), np.full(n, 30.0), ages)
    for name, budget in (("apl_medecin", 12_000), ("equilibre_medecin", 12_000), ("choix_medecin", 9000)):
        for origin in range(n):
            reached = times.time_ds[origin] < budget
            worst = max([floor, *np.array(grades)[reached if reached.any() else slice(None)]])
            if name.startswith("apl") and not known and (times.time_ds < budget).any():
                worst = max(worst, 1)
            assert found[name].fiabilite[origin] == worst
