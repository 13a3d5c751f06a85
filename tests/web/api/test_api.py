"""The API: exact figures, marks by atlas, keys, rates."""

import json

import pytest
from django.db import connection

from maillage.web.comptes import commands
from maillage.web.socle import debit
from maillage.web.socle.adresse import lire_adresse
from maillage.web.socle.commands import count_use
from maillage.web.socle.models import Compteur

FIGURES = "/api/1/chiffres/revenu_median"


def test_figures_in_three_forms(client, db) -> None:
    rows = client.get(FIGURES).json()
    by_code = {row["code"]: row for row in rows}
    assert by_code["90004"]["valeur"] == 19_500  # commune 3 of the sources: 18 000 + 3 · 500
    assert by_code["90004"] | {"valeur": None} == by_code["90004"] | {
        "valeur": None,
        "unite": "€/an",
        "millesime": "2021",
        "fiabilite": "simule",
    }
    assert by_code["90009"]["valeur"] is None
    text = client.get(f"{FIGURES}?format=csv").content.decode("utf-8-sig")
    assert "commune;90004;revenu_median;2021;19500;€/an;simule;1" in text
    shapes = json.loads(client.get(f"{FIGURES}?format=geojson").content)
    assert len(shapes["features"]) == 12
    assert shapes["features"][0]["geometry"]["type"] == "Polygon"


def test_words_find_what_the_page_finds(client, db) -> None:
    found = client.get("/api/1/recherche?q=st oeuf").json()
    assert (found[0]["nom"], found[0]["genre"], found[0]["code"]) == ("Saint-Œuf", "commune", "90003")
    assert client.get("/api/1/recherche?q=zzzz").json() == []
    assert client.get("/api/1/recherche").status_code == 422


def test_the_mark_changes_with_the_atlas(client, db) -> None:
    first = client.get(FIGURES)
    again = client.get(FIGURES, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = client.get(f"{FIGURES}?atlas=essai-2025", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize(
    "address", ["/api/1/chiffres/rien", "/api/1/territoires/commune/0", "/api/1/territoires?atlas=rien"]
)
def test_what_does_not_exist(client, db, address) -> None:
    assert client.get(address).status_code == 404


def test_a_wrong_key_is_told_so(client, compte) -> None:
    personne = compte()
    clear = commands.create_jeton(personne, "essai")
    assert client.get("/api/1/atlas", headers={"Authorization": f"Bearer {clear}"}).status_code == 200
    assert client.get("/api/1/atlas", headers={"Authorization": "Bearer faux"}).status_code == 401


@pytest.fixture
def minute(monkeypatch):
    """A clock that stands still, so that a test never straddles two minutes."""
    monkeypatch.setattr(debit, "minute", lambda: 100)


def test_the_rate_is_limited_without_a_key_and_larger_with_one(client, compte, minute, monkeypatch) -> None:
    clear = commands.create_jeton(compte(), "essai")
    statuses = [client.get("/api/1/atlas").status_code for _ in range(121)]
    assert statuses == [200] * 120 + [429]
    answer = client.get("/api/1/atlas")
    assert answer.json() == {"detail": "Trop de requêtes en une minute : attendez la suivante."}
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert client.get("/api/1/atlas", headers={"Authorization": f"Bearer {clear}"}).status_code == 200
    monkeypatch.setattr(debit, "minute", lambda: 101)
    assert client.get("/api/1/atlas").status_code == 200


def test_counting_writes_nothing_and_asks_nothing(client, db, minute, django_assert_num_queries) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL compte dans la base : plusieurs processus y partagent le compte")
    with django_assert_num_queries(0):
        client.get("/api/1/atlas")


def test_old_counts_are_forgotten_and_no_address_is_kept(client, db, minute, monkeypatch) -> None:
    monkeypatch.setattr(debit, "_count", count_use)  # as with several processes
    client.get("/api/1/atlas", REMOTE_ADDR="192.0.2.7")
    assert Compteur.objects.count() == 1
    assert "192.0.2.7" not in str(Compteur.objects.values())
    monkeypatch.setattr(debit, "minute", lambda: 102)
    client.get("/api/1/atlas", REMOTE_ADDR="192.0.2.8")
    assert Compteur.objects.count() == 1


@pytest.mark.parametrize(
    ("proxies", "told", "expected"),
    [
        (0, "198.51.100.1", "192.0.2.9"),
        (1, "", "192.0.2.9"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.5, 198.51.100.1", "198.51.100.1"),  # the reader wrote the first one herself
        (2, "203.0.113.5, 198.51.100.1, 198.51.100.2", "198.51.100.1"),
        (3, "198.51.100.1", "198.51.100.1"),
    ],
)
def test_only_our_proxies_say_where_a_reader_is(rf, settings, proxies, told, expected) -> None:
    settings.MAILLAGE_MANDATAIRES = proxies
    request = rf.get("/", REMOTE_ADDR="192.0.2.9", headers={"X-Forwarded-For": told} if told else {})
    assert lire_adresse(request) == expected
