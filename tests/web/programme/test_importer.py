"""The import screen: reads without writing, asks, then fills blanks only."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.francais import plat
from maillage.sdaasp.programme.differences import compare
from maillage.sdaasp.programme.echange import export_programme
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.programme import models
from maillage.web.programme.lecture import read

ADDRESS = "/programme/importer/"


@pytest.fixture
def chargee(client, compte, nord):
    personne = compte("charge_mission")
    client.force_login(personne, "django.contrib.auth.backends.ModelBackend")
    return personne


def send(client, name, content):
    return client.post(ADDRESS, {"etape": "fichier", "fichier": SimpleUploadedFile(name, content)})


def test_only_those_who_may_import(client, compte, nord):
    client.force_login(compte("pilote_thematique"), "django.contrib.auth.backends.ModelBackend")
    assert client.get(ADDRESS).status_code == 403


def test_a_published_text_is_read_asked_about_then_written(client, chargee, schema_de_reference):
    text = (schema_de_reference / "sdaasp-nord-2025-2030.txt").read_bytes()
    page = send(client, "schema.txt", text)
    assert page.context["nombre_questions"] == 19
    shown = page.content.decode()
    assert "Bornes repères/tables numériques à généraliser" in shown  # the words of the document…
    assert "cellule vide" in shown
    assert "Des enjeux se suivent sans séparation" in shown  # …beside the doubt
    assert compare(load_programme(), read()) == ()  # nothing written yet
    names = {identifier: name for name, identifier in page.context["questions"].ids.items()}
    page = client.post(ADDRESS, {"etape": "questions", names["theme:724"]: "sante"})
    assert "theme:724" not in page.context["questions"].ids.values()
    names = {identifier: name for name, identifier in page.context["questions"].ids.items()}
    page = client.post(ADDRESS, {"etape": "questions", names["famille:enjeux"]: "cas_par_cas"})
    assert sum(name.startswith("enjeux:") for name in page.context["questions"].ids.values()) == 6
    names = {identifier: name for name, identifier in page.context["questions"].ids.items()}
    page = client.post(ADDRESS, {"etape": "questions", names["enjeux:droits"]: "couper"})
    assert sum(name.startswith("enjeux:") for name in page.context["questions"].ids.values()) == 5
    assert client.post(ADDRESS, {"etape": "ecrire"}).status_code == 302
    assert models.ObjectifPrioritaire.objects.get(cle="sante.2").freins
    assert "en_attente" not in (client.get(ADDRESS).context or {})


def test_a_broken_file_is_told_cell_by_cell_and_nothing_waits(client, chargee):
    document = json.loads(json.dumps(export_programme(load_programme())))
    document["programme"]["declinaisons"][0]["statut"] = "finie"
    page = send(client, "x.json", json.dumps(document).encode())
    assert "« finie » n’est pas l’une des valeurs permises" in plat(page.content.decode())
    assert "Écrire dans le programme" not in client.get(ADDRESS).content.decode()
    for name, content in (("x.ods", b"rien"), ("x.json", b"[1]"), ("x.txt", b"rien"), ("x.exe", b"MZ")):
        assert send(client, name, content).context["form"].errors


def test_an_import_can_be_given_up(client, chargee):
    send(client, "x.json", json.dumps(export_programme(load_programme())).encode())
    assert "Écrire dans le programme" in client.get(ADDRESS).content.decode()
    client.post(ADDRESS, {"etape": "abandonner"})
    assert "Écrire dans le programme" not in client.get(ADDRESS).content.decode()
