"""A frozen bilan attacked: by form, by restoration and undo, by import, by API, by the ORM, by SQL."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.bilan.etats import ActeBilan
from maillage.sdaasp.bilan.scelle import VerdictScelle, hash_text
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.bilan import commands, lecture
from maillage.web.bilan.models import BilanAnnuel, BilanFige
from maillage.web.programme.models import Declinaison
from maillage.web.suivi import commands as suivi

A, V = ActeBilan, VerdictScelle


@pytest.fixture
def texte(fige) -> str:
    return BilanFige.objects.get().texte


def sql(statement: str, *values: str) -> None:
    """What somebody types in the shell of the database."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def read() -> str:
    return BilanFige.objects.get().texte


def verdict() -> VerdictScelle:
    return lecture.verify_all()[2026]


def test_it_holds_what_was_given_and_is_whole(texte, today) -> None:
    assert verdict() is V.INTACT
    found = lecture.read_bilan(2026, None, today)
    assert [t.texte for t in found.contenu.textes if t.texte] == ["Deux cabinets ouverts."]
    assert found.ecrit.empreinte == hash_text(texte)
    assert [p.acte for p in found.contenu.passages][-1] == "Figé"


def test_by_form_nothing_moves(texte, fige, charge, client) -> None:
    client.force_login(charge)
    row = fige.contributions.get(theme="sante", territoire="593")
    client.post(row.get_absolute_url(), {"texte": "Autre.", "version": str(row.version), "rendre": "1"})
    for acte in A:
        client.post(
            "/bilans/2026/avancer",
            {"acte": acte, "version": str(fige.version), "motif": "x", "territoire": ""},
        )
    client.post("/bilans/ouvrir", {"annee": "2026"})
    row.refresh_from_db()
    assert row.texte == "Deux cabinets ouverts."
    assert (read(), verdict()) == (texte, V.INTACT)
    assert BilanAnnuel.objects.get().etapes == fige.etapes


def test_by_restoration_and_undo_nothing_moves(texte, fige, charge) -> None:
    row = fige.contributions.get(theme="sante", territoire="593")
    moment = row.history.earliest("history_date").history_date
    with pytest.raises(ValidationError, match="close"):
        suivi.restore(charge, row, moment, row.version)
    with pytest.raises(ValidationError, match="close"):
        suivi.undo(charge, [row], {row.cle: row.version})
    with pytest.raises(ValidationError, match="figé"):
        suivi.restore(charge, fige, timezone.now() - timedelta(days=0), fige.version)
    assert (read(), verdict()) == (texte, V.INTACT)


def test_by_import_and_by_the_life_of_the_programme_nothing_moves(texte, charge, today) -> None:
    from maillage.web.programme.reprise.commands import complete  # noqa: PLC0415

    Declinaison.objects.update(libelle="Tout autre chose", statut="abandonnee")
    complete(None, load_programme())
    assert (read(), verdict()) == (texte, V.INTACT)
    assert "Tout autre chose" not in str(lecture.read_bilan(2026, None, today).contenu)


def test_no_address_of_the_api_speaks_of_bilans(fige, charge, client) -> None:
    client.force_login(charge)
    for method in (client.put, client.patch, client.delete, client.post):
        assert method("/api/1/bilans/2026", {}).status_code in (403, 404, 405)
        assert method("/bilans/2026/", {}).status_code == 405
    assert verdict() is V.INTACT


def test_by_the_orm_nothing_moves(texte) -> None:
    row = BilanFige.objects.get()
    row.texte = "autre"
    for attack in (
        row.save,
        row.delete,
        lambda: BilanFige.objects.update(texte="autre"),
        lambda: BilanFige.objects.all().delete(),
        lambda: BilanFige.objects.bulk_update([row], ["texte"]),
    ):
        with pytest.raises(ValidationError, match="figé"):
            attack()
    assert (read(), verdict()) == (texte, V.INTACT)


def forge(text: str) -> None:
    """Another text with its own right hash, as somebody who has read the code would write it."""
    sql("UPDATE bilan_bilanfige SET texte = %s, empreinte = %s", text, hash_text(text))


