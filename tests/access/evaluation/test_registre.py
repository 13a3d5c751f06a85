"""Every indicator has a function, sources, an example that holds; figures are carried and graded rightly."""

import inspect
from dataclasses import replace

import numpy as np
import pytest

from maillage.access.evaluation import registre
from maillage.access.evaluation.agregation import Maille
from maillage.access.evaluation.registre import Base, Evaluation, Resultat, Variable
from maillage.access.evaluation.valeurs import Valeurs
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.indicateurs import Indicateur, check_entry, load_indicateurs
from maillage.catalogue.temps_estimes import Residus

ENTRIES = load_indicateurs()
DOMAINES = {
    "type": (Variable("pharmacie", "pharmacie"), Variable("poste", "poste")),
    "m": (Variable("7", "7", 7), Variable("15", "15", 15)),
}


def as_argument(value: object) -> object:
    if not isinstance(value, list):
        return value
    return np.array(value, dtype=np.float64)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_entry_is_complete_and_its_example_holds(entry: Indicateur) -> None:
    assert entry.sources
    assert all(entry.sources)
    assert entry.exemple.texte
    function = registre.find_function(entry.id)
    answer = function(**{name: as_argument(value) for name, value in entry.exemple.entrees.items()})
    values = answer.valeurs if isinstance(answer, Resultat) else answer
    np.testing.assert_allclose(values, entry.exemple.resultat, rtol=1e-3)


def test_every_function_serves_an_entry() -> None:
    used = {registre.find_function(name) for name in ENTRIES}
    for famille in {entry.famille for entry in ENTRIES.values()}:
        module = registre.import_module(f"maillage.access.indicateurs.{famille}")
        own = {
            function
            for name, function in inspect.getmembers(module, inspect.isfunction)
            if function.__module__ == module.__name__ and not name.startswith("_")
        }
        assert own <= used, f"sans entrée au catalogue : {own - used}"


def test_bad_entry_lists_every_fault() -> None:
    fautes = [str(faute) for faute in check_entry("offre", "x", {"nom": "X", "sens": "haut", "taille": 3})]
    assert any("« sources »" in faute for faute in fautes)
    assert any("« exemple »" in faute for faute in fautes)
    assert any("« sens » vaut « haut »" in faute for faute in fautes)
    assert any("« taille » inconnu" in faute for faute in fautes)


def evaluation() -> Evaluation:
    """Three carreaux of 10, 30 and 60 people; the second is shared between the two communes."""
    nommes = registre.expand_all(DOMAINES)
    carreaux = Evaluation(
        nommes,
        {
            "population": Valeurs.observe([10, 30, 60], "2021", "grille"),
            "temps_pharmacie": Valeurs.observe([100, 500, np.nan], "2024", "bpe", fiabilite="estime"),
            "temps_poste": Valeurs.observe([60, np.inf, 300], "2024", "bpe"),
        },
    )
    maille = Maille(np.array([0, 1, 1, 2]), np.array([0, 0, 1, 1]), np.array([1, 0.5, 0.5, 1]), 2, 3)
    return Evaluation(
        nommes,
        {
            "effectif_pharmacie": Valeurs.observe([3, 0], "2024", "bpe", fiabilite="impute"),
            "habitants_pharmacie": Valeurs.observe([25, 0], "2023", "cog"),
        },
        {"carreau": Base(carreaux, maille)},
    )


def test_carried_mean_is_weighted_by_people_and_says_its_coverage() -> None:
    figure = evaluation()["duree_pharmacie"]
    # commune 0: (10·100 + 15·500) / 25; commune 1: only the 15 people of the shared cell are known, of 75
    np.testing.assert_allclose(figure.valeurs, [8500 / 25, 500])
    np.testing.assert_allclose(figure.couverture, [1, 15 / 75])
    assert figure.fiabilite.tolist() == [2, 2]
    assert figure.sources == {"bpe"}


def test_unreachable_is_beyond_every_threshold_but_leaves_the_mean() -> None:
    figures = evaluation()
    np.testing.assert_allclose(figures["part_poste_plus_7min"].valeurs, [15 / 25, 15 / 75])
    np.testing.assert_allclose(figures["duree_poste"].valeurs, [60, 300])


def test_rate_takes_the_worst_reliability_and_the_numerators_vintage() -> None:
    figure = evaluation()["taux_pharmacie_10000"]
    np.testing.assert_allclose(figure.valeurs, [1200, np.nan])
    assert figure.fiabilite.tolist() == [1, 1]
    assert figure.millesime == "2024"
    assert figure.couverture.tolist() == [1, 0]
    assert figure.sources == {"bpe", "cog"}


