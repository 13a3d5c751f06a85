"""Imports, their undoing, corrections over what a source says: written once, nothing hidden, nothing lost."""

from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from maillage.annuaire.fiche import Annuaire, Complement, Prestation, Structure
from maillage.web.annuaire import commands, queries
from maillage.web.annuaire.commands import FichierLu
from maillage.web.annuaire.models import CorrectionProposee, FicheTenue, ImportAnnuaire

LE = date(2026, 1, 31)


def structure(number: int, source: str = "essai", **more) -> Structure:
    return Structure(source=source, id=f"{source}--{number}", nom=f"Accueil {number}", date_maj=LE, **more)


def annuaire(*numbers: int, source: str = "essai", **more) -> Annuaire:
    homes = tuple(structure(n, source, **more) for n in numbers)
    offers = (
        Prestation(source=source, id=f"{source}--p{n}", nom="Aide", date_maj=LE, structure_id=one.id)
        for n, one in zip(numbers, homes, strict=True)
    )
    return Annuaire(homes, tuple(offers), {one.id: Complement(id=one.id, langues=("nl",)) for one in homes})


def lu(found: Annuaire, **more) -> FichierLu:
    return FichierLu(found, "essai.json", "data_inclusion", "0" * 64, **more)


def standing() -> set[str]:
    return set(FicheTenue.objects.filter(disparue_le=None).values_list("ident", flat=True))


@pytest.fixture
def charge(compte):
    return compte("charge_mission")


def test_a_try_writes_nothing_and_says_what_the_import_then_does(db):
    found = commands.try_import(lu(annuaire(1, 2)))
    assert not FicheTenue.objects.exists()
    _, done = commands.import_annuaire(None, lu(annuaire(1, 2)))
    assert done.comptes == found.comptes == {
        "nouvelles": 4, "changees": 0, "reparues": 0, "disparues": 0, "identiques": 0,
    }  # fmt: skip
    _, again = commands.import_annuaire(None, lu(annuaire(1, 2)))
    assert again.rien
    assert len(again.identiques) == 4


def test_what_comes_out_is_what_went_in(db):
    commands.import_annuaire(None, lu(annuaire(1, 2, telephone="0320000000")))
    held = queries.read_annuaire().annuaire
    assert held == annuaire(1, 2, telephone="0320000000")
    assert queries.read_source() == held


def test_a_vanished_record_is_marked_never_deleted_and_comes_back(db):
    commands.import_annuaire(None, lu(annuaire(1, 2)))
    commands.import_annuaire(None, lu(annuaire(9, source="autre")))
    _, found = commands.import_annuaire(None, lu(annuaire(1)))
    assert found.disparues == (("prestation", "essai--p2"), ("structure", "essai--2"))
    assert standing() == {"essai--1", "essai--p1", "autre--9", "autre--p9"}
    assert FicheTenue.objects.count() == 6
    _, back = commands.import_annuaire(None, lu(annuaire(1, 2)))
    assert len(back.reparues) == 2
    assert FicheTenue.objects.get(ident="essai--2").disparue_le is None


@pytest.mark.parametrize("doubt", [{"fautes": ("ligne 3 illisible",)}, {"entier": False}])
def test_a_file_with_faults_or_a_part_of_a_list_makes_nothing_vanish(db, doubt):
    commands.import_annuaire(None, lu(annuaire(1, 2)))
    _, found = commands.import_annuaire(None, lu(annuaire(1), **doubt))
    assert found.disparues == ()
    assert len(standing()) == 4


def test_a_file_of_one_departement_makes_nothing_of_another_vanish(db):
    both = Annuaire((structure(1, code_insee="59350"), structure(2, code_insee="62041")))
    commands.import_annuaire(None, lu(both))
    one = Annuaire((structure(3, code_insee="59350"),))
    _, found = commands.import_annuaire(None, lu(one, departement="59"))
    assert found.disparues == (("structure", "essai--1"),)


def test_an_import_undone_gives_back_what_it_changed(db):
    commands.import_annuaire(None, lu(annuaire(1, 2, telephone="0320000000")))
    before = queries.read_source()
    row, _ = commands.import_annuaire(None, lu(annuaire(1, 3, telephone="0320000001")))
    assert queries.read_source() != before
    commands.undo_import(None, row)
    assert queries.read_source() == before
    assert FicheTenue.objects.get(ident="essai--3").disparue_le is not None
    with pytest.raises(ValidationError, match="déjà défait"):
        commands.undo_import(None, row)


