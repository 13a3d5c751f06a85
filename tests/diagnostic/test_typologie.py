import pytest

from maillage.catalogue.lecture import read_toml
from maillage.diagnostic.phrases import enumerate_words, format_figure
from maillage.diagnostic.portrait import ConstatPortrait, write_portrait
from maillage.diagnostic.typologie import Figure, explain_all, find_type, load_conditions

NAN = float("nan")


def far(value=0.3):
    return Figure("Éloignés", value, 0.05, "part")


def near(value=180.0):
    return Figure("Durée d'accès au panier", value, 240.0, "s")


def poor(value=0.3):
    return Figure("Taux de pauvreté", value, 0.19, "part")


def test_every_condition_a_type_uses_exists():
    used = {name for entry in read_toml("typologie.toml")["types"] for name in entry["conditions"]}
    assert used <= set(load_conditions())


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({"part_panier_plus_7min": far(), "taux_pauvrete": poor()}, "loin_et_fragile"),
        ({"part_panier_plus_7min": far()}, "loin"),
        ({"part_panier_plus_7min": far(0.10)}, None),
        ({"duree_panier_quotidien": near(), "taux_pauvrete": poor()}, "proche_et_fragile"),
        ({"duree_panier_quotidien": near(240.0), "taux_pauvrete": poor()}, "fragile"),
        (
            {
                "duree_panier_quotidien": near(),
                "apl_medecins": Figure("APL", 2.4, 3.9, "consultations", 1),
            },
            "proche_mais_sature",
        ),
        (
            {
                "part_panier_plus_7min": far(),
                "part_sans_voiture": Figure("Sans voiture", 0.33, 0.2, "part"),
            },
            "loin_et_peu_motorise",
        ),
        (
            {"part_panier_plus_7min": far(), "part_sans_voiture": Figure("Sans voiture", NAN, NAN, "part")},
            "loin",
        ),
        ({}, None),
    ],
)
def test_types(figures, expected):
    assert find_type(figures).id == expected


def test_a_secret_poverty_rate_falls_back_on_benefits_and_says_so():
    figures = {
        "part_panier_plus_7min": far(),
        "taux_pauvrete": poor(NAN),
        "part_rsa": Figure("Part d'allocataires du RSA", 0.12, 0.08, "part"),
    }
    found = find_type(figures)
    assert found.id == "loin_et_fragile"
    assert "part d'allocataires du RSA" in found.raisons[1]


def test_a_reason_shows_both_figures():
    (reason,) = explain_all({"part_panier_plus_7min": far()})
    assert "30,0\xa0%" in reason
    assert "5,0\xa0%" in reason


@pytest.mark.parametrize(
    ("here", "there", "impute", "said"),
    [
        (0.2184, 0.2182, False, False),  # 21,8 % contre 21,8 %
        (0.2194, 0.2182, False, True),
        (0.225, 0.2182, True, False),  # imputed: within 5 %
        (0.23, 0.2182, True, True),
    ],
)
def test_a_gap_that_the_figure_cannot_tell_is_no_reason(here, there, impute, said):
    figures = {"taux_pauvrete": Figure("Taux de pauvreté", here, there, "part", 3, impute=impute)}
    assert bool(explain_all(figures)) == said
    assert (find_type(figures).id == "fragile") == said


def test_the_rule_s_own_thresholds_are_not_the_departement():
    """A share past a threshold is a reason even where the département's is the same."""
    same = Figure("Habitants à plus de 7 min", 0.30, 0.30, "part", 3, impute=True)
    assert explain_all({"part_panier_plus_7min": same})


def test_portrait_says_nothing_of_a_gap_that_rounding_hides():
    same = ConstatPortrait("Indice", 1.2, 1.0, "", "moins", "2021")
    assert "favorable" not in write_portrait("Ici", 1000, [same])


def constat(value, reference, **more):
    return ConstatPortrait("Durée d'accès", value, reference, "s", "moins", "2021", **more)


def test_portrait_says_nothing_of_a_gap_the_interval_does_not_exclude():
    text = write_portrait("Ici", 1000, [constat(500, 240, bas=200, haut=800)])
    assert "Aucun chiffre connu" in text


def test_portrait_says_what_is_unknown_and_nothing_else_about_it():
    text = write_portrait("Ici", 1000, [constat(NAN, 240)])
    assert "Non renseigné : durée d'accès." in text
    assert "favorable" not in text


def test_portrait_tells_better_from_worse_by_the_indicator_s_own_direction():
    assert "Plus favorable" in write_portrait("Ici", 1000, [constat(120, 240)])
    assert "Moins favorable" in write_portrait("Ici", 1000, [constat(480, 240)])
    more_is_better = ConstatPortrait("Taux", 480, 240, "pour 10 000 hab.", "plus", "2024")
    assert "Plus favorable" in write_portrait("Ici", 1000, [more_is_better])


def test_an_estimate_is_said_to_be_one():
    assert "estimation" in write_portrait("Ici", 1000, [constat(480, 240, estime=True)])
    assert "estimation" not in write_portrait("Ici", 1000, [constat(480, 240)])


def test_french_writing():
    assert format_figure(NAN, "part") == "non renseigné"
    assert enumerate_words([]) == ""
    assert enumerate_words(["a"]) == "a"
