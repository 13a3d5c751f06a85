"""What one reads when a page is refused: why, what to do, the number to quote; where to tell of a flaw."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, override_settings
from django.urls import path
from django.utils import timezone

from maillage.web import urls
from maillage.web.settings import environnement


def fail(request):
    raise ValueError("panne d’essai")


urlpatterns = [*urls.urlpatterns, path("panne", fail), path("api/panne", fail)]
handler400, handler403, handler404, handler500 = (
    urls.handler400, urls.handler403, urls.handler404, urls.handler500,
)  # fmt: skip


@pytest.fixture
def lecteur(db, settings):
    settings.MAILLAGE_IDENTITE = {**settings.MAILLAGE_IDENTITE, "contact": "aide@exemple.fr"}
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.parametrize(
    ("address", "status", "words", "cites"),
    [
        ("/rien", 404, "Cherchez un territoire", False),
        ("/panne", 500, "de notre fait", True),
    ],
)
def test_a_page_refused_says_what_to_do(lecteur, address, status, words, cites) -> None:
    answer = lecteur.get(address)
    page = answer.content.decode()
    assert answer.status_code == status
    assert words in page
    assert (answer.headers["X-Request-ID"] in page) is cites
    assert "aide@exemple.fr" in page
    told = lecteur.get(address, headers={"accept": "application/json"})
    assert told.headers["Content-Type"] == "application/json"
    assert told.json().get("demande", "") == (told.headers["X-Request-ID"] if cites else "")
    assert lecteur.get(address).headers["X-Request-ID"] != answer.headers["X-Request-ID"]


def test_a_form_refused_says_so_with_its_number(lecteur) -> None:
    answer = lecteur.post("/comptes/connexion/", {"username": "x"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Rien n’a été enregistré" in page
    assert answer.headers["X-Request-ID"] in page


def test_the_api_answers_in_json_whatever_happens(lecteur) -> None:
    for address, status in (("/api/1/rien", 404), ("/api/panne", 500)):
        answer = lecteur.get(address)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/json")
        assert answer.json()["detail"]


def test_who_finds_a_flaw_knows_whom_to_tell(client, settings) -> None:
    settings.MAILLAGE_SECURITE_CONTACT = "mailto:securite@exemple.fr"
    answer = client.get("/.well-known/security.txt")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert fields["Contact"] == "mailto:securite@exemple.fr"
    assert fields["Canonical"] == "http://testserver/.well-known/security.txt"
    # RFC 9116: an Internet date and time, in the future, less than a year away.
    left = datetime.fromisoformat(fields["Expires"]) - timezone.now()
    assert timedelta(days=90) < left < timedelta(days=365)
    settings.MAILLAGE_SECURITE_CONTACT = ""
    assert client.get("/.well-known/security.txt").status_code == 404


def test_the_contact_is_an_address_of_the_web(monkeypatch) -> None:
    monkeypatch.setenv("MAILLAGE_CONTACT", "contact@exemple.fr")
    assert environnement.read_contact("SECURITE_CONTACT") == "mailto:contact@exemple.fr"
    monkeypatch.setenv("MAILLAGE_CONTACT", "le bureau 12")
    assert environnement.read_contact("SECURITE_CONTACT") == ""
    monkeypatch.setenv("MAILLAGE_SECURITE_CONTACT", "https://exemple.fr/failles")
    assert environnement.read_contact("SECURITE_CONTACT") == "https://exemple.fr/failles"
    monkeypatch.setenv("MAILLAGE_SECURITE_CONTACT", "bureau 12")
    with pytest.raises(ImproperlyConfigured, match="SECURITE_CONTACT"):
        environnement.read_contact("SECURITE_CONTACT")
