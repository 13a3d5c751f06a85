"""Background work: computed in a child process, once for one question, stopped when asked."""

import io
import zipfile

import pytest
from django.contrib.auth.models import AnonymousUser

from maillage.web.socle import commands, queries, travaux
from maillage.web.socle.models import Travail

SOMEONE = AnonymousUser()


@pytest.mark.lent
@pytest.mark.django_db(transaction=True)
def test_the_big_export_is_made_and_carried_away(client) -> None:
    asked = client.post("/classements/tout")
    travail = Travail.objects.get()
    assert asked.headers["Location"] == f"/travaux/{travail.jeton}/"
    assert travail.etat == "termine", travail.message
    body = b"".join(client.get(f"/travaux/{travail.jeton}/fichier").streaming_content)
    names = zipfile.ZipFile(io.BytesIO(body)).namelist()
    assert "commune.csv" in names
    assert "'=Formule" in zipfile.ZipFile(io.BytesIO(body)).read("commune.csv").decode("utf-8-sig")
    client.post("/classements/tout")
    assert Travail.objects.count() == 1


@pytest.mark.lent
@pytest.mark.django_db(transaction=True)
def test_a_failure_is_said(settings) -> None:
    travaux.declarer("echec", "os:absent")
    travail = commands.demander_travail(SOMEONE, "echec", "Un échec", {})
    travail.refresh_from_db()
    assert travail.etat == "echoue"
    assert "absent" in travail.message


def test_cancelling_before_it_starts(db) -> None:
    travail = commands.demander_travail(SOMEONE, "tout_exporter", "Essai", {"x": 1})
    commands.annuler_travail(SOMEONE, travail)
    travail.refresh_from_db()
    assert travail.etat == "annule"
    assert not commands.commencer_travail(travail.pk)
    assert queries.annulation_demandee(travail.pk)


def test_progress_is_shown_then_the_end(client, db) -> None:
    travail = commands.demander_travail(SOMEONE, "tout_exporter", "Essai", {"x": 2})
    commands.commencer_travail(travail.pk)
    commands.noter_progression(travail.pk, 40, "commune")
    text = client.get(f"/travaux/{travail.jeton}/").content.decode()
    assert 'value="40"' in text
    fragment = client.get(f"/travaux/{travail.jeton}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    commands.finir_travail(travail.pk, Travail.Etat.ECHOUE, message="disque plein")
    assert "disque plein" in client.get(f"/travaux/{travail.jeton}/").content.decode()
