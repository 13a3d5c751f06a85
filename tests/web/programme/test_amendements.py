"""An amendment from what others say of it to the day it counts, and the version of the schema it makes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from maillage.sdaasp.programme.vocabulaire import EtatAmendement, Opinion
from maillage.web.programme import models
from maillage.web.programme.amendements import commands
from maillage.web.suivi.commands import update

OP = "sante.1"


@pytest.fixture
def chargee(compte, nord):
    return compte("charge_mission")


@pytest.fixture
def examine(chargee) -> models.Amendement:
    """A proposal under examination: another wording of the first objective."""
    return propose(chargee, "Accéder aux soins")


def propose(auteur, libelle: str) -> models.Amendement:
    row = models.ObjectifPrioritaire.objects.get(cle=OP)
    made = commands.propose_amendement(auteur, row, {"libelle": libelle}, "Plus clair")
    commands.move_amendement(auteur, made, EtatAmendement.EN_EXAMEN, "")
    return made


def read() -> str:
    return models.ObjectifPrioritaire.objects.get(cle=OP).libelle


def adopt(auteur, row: models.Amendement, days: int, **options) -> models.Amendement:
    day = timezone.localdate() + timedelta(days=days)
    commands.move_amendement(auteur, row, EtatAmendement.ADOPTE, "Oui", effet_le=day, **options)
    row.refresh_from_db()
    return row


def test_each_says_one_opinion_and_why_it_is_against(client, examine, compte) -> None:
    client.force_login(compte("pilote_territorial", theme="sante"))
    said = {"amendement": examine.pk, "sens": "defavorable"}
    page = client.post("/programme/amendements/avis", said, follow=True).content.decode()
    assert "dit pourquoi" in page
    client.post("/programme/amendements/avis", said | {"sens": "favorable"})
    client.post("/programme/amendements/avis", said | {"sens": "reserve", "texte": "Pas avant mai"})
    examine.refresh_from_db()
    assert [(one["sens"], one["texte"]) for one in examine.avis] == [("reserve", "Pas avant mai")]
    page = client.get("/programme/amendements/").content.decode()
    assert "Avec réserve" in page
    assert client.post("/programme/amendements/avis", said | {"sens": "tiede"}).status_code == 404


def test_nobody_speaks_of_what_is_decided_or_of_the_draft_of_another(examine, chargee, compte) -> None:
    commands.move_amendement(chargee, examine, EtatAmendement.REJETE, "Non")
    with pytest.raises(ValidationError, match="proposé ou en examen"):
        commands.give_opinion(chargee, examine, Opinion.FAVORABLE, "")
    with pytest.raises(PermissionDenied):
        commands.give_opinion(compte(), examine, Opinion.FAVORABLE, "")


def test_one_adopted_for_a_day_to_come_waits_for_it_then_is_written_once(examine, chargee) -> None:
    before = read()
    row = adopt(chargee, examine, 3)
    today = timezone.localdate()
    assert (read(), row.applique_le) == (before, None)
    assert commands.apply_due(today + timedelta(days=2)) == 0
    assert commands.apply_due(today + timedelta(days=3)) == 1
    assert commands.apply_due(today + timedelta(days=4)) == 0
    objet = models.ObjectifPrioritaire.objects.get(cle=OP)
    assert (objet.libelle, objet.version) == ("Accéder aux soins", 2)
    assert objet.history.first().history_user == chargee


def test_one_whose_text_moved_waits_for_a_reader_and_holds_up_no_other(client, chargee) -> None:
    first, other = propose(chargee, "A"), models.FicheAction.objects.get(cle="emploi")
    adopt(chargee, first, 2)
    second = commands.propose_amendement(chargee, other, {"titre": "Emploi"}, "Court")
    commands.move_amendement(chargee, second, EtatAmendement.EN_EXAMEN, "")
    adopt(chargee, second, 2)
    update(chargee, models.ObjectifPrioritaire.objects.get(cle=OP), 1, {"libelle": "Entre-temps"}, "")
    later = timezone.localdate() + timedelta(days=2)
    assert commands.apply_due(later) == 1
    assert read() == "Entre-temps"
    models.Amendement.objects.filter(pk=first.pk).update(effet_le=timezone.localdate())
    client.force_login(chargee)
    assert "Son jour est venu" in client.get("/programme/amendements/").content.decode()
    client.post("/programme/amendements/appliquer", {"amendement": first.pk})
    assert read() == "Entre-temps"
    client.post("/programme/amendements/appliquer", {"amendement": first.pk, "malgre": "1"})
    assert read() == "A"
    with pytest.raises(ValidationError, match="attendent de prendre effet"):
        commands.apply_amendement(chargee, first, malgre=True)


def test_no_effect_before_its_decision_nor_by_who_may_not_change_its_object(examine, chargee, compte) -> None:
    with pytest.raises(ValidationError, match="ne prend pas effet"):
        adopt(chargee, examine, -1)
    with pytest.raises(PermissionDenied):
        adopt(compte("pilote_departemental", theme="emploi"), examine, 3)
    examine.refresh_from_db()
    assert examine.etat == "en_examen"


def test_each_effect_makes_a_version_and_two_are_compared_word_by_word(client, examine, chargee) -> None:
    before = read()
    adopt(chargee, examine, 0)
    adopt(chargee, propose(chargee, "Accéder à tous les soins"), 0)
    held = list(models.VersionDuSchema.objects.values_list("numero", "amendement"))
    assert held == [(1, None), (2, examine.pk), (3, examine.pk + 1)]
    client.force_login(chargee)
    page = client.get("/programme/versions/?de=1&a=2").content.decode()
    assert "<h2>1\xa0différence</h2>" in page
    assert all(f"{word}" in page for word in ("<del>", "<ins>", before.split()[-1]))
    page = client.get("/programme/versions/?de=2&a=0").content.decode()
    assert "<ins>à tous les </ins>" in page or "<ins>à tous les" in page
    assert client.get("/programme/versions/?de=9&a=0").status_code == 404


def test_a_refused_effect_leaves_no_version(examine, chargee, monkeypatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValidationError("non")

    monkeypatch.setattr(commands, "save_change", fail)
    with pytest.raises(ValidationError):
        adopt(chargee, examine, 0)
    assert not models.VersionDuSchema.objects.exists()


def test_the_worker_looks_once_a_day(monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(commands, "apply_due", seen.append)
    monkeypatch.setattr(commands, "_seen", [])
    commands.run_if_due()
    commands.run_if_due()
    assert seen == [timezone.localdate()]


def test_one_that_fails_on_its_day_holds_up_no_other_and_is_raised(chargee, monkeypatch) -> None:
    first, second = propose(chargee, "A"), propose(chargee, "B")
    for row in (first, second):
        adopt(chargee, row, 2)
    write = commands.save_change

    def fail(auteur, objet, champs, motif) -> None:
        if f"n° {first.pk} " in motif:
            raise KeyError("imprévu")
        write(auteur, objet, champs, motif)

    monkeypatch.setattr(commands, "save_change", fail)
    with pytest.raises(ExceptionGroup) as raised:
        commands.apply_due(timezone.localdate() + timedelta(days=2))
    assert raised.value.exceptions[0].__notes__ == [f"amendement n° {first.pk}"]
    assert read() == "B"


def test_one_that_the_rules_refuse_on_its_day_holds_up_no_other(chargee, monkeypatch, caplog) -> None:
    first, second = propose(chargee, "A"), propose(chargee, "B")
    for row in (first, second):
        adopt(chargee, row, 2)
    write = commands.save_change

    def refuse(auteur, objet, champs, motif) -> None:
        if f"n° {first.pk} " in motif:
            raise ValidationError("plus possible")
        write(auteur, objet, champs, motif)

    monkeypatch.setattr(commands, "save_change", refuse)
    assert commands.apply_due(timezone.localdate() + timedelta(days=2)) == 1
    assert read() == "B"
    assert f"n° {first.pk} ne peut pas prendre effet" in caplog.text
    assert list(models.VersionDuSchema.objects.values_list("amendement", flat=True)) == [None, second.pk]
