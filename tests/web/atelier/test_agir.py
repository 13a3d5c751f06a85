"""Where to act: closures to fear, sites with their proof, a tour; each answer becomes one's own draft."""

import pytest

from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.socle.models import Travail

BACKEND = "django.contrib.auth.backends.ModelBackend"


def test_anybody_reads_the_closures_to_fear(client, db) -> None:
    page = client.get("/atelier/veille/?type=france_services").content.decode()
    assert "France services d’essai" in page
    assert "aucun" in page  # the only one has no relay
    assert "Aucun lieu fixe" in client.get("/atelier/veille/?type=pharmacie").content.decode()


@pytest.mark.parametrize(
    ("address", "data", "said"),
    [
        ("/atelier/ou-ouvrir/", {"type": "france_services", "objectif": "couverture", "nombre": "1",
                                 "minutes": "20", "variantes": "1"}, "Optimum prouvé"),
        ("/atelier/tournee/", {"type": "france_services", "base": "Valbrune", "territoire": "epci:200000003",
                               "bus": "1", "jours": "2", "creneaux": "1"}, "La semaine"),
    ],
)  # fmt: skip
def test_a_search_answers_and_becomes_a_draft(client, compte, address, data, said) -> None:
    client.force_login(compte("analyste"), BACKEND)
    answer = client.post(address, data, follow=True)
    assert Travail.objects.get().message == ""
    page = answer.content.decode()
    assert said in page
    assert "simulé" in page
    client.post(answer.redirect_chain[-1][0], {"rang": "0"})
    assert ScenarioEnregistre.objects.get().visibilite == "brouillon"
    assert ScenarioEnregistre.objects.get().scenario.modifications
    assert client.post(answer.redirect_chain[-1][0], {"rang": "99"}).status_code == 404


def test_what_cannot_be_asked_is_said(client, compte) -> None:
    client.force_login(compte("analyste"), BACKEND)
    wrong = {
        "type": "france_services",
        "objectif": "couverture",
        "nombre": "",
        "minutes": "20",
        "variantes": "0",
    }
    answer = client.post("/atelier/ou-ouvrir/", wrong)
    assert answer.status_code == 200
    assert Travail.objects.count() == 0
    assert "alert" in answer.content.decode()