ATTAQUES = (
    (lambda t: sql("UPDATE bilan_bilanfige SET texte = %s", t.replace("cabinets", "maisons")), V.ALTERE),
    (lambda t: sql("UPDATE bilan_bilanfige SET empreinte = %s", "0" * 64), V.ALTERE),
    (lambda t: sql("UPDATE bilan_bilanfige SET precedent = %s", "0" * 64), V.ALTERE),
    (lambda t: sql("UPDATE bilan_bilanfige SET signature = %s", "0" * 64), V.AUTRE_CLE),
    (lambda t: forge(t.replace("cabinets", "maisons")), V.AUTRE_CLE),
    (lambda t: sql("UPDATE bilan_bilanannuel SET annee = %s", "2025"), V.ALTERE),
)


def test_by_sql_it_is_found_out_and_said(texte, charge, client) -> None:
    client.force_login(charge)
    for attack, said in ATTAQUES:
        with transaction.atomic():
            attack(texte)
            (found,) = lecture.verify_all().values()
            assert found is said
            year = BilanAnnuel.objects.get().annee
            assert "Ce bilan ne se vérifie pas" in client.get(f"/bilans/{year}/").content.decode()
            assert "figé, à vérifier" in client.get("/bilans/").content.decode()
            transaction.set_rollback(True)
        assert verdict() is V.INTACT


def test_an_altered_text_is_not_handed_out(texte, charge, client) -> None:
    sql("UPDATE bilan_bilanfige SET texte = %s", texte.replace("cabinets", "maisons"))
    client.force_login(charge)
    answer = client.get("/bilans/2026/bilan.json")
    assert answer.status_code == 302
    assert "Altéré" in client.get("/bilans/2026/").content.decode()


def test_what_a_restored_copy_brings_back_altered_is_found_out(texte) -> None:
    copy = serializers.serialize("json", BilanFige.objects.all()).replace("cabinets", "maisons")
    for row in serializers.deserialize("json", copy):
        row.save()
    assert read() != texte
    assert verdict() is V.ALTERE


def test_a_text_that_is_no_more_one_is_said(texte, today) -> None:
    sql("UPDATE bilan_bilanfige SET texte = %s", "{")
    with pytest.raises(EntreeInvalide, match="Altéré"):
        lecture.read_bilan(2026, None, today)


@pytest.mark.parametrize("whole", [False, True])
def test_a_bilan_erased_by_sql_is_missed_and_cannot_be_made_again(fige, charge, client, today, whole) -> None:
    sql("DELETE FROM bilan_bilanfige")
    if whole:
        sql("DELETE FROM bilan_contributionecrite")
        sql("DELETE FROM bilan_bilanannuel")
    assert lecture.list_vanished() == [2026]
    with pytest.raises(EntreeInvalide, match="disparu"):
        lecture.read_bilan(2026, None, today)
    client.force_login(charge)
    assert "n’est plus dans la base" in client.get("/bilans/").content.decode()
    if whole:
        with pytest.raises(ValidationError, match="disparu"):
            commands.open_year(charge, 2026)


def test_the_year_before_is_chained(fige, charge, conduire) -> None:
    row = commands.advance(charge, commands.open_year(charge, 2027), 1, A.DEMANDER)
    conduire(row)
    first, second = BilanFige.objects.order_by("pk")
    assert second.precedent == first.empreinte
    assert set(lecture.verify_all().values()) == {V.INTACT}
    sql("DELETE FROM bilan_bilanfige WHERE id = %s", str(first.pk))
    assert lecture.verify_all() == {2027: V.CHAINE}


def test_a_new_secret_key_is_not_taken_for_a_forgery_while_the_old_is_known(fige, monkeypatch) -> None:
    old = settings.SECRET_KEY
    monkeypatch.setattr(settings, "SECRET_KEY", "toute-neuve")
    assert verdict() is V.AUTRE_CLE
    monkeypatch.setattr(settings, "SECRET_KEY_FALLBACKS", [old])
    assert verdict() is V.INTACT


def test_a_frozen_document_is_written_from_the_text_alone(texte, charge, client) -> None:
    Declinaison.objects.update(libelle="Tout autre chose")
    client.force_login(charge)
    told = json.loads(client.get("/bilans/2026/bilan.json").content)
    assert told["bilan"] == json.loads(texte)
    assert told["empreinte"] == hash_text(texte)