def test_expected_share_carries_its_interval() -> None:
    figures = evaluation()
    law = Residus((np.inf,), (0.0, 1.0), ((-0.5, 0.5),), 1.0)
    figures.bases["carreau"].evaluation.constantes["residus"] = law
    share = figures["part_pharmacie_plus_7min"]
    # 100 s never reaches 420 s; 500 s is beyond when r > ln(420/500), r uniform on [-0.5, 0.5]
    beyond = 0.5 - np.log(420 / 500)
    np.testing.assert_allclose(share.valeurs[0], 15 * beyond / 25)
    assert share.bas is not None
    assert share.haut is not None
    np.testing.assert_allclose((share.bas[0], share.haut[0]), (0, 15 / 25))


def test_unknown_name_says_who_asked() -> None:
    figures = evaluation()
    assert figures.missing("taux_poste_10000") == ["effectif_poste", "habitants_poste"]
    with pytest.raises(EntreeInvalide, match=r"« effectif_poste » \(demandé par « nombre_poste »\)"):
        figures["taux_poste_10000"]
    with pytest.raises(EntreeInvalide, match="« bureau »"):
        figures["bureau"]


def test_a_function_cannot_make_its_inputs_better_than_they_are() -> None:
    entry = ENTRIES["densite"]
    inputs = {"a": Valeurs.observe([1, 1, 1], fiabilite="estime")}
    own = Resultat(np.ones(3), fiabilite=np.array([0, 1, 3], np.uint8))
    assert registre.combine(own, inputs, entry).fiabilite.tolist() == [2, 2, 3]


def test_cycle_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registre, "find_function", lambda _: lambda suivant: suivant)
    template = ENTRIES["densite"]
    nommes = {
        name: registre.IndicateurNomme(name, name, replace(template, id=name, entrees={"suivant": other}), {})
        for name, other in (("un", "deux"), ("deux", "un"))
    }
    with pytest.raises(EntreeInvalide, match="un → deux → un"):
        Evaluation(nommes, {})["un"]


def test_two_entries_of_one_name_are_refused() -> None:
    with pytest.raises(EntreeInvalide, match="Deux indicateurs"):
        registre.expand_all({}, [ENTRIES["densite"], ENTRIES["densite"]])


def test_sum_is_carried_by_share() -> None:
    maille = Maille(np.array([0, 1, 1, 2]), np.array([0, 0, 1, 1]), np.array([1, 0.5, 0.5, 1]), 3, 3)
    figure = registre.carry(Valeurs.observe([1, 4, np.nan]), maille, "somme", np.array([10.0, 30, 60]))
    np.testing.assert_allclose(figure.valeurs, [3, 2, np.nan])


def evaluate_css(gratuite: list[float], participative: list[float]) -> Valeurs:
    """``part_css`` of communes of 1,000 insured."""
    n = len(gratuite)
    return Evaluation(
        registre.expand_all({}),
        {
            "stat_css_gratuite": Valeurs.observe(gratuite),
            "stat_css_participative": Valeurs.observe(participative),
            "stat_beneficiaires_regime_general": Valeurs.observe([1000.0] * n),
        },
    )["part_css"]


def test_a_share_bounded_by_secrecy_is_the_middle_and_is_covered() -> None:
    nan = float("nan")
    figure = evaluate_css([150, 150, nan], [50, nan, nan])
    assert figure.bas is not None
    assert figure.haut is not None
    np.testing.assert_allclose(figure.valeurs, [0.2, 0.1545, nan])
    np.testing.assert_allclose(figure.bas[:2], [0.2, 0.15])
    np.testing.assert_allclose(figure.haut[:2], [0.2, 0.159])
    assert figure.couverture.tolist() == [1, 1, 0]
    assert figure.fiabilite[:2].tolist() == [0, 1]
    # the page says what the function does: the middle, and both ends
    said = load_indicateurs()["part_css"].limites
    assert all(text in said for text in ("le milieu", "(4,5)", "de 0 à 9", "imputée"))
    assert "minimum" not in said


def test_households_with_and_without_a_car_weigh_what_each_can_do() -> None:
    kind = "heures_{}_france_services_{}".format
    figures = {
        "acces_heures_france_services_voiture": Valeurs.observe([40.0, 40.0], "2024", "fs"),
        "acces_heures_france_services_sans_voiture": Valeurs.observe(
            [20.0, 20.0], "2026", "gtfs_bus", fiabilite="estime"
        ),
        "stat_menages_sans_voiture": Valeurs.observe([25.0, np.nan], "2021", "rp"),
        "stat_residences_principales_recensement": Valeurs.observe([100.0, 100.0], "2021", "rp"),
    }
    one = {"horaire": (Variable("france_services", "France services"),)}
    both = (Variable("voiture", "en voiture"),), (Variable("sans_voiture", "sans voiture"),)
    names = registre.expand_all(one | dict(zip(("mode", "sans_auto"), both, strict=True)))
    found = Evaluation(names, figures)[kind("acces", "menages")]
    np.testing.assert_allclose(found.valeurs, [35.0, np.nan])  # 0.75 × 40 + 0.25 × 20; unknown without cars
    assert found.fiabilite.tolist() == [2, 2]
    assert found.sources == {"fs", "gtfs_bus", "rp"}
