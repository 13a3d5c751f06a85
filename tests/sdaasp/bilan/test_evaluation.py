"""Several years together, and the schema before as the published text tells of it."""

from dataclasses import replace
from datetime import date

import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.bilan.assembler import Matiere, assemble
from maillage.sdaasp.bilan.contenu import Contenu
from maillage.sdaasp.bilan.evaluation import AnneeEvaluee, list_years, make_evaluation
from maillage.sdaasp.bilan.precedent import load_precedent
from maillage.sdaasp.programme.mesures import IndicateurSuivi, Valeur
from maillage.sdaasp.programme.vocabulaire import EtatValeur, NatureCible
from maillage.sdaasp.reprise.chargement import load_programme


@pytest.fixture(scope="module")
def nord():
    made = IndicateurSuivi(cle="i", objet="sante", libelle="Médecins", nature=NatureCible.QUANTITATIVE)
    held = tuple(
        Valeur(indicateur="i", date=date(year, 6, 30), valeur=number, etat=EtatValeur.VALIDEE)
        for year, number in ((2025, 10), (2027, 14))
    )
    return replace(load_programme("nord-2025-2030"), indicateurs=(made,), valeurs=held)


def tell(nord, annee: int) -> Contenu:
    return assemble(nord, annee, Matiere(), date(2027, 12, 1))


def test_the_schema_before_has_its_nine_orientations_and_its_figures_as_published() -> None:
    before = load_precedent("nord-2025-2030")
    assert before is not None
    assert (before.debut, before.fin, len(before.orientations)) == (2017, 2023, 9)
    figures = {f.libelle: (f.avant, f.valeur) for f in before.figures}
    assert figures["France services"] == (14, 52)
    assert figures["Maisons de santé pluriprofessionnelles"] == (15, 118)
    assert figures["Demandes traitées par les France services"] == (None, 389_817)
    assert all(f.confirme for f in before.figures)
    assert not any(one.confirme for one in before.orientations)


def test_each_orientation_leads_to_themes_that_exist_and_what_is_new_is_said(nord) -> None:
    before = load_precedent("nord-2025-2030")
    assert before is not None
    themes = {theme.cle for theme in nord.themes}
    assert {key for one in before.orientations for key in one.themes} <= themes
    assert {f.theme for f in before.figures} - {""} <= themes
    assert before.list_without_heir() == ()
    assert before.list_new(tell(nord, 2026)) == ("Petite enfance et soutien à la parentalité",)


def test_an_indicator_is_followed_with_what_each_year_knew(nord) -> None:
    years = [AnneeEvaluee(contenu=tell(nord, year)) for year in (2027, 2025, 2026)]
    made = make_evaluation(years, None)
    assert [one.contenu.annee for one in made.annees] == [2025, 2026, 2027]
    assert [m.valeur if m else None for m in made.list_values("i")] == [10, 10, 14]


@pytest.mark.parametrize(("last", "title"), [(2027, "Bilan à mi-parcours"), (2030, "Évaluation du schéma")])
def test_the_last_year_makes_an_evaluation(nord, last, title) -> None:
    made = make_evaluation([AnneeEvaluee(contenu=tell(nord, last), empreinte="ab")], None)
    assert (made.titre, made.non_figees) == (title, ())


def test_nothing_is_evaluated_before_the_schema_begins() -> None:
    with pytest.raises(EntreeInvalide, match="commence en 2025"):
        list_years(2025, 2030, 2024)
