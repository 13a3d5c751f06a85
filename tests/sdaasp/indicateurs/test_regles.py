"""Completeness, coverage, plain language and search, against cases worked out by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.sdaasp.completude.interne import check_objective
from maillage.sdaasp.completude.territoires import TerritoireEnDeficit
from maillage.sdaasp.indicateurs.couverture import cross_arrondissements, cross_deficits
from maillage.sdaasp.programme.lisibilite import list_suggestions, measure
from maillage.sdaasp.programme.mesures import IndicateurSuivi
from maillage.sdaasp.programme.modele import Lien, Moyen
from maillage.sdaasp.programme.recherche import fold, make_index, matches
from maillage.sdaasp.programme.vocabulaire import StatutDeclinaison
from maillage.sdaasp.reprise.chargement import load_programme

NORD = load_programme()


def indicator(key, nature, objet="sante.1"):
    return IndicateurSuivi(cle=key, objet=objet, libelle=key, nature=nature)


def change_slot(programme, key, **fields):
    slots = tuple(replace(d, **fields) if d.cle == key else d for d in programme.declinaisons)
    return replace(programme, declinaisons=slots)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "non_repris"),
        ({"non_repris": (), "moyens": None}, "a_confirmer"),
        ({"non_repris": (), "moyens": ()}, "manquant"),
        ({"non_repris": (), "moyens": (Moyen(libelle="Deux agents"),)}, "rempli"),
    ],
)
def test_the_three_absences_of_a_means_are_told_apart(fields, expected):
    op = replace(NORD.objectifs[0], **fields)
    assert {f.regle.id: f.etat for f in check_objective(NORD, op)}["moyen"] == expected


def cell(matrix, row, column):
    rows, columns = [h.cle for h in matrix.lignes], [h.cle for h in matrix.colonnes]
    return matrix.cases[rows.index(row)][columns.index(column)].etat


def test_an_op_is_covered_only_by_a_confirmed_link_of_a_living_declinaison():
    key = "sports/591/2025/1"
    assert cell(cross_arrondissements(NORD), "sports.1", "591") == "couvert"
    doubt = change_slot(NORD, key, objectifs=(Lien(cible="sports.1", confirme=False),))
    assert cell(cross_arrondissements(doubt), "sports.1", "591") == "a_confirmer"
    blank = change_slot(NORD, key, objectifs=None)
    assert cell(cross_arrondissements(blank), "sports.3", "591") == "a_confirmer"
    none = change_slot(NORD, key, objectifs=())
    assert cell(cross_arrondissements(none), "sports.1", "591") == "vide"
    over = change_slot(NORD, key, statut=StatutDeclinaison.ABANDONNEE)
    assert cell(cross_arrondissements(over), "sports.1", "591") == "vide"


def test_a_deficit_is_covered_when_named_and_doubtful_when_only_its_arrondissement_acts():
    here = [TerritoireEnDeficit("epci:1", "A", "593")]
    assert cell(cross_deficits(NORD, here), "epci:1", "sante") == "a_confirmer"
    assert cell(cross_deficits(NORD, here), "epci:1", "mobilites") == "vide"
    named = change_slot(NORD, "sante/592/2025/1", zones=("epci:1",))
    assert cell(cross_deficits(named, here), "epci:1", "sante") == "couvert"


def test_a_sentence_of_twenty_words_is_not_long_and_of_twenty_one_is():
    twenty = " ".join(["mot"] * 20)
    assert measure(f"{twenty}.").phrases_longues == ()
    assert len(measure(f"{twenty} mot.").phrases_longues) == 1
    assert "21 mots" in list_suggestions(f"{twenty} mot.")[0]


def test_six_letters_are_short_and_seven_are_long():
    assert measure("abcdef abcdefg").part_mots_longs == 0.5
    assert measure("").lix is None


def test_an_acronym_spelled_out_once_is_enough():
    assert list_suggestions("Le CCAS aide.") == ("Sigle sans explication : CCAS.",)
    assert list_suggestions("Le centre communal d’action sociale (CCAS) aide. Le CCAS oriente.") == ()


words = st.text("abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæ", min_size=1, max_size=10)


@given(words)
def test_folding_twice_changes_nothing(word):
    assert fold(fold(word)) == fold(word)


@given(st.lists(words, min_size=1, max_size=5))
def test_a_text_is_found_by_each_of_its_words_in_capitals(parts):
    index = make_index(" ".join(parts))
    assert all(matches(part.upper(), index) for part in parts)
