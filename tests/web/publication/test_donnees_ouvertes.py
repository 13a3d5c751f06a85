"""The page of open data, its files, its catalogue: what anybody takes, and what nobody does."""

import json

import polars as pl
import pytest
from django.test import Client
from rdflib import DCAT, Graph, URIRef

from maillage.annuaire.fiche import Annuaire, Prestation, Structure
from maillage.web.annuaire.commands import FichierLu, import_annuaire

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
