"""A date is read alike wherever it is given: a form, a typed cell, a workbook, a file."""

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError

from maillage.catalogue.dates import read_date
from maillage.sdaasp.programme.modele import Etape
from maillage.sdaasp.programme.structure import describe
from maillage.sdaasp.reprise.classeur_lecture import read_cell
from maillage.web.programme.saisie import textes
from maillage.web.socle.formulaires import JourField

FIN = next(champ for champ in describe(Etape) if champ.nom == "fin")


class Formulaire(forms.Form):
    jour = JourField()


def read_form(text):
    form = Formulaire({"jour": text})
    if not form.is_valid():
        raise ValidationError(form.errors["jour"])
    return form.cleaned_data["jour"]


def read_typed(text):
    return date.fromisoformat(textes.read_date(text))


def read_workbook_cell(text):
    return read_cell(FIN, text)


READERS = [read_date, read_form, read_typed, read_workbook_cell]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("text", ["31/12/2026", "2026-12-31", " 31.12.2026 ", "2026-12-31 00:00:00"])
def test_one_day_however_it_is_written(read, text):
    assert read(text) == date(2026, 12, 31)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("30/02/2026", "n’existe pas"),
        ("12/31/2026", "n’existe pas"),
        ("31/12/26", "deux chiffres"),
        ("46387", "tableur"),
        ("demain", "n’est pas une date"),
    ],
)
def test_what_is_no_day_is_said_in_words(read, text, said):
    with pytest.raises((ValueError, ValidationError), match=said):
        read(text)
