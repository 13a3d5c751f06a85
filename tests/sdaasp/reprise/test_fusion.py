"""Importing what is already there is nothing, and the same import twice is once."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from programmes_au_hasard import programmes

from maillage.sdaasp.completude.interne import check_objectives
from maillage.sdaasp.programme.mesures import Cible, Valeur
from maillage.sdaasp.programme.modele import FicheAction, Programme, Schema
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.sdaasp.reprise.fusion import merge

EMPTY = Programme(schema=Schema(cle="s", nom="S", departement="59", debut=2025, fin=2030, version="1"))


# A whole programme takes long to draw, and holds many objects of each kind: fewer of them say as much.
some = settings(max_examples=50)


@some
@given(programmes())
def test_a_programme_merged_with_itself_is_itself(base):
    merged = merge(base, base)
    assert merged.programme == base
    assert (merged.repris, merged.desaccords, merged.objets) == ((), (), 0)


@some
@given(programmes(), programmes())
def test_a_second_import_changes_nothing(base, imported):
    once = merge(base, imported)
    twice = merge(once.programme, imported)
    assert twice.programme == once.programme
    assert (twice.repris, twice.objets) == ((), 0)


@some
@given(programmes())
def test_into_an_empty_programme_everything_goes(imported):
    assert merge(EMPTY, imported).programme == replace(imported, schema=EMPTY.schema)


def test_the_nord_merged_with_itself_keeps_what_was_not_carried_over():
    base = load_programme()
    merged = merge(base, base).programme
    assert merged == base
    assert check_objectives(merged) == check_objectives(base)
    assert sum(bool(op.non_repris) for op in merged.objectifs) == 27


def fiche(**fields):
    return replace(EMPTY, fiches=(FicheAction(cle="sante", theme="sante", titre="Santé", **fields),))


@pytest.mark.parametrize(
    ("held", "given_", "expected", "objects"),
    [
        # (enjeux, non_repris) of the base, of the import, of the merged; how many objects are written
        (((), ("enjeux",)), (("A",), ()), (("A",), ()), 1),
        (
            ((), ("enjeux",)),
            ((), ("enjeux",)),
            ((), ("enjeux",)),
            0,
        ),  # left out by both
        (((), ("enjeux",)), (None, ()), ((), ("enjeux",)), 0),  # nor does a blank say anything
        (((), ("enjeux",)), ((), ()), ((), ()), 1),  # « none », on purpose
        ((None, ()), ((), ("enjeux",)), (None, ()), 0),
        ((None, ()), ((), ()), ((), ()), 1),
        (((), ()), (("A",), ()), ((), ()), 0),  # « none », on purpose, is work
        ((("A",), ()), (("B",), ()), (("A",), ()), 0),
        (
            (("A",), ("enjeux",)),
            (("B",), ()),
            (("A",), ("enjeux",)),
            0,
        ),  # work is kept
    ],
)
def test_blank_left_out_and_none_are_three_things(held, given_, expected, objects):
    base, imported, wanted = (fiche(enjeux=e, non_repris=n) for e, n in (held, given_, expected))
    merged = merge(base, imported)
    assert (merged.programme, merged.objets) == (wanted, objects)


def test_two_values_of_one_person_at_one_date_stay_two():
    values = tuple(Valeur(indicateur="i", date=date(2026, 1, 1), auteur="A", valeur=v) for v in (3.0, 4.0))
    base = replace(EMPTY, valeurs=values)
    assert merge(base, base).programme == base
    assert merge(EMPTY, base).objets == 2


def test_a_measure_is_taken_whole_or_left_whole():
    base = replace(EMPTY, cibles=(Cible(indicateur="i", annee=2027, texte="partout"),))
    other = replace(EMPTY, cibles=(Cible(indicateur="i", annee=2027, valeur=8.0),))
    merged = merge(base, other)
    assert (merged.programme, merged.objets) == (base, 0)
    assert [d.champ for d in merged.desaccords] == ["valeur"]
