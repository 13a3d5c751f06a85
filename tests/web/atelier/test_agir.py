"""Where to act: closures to fear, sites with their proof, a tour; each answer becomes one's own draft."""

import json
import re

import pytest

from maillage.web.atelier.agir import FICHIER
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.socle import taches
from maillage.web.socle.models import Travail

BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_anybody_reads_the_closures_to_fear(client, db) -> None:
    page = client.get("/atelier/veille/?type=france_services").content.decode()
    assert "France services d’essai" in page
    assert "aucun" in page  # the only one has no relay
    assert "Aucun lieu fixe" in client.get("/atelier/veille/?type=pharmacie").content.decode()
    every = client.get("/atelier/veille/?type=tous").content.decode()
    assert "France services d’essai" in every
    assert "<br>France services" in every


PLACER = {"type": "france_services", "objectif": "couverture", "nombre": "1", "minutes": "20"}
TOURNER = {"type": "france_services", "base": "Valbrune", "territoire": "epci:200000003",
           "bus": "1", "jours": "2", "creneaux": "1"}  # fmt: skip


def test_who_may_not_write_asks_nothing_and_takes_no_answer(client, compte, settings, tmp_path) -> None:
    settings.EXPORTS = tmp_path
    work = Travail.objects.create(
        genre="placer", titre="Où ouvrir", jeton="essai", etat="termine", fichier=FICHIER
    )
    (tmp_path / "essai").mkdir()
    told = {
        "genre": "placement",
        "question": "",
        "reponses": [{"scenario": "maillage: scenario 1\nnom: X\n"}],
    }
    (tmp_path / "essai" / FICHIER).write_text(json.dumps(told), "utf-8")
    address = f"/atelier/reponses/{work.jeton}/"
    assert client.get(address).status_code == 302  # not logged in
    client.force_login(compte(), BACKEND)  # no mandate
    for page, data in (
        (address, {"rang": "0"}),
        ("/atelier/ou-ouvrir/", PLACER),
        ("/atelier/tournee/", TOURNER),
    ):
        assert client.post(page, data).status_code == 403
    assert ScenarioEnregistre.objects.count() == 0
    assert Travail.objects.count() == 1


def become_a_draft(client, answer) -> ScenarioEnregistre:
    address = answer.redirect_chain[-1][0]
    client.post(address, {"rang": "0"})
    row = ScenarioEnregistre.objects.get()
    assert row.visibilite == "brouillon"
    assert row.scenario.modifications
    assert client.post(address, {"rang": "99"}).status_code == 404
    return row


def test_a_tour_answers_and_becomes_a_draft(client, compte) -> None:
    client.force_login(compte("analyste"), BACKEND)
    answer = client.post("/atelier/tournee/", TOURNER, follow=True)
    assert Travail.objects.get().message == ""
    page = answer.content.decode()
    assert "La semaine" in page
    assert "simulé" in page
    assert re.search(r"Lun\. \d+\xa0h", page)  # hours as people read them
    become_a_draft(client, answer)


def test_a_placement_killed_on_its_way_says_so_and_is_run_again(client, compte, monkeypatch) -> None:
    client.force_login(compte("analyste"), BACKEND)
    start = taches._start

    def start_and_kill(*order):
        child = start(*order)
        child.kill()
        return child

    monkeypatch.setattr(taches, "_start", start_and_kill)
    asked = PLACER | {"variantes": "1", "ecart": "100", "candidats": ["pharmacie"], "exclus": "Zuydbeke"}
    page = client.post("/atelier/ou-ouvrir/", asked, follow=True).content.decode()
    killed = Travail.objects.get()
    assert killed.etat == "interrompu"
    assert "Ce travail a été interrompu" in page
    assert "relancez-le" in page
    monkeypatch.undo()
    answer = client.post(f"/travaux/{killed.jeton}/relancer", follow=True)
    again = Travail.objects.exclude(pk=killed.pk).get()
    assert (again.etat, again.message) == ("termine", "")
    assert answer.redirect_chain[-1][0] == f"/atelier/reponses/{again.jeton}/"
    page = answer.content.decode()
    assert "Optimum prouvé" in page
    assert "Lire la réponse" in client.get(f"/travaux/{again.jeton}/").content.decode()
    (edit,) = become_a_draft(client, answer).scenario.modifications
    assert (edit.cle, edit.type) == ("ouvrir", "france_services")


ASKED = {"type": "france_services", "objectif": "couverture", "nombre": "", "minutes": "20", "variantes": "0"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "Donnez un nombre, ou un budget"),
        ({"budget": "100", "cout": "30000"}, "n’ouvre aucun lieu"),
        ({"budget": "100"}, "ce que coûte une ouverture"),
        ({"nombre": "1", "exclus": "Nulle-Part"}, "Aucune commune du département"),
        ({"nombre": "-1"}, "supérieure ou égale à 0"),
        ({"nombre": "1", "candidats": ["mairie"]}, "Mairie"),
        ({"nombre": "1", "minutes": "nan"}, "nombre"),
    ],
)
def test_what_cannot_be_asked_is_said(client, compte, wrong, said) -> None:
    client.force_login(compte("analyste"), BACKEND)
    answer = client.post("/atelier/ou-ouvrir/", ASKED | wrong)
    assert answer.status_code == 200
    assert Travail.objects.count() == 0
    assert "alert" in answer.content.decode()
    assert said in answer.content.decode()
