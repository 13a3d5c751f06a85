"""Good practices and labels: who writes them, what they serve, where they were taken up, how they leave."""

import json

import pytest
from django.test import Client

from maillage.sdaasp.programme.classeur import make_sheets
from maillage.sdaasp.programme.differences import compare
from maillage.sdaasp.programme.echange import read_programme
from maillage.sdaasp.reprise.classeur_lecture import read_sheets
from maillage.web.programme import models
from maillage.web.programme.lecture import read
from maillage.web.programme.pratiques.commands import create_pratique

CHAMPS = {
    "version": "1",
    "titre": "Bus santé du Douaisis",
    "description": "Un bus passe dans douze communes.",
    "territoire": "593",
    "objectifs": ["sante.1"],
    "declinaisons": ["sante/593/2025/1"],
    "reprises-0-territoire": "Cambrésis",
    "reprises-0-annee": "2026",
    "reprises-0-resultat": "Quatre communes",
}


@pytest.fixture
def pilote(compte, nord):
    return compte("pilote_territorial", theme="sante", territoire="arrondissement:593")


@pytest.fixture
def navigateur(pilote):
    client = Client()
    client.force_login(pilote, "django.contrib.auth.backends.ModelBackend")
    return client


def test_a_pilot_describes_a_practice_of_her_place_and_everybody_reads_it(client, navigateur):
    assert navigateur.post("/programme/creer/pratique/", CHAMPS).status_code == 302
    row = models.BonnePratique.objects.get()
    assert (row.cle, row.themes) == ("bus-sante-du-douaisis", ["sante"])
    assert row.reprises == [{"territoire": "Cambrésis", "annee": 2026, "resultat": "Quatre communes"}]
    page = client.get(f"/programme/pratiques/{row.cle}/").content.decode()
    assert "Cambrésis" in page
    assert "à la prévention et l" in page
    assert "Modifier" not in page
    for address, held in (("", True), ("?territoire=593", True), ("?territoire=592", False)):
        listed = client.get(f"/programme/pratiques/{address}").content.decode()
        assert ("Bus santé" in listed) is held, address
    assert "Bus santé" in client.get("/programme/recherche/?texte=cambresis").content.decode()
    assert "Bus santé" in client.get("/programme/objectifs/sante.1/").content.decode()


def test_a_practice_of_another_place_is_refused_with_a_reason(navigateur):
    answer = navigateur.post("/programme/creer/pratique/", CHAMPS | {"territoire": "592"})
    assert "ne couvre pas cette pratique" in answer.content.decode()
    assert not models.BonnePratique.objects.exists()


def test_two_practices_of_one_name_have_two_addresses(pilote):
    champs = {"titre": "Bus santé", "territoire": "593", "objectifs": ["sante.1"]}
    keys = [create_pratique(pilote, champs).cle for _ in range(3)]
    assert keys == ["bus-sante", "bus-sante-2", "bus-sante-3"]


def test_labels_are_kept_by_those_in_charge(compte, navigateur, client):
    assert navigateur.get("/programme/creer/label/").status_code == 403
    client.force_login(compte("charge_mission"), "django.contrib.auth.backends.ModelBackend")
    fields = {"version": "1", "nom": "Label d’essai", "organisme": "Organisme d’essai"}
    assert client.post("/programme/creer/label/", fields).status_code == 302
    navigateur.post("/programme/creer/pratique/", CHAMPS | {"labels": ["label-dessai"]})
    page = client.get("/programme/labels/label-dessai/").content.decode()
    assert "Bus santé du Douaisis" in page


def test_they_leave_with_the_programme_and_come_back(client, navigateur, pilote):
    navigateur.post("/programme/creer/pratique/", CHAMPS)
    whole = read()
    assert [p.titre for p in whole.bonnes_pratiques] == ["Bus santé du Douaisis"]
    document = json.loads(client.get("/programme/exporter/json").content)
    assert compare(read_programme(document), whole) == ()
    sheets = make_sheets(whole)
    assert compare(read_sheets(sheets), whole) == ()
