"""One imports what cannot be kept: the rehearsal refuses it, says where, and nothing is written.

What the rehearsal accepts is written, then every page and export answers. What we export comes back whole.
"""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.sdaasp.programme.echange import export_programme
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.programme import models
from maillage.web.programme.indicateurs.commands import create_indicateur
from maillage.web.programme.lecture import read

ADDRESS = "/programme/importer/"
PRATIQUE = {"cle": "accueil", "titre": "Un accueil"}
DECLINAISON = {"theme": "sante", "arrondissement": "593", "annee": 2026}
INDICATEUR = {"cle": "sante.1-x", "objet": "sante.1", "libelle": "Accueils", "nature": "quantitative"}
REFUSES = {
    "a lone surrogate": ("bonnes_pratiques", PRATIQUE | {"titre": "a\ud800"}),
    "a lone surrogate in a list": ("bonnes_pratiques", PRATIQUE | {"reprises": [{"territoire": "\udc00"}]}),
    "a null": ("bonnes_pratiques", PRATIQUE | {"titre": "a\0b"}),
    "an empty key": ("bonnes_pratiques", PRATIQUE | {"cle": ""}),
    "an empty key of a fiche": ("fiches", {"cle": "", "theme": "sante", "titre": "X"}),
    "an empty key of a goal": ("objectifs", {"cle": "", "fiche": "sante", "ordre": 99, "libelle": "X"}),
    "a key that no address holds": ("labels", {"cle": "a/b c", "nom": "X"}),
    "a key with a slash": ("objectifs", {"cle": "a/b", "fiche": "sante", "ordre": 99, "libelle": "X"}),
    "a negative number": ("declinaisons", DECLINAISON | {"numero": -5}),
    "a number too big": ("declinaisons", DECLINAISON | {"numero": 10**30}),
    "a number out of any measure": ("valeurs", {"indicateur": "x", "date": "2026-01-01", "valeur": 10**400}),
    "infinity": ("declinaisons", DECLINAISON | {"etapes": [{"libelle": "x", "cout_eur": float("inf")}]}),
    "not a number": ("declinaisons", DECLINAISON | {"etapes": [{"libelle": "x", "cout_eur": float("nan")}]}),
    "a blank inside an object": ("declinaisons", DECLINAISON | {"etapes": [{"libelle": ""}]}),
    "a title too long": ("bonnes_pratiques", PRATIQUE | {"titre": "x" * 301}),
    "a text without end": ("bonnes_pratiques", PRATIQUE | {"description": "x" * 20_000}),
    "a key too long": ("indicateurs", INDICATEUR | {"cle": "x" * 121}),
    "an object where a text stands": ("bonnes_pratiques", PRATIQUE | {"titre": {"a": 1}}),
    "a truth where a number stands": ("declinaisons", DECLINAISON | {"numero": True}),
}
PAGES = [
    "/programme/", "/programme/couverture/", "/programme/completude/", "/programme/pratiques/",
    "/programme/declinaisons/", "/programme/indicateurs/", "/programme/cadre/",
    *(f"/programme/exporter/{forme}" for forme in ("json", "ods", "xlsx", "docx", "pdf")),
]  # fmt: skip


@pytest.fixture
def chargee(client, compte, nord):
    client.force_login(personne := compte("charge_mission"), "django.contrib.auth.backends.ModelBackend")
    return personne


def send(client, name: str, content: bytes):
    return client.post(ADDRESS, {"etape": "fichier", "fichier": SimpleUploadedFile(name, content)})


def make_json(collection: str, item: dict) -> bytes:
    document = json.loads(json.dumps(export_programme(load_programme())))
    document["programme"][collection].append(item)
    return json.dumps(document).encode()


@pytest.mark.parametrize("name", REFUSES)
def test_the_rehearsal_refuses_what_the_writing_would(client, chargee, name):
    before = read()
    page = send(client, "x.json", make_json(*REFUSES[name]))
    assert page.status_code == 200
    assert page.context["form"].errors
    assert "Écrire dans le programme" not in page.content.decode()
    client.post(ADDRESS, {"etape": "ecrire"})
    assert read() == before


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 200_000,
        b'{"format":1,"programme":' + b"[" * 500 + b"]" * 500 + b"}",
        b"1" * 9_000,
        b'"\xff"',
        b"null",
    ],
)
def test_what_is_no_programme_at_all(client, chargee, content):
    page = send(client, "x.json", content)
    assert page.status_code == 200
    assert page.context["form"].errors


def test_an_import_of_thousands_of_objects_never_holds_the_base(client, chargee):
    """2 000 objects took 9 seconds of the base's only writer, 20 000 a minute and a half."""
    document = json.loads(json.dumps(export_programme(load_programme())))
    document["programme"]["bonnes_pratiques"] = [{"cle": f"a{n}", "titre": "x"} for n in range(5_001)]
    before = read()
    page = send(client, "x.json", json.dumps(document).encode())
    assert "trop lourd pour être importé" in str(page.context["form"].errors)
    assert read() == before


@pytest.mark.parametrize(
    ("collection", "item"),
    [
        ("bonnes_pratiques", PRATIQUE | {"titre": "\uf0b7 e\u0301te\u0301 \U0001f600 中文"}),
        ("declinaisons", DECLINAISON | {"numero": 2**31 - 1, "libelle": "X"}),
        ("indicateurs", INDICATEUR),
    ],
)
def test_what_it_accepts_is_written_and_every_page_answers(client, chargee, collection, item):
    page = send(client, "x.json", make_json(collection, item))
    assert not page.context["form"].errors
    assert len(getattr(read(), collection)) == len(getattr(load_programme(), collection))
    assert client.post(ADDRESS, {"etape": "ecrire"}).status_code == 302
    assert len(getattr(read(), collection)) == len(getattr(load_programme(), collection)) + 1
    assert [client.get(address).status_code for address in PAGES] == [200] * len(PAGES)


@pytest.mark.parametrize("forme", ["ods", "xlsx", "json"])
@pytest.mark.parametrize("account", [True, False])
def test_two_values_of_one_person_at_one_date_come_back(client, chargee, forme, account):
    """What we export, with an account or without, we import: nothing is refused, nothing is doubled."""
    row = models.Declinaison.objects.get(cle="sante/593/2025/1")
    indicator = create_indicateur(chargee, row, {"libelle": "Accueils", "nature": "quantitative"})
    for value in (4, 5, 5):
        models.Valeur.objects.create(
            indicateur=indicator, date=dt.date(2026, 1, 31), valeur=value, auteur=str(chargee)
        )
    if not account:
        client.logout()
    content = client.get(f"/programme/exporter/{forme}").content
    client.force_login(chargee, "django.contrib.auth.backends.ModelBackend")
    page = send(client, f"x.{forme}", content)
    assert not page.context["form"].errors
    if account:
        assert page.context["objets"] == 0