def test_only_the_last_import_of_a_source_is_undone(db):
    first, _ = commands.import_annuaire(None, lu(annuaire(1)))
    commands.import_annuaire(None, lu(annuaire(9, source="autre")))
    last, _ = commands.import_annuaire(None, lu(annuaire(1, 2)))
    with pytest.raises(ValidationError, match="plus récent"):
        commands.undo_import(None, first)
    commands.undo_import(None, last)
    commands.undo_import(None, first)
    assert standing() == {"autre--9", "autre--p9"}


def test_a_correction_lies_over_its_source_until_the_source_says_the_same(db, charge):
    commands.import_annuaire(None, lu(annuaire(1, telephone="0320000000")))
    fiche = FicheTenue.objects.get(ident="essai--1")
    row = commands.correct(charge, fiche, "telephone", "0320000009", "le numéro a changé")
    held = queries.read_annuaire()
    assert held.annuaire.structures[0].telephone == "0320000009"
    assert held.corriges == {("structure", "essai--1"): ("telephone",)}
    assert queries.read_source().structures[0].telephone == "0320000000"
    commands.import_annuaire(None, lu(annuaire(1, telephone="0320000000")))
    row.refresh_from_db()
    assert row.etat == CorrectionProposee.Etat.PROPOSEE
    commands.import_annuaire(None, lu(annuaire(1, telephone="0320000009")))
    row.refresh_from_db()
    assert row.etat == CorrectionProposee.Etat.PRISE_EN_COMPTE
    assert queries.read_annuaire().corriges == {}


def test_a_correction_refused_by_its_source_is_shown_no_more(db, charge):
    commands.import_annuaire(None, lu(annuaire(1)))
    fiche = FicheTenue.objects.get(ident="essai--1")
    row = commands.correct(charge, fiche, "siret", "1" * 14)
    commands.move_correction(charge, row, "envoyee")
    assert queries.read_annuaire().annuaire.structures[0].siret == "1" * 14
    commands.move_correction(charge, row, "refusee")
    assert queries.read_annuaire().annuaire.structures[0].siret is None
    with pytest.raises(ValidationError, match="close"):
        commands.move_correction(charge, row, "envoyee")


@pytest.mark.parametrize(
    ("champ", "valeur", "why"),
    [("siret", "12", "14 caractères"), ("id", "autre", "ne se corrige pas"), ("nom", "Accueil 1", "déjà")],
)
def test_a_correction_that_is_not_valid_is_refused_with_its_words(db, charge, champ, valeur, why):
    commands.import_annuaire(None, lu(annuaire(1)))
    with pytest.raises(ValidationError, match=why):
        commands.correct(charge, FicheTenue.objects.get(ident="essai--1"), champ, valeur)
    assert not CorrectionProposee.objects.exists()


def test_who_may_not_import_writes_nothing(compte):
    with pytest.raises(PermissionDenied):
        commands.import_annuaire(compte("partenaire"), lu(annuaire(1)))
    assert not FicheTenue.objects.exists()
    assert not ImportAnnuaire.objects.exists()


def test_the_directory_is_read_once_for_each_state_of_the_base(db, django_assert_num_queries):
    commands.import_annuaire(None, lu(annuaire(1)))
    with django_assert_num_queries(3):
        first = queries.read_annuaire()
    with django_assert_num_queries(1):
        assert queries.read_annuaire() is first
    commands.import_annuaire(None, lu(annuaire(1, 2)))
    assert queries.read_annuaire() is not first


def test_a_confirmation_is_dated(db, charge):
    commands.import_annuaire(None, lu(annuaire(1)))
    commands.confirm(charge, FicheTenue.objects.get(ident="essai--1"))
    assert set(queries.read_annuaire().confirmees) == {"essai--1"}


def test_an_import_that_changes_nothing_but_the_date_is_told(db):
    commands.import_annuaire(None, lu(annuaire(1)))
    one = annuaire(1)
    later = replace(one, structures=(replace(one.structures[0], date_maj=date(2026, 2, 1)),))
    assert list(commands.try_import(lu(later)).changees) == [("structure", "essai--1")]
