"""Scenarios by API: whose they are to read, what they do, and a body that is refused or computed."""

import json

import pytest

from maillage.scenarios.fichier import write_scenario
from maillage.scenarios.modifications import Fermeture, Scenario
from maillage.web.api import scenarios
from maillage.web.atelier import commands
from maillage.web.comptes.commands import create_jeton
from maillage.web.socle.models import Travail

BACKEND = "django.contrib.auth.backends.ModelBackend"
PUR = Scenario(nom="Fermer l’accueil", modifications=(Fermeture(lieu="france_services:1"),))


@pytest.fixture
def trois(compte, settings):
    """A draft, one open to all accounts, a public one: (author, their keys)."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    author = compte("charge_mission")
    keys = {}
    for level in ("brouillon", "comptes", "public"):
        row = commands.create_scenario(author, PUR, "")
        row = row if level == "brouillon" else commands.share(author, row, row.version, level, None)
        keys[level] = row.cle
    return author, keys


def test_a_draft_is_nobody_elses_by_api(client, compte, trois) -> None:
    author, keys = trois
    other = compte("direction")
    readers = {
        "nobody": ({}, {"public"}),
        "another": (
            {"authorization": f"Bearer {create_jeton(other, 'essai', ['scenarios'])}"},
            {"public", "comptes"},
        ),
        "author": ({"authorization": f"Bearer {create_jeton(author, 'essai', ['scenarios'])}"}, set(keys)),
    }
    for headers, open_to in readers.values():
        answer = client.get("/api/1/scenarios", headers=headers)
        assert {row["cle"] for row in answer.json()} == {keys[level] for level in open_to}
        assert "no-store" in answer.headers["Cache-Control"]
        assert "ETag" not in answer.headers
        for level, key in keys.items():
            for address in (f"/api/1/scenarios/{key}", f"/api/1/scenarios/{key}/impact"):
                got = client.get(address, headers=headers)
                assert (got.status_code == 404) == (level not in open_to), (address, level)
                assert got.status_code == 404 or "no-store" in got.headers["Cache-Control"]
    client.force_login(author, BACKEND)  # a session reads as its pages do
    assert len(client.get("/api/1/scenarios").json()) == 3
    detail = client.get(f"/api/1/scenarios/{keys['brouillon']}").json()
    assert detail["fichier"] == write_scenario(PUR)
    assert detail["phrases"][0].startswith("Fermer «")


def test_a_scenario_posted_is_computed_once_and_kept_by_nobody(client, db, settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    body = write_scenario(PUR)
    first = client.post("/api/1/scenarios/impact", body, content_type="application/yaml")
    assert first.status_code == 202
    done = client.post("/api/1/scenarios/impact", body, content_type="application/yaml")
    assert done.status_code == 200
    assert done.json()["scenario"]["nom"] == PUR.nom
    same = {
        "maillage": "scenario 1",
        "nom": PUR.nom,
        "modifications": [{"fermer": {"lieu": "france_services:1"}}],
    }
    again = client.post(
        "/api/1/scenarios/impact?format=geojson", json.dumps(same), content_type="application/json"
    )
    assert again.headers["Content-Type"] == "application/geo+json"
    assert {one["properties"]["genre"] for one in again.json()["features"]} >= {"lieu"}
    assert Travail.objects.count() == 1
    assert client.get("/api/1/scenarios").json() == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "n\u2019est pas un scénario"),
        (b"\xff\xfe", "UTF-8"),
        (b"maillage: scenario 1\nnom: Rien\nmodifications: []\n", "ne change rien"),
        (b"maillage: scenario 1\nnom: X\nmodifications:\n- fermer: {lieu: ailleurs}\n", "Modification 1"),
        (b"x" * (scenarios.CORPS_MAX + 1), "dépasse"),
        (b"a: &a [1]\nb: [*a, *a]\n", ""),
    ],
)
def test_a_bad_body_is_refused_in_words(client, db, body, reason) -> None:
    answer = client.post("/api/1/scenarios/impact", body, content_type="application/yaml")
    assert answer.status_code == 422
    assert reason in answer.json()["detail"]
    assert answer.json()["detail"]
    assert Travail.objects.count() == 0


def test_a_form_is_no_scenario(client, db) -> None:
    answer = client.post("/api/1/scenarios/impact", {"fichier": "maillage: scenario 1"})
    assert answer.status_code == 422
    assert "pas un formulaire" in answer.json()["detail"]


def test_new_computations_are_counted_by_minute(client, db, settings, monkeypatch) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    monkeypatch.setattr(scenarios, "CALCULS_PAR_MINUTE", 1)
    statuses = []
    for name in ("Un", "Deux"):
        body = write_scenario(Scenario(nom=name, modifications=PUR.modifications))
        answer = client.post("/api/1/scenarios/impact", body, content_type="application/yaml")
        statuses.append(answer.status_code)
    assert statuses == [202, 429]
    assert answer.headers["Retry-After"]
