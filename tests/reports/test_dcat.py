"""The catalogue of open data, judged by the shapes of DCAT-AP 3.0.1 and read back in its three writings."""

from dataclasses import replace
from pathlib import Path

import pyshacl
import pytest
from rdflib import DCAT, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from maillage.reports.dcat import (
    CatalogueOuvert,
    Distribution,
    JeuDeDonnees,
    ServiceDeDonnees,
    make_graph,
    write_catalogue,
)

SHACL = Namespace("http://www.w3.org/ns/shacl#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
LICENCE = ("Licence Ouverte 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence")
BASE = "https://acces.example.org/"


def make_jeu(rank: int) -> JeuDeDonnees:
    name = f"table-{rank}"
    given = Distribution(f"{BASE}donnees/{name}.csv", "CSV", "csv", "text/csv", 12, "ab" * 32)
    return JeuDeDonnees(
        adresse=f"{BASE}donnees/#{name}",
        titre=f"Table {rank}",
        description="Ce qu’elle dit",
        mots=("accès", "services"),
        page=f"{BASE}donnees/#{name}",
        licence=LICENCE,
        distributions=(given, replace(given, adresse=f"{BASE}donnees/{name}.gpkg", taille=None, sha256=None)),
        methode=f"{BASE}methodes/",
        mentions=("INSEE, Population (2021)",),
        cadre=(2.0, 49.9, 4.3, 51.1),
        annees=(2013, 2026),
        modifie="2026-11-29",
        version="abc",
    )


API = ServiceDeDonnees(
    f"{BASE}api/1/", "API", "Lecture", f"{BASE}api/1/openapi.json", LICENCE, (f"{BASE}donnees/#table-0",)
)
CATALOGUE = CatalogueOuvert(
    f"{BASE}catalogue.ttl",
    f"{BASE}catalogue.ttl",
    "Données ouvertes",
    "Tout",
    BASE,
    "Département d’essai",
    tuple(make_jeu(rank) for rank in range(5)),
    (API,),
)


def read_shapes(donnees: Path) -> Graph:
    """The published shapes, less the two properties that they name and describe nowhere."""
    shapes = Graph().parse(donnees / "dcat" / "dcat-ap-3.0.1-SHACL.ttl")
    dangling = [
        row
        for row in shapes.triples((None, SHACL.property, None))
        if (row[2], SHACL.path, None) not in shapes
    ]
    assert len(dangling) == 2
    for row in dangling:
        shapes.remove(row)
    return shapes


def test_the_shapes_find_nothing_wrong(donnees: Path) -> None:
    shapes = read_shapes(donnees)
    conforms, _, text = pyshacl.validate(make_graph(CATALOGUE, (1, 20)), shacl_graph=shapes)
    assert conforms, text
    untitled = make_graph(replace(CATALOGUE, jeux=(make_jeu(0),)))
    untitled.remove((URIRef(f"{BASE}donnees/#table-0"), URIRef("http://purl.org/dc/terms/title"), None))
    assert not pyshacl.validate(untitled, shacl_graph=shapes)[0], "these shapes would let anything pass"


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # its own reader of JSON-LD
def test_the_three_writings_say_the_same() -> None:
    read = [
        Graph().parse(data=write_catalogue(CATALOGUE, suffix), format=name)
        for suffix, name in (("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml"))
    ]
    assert isomorphic(read[0], read[1])
    assert isomorphic(read[0], read[2])


def test_what_is_told_in_another_order_is_written_the_same() -> None:
    """Sets of rdflib come as the hash of their addresses says, which changes with each process."""
    turned = replace(CATALOGUE, jeux=CATALOGUE.jeux[::-1])
    for suffix in ("ttl", "jsonld", "rdf"):
        assert write_catalogue(turned, suffix) == write_catalogue(CATALOGUE, suffix)


@pytest.mark.parametrize(("number", "shown", "next_page"), [(1, 2, True), (2, 2, True), (3, 1, False)])
def test_a_long_catalogue_goes_by_pages(number: int, shown: int, next_page: bool) -> None:
    graph = make_graph(CATALOGUE, (number, 2))
    assert len(list(graph.objects(URIRef(CATALOGUE.adresse), DCAT.dataset))) == shown
    view = URIRef(f"{CATALOGUE.adresse}?page={number}")
    assert ((view, HYDRA.next, None) in graph) is next_page
    assert (URIRef(CATALOGUE.adresse), HYDRA.totalItems, Literal(5)) in graph


def test_the_pages_of_a_catalogue_that_names_its_atlas_name_it_too(donnees: Path) -> None:
    one = replace(CATALOGUE, adresse=f"{BASE}catalogue.ttl?atlas=2025", lu=f"{BASE}catalogue.ttl?atlas=2025")
    graph = make_graph(one, (2, 2))
    view = URIRef(f"{one.adresse}&page=2")
    linked = {str(graph.value(view, HYDRA[verb])) for verb in ("first", "previous", "next", "last")}
    assert linked == {f"{one.adresse}&page={number}" for number in (1, 3)}
    conforms, _, text = pyshacl.validate(graph, shacl_graph=read_shapes(donnees))
    assert conforms, text


def test_without_an_address_names_follow_where_the_file_is() -> None:
    here = replace(CATALOGUE, adresse="catalogue.ttl", accueil="", jeux=(), services=())
    read = Graph().parse(
        data=write_catalogue(here, "ttl"),
        format="turtle",
        publicID="https://ailleurs.example/site/catalogue.ttl",
    )
    assert (URIRef("https://ailleurs.example/site/catalogue.ttl"), None, DCAT.Catalog) in read
