import numpy as np
import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.diagnostic.deficits import (
    Intervalles,
    classify,
    draw_variants,
    name_stability,
    share_strictly_better,
)
from maillage.diagnostic.profil import default_profil, load_profils, make_profil


def make_rule(*criteres, part_requise=0.5, part_connue=0.5):
    motif = {
        "id": "m",
        "nom": "M",
        "part_requise": part_requise,
        "part_connue": part_connue,
        "criteres": list(criteres),
    }
    return make_profil("r", {"nom": "R", "motifs": [motif], "source": "test", "confirme": True})


LOIN = {"indicateur": "loin", "au_dela": True, "seuil": 0.10, "poids": 0.7}
DOTE = {"indicateur": "dote", "au_dela": False, "reference": "departement", "ratio": 0.9, "poids": 0.3}


def test_thresholds_are_strict_both_ways():
    rule = make_rule({**LOIN, "poids": 1}, {**DOTE, "poids": 1}, part_requise=1.0)
    figures = {"loin": np.array([0.10, 0.1001, 0.2]), "dote": np.array([50.0, 89.9, 90.0])}
    assert classify(rule, figures, {"dote": 100.0}, 3).en_deficit.tolist() == [False, True, False]


def test_the_required_share_is_reached_at_equality():
    rule = make_rule(LOIN, DOTE, part_requise=0.7)
    figures = {"loin": np.array([0.5]), "dote": np.array([200.0])}
    assert classify(rule, figures, {"dote": 100.0}, 1).en_deficit.all()


def test_unknown_neither_condemns_nor_clears():
    rule = make_rule(LOIN, DOTE)
    figures = {"loin": np.array([np.nan, 0.5]), "dote": np.array([10.0, np.nan])}
    result = classify(rule, figures, {"dote": 100.0}, 2)
    assert result.decidable.tolist() == [False, True]
    assert result.en_deficit.tolist() == [False, True]


def test_an_indicator_that_does_not_exist_is_unknown():
    result = classify(make_rule(LOIN, DOTE), {"loin": np.array([0.5])}, {}, 1)
    assert result.en_deficit.tolist() == [True]


def test_ranks_follow_intensity_and_ties_share_the_best():
    figures = {"loin": np.array([0.2, 0.9, 0.2, 0.0])}
    result = classify(make_rule({**LOIN, "poids": 1}), figures, {}, 4)
    assert result.rang.tolist() == [2, 1, 2, 0]


def test_worsening_never_takes_a_territory_off_the_list():
    rng = np.random.default_rng(0)
    figures = {"loin": rng.uniform(0, 0.3, 200), "dote": rng.uniform(50, 150, 200)}
    rule, reference = make_rule(LOIN, DOTE), {"dote": 100.0}
    before = classify(rule, figures, reference, 200).en_deficit
    worse = {"loin": figures["loin"] + 0.05, "dote": figures["dote"] - 10}
    assert (classify(rule, worse, reference, 200).en_deficit >= before).all()


def test_scaling_every_weight_changes_nothing():
    rng = np.random.default_rng(1)
    figures = {"loin": rng.uniform(0, 0.3, 50), "dote": rng.uniform(50, 150, 50)}
    scaled = make_rule({**LOIN, "poids": 7}, {**DOTE, "poids": 3})
    rules = (make_rule(LOIN, DOTE), scaled)
    ranks = [classify(rule, figures, {"dote": 100.0}, 50).rang.tolist() for rule in rules]
    assert ranks[0] == ranks[1]


def known_exactly(n, criteria):
    return Intervalles(np.full((n, criteria), np.nan), np.full((n, criteria), np.nan))


def test_far_from_every_threshold_is_always_or_never_in_the_list():
    figures = {"loin": np.array([0.9, 0.0, 0.1]), "dote": np.array([10.0, 300.0, 90.0])}
    robust = draw_variants(make_rule(LOIN, DOTE), figures, {"dote": 100.0}, known_exactly(3, 2)).robustesse
    assert robust[:2].tolist() == [1.0, 0.0]
    assert 0.2 < robust[2] < 0.8, "on both thresholds, it depends"


def test_a_wide_error_weakens_a_classification():
    figures = {"loin": np.array([0.15, 0.15])}
    rule = make_rule({**LOIN, "poids": 1})
    wide = Intervalles(np.array([[0.15], [0.0]]), np.array([[0.15], [0.6]]))
    sure, unsure = draw_variants(rule, figures, {}, wide).robustesse
    assert sure == 1.0
    assert unsure < 0.9


def test_robustness_is_reproducible():
    figures = {"loin": np.linspace(0, 0.3, 20), "dote": np.linspace(150, 50, 20)}
    runs = [
        draw_variants(make_rule(LOIN, DOTE), figures, {"dote": 100.0}, known_exactly(20, 2)).robustesse
        for _ in "ab"
    ]
    assert runs[0].tolist() == runs[1].tolist()


def test_a_secret_figure_is_drawn_from_those_known():
    """Three in four known territories are poor: a secret one is in the list about three times in four."""
    rule = make_rule({"indicateur": "pauvre", "au_dela": True, "seuil": 0.2, "poids": 1})
    figures = {"pauvre": np.array([0.4, 0.4, 0.4, 0.05, np.nan])}
    assert draw_variants(rule, figures, {}, known_exactly(5, 1)).robustesse[4] == pytest.approx(
        0.75, abs=0.07
    )


@pytest.mark.parametrize(("share", "word"), [(1, "toujours"), (0.9499, "souvent"), (0.5999, "selon")])
def test_words_for_robustness(share, word):
    assert name_stability(share) == word


def test_share_strictly_better_alone_is_zero():
    assert share_strictly_better(np.array([3.0])).tolist() == [0.0]


def test_every_profile_of_the_catalogue_can_be_read_and_one_is_the_default():
    assert default_profil().id in load_profils()
    assert sum(profil.par_defaut for profil in load_profils().values()) == 1
    assert default_profil().source


def test_every_fault_of_a_profile_is_said_at_once():
    bad = {
        "nom": "R",
        "confirme": True,
        "motifs": [
            {
                "id": "m",
                "nom": "M",
                "part_requise": 2,
                "part_connue": 0.5,
                "criteres": [{"indicateur": "x", "au_dela": True, "poids": 0}],
            }
        ],
    }
    with pytest.raises(EntreeInvalide) as raised:
        make_profil("r", bad)
    text = str(raised.value)
    assert all(word in text for word in ("source", "part_requise", "poids", "seuil"))
