import numpy as np
import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.diagnostic.amas import Voisins
from maillage.diagnostic.ensemble import ChiffresMaille, judge
from maillage.diagnostic.paliers import Palier, assign_tiers, cumulate_people, measure_hold
from maillage.diagnostic.profil import default_profil, make_profil

TIERS = (Palier("prioritaire", "P", 0.85, 0.95), Palier("fragile", "F", 0.6, 0.6), Palier("reste", "R", 0, 0))


def naive(listed, intensity, robustness):
    if not listed:
        return -1
    for row, tier in enumerate(TIERS):
        if intensity >= tier.intensite and robustness >= tier.robustesse:
            return row
    raise AssertionError


def test_each_territory_takes_the_first_tier_whose_bounds_it_reaches():
    rng = np.random.default_rng(0)
    listed = rng.uniform(size=400) < 0.7
    intensity = rng.choice([0.0, 0.59, 0.6, 0.84, 0.85, 0.86, 1.0], 400)
    robustness = rng.choice([0.0, 0.59, 0.6, 0.94, 0.95, 1.0], 400)
    expected = [naive(*row) for row in zip(listed, intensity, robustness, strict=True)]
    assert assign_tiers(TIERS, listed, intensity, robustness).tolist() == expected


def test_the_last_bits_of_a_sum_do_not_move_a_territory():
    just_under = np.array([0.1 + 0.2 + 0.55 - 1e-15])
    assert assign_tiers(TIERS, np.array([True]), just_under, np.array([0.95])).tolist() == [0]


def test_a_listed_territory_of_unknown_intensity_is_only_watched():
    assert assign_tiers(TIERS, np.array([True]), np.array([np.nan]), np.array([1.0])).tolist() == [2]


def test_the_hold_of_a_tier_counts_the_draws_that_agree():
    """Ten draws by hand: 6 as intense and listed, 3 less intense, 1 out of the list."""
    intensity = np.array([[0.9]] * 6 + [[0.7]] * 3 + [[0.9]])
    listed = np.array([[True]] * 9 + [[False]])
    tier = np.array([0], np.int8)
    assert measure_hold(TIERS, tier, listed, intensity, np.array([0.95])).tolist() == [0.6]
    assert np.isnan(measure_hold(TIERS, np.array([-1], np.int8), listed, intensity, np.array([0.95]))).all()


def test_the_curve_ends_at_everybody_who_lives_in_a_listed_territory():
    rng = np.random.default_rng(3)
    listed, intensity = rng.uniform(size=60) < 0.6, np.round(rng.uniform(size=60), 1)
    people = rng.integers(0, 5000, 60).astype(float)
    curve = cumulate_people(listed, intensity, people)
    for step, total, count in zip(curve.intensite, curve.habitants, curve.territoires, strict=True):
        above = listed & (intensity >= step - 1e-12)
        assert total == people[above].sum()
        assert count == above.sum()
    assert curve.habitants[-1] == people[listed].sum()
    assert (np.diff(curve.intensite) < 0).all()


def test_the_curve_of_an_empty_list_is_empty():
    assert cumulate_people(np.zeros(3, bool), np.ones(3), np.ones(3)).habitants.tolist() == []


def rule(**paliers):
    critere = {"indicateur": "loin", "au_dela": True, "seuil": 0.1, "poids": 1.0}
    motif = {"id": "m", "nom": "M", "part_requise": 0.5, "part_connue": 0.5, "criteres": [critere]}
    return {"nom": "R", "motifs": [motif], "source": "test", "confirme": True, **paliers}


def test_a_rule_without_tiers_takes_the_default_ones():
    assert make_profil("r", rule()).paliers == default_profil().paliers
    assert [tier.id for tier in default_profil().paliers] == ["prioritaire", "fragile", "a_surveiller"]


def bounds(*pairs):
    return [
        {"id": f"p{i}", "nom": "P", "intensite": one, "robustesse": two} for i, (one, two) in enumerate(pairs)
    ]


@pytest.mark.parametrize(
    ("paliers", "quoi"),
    [
        ({"bornes": bounds((0.5, 0.5))}, "le dernier palier"),
        ({"bornes": bounds((0.5, 0.5), (0.6, 0.4), (0, 0))}, "« intensite » doit descendre"),
        ({"bornes": bounds((0.5, 1.2), (0, 0))}, "« robustesse » doit être un nombre de 0 à 1"),
        ({"bornes": bounds((True, 0.5), (0, 0))}, "« intensite » doit être un nombre de 0 à 1"),
        ({"bornes": [{"id": "a", "intensite": 0, "robustesse": 0}]}, "le champ « nom » manque"),
        ({"bornes": [{**bounds((0, 0))[0], "seuil": 3}]}, "champ « seuil » inconnu"),
        ({"bornes": []}, "« paliers » doit porter"),
        ({}, "« paliers » doit porter"),
        (3, "« paliers » doit porter"),
        ({"bornes": "prioritaire"}, "« paliers » doit porter"),
    ],
)
def test_tiers_that_cannot_be_read_are_refused_with_the_reason(paliers, quoi):
    with pytest.raises(EntreeInvalide) as error:
        make_profil("r", rule(paliers=paliers))
    assert any(faute.quoi.startswith(quoi) for faute in error.value.fautes)


def test_a_judgement_gives_each_listed_territory_a_tier_and_how_it_holds():
    n = 40
    values = np.linspace(0, 1, n)
    columns = {"loin": ChiffresMaille("Loin", "part", values, values - 0.05, values + 0.05, 0.1)}
    none = Voisins(np.zeros(n + 1, np.int64), np.array([], np.int32))
    judged = judge(make_profil("r", rule()), columns, none, np.ones(n, bool))
    listed = judged.classement.en_deficit
    assert ((judged.palier >= 0) == listed).all()
    assert (np.isfinite(judged.palier_tenue) == listed).all()
    assert judged.palier[-1] == 0, "the farthest, sure to be listed"
    assert judged.palier_tenue[-1] > judged.palier_tenue[np.flatnonzero(judged.palier == 0)[0]]
    assert set(judged.palier.tolist()) == {-1, 0, 1, 2}
