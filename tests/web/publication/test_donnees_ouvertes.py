"""The page of open data, its files, its catalogue: what anybody takes, and what nobody does."""

import hashlib
import json
import re

import polars as pl
import pytest
from django.db import OperationalError
from django.template.defaultfilters import filesizeformat
from django.test import Client
from rdflib import DCAT, Graph, URIRef

from maillage.annuaire.fiche import Annuaire, Prestation, Structure
from maillage.web.annuaire.commands import FichierLu, import_annuaire
from maillage.web.publication.donnees import fichiers, queries
from maillage.web.publication.donnees.models import PoidsDeFichier

pytestmark = pytest.mark.django_db


def read(client: Client, address: str) -> bytes:
    answer = client.get(address)
    assert answer.status_code == 200, address
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer.close()
    return data


def test_every_file_of_the_page_is_given_and_kept(client: Client) -> None:
    page = client.get("/donnees/").content.decode()
    assert 'href="/donnees/territoires.csv"' in page
    assert "Jeu d’essai" in page or "essai" in page
    rows = pl.read_csv(read(client, "/donnees/territoires.csv"))
    assert {"niveau", "code", "population"} <= set(rows.columns)
    weighed = {one["name"]: one for one in json.loads(read(client, "/donnees/datapackage.json"))["resources"]}
    assert weighed["territoires"]["bytes"] == len(read(client, "/donnees/territoires.csv"))
    assert "bytes" not in weighed["deficits"], "nobody asked for it yet"


def test_a_server_that_never_made_a_file_says_what_it_weighs(client: Client, settings, tmp_path) -> None:
    """A second server has the same base and atlas, and its own disk, where nothing was made yet."""
    body = read(client, "/donnees/territoires.csv")
    sha256 = hashlib.sha256(body).hexdigest()
    settings.EXPORTS = tmp_path / "second"
    resources = json.loads(read(client, "/donnees/datapackage.json"))["resources"]
    told = next(one for one in resources if one["name"] == "territoires")
    assert (told["bytes"], told["hash"]) == (len(body), f"sha256:{sha256}")
    assert sha256 in read(client, "/catalogue.ttl").decode()
    assert read(client, "/donnees/SHA256SUMS").decode() == f"{sha256}  territoires.csv\n"
    shown = re.search(r"territoires\.csv</a> <span[^>]*>([^<]+)", read(client, "/donnees/").decode())
    assert shown is not None
    assert shown[1] == filesizeformat(len(body))
    assert not settings.EXPORTS.exists(), "nothing had to be made"


def test_what_another_version_wrote_is_not_said(client: Client, monkeypatch) -> None:
    """Two versions may write one file in two ways: what one weighed says nothing of the other's."""
    read(client, "/donnees/territoires.csv")
    monkeypatch.setattr(queries, "__version__", "0.0.0")
    assert read(client, "/donnees/SHA256SUMS") == b""


def test_a_file_made_before_the_base_was_restored_is_weighed_when_it_is_given(client: Client) -> None:
    read(client, "/donnees/territoires.csv")
    PoidsDeFichier.objects.all().delete()
    read(client, "/donnees/territoires.csv")
    assert PoidsDeFichier.objects.get().nom == "territoires.csv"


def test_a_base_that_cannot_be_written_keeps_nobody_from_a_file(client: Client, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(fichiers, "keep_weight", refuse)
    assert read(client, "/donnees/territoires.csv")
    assert not PoidsDeFichier.objects.exists()


@pytest.mark.parametrize("name", ["rien.csv", "manifest.json", "..%2fmanifest.json", "territoires.xlsx"])
def test_nothing_else_is(client: Client, name: str) -> None:
    assert client.get(f"/donnees/{name}").status_code == 404


def test_the_catalogue_names_files_that_are_there(client: Client) -> None:
    graph = Graph().parse(data=read(client, "/catalogue.ttl"), format="turtle")
    files = [str(one) for one in graph.objects(None, DCAT.downloadURL)]
    assert "http://testserver/donnees/deficits.csv" in files
    for address in files:
        if address.endswith((".csv", "indicateurs-epci.gpkg", ".zip")):
            read(client, address.removeprefix("http://testserver"))
    assert (URIRef("http://testserver/donnees/#territoires"), None, DCAT.Dataset) in graph
    assert client.get("/catalogue.ttl?page=2").status_code == 404


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("text/turtle", "/catalogue.ttl"),
        ("application/ld+json", "/catalogue.jsonld"),
        ("text/html", "/donnees/"),
    ],
)
def test_the_catalogue_is_written_as_it_is_asked(client: Client, asked: str, given: str) -> None:
    answer = client.get("/catalogue", headers={"accept": asked})
    assert (answer.status_code, answer.headers["Location"]) == (302, given)


def test_the_directory_is_given_without_the_name_of_anybody(client: Client) -> None:
    assert client.get("/donnees/annuaire.json").status_code == 404
    told = {"source": "essai", "date_maj": "2026-01-01", "code_insee": "90001"}
    structure = Structure.read({**told, "id": "a", "nom": "Accueil (jeu d’essai)"})
    service = Prestation.read(
        {**told, "id": "b", "structure_id": "a", "nom": "Aide", "contact_nom_prenom": "À NE PAS DIRE"}
    )
    import_annuaire(
        None, FichierLu(Annuaire((structure,), (service,), {}), "x.json", "data_inclusion", "0" * 64)
    )
    text = read(client, "/donnees/annuaire.json").decode()
    assert "À NE PAS DIRE" not in text
    assert [one["nom"] for one in json.loads(text)["services"]] == ["Aide"]
