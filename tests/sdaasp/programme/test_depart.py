"""A new schema: what a template proposes, what is refused, what begins."""

import re
from dataclasses import replace

import pytest

from maillage.catalogue.arrondissements import list_of
from maillage.catalogue.departements import list_departements
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.completude.loi import answer
from maillage.sdaasp.programme.depart import ThemeDeDepart, list_modeles, make_programme, propose
from maillage.sdaasp.programme.echange import export_programme, read_programme


@pytest.mark.parametrize("departement", sorted(list_departements()))
def test_the_neutral_start_of_a_departement_names_no_other(departement: str) -> None:
    names = list_departements()
    programme = make_programme(propose("neutre", departement, 2027, list_of(departement)))
    text = str(export_programme(programme))
    strangers = [
        name
        for code, name in names.items()
        if code != departement and re.search(rf"(?<![\w-]){name}(?![\w-])", text)
    ]
    own = names[departement] + " ".join(list_of(departement).values()) + "Rhône Alsace"
    assert [name for name in strangers if name not in own] == []
    assert names[departement] in programme.schema.nom
    assert programme.schema.fin - programme.schema.debut + 1 == 6  # décret n° 2016-402, article 1er, 2°


@pytest.mark.parametrize("modele", sorted(list_modeles()))
def test_what_begins_holds_together_and_is_not_yet_what_the_law_asks(modele: str) -> None:
    programme = make_programme(propose(modele, "38", 2027, list_of("38")))
    assert read_programme(export_programme(programme)) == programme
    assert [t.nom for t in programme.territoires] == ["Grenoble", "La Tour-du-Pin", "Vienne"]
    assert len(programme.fiches) == len(programme.themes) == len(list_modeles()[modele].themes)
    assert programme.declinaisons == programme.objectifs == ()
    assert not answer(programme).complete


def test_another_departements_template_gives_its_themes_and_none_of_its_places() -> None:
    programme = make_programme(propose("nord-2025-2030", "38", 2027, list_of("38")))
    assert programme.schema.departement == "38"
    assert not re.search(r"\bNord\b|Lille|Cambr|Avesn|Hauts-de-France", str(export_programme(programme)))


def test_everything_wrong_is_said_at_once() -> None:
    start = propose("neutre", "2A", 2027, list_of("2A"))
    wrong = replace(
        start,
        nom=" ",
        fin=2026,
        themes=(ThemeDeDepart("Santé"), ThemeDeDepart("sante")),
        dimensions=("Égalité", "egalite"),
    )
    with pytest.raises(EntreeInvalide) as raised:
        make_programme(wrong)
    assert [fault.quoi for fault in raised.value.fautes] == [
        "le schéma n’a pas de nom",
        "la dernière année (2026) précède la première (2027)",
        "thème « sante » écrit deux fois",
        "dimension « egalite » écrit deux fois",
    ]


def test_an_unknown_template_is_refused_with_those_that_exist() -> None:
    with pytest.raises(EntreeInvalide, match="neutre, nord-2025-2030"):
        propose("licorne", "38", 2027, {})


def test_names_that_make_one_key_stay_apart() -> None:
    themes = (ThemeDeDepart("L’eau !"), ThemeDeDepart("L eau d’ici"), ThemeDeDepart("?"))
    programme = make_programme(replace(propose("neutre", "38", 2027, {}), themes=themes, zones=("Trièves",)))
    assert [t.cle for t in programme.themes] == ["l-eau", "l-eau-d-ici", "sans-nom"]
    assert [t.code for t in programme.territoires] == ["zone-trieves"]
