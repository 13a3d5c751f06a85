"""Out as sheets, in again: nothing lost, and every wrong cell told with its place."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programmes_au_hasard import BASE, programmes, texts

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.programme.classeur import Feuille, escape_item, make_sheets, unescape_item
from maillage.sdaasp.programme.controle import check_programme
from maillage.sdaasp.programme.differences import compare
from maillage.sdaasp.programme.echange import export_programme, from_plain, read_programme
from maillage.sdaasp.programme.modele import Declinaison, Etape, Programme
from maillage.sdaasp.programme.structure import describe
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.sdaasp.reprise.classeur_lecture import read_cell, read_sheets


@pytest.mark.lent
@given(programmes())
@settings(deadline=None, max_examples=60)
def test_sheets_lose_nothing(programme):
    assert not check_programme(programme)
    assert read_sheets(make_sheets(programme)) == programme


@pytest.mark.lent
@given(programmes())
@settings(deadline=None, max_examples=60)
def test_json_loses_nothing(programme):
    text = json.dumps(export_programme(programme), ensure_ascii=False)
    assert read_programme(json.loads(text)) == programme


@pytest.mark.lent
@given(programmes(), programmes())
@settings(deadline=None, max_examples=30)
def test_two_programmes_compare_equal_only_when_they_are(one, two):
    assert compare(one, one) == ()
    assert (compare(one, two) == ()) == (one == two)


@given(texts)
def test_an_item_comes_back_from_its_line(item):
    assert "\n" not in escape_item(item)
    assert unescape_item(escape_item(item)) == item


def change(sheets, name, row, column, value):
    """The sheets with one cell changed; ``row`` counts from 2 as in a spreadsheet."""
    by_name = {sheet.nom: sheet for sheet in sheets}
    rows = [list(line) for line in by_name[name].lignes]
    rows[row - 2][by_name[name].colonnes.index(column)] = value
    by_name[name] = Feuille(name, by_name[name].colonnes, tuple(map(tuple, rows)))
    return list(by_name.values())


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "said"),
    [
        ("declinaisons", 3, "statut", "finie", "« finie » n’est pas l’une des valeurs permises"),
        ("declinaisons", 4, "annee", "demain", "« demain » n’est pas un nombre"),
        ("declinaisons", 4, "annee", 2025.5, "n’est pas un nombre entier"),
        ("declinaisons", 5, "arrondissement", "620", "« 620 » n’existe pas"),
        ("declinaisons", 5, "annee", 2031, "2031 est hors du schéma (2025-2030)"),
        ("declinaisons", 2, "objectifs", "à confirmer", "a des lignes"),
        ("declinaisons", 3, "objectifs", "voir la feuille", "n’a aucune ligne"),
        ("declinaisons.objectifs", 2, "objet", "sante/000/2025/1", "n’est pas dans la feuille declinaisons"),
        ("declinaisons.objectifs", 2, "confirme", "peut-être", "oui ou non attendu"),
        ("fiches", 2, "titre", None, "valeur obligatoire absente"),
        ("fiches", 3, "theme", "sans-nom", "« sans-nom » n’existe pas"),
        ("objectifs", 2, "cle", "droits.2", "clé présente 2 fois"),
    ],
)
def test_a_wrong_cell_is_told_with_its_place(sheet, row, column, value, said):
    sheets = change(make_sheets(load_programme()), sheet, row, column, value)
    with pytest.raises(EntreeInvalide) as caught:
        read_sheets(sheets)
    told = [str(fault) for fault in caught.value.fautes if said in str(fault)]
    assert told
    assert f"feuille {sheet}" in told[0]


def test_every_fault_is_told_at_once():
    sheets = change(make_sheets(load_programme()), "declinaisons", 3, "statut", "finie")
    sheets = change(sheets, "declinaisons", 9, "annee", "demain")
    with pytest.raises(EntreeInvalide) as caught:
        read_sheets(sheets)
    assert [(fault.ligne, fault.colonne) for fault in caught.value.fautes] == [(3, "statut"), (9, "annee")]


def test_a_code_typed_as_a_number_is_a_code():
    sheets = change(make_sheets(load_programme()), "declinaisons", 2, "arrondissement", 593)
    assert read_sheets(sheets) == load_programme()


@given(st.sampled_from(["themes", "fiches", "declinaisons"]))
def test_an_unknown_column_is_a_fault(name):
    sheets = [
        Feuille(s.nom, (*s.colonnes, "truc"), tuple((*line, "x") for line in s.lignes))
        if s.nom == name
        else s
        for s in make_sheets(load_programme())
    ]
    with pytest.raises(EntreeInvalide, match="colonne inconnue"):
        read_sheets(sheets)


def test_json_faults_name_their_place():
    with pytest.raises(EntreeInvalide) as caught:
        from_plain(
            Programme, {"schema": {"cle": "s"}, "themes": [{"cle": 3, "nom": "x", "ordre": 1}], "autre": 1}
        )
    text = str(caught.value)
    assert "$.autre" in text
    assert "$.themes[0].cle" in text
    assert "nom, departement, debut, fin, version" in text


def test_anomalies_of_a_programme_that_does_not_hold():
    slot = Declinaison(theme="sante", arrondissement="593", annee=2025, libelle=" a ")
    broken = replace(BASE, declinaisons=(slot, replace(slot, theme="rien", annee=2040)))
    found = {(a.champ, a.cle) for a in check_programme(broken)}
    assert found == {
        ("libelle", "sante/593/2025/1"),
        ("libelle", "rien/593/2040/1"),
        ("theme", "rien/593/2040/1"),
        ("annee", "rien/593/2040/1"),
    }


def drop_column(sheet, name):
    """The sheet without a column."""
    rank = sheet.colonnes.index(name)
    rows = tuple(line[:rank] + line[rank + 1 :] for line in sheet.lignes)
    return replace(sheet, colonnes=sheet.colonnes[:rank] + sheet.colonnes[rank + 1 :], lignes=rows)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        (sheet.nom, column)
        for sheet in make_sheets(load_programme())
        if sheet.lignes
        for column in sheet.colonnes
    ],
)
def test_any_column_may_be_absent_and_no_other_error_is_raised(name, column):
    """An obligatory one is named with its sheet; another is as if it were blank, or a fault elsewhere."""
    sheets = [drop_column(s, column) if s.nom == name else s for s in make_sheets(load_programme())]
    with suppress(EntreeInvalide):
        read_sheets(sheets)
        return
    with pytest.raises(EntreeInvalide) as caught:
        read_sheets(sheets)
    faults = caught.value.fautes
    assert faults
    assert all(fault.fichier for fault in faults)


def test_an_obligatory_column_that_is_absent_is_named():
    sheets = [
        drop_column(s, "theme") if s.nom == "declinaisons" else s for s in make_sheets(load_programme())
    ]
    with pytest.raises(EntreeInvalide) as caught:
        read_sheets(sheets)
    told = [(f.quoi, f.fichier, f.ligne, f.colonne) for f in caught.value.fautes]
    assert told == [("colonne obligatoire absente", "feuille declinaisons", 1, "theme")]


def test_headers_in_other_letters_and_a_hidden_sheet_of_the_persons_own():
    sheets = [
        replace(s, colonnes=tuple(f" {c.upper().replace('_', ' ')} " for c in s.colonnes))
        for s in make_sheets(load_programme())
    ]
    lists = Feuille("listes", ("choix",), (("a",),), masquee=True)
    assert read_sheets([*sheets, lists]) == load_programme()


def test_a_column_twice_or_without_name():
    (first, *others) = make_sheets(load_programme())
    twice = replace(first, colonnes=(*first.colonnes, "nom"), lignes=tuple((*x, "b") for x in first.lignes))
    with pytest.raises(EntreeInvalide, match="deux fois"):
        read_sheets([twice, *others])
    nameless = replace(first, lignes=tuple((*x, "b") for x in first.lignes))
    with pytest.raises(EntreeInvalide, match="sans nom"):
        read_sheets([nameless, *others])


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("31/12/2027", None),
        ("2027-12-31", None),
        ("12/31/2027", "n’existe pas"),
        ("31/12/27", "deux chiffres"),
        (46387, "tableur"),
    ],
)
def test_dates_as_people_write_them(cell, said):
    champ = next(c for c in describe(Etape) if c.type is date)
    if said is None:
        assert read_cell(champ, cell) == date(2027, 12, 31)
    else:
        with pytest.raises(ValueError, match=said):
            read_cell(champ, cell)
