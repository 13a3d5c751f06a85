"""Dates that contradict each other are refused with words; statuses have one word each, and its plural."""

import json
from dataclasses import replace
from datetime import date

import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.programme.classeur import make_sheets
from maillage.sdaasp.programme.controle import check_programme
from maillage.sdaasp.programme.echange import export_programme, parse_programme
from maillage.sdaasp.programme.modele import Etape
from maillage.sdaasp.programme.statuts import is_retenue, tell_retenues, tell_status
from maillage.sdaasp.programme.vocabulaire import LIBELLES, StatutDeclinaison, get_libelle
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.sdaasp.reprise.classeur_lecture import read_sheets

NORD = load_programme()
AOUT, SEPTEMBRE, OCTOBRE = date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1)


def give(**dates):
    slot, *others = NORD.declinaisons
    step = Etape(libelle="Recenser", **dates)
    return replace(NORD, declinaisons=(replace(slot, etapes=(step,)), *others))


@pytest.mark.parametrize(
    ("dates", "words"),
    [
        ({"debut": SEPTEMBRE, "fin": AOUT}, "la fin (01/08/2026) précède le début (01/09/2026)"),
        ({"debut": SEPTEMBRE, "faite_le": AOUT}, "dite faite le 01/08/2026, avant son début (01/09/2026)"),
    ],
)
def test_a_contradiction_is_refused_by_every_import(dates, words):
    wrong = give(**dates)
    (anomaly,) = check_programme(wrong)
    assert words in anomaly.message
    with pytest.raises(EntreeInvalide) as error:
        parse_programme(json.dumps(export_programme(wrong)))
    assert words in str(error.value.fautes[0])
    with pytest.raises(EntreeInvalide) as error:
        read_sheets(make_sheets(wrong))
    assert words in str(error.value.fautes[0])


@pytest.mark.parametrize(
    "dates",
    [
        {"debut": AOUT, "fin": AOUT, "faite_le": AOUT},
        {"debut": AOUT, "fin": SEPTEMBRE, "faite_le": OCTOBRE},  # late is no contradiction
        {"fin": AOUT, "faite_le": SEPTEMBRE},
        {"debut": SEPTEMBRE},
        {"fin": SEPTEMBRE, "faite_le": AOUT},  # early is none either
    ],
)
def test_what_may_be_true_is_kept(dates):
    assert check_programme(give(**dates)) == ()
    assert parse_programme(json.dumps(export_programme(give(**dates)))) == give(**dates)


def test_a_schema_does_not_end_before_it_starts():
    backwards = replace(NORD, schema=replace(NORD.schema, debut=2031), declinaisons=())
    assert any("finit en 2030, avant son début (2031)" in a.message for a in check_programme(backwards))


def test_one_word_for_one_status_and_its_plural():
    assert [tell_status(s, 2).split("\xa0")[1] for s in (*StatutDeclinaison, None)] == [
        "identifiées",
        "non identifiées",
        "non traitées",
        "engagées",
        "en cours",
        "achevées",
        "abandonnées",
        "à confirmer",
    ]
    assert all(tell_status(s, 1).split("\xa0")[1] == get_libelle(s).lower() for s in StatutDeclinaison)
    kept = {s: 1 for s in StatutDeclinaison if is_retenue(s)}
    assert tell_retenues(kept) == "1\xa0identifiée, 1\xa0engagée, 1\xa0en cours, 1\xa0achevée"


def test_a_value_that_two_lists_share_has_one_label():
    """Pages know a value by its text alone."""
    labels = {}
    for member, label in LIBELLES.items():
        assert labels.setdefault(str(member), label) == label, member
