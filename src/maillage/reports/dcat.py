"""What an install gives to reuse, described in DCAT-AP 3.0.1: datasets, their files, services.

Shaped for those who harvest such catalogues: title, description, keywords; a licence on each file; the
place as WKT and as GeoJSON; stable addresses; no blank node, so that two of the same data are equal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

AUTORITE: Final = "http://publications.europa.eu/resource/authority/"
MEDIAS: Final = "http://www.iana.org/assignments/media-types/"
WKT: Final = URIRef("http://www.opengis.net/ont/geosparql#wktLiteral")
GEOJSON: Final = URIRef("https://www.iana.org/assignments/media-types/application/vnd.geo+json")
"""The type by which the harvester of data.gouv.fr knows a shape (``udata/core/dataset/rdf.py``)."""
DCAT3: Final = Namespace(str(DCAT))  # rdflib knows DCAT 2, without "version"
HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
SPDX: Final = Namespace("http://spdx.org/rdf/terms#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
PREFIXES: Final = {
    "dcat": DCAT,
    "dct": DCTERMS,
    "foaf": FOAF,
    "hydra": HYDRA,
    "skos": SKOS,
    "spdx": SPDX,
    "vcard": VCARD,
}
LANGUE: Final = URIRef(f"{AUTORITE}language/FRA")
RYTHME: Final = URIRef(f"{AUTORITE}frequency/IRREG")
THEMES: Final = {"GOVE": "Gouvernement et secteur public", "SOCI": "Population et société"}
ECRITURES: Final = {
    "ttl": ("turtle", "text/turtle"),
    "jsonld": ("json-ld", "application/ld+json"),
    "rdf": ("xml", "application/rdf+xml"),
}
"""Suffix → (name of the writing, media type)."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """One way to get a dataset: a file, or a service. ``taille`` (bytes), ``sha256``: null when not known."""

    adresse: str
    titre: str
    format: str
    type: str
    taille: int | None = None
    sha256: str | None = None
    service: str | None = None


@dataclass(frozen=True, slots=True)
class JeuDeDonnees:
    """A dataset as a catalogue tells it.

    ``adresse``: its own, which never changes; ``page``: where people read of it; ``methode``: how it is made.
    ``cadre``: west, south, east, north (WGS 84), null without place; ``annees``: first and last year, null
    when not known; ``modifie``: day of its last change (ISO), empty when not known; ``licence``: its name,
    its address.
    """

    adresse: str
    titre: str
    description: str
    mots: tuple[str, ...]
    page: str
    licence: tuple[str, str]
    distributions: tuple[Distribution, ...]
    methode: str = ""
    mentions: tuple[str, ...] = ()
    cadre: tuple[float, float, float, float] | None = None
    annees: tuple[int, int] | None = None
    modifie: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class ServiceDeDonnees:
    """A service that gives datasets: its address, its description for programs."""

    adresse: str
    titre: str
    description: str
    contrat: str
    licence: tuple[str, str]
    jeux: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogueOuvert:
    """Everything that an install gives. ``accueil``: its home page; ``editeur``: who publishes it.

    ``adresse`` names it, the same in every writing; ``lu``: that of the writing at hand, which has pages.
    """

    adresse: str
    lu: str
    titre: str
    description: str
    accueil: str
    editeur: str
    jeux: tuple[JeuDeDonnees, ...]
    services: tuple[ServiceDeDonnees, ...] = field(default=())


class Ordonne(Graph):
    """A graph whose triples come in order, so that two of the same triples are written alike."""

    def triples(self, triple: Any) -> Iterator[Any]:  # type: ignore[override]
        """Those that a pattern finds, sorted."""
        yield from sorted(super().triples(triple))


def write_catalogue(catalogue: CatalogueOuvert, suffixe: str, page: tuple[int, int] = (1, 0)) -> bytes:
    """A catalogue in one of :data:`ECRITURES`. ``page``: its number, how many datasets on each (0: all)."""
    graph = make_graph(catalogue, page)
    if suffixe == "jsonld":
        nodes = json.loads(graph.serialize(format="json-ld"))
        return json.dumps(order(nodes), ensure_ascii=False, indent=1, sort_keys=True).encode()
    return graph.serialize(format=ECRITURES[suffixe][0], encoding="utf-8")


def order(value: Any) -> Any:
    """JSON-LD with its lists in order: all of them are sets, written in whatever order they are met.

    >>> order([{"@id": "b"}, {"@id": "a", "x": [2, 1]}])
    [{'@id': 'a', 'x': [1, 2]}, {'@id': 'b'}]
    """
    if isinstance(value, dict):
        return {name: order(held) for name, held in value.items()}
    if isinstance(value, list):
        return sorted(map(order, value), key=lambda held: json.dumps(held, sort_keys=True))
    return value


def make_graph(catalogue: CatalogueOuvert, page: tuple[int, int] = (1, 0)) -> Graph:
    """The catalogue, or one page of it, as a graph."""
    graph = Ordonne(bind_namespaces="core")
    for prefix, space in PREFIXES.items():
        graph.bind(prefix, space)
    number, size = page
    shown = catalogue.jeux[(number - 1) * size : number * size] if size else catalogue.jeux
    me, publisher = URIRef(catalogue.adresse), URIRef(f"{catalogue.adresse}#editeur")
    put(graph, me, RDF.type, DCAT.Catalog)
    say(graph, me, catalogue.titre, catalogue.description)
    put(graph, me, FOAF.homepage, URIRef(catalogue.accueil), FOAF.Document)
    put(graph, me, DCTERMS.publisher, publisher, FOAF.Agent)
    put(graph, publisher, FOAF.name, Literal(catalogue.editeur, lang="fr"))
    put(graph, me, DCTERMS.language, LANGUE, DCTERMS.LinguisticSystem)
    contact = write_contact(graph, catalogue)
    for jeu in shown:
        put(graph, me, DCAT.dataset, URIRef(jeu.adresse))
        write_dataset(graph, jeu, publisher, contact)
    for service in catalogue.services if number == 1 else ():
        put(graph, me, DCAT.service, URIRef(service.adresse))
        write_service(graph, service, publisher, contact, {jeu.adresse for jeu in shown})
    if size:
        write_paging(graph, catalogue, number, size)
    return graph


def put(graph: Graph, subject: Node, verb: Node, what: Node, kind: Node | None = None) -> None:
    """Add a triple, and of what kind its object is when that is said."""
    graph.add((subject, verb, what))
    if kind is not None:
        graph.add((what, RDF.type, kind))


def say(graph: Graph, subject: Node, titre: str, description: str) -> None:
    """A title and a description, in French."""
    put(graph, subject, DCTERMS.title, Literal(titre, lang="fr"))
    put(graph, subject, DCTERMS.description, Literal(description, lang="fr"))


def write_contact(graph: Graph, catalogue: CatalogueOuvert) -> URIRef:
    """Who to ask: whoever publishes, at the home page."""
    contact = URIRef(f"{catalogue.adresse}#contact")
    put(graph, contact, RDF.type, VCARD.Kind)
    put(graph, contact, RDF.type, VCARD.Organization)
    put(graph, contact, VCARD.fn, Literal(catalogue.editeur, lang="fr"))
    put(graph, contact, VCARD.hasURL, URIRef(catalogue.accueil))
    return contact


def write_dataset(graph: Graph, jeu: JeuDeDonnees, publisher: URIRef, contact: URIRef) -> None:
    """One dataset and its distributions."""
    me = URIRef(jeu.adresse)
    put(graph, me, RDF.type, DCAT.Dataset)
    say(graph, me, jeu.titre, jeu.description)
    put(graph, me, DCTERMS.identifier, Literal(jeu.adresse))
    put(graph, me, DCTERMS.publisher, publisher)
    put(graph, me, DCAT.contactPoint, contact)
    put(graph, me, DCTERMS.language, LANGUE)
    put(graph, me, DCTERMS.accrualPeriodicity, RYTHME, DCTERMS.Frequency)
    put(graph, me, DCAT.landingPage, URIRef(jeu.page), FOAF.Document)
    for theme, label in THEMES.items():
        concept = URIRef(f"{AUTORITE}data-theme/{theme}")
        put(graph, me, DCAT.theme, concept, SKOS.Concept)
        put(graph, concept, SKOS.prefLabel, Literal(label, lang="fr"))
    for word in jeu.mots:
        put(graph, me, DCAT.keyword, Literal(word, lang="fr"))
    if jeu.methode:
        put(graph, me, FOAF.page, URIRef(jeu.methode), FOAF.Document)
    if jeu.modifie:
        put(graph, me, DCTERMS.modified, Literal(jeu.modifie, datatype=XSD.date))
    if jeu.version:
        put(graph, me, DCAT3.version, Literal(jeu.version))
    write_origin(graph, me, jeu.mentions)
    write_extent(graph, me, jeu)
    for distribution in jeu.distributions:
        write_distribution(graph, me, distribution, jeu.licence)


def write_origin(graph: Graph, me: URIRef, mentions: Iterable[str]) -> None:
    """What a dataset is made from, a statement for each source."""
    for rank, mention in enumerate(mentions, 1):
        statement = URIRef(f"{me}-source-{rank}")
        put(graph, me, DCTERMS.provenance, statement, DCTERMS.ProvenanceStatement)
        put(graph, statement, RDFS.label, Literal(mention, lang="fr"))


def write_extent(graph: Graph, me: URIRef, jeu: JeuDeDonnees) -> None:
    """Where and of which years a dataset is."""
    if jeu.cadre is not None:
        corners = list_corners(*jeu.cadre)
        shape = json.dumps({"type": "Polygon", "coordinates": [corners]})
        for name, text, kind in (("wkt", write_wkt(corners), WKT), ("geojson", shape, GEOJSON)):
            place = URIRef(f"{me}-emprise-{name}")
            put(graph, me, DCTERMS.spatial, place, DCTERMS.Location)
            put(graph, place, DCAT.bbox, Literal(text, datatype=kind))
    if jeu.annees is not None:
        period = URIRef(f"{me}-periode")
        first, last = jeu.annees
        put(graph, me, DCTERMS.temporal, period, DCTERMS.PeriodOfTime)
        put(graph, period, DCAT.startDate, Literal(f"{first}-01-01", datatype=XSD.date))
        put(graph, period, DCAT.endDate, Literal(f"{last}-12-31", datatype=XSD.date))


def list_corners(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    """The ring of a box, anticlockwise, closed."""
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def write_wkt(corners: Iterable[tuple[float, float]]) -> str:
    """A ring as a WKT polygon.

    >>> write_wkt(list_corners(2.0, 49.9, 4.3, 51.1))
    'POLYGON((2.0 49.9,4.3 49.9,4.3 51.1,2.0 51.1,2.0 49.9))'
    """
    return f"POLYGON(({','.join(f'{x} {y}' for x, y in corners)}))"


def write_distribution(graph: Graph, jeu: URIRef, given: Distribution, licence: tuple[str, str]) -> None:
    """One file, or one service, that gives a dataset."""
    me = URIRef(f"{given.adresse}#fichier")
    put(graph, jeu, DCAT.distribution, me, DCAT.Distribution)
    put(graph, me, DCTERMS.title, Literal(given.titre, lang="fr"))
    put(graph, me, DCAT.accessURL, URIRef(given.adresse), RDFS.Resource)
    if given.service:
        put(graph, me, DCAT.accessService, URIRef(given.service))
    else:
        put(graph, me, DCAT.downloadURL, URIRef(given.adresse))
    put(graph, me, DCAT.mediaType, URIRef(MEDIAS + given.type), DCTERMS.MediaType)
    write_licence(graph, me, licence)
    if given.taille is not None:
        put(graph, me, DCAT.byteSize, Literal(given.taille, datatype=XSD.nonNegativeInteger))
    if given.sha256 is not None:
        checksum = URIRef(f"{given.adresse}#sha256")
        put(graph, me, SPDX.checksum, checksum, SPDX.Checksum)
        put(graph, checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256, SPDX.ChecksumAlgorithm)
        put(graph, checksum, SPDX.checksumValue, Literal(given.sha256, datatype=XSD.hexBinary))


def write_licence(graph: Graph, me: URIRef, licence: tuple[str, str]) -> None:
    """Under what something may be used again: an address, and its name for those who only read words."""
    name, address = licence
    put(graph, me, DCTERMS.license, URIRef(address), DCTERMS.LicenseDocument)
    put(graph, URIRef(address), RDFS.label, Literal(name, lang="fr"))


def write_service(
    graph: Graph, service: ServiceDeDonnees, publisher: URIRef, contact: URIRef, shown: set[str]
) -> None:
    """One service, and those of its datasets that are on this page."""
    me = URIRef(service.adresse)
    put(graph, me, RDF.type, DCAT.DataService)
    say(graph, me, service.titre, service.description)
    put(graph, me, DCAT.endpointURL, me, RDFS.Resource)
    put(graph, me, DCAT.endpointDescription, URIRef(service.contrat), RDFS.Resource)
    put(graph, me, DCTERMS.publisher, publisher)
    put(graph, me, DCAT.contactPoint, contact)
    write_licence(graph, me, service.licence)
    for jeu in service.jeux:
        if jeu in shown:
            put(graph, me, DCAT.servesDataset, URIRef(jeu))


def write_paging(graph: Graph, catalogue: CatalogueOuvert, number: int, size: int) -> None:
    """How to go on: first, last, previous and next page, in the words of Hydra."""
    last = count_pages(catalogue.jeux, size)
    view = name_page(catalogue, number)
    put(graph, URIRef(catalogue.adresse), HYDRA.view, view, HYDRA.PartialCollectionView)
    put(graph, URIRef(catalogue.adresse), HYDRA.totalItems, Literal(len(catalogue.jeux)))
    pages = {HYDRA.first: 1, HYDRA.last: last}
    pages |= {HYDRA.previous: number - 1} if number > 1 else {}
    pages |= {HYDRA.next: number + 1} if number < last else {}
    for verb, page in pages.items():
        put(graph, view, verb, name_page(catalogue, page))


def name_page(catalogue: CatalogueOuvert, number: int) -> URIRef:
    """The address of a page of a catalogue, which may say already of which atlas it is."""
    joint = "&" if "?" in catalogue.lu else "?"
    return URIRef(f"{catalogue.lu}{joint}page={number}")


def count_pages(jeux: Sequence[JeuDeDonnees], size: int) -> int:
    """How many pages a catalogue has; one at least.

    >>> count_pages((), 20)
    1
    """
    return max(1, -(-len(jeux) // size)) if size else 1
