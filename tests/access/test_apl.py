import numpy as np
import pytest

from maillage.access.apl import apl, load_professions
from maillage.access.catchment import e2sfca
from maillage.catalogue.lecture import read_toml


def test_every_profession_says_whether_its_parameters_are_confirmed():
    professions = load_professions()
    assert {"medecin", "infirmier", "kinesitherapeute", "dentiste", "sage_femme"} <= set(professions)
    assert professions["medecin_2012"].confirme
    assert not professions["medecin"].confirme


def test_apl_is_the_two_step_method_times_its_factor(case):
    people = case.people[:, None] * np.array([0.2, 0.6, 0.2])
    parameters = load_professions()["medecin_2012"]
    ours = apl(case.within(), case.supply, people, parameters)
    np.testing.assert_allclose(ours, 100_000 * e2sfca(case.weights(), case.supply, case.people))


def test_what_people_receive_is_what_is_supplied(case):
    """Weighted by demand, access sums to the supply somebody reaches, whatever the ages."""
    ages = np.random.default_rng(1).uniform(0, 100, (len(case.people), 3))
    parameters = load_professions()["infirmier"]
    ours = apl(case.within(), case.supply, ages, parameters)
    reached = (case.time_ds < parameters.steps.budget_ds).any(axis=0)
    demand = ages @ np.array(parameters.use_by_age)
    demand *= ages.sum() / demand.sum()
    assert (ours / parameters.factor * demand).sum() == pytest.approx(case.supply[reached].sum())


def test_a_confirmed_parameter_says_where_it_was_read():
    for entry in read_toml("apl.toml")["parametres"]:
        assert entry["parametre"]
        assert entry["valeur"]
        assert entry["source"]
        assert not entry["confirme"] or entry["lien"].startswith("http")
