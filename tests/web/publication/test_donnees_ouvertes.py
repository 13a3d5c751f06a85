"""The page of open data, its files, its catalogue: what anybody takes, and what nobody does."""

import hashlib
import json
import re
from datetime import timedelta

import polars as pl
import pyshacl
import pytest
from django.db import OperationalError
from django.template.defaultfilters import filesizeformat
from django.test import Client
from django.utils import timezone
from rdflib import DCAT, DCTERMS, Graph, Namespace, URIRef
from rdflib.compare import isomorphic

from maillage.annuaire.fiche import Annuaire, Complement, Prestation, Structure
from maillage.web.annuaire.commands import FichierLu, import_annuaire
from maillage.web.annuaire.models import ImportAnnuaire
from maillage.web.programme.models import FicheAction
from maillage.web.publication.donnees import fichiers, queries
from maillage.web.publication.donnees.models import PoidsDeFichier
from maillage.web.suivi.commands import update
from tests.reports.test_dcat import read_shapes

pytestmark = pytest.mark.django_db
SPDX = Namespace("http://spdx.org/rdf/terms#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
JEUX = "http://testserver/donnees/#"


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


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's own reader of JSON-LD
def test_the_catalogue_has_one_name_whatever_its_writing(client: Client) -> None:
    said = []
    for suffix, kind in {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}.items():
        graph = Graph().parse(data=read(client, f"/catalogue.{suffix}"), format=kind)
        (view,) = graph.objects(URIRef("http://testserver/catalogue.ttl"), HYDRA.view)
        assert str(view) == f"http://testserver/catalogue.{suffix}?page=1"
        graph.remove((view, None, None))
        graph.remove((None, None, view))
        said.append(graph)
    assert isomorphic(said[0], said[1])
    assert isomorphic(said[0], said[2])


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


def read_catalogue(client: Client, query: str = "") -> Graph:
    return Graph().parse(data=read(client, f"/catalogue.ttl{query}"), format="turtle")


def list_licences(graph: Graph, jeu: str) -> set[str]:
    """Under what each file of a dataset is, by the address of the licence."""
    files = list(graph.objects(URIRef(JEUX + jeu), DCAT.distribution))
    assert files, jeu
    held = [list(graph.objects(one, DCTERMS.license)) for one in files]
    assert all(len(one) == 1 for one in held), "on every distribution"
    return {str(one) for (one,) in held}


def add_to_directory(name: str, licence: str) -> None:
    structure = Structure.read(
        {"source": name, "date_maj": "2026-01-01", "id": name, "nom": f"Accueil {name}"}
    )
    held = Annuaire((structure,), (), {name: Complement(id=name, licence=licence)})
    import_annuaire(None, FichierLu(held, f"{name}.json", name, name * 64))


def test_the_directory_is_under_odbl_as_soon_as_a_record_is(client: Client) -> None:
    told = {}
    for name, licence in (("a", "Licence Ouverte 2.0"), ("b", "ODbL 1.0")):
        add_to_directory(name, licence)
        graph, page = read_catalogue(client), read(client, "/donnees/").decode()
        (told[name],) = list_licences(graph, "annuaire")
        section = page[page.index('id="annuaire"') :]
        shown = re.search(r'Licence\s: <a href="([^"]+)" rel="external">([^<]+)</a>', section)
        assert shown is not None
        assert (shown[1], shown[2]) == (told[name], licence)
        layer = json.loads(read(client, "/ogc/collections/annuaire-structures"))["license"]
        assert licence in layer.split(" ; ")
    assert told["a"] != told["b"]
    api = graph.value(URIRef("http://testserver/api/1/"), DCTERMS.license)
    assert str(api) == told["b"], "the services give the directory too"


@pytest.mark.parametrize("licence", ["", "Licence Ouverte 2.0", "ODbL 1.0"])
def test_page_catalogue_and_package_say_one_licence_of_each_dataset(client: Client, licence: str) -> None:
    """Without a directory, then with one, whose licence is that of its records."""
    if licence:
        add_to_directory("a", licence)
    graph, page = read_catalogue(client), read(client, "/donnees/").decode()
    package = json.loads(read(client, "/donnees/datapackage.json"))["resources"]
    assert ("annuaire" in {one["name"] for one in package}) == bool(licence)
    for one in package:
        (told,) = one["licenses"]
        assert list_licences(graph, one["name"]) == {told["path"]}
        section = page[page.index(f'<section id="{one["name"]}"') :]
        assert f'<a href="{told["path"]}"' in section[: section.index("</section>")]
        assert read(client, f"/donnees/{one['path']}")


def test_what_changes_each_day_is_not_dated_by_the_atlas(client: Client, nord, compte) -> None:
    add_to_directory("a", "Licence Ouverte 2.0")
    before = timezone.now() - timedelta(days=40)
    ImportAnnuaire.objects.update(fait_le=before)

    def find_days() -> list[str | None]:
        graph = read_catalogue(client)
        days = [graph.value(URIRef(JEUX + jeu), DCTERMS.modified) for jeu in ("annuaire", "programme")]
        built = graph.value(URIRef(JEUX + "territoires"), DCTERMS.modified)
        assert str(built) not in {"None", today}
        return [None if day is None else str(day) for day in days]

    today = timezone.localdate().isoformat()
    assert find_days() == [timezone.localdate(before).isoformat(), None]
    row = FicheAction.objects.get(cle="sante")
    update(compte("charge_mission"), row, row.version, {"titre": "Santé et soins"}, "")
    add_to_directory("b", "ODbL 1.0")
    assert find_days() == [today, today]


def test_the_catalogue_of_an_atlas_leads_to_its_files(client: Client, nord, donnees) -> None:
    asked = "?atlas=essai-2025"
    for query in ("", asked):
        read(client, f"/donnees/deficits.csv{query}")
    graph = read_catalogue(client, asked)
    files = [str(one) for one in graph.objects(None, DCAT.downloadURL)]
    assert files
    assert all(one.endswith(asked) for one in files)
    linked = {str(one) for verb in ("first", "last") for one in graph.objects(None, HYDRA[verb])}
    assert linked == {f"http://testserver/catalogue.ttl{asked}&page=1"}
    assert client.get(f"/catalogue.ttl{asked}&page=1").status_code == 200
    (body,) = {read(client, one.removeprefix("http://testserver")) for one in files if "/deficits.csv" in one}
    weighed = URIRef(f"http://testserver/donnees/deficits.csv{asked}#sha256")
    assert str(graph.value(weighed, SPDX.checksumValue)) == hashlib.sha256(body).hexdigest()
    conforms, _, text = pyshacl.validate(graph, shacl_graph=read_shapes(donnees))
    assert conforms, text
    assert "atlas=" not in read(client, "/catalogue.ttl").decode(), "addresses that do not change"
    assert f'href="/catalogue.ttl{asked}"' in read(client, f"/donnees/{asked}").decode()
    chosen = client.get(f"/catalogue{asked}", headers={"accept": "text/turtle"})
    assert chosen.headers["Location"] == f"/catalogue.ttl{asked}"


NOMS = ("territoires.csv", "atlas.zip", "annuaire.json", "datapackage.json", "SHA256SUMS")


@pytest.mark.parametrize("compressed", [False, True])
def test_who_holds_a_file_is_told_so(client: Client, compressed: bool) -> None:
    add_to_directory("a", "Licence Ouverte 2.0")
    coding = {"Accept-Encoding": "gzip"} if compressed else {}
    read(client, "/donnees/territoires.csv")
    read(client, "/donnees/atlas.zip")  # weighed: nothing else moves from here
    for address in (*(f"/donnees/{one}" for one in NOMS), "/catalogue.ttl"):
        first = client.get(address, headers=coding)
        first.close()
        for method in (client.get, client.head):
            again = method(address, headers={"If-None-Match": first.headers["ETag"], **coding})
            assert (again.status_code, again.content) == (304, b""), address
            assert again.headers["ETag"].removeprefix("W/") == first.headers["ETag"].removeprefix("W/")
        other = client.get(address, headers={"If-None-Match": '"autre"', **coding})
        other.close()
        assert other.status_code == 200
        asked = client.options(address)
        assert asked.status_code == 204
        assert "If-None-Match" in asked.headers["Access-Control-Allow-Headers"]
        assert client.post(address).headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_file_has_another_mark_when_what_it_says_changes(client: Client, monkeypatch) -> None:
    add_to_directory("a", "Licence Ouverte 2.0")

    def ask(address: str) -> str:
        answer = client.get(address)
        answer.close()
        return answer.headers["ETag"]

    moving = ("/donnees/SHA256SUMS", "/donnees/datapackage.json", "/donnees/annuaire.json", "/catalogue.ttl")
    held = {one: ask(one) for one in moving}
    read(client, "/donnees/territoires.csv")  # weighed
    add_to_directory("b", "ODbL 1.0")
    for address, etag in held.items():
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 200, address
    names = ("/donnees/territoires.csv", "/donnees/annuaire.json")
    before = {ask(one) for one in names}
    monkeypatch.setattr("maillage.web.publication.donnees.views.__version__", "0.0.0")
    assert not before & {ask(one) for one in names}, "two versions may write it in two ways"
