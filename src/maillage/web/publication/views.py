"""The pages and documents of the service: landing, conformance, layers, features."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse

from maillage import __version__
from maillage.ogc.conformite import CLASSES
from maillage.ogc.couche import CoucheOuverte
from maillage.ogc.demande import read_demande
from maillage.ogc.openapi import GEOJSON, HTML, JSON, OPENAPI, SCHEMA, describe_queryables, make_document
from maillage.ogc.page import select
from maillage.ogc.reperes import CRS84, name_repere
from maillage.web.publication import pages, tuiles
from maillage.web.publication.couches import get_couche, get_reperes, list_couches, read_catalogue
from maillage.web.publication.reponses import (
    answer,
    check_parameters,
    find_root,
    make_address,
    make_link,
    make_links,
    service,
    wants_html,
)
from maillage.web.socle.atlas import AtlasOuvert

TITRE = "Services géographiques ouverts"
GENRES_DITS = {
    "string": "texte",
    "number": "nombre",
    "integer": "nombre entier",
    "boolean": "oui ou non",
    "date": "jour",
}


@service
def accueil(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """What there is, and where."""
    check_parameters(request)
    document = {
        "title": f"{TITRE} : {atlas.nom}",
        "description": "Les territoires, les carreaux, les implantations et les déficits de l’atlas, la part "
        "publique du programme et l’annuaire, par les interfaces de l’OGC (OGC API).",
        "links": [
            *make_links(request),
            make_link(
                make_address(request, "api", f="json"),
                "service-desc",
                OPENAPI,
                "La description de l’interface",
            ),
            make_link(make_address(request, "api", f="html"), "service-doc", HTML, "La même, à lire"),
            make_link(
                make_address(request, "conformance"), "conformance", JSON, "Ce à quoi ce service se conforme"
            ),
            make_link(make_address(request, "collections"), "data", JSON, "Les couches"),
            make_link(
                make_address(request, "tileMatrixSets"),
                "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
                JSON,
                "Les grilles des tuiles",
            ),
        ],
    }
    couches = (*list_couches(atlas).values(), read_catalogue(atlas)) if wants_html(request) else ()
    return answer(request, document, "accueil", {"couches": list(couches), "racine": find_root(request)})


@service
def conformite(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The classes that the service conforms to."""
    check_parameters(request)
    document = {"conformsTo": list(CLASSES), "links": make_links(request)}
    return answer(request, document, "conformite", {})


@service
def api(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The OpenAPI document; as a page, the same by layer."""
    check_parameters(request)
    couches = (*list_couches(atlas).values(), read_catalogue(atlas))
    document = make_document(find_root(request), __version__, couches, get_reperes(atlas))
    operations = [{"chemin": f"/ogc{path}", **one["get"]} for path, one in document["paths"].items()]
    told = {
        "couches": list(couches),
        "operations": operations,
        "parametres": document["components"]["parameters"],
    }
    return answer(request, document, "api", told, OPENAPI)


def describe_couche(request: HttpRequest, couche: CoucheOuverte, reperes: tuple[str, ...]) -> dict[str, Any]:
    """What the list of layers says of one, and its own document too."""
    base = f"collections/{couche.id}"
    extent: dict[str, Any] = {}
    if couche.emprise:
        extent["spatial"] = {"bbox": [list(couche.emprise)], "crs": CRS84}
    if couche.periode:
        first, last = couche.periode
        extent["temporal"] = {"interval": [[f"{first}T00:00:00Z", f"{last}T23:59:59Z"]]}
    links = [
        make_link(make_address(request, base, f="json"), "self", JSON, couche.titre),
        make_link(make_address(request, base, f="html"), "alternate", HTML, f"{couche.titre}, à lire"),
        make_link(make_address(request, f"{base}/items", f="json"), "items", GEOJSON, "Les objets"),
        make_link(make_address(request, f"{base}/items", f="html"), "items", HTML, "Les objets, à lire"),
        make_link(
            make_address(request, f"{base}/queryables"),
            "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            SCHEMA,
            "Ce que l’on peut filtrer",
        ),
    ]
    links += tuiles.list_links(request, couche)
    return {
        "id": couche.id,
        "title": couche.titre,
        "description": couche.description,
        "keywords": list(couche.mots),
        "license": couche.licence,
        "extent": extent,
        "itemType": couche.type_objets,
        "crs": list(reperes),
        "storageCrs": CRS84,
        "links": links,
    }


@service
def couches(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Every layer that holds something."""
    check_parameters(request)
    reperes, held = get_reperes(atlas), (*list_couches(atlas).values(), read_catalogue(atlas))
    document = {
        "links": make_links(request),
        "crs": list(reperes),
        "collections": [describe_couche(request, one, reperes) for one in held],
    }
    return answer(request, document, "couches", {"couches": list(held)})


@service
def couche(request: HttpRequest, atlas: AtlasOuvert, couche: str) -> HttpResponse:
    """One layer."""
    check_parameters(request)
    found = get_couche(atlas, couche)
    document = describe_couche(request, found, get_reperes(atlas))
    return answer(
        request,
        document,
        "couche",
        {"couche": found, "reperes": [name_repere(one) for one in document["crs"]]},
    )


@service
def filtrables(request: HttpRequest, atlas: AtlasOuvert, couche: str) -> HttpResponse:
    """What a filter of one layer may name."""
    check_parameters(request)
    found = get_couche(atlas, couche)
    told = [(name, one, GENRES_DITS[one.genre]) for name, one in found.proprietes.items()]
    document = describe_queryables(found, make_address(request, f"collections/{couche}/queryables"))
    return answer(request, document, "filtrables", {"couche": found, "proprietes": told}, SCHEMA)


@service
def objets(request: HttpRequest, atlas: AtlasOuvert, couche: str) -> HttpResponse:
    """The features of one layer that answer a question, a page at a time."""
    found, html = get_couche(atlas, couche), wants_html(request)
    asked = read_demande(found, dict(request.GET.lists()), get_reperes(atlas))
    page = select(found, asked)
    return pages.show(request, found, page) if html else pages.write(request, found, page)


@service
def objet(request: HttpRequest, atlas: AtlasOuvert, couche: str, objet: str) -> HttpResponse:
    """One feature."""
    check_parameters(request, "crs", "properties")
    found, html = get_couche(atlas, couche), wants_html(request)
    row = found.rangs.get(objet)
    if row is None:
        raise Http404(f"La couche « {couche} » n’a pas d’objet « {objet} ».")
    told = {name: values for name, values in request.GET.lists() if name in {"crs", "properties"}}
    asked = read_demande(found, told, get_reperes(atlas))
    address = make_address(request, f"collections/{couche}/items/{quote(objet, safe='')}")
    return (
        pages.show_one(request, found, row, address) if html else pages.write_one(request, found, row, asked)
    )
