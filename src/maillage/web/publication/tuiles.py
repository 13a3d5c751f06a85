"""The tiles of a layer: its tilesets, their description, one tile; from the atlas's archives if any."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from maillage.atlas.lecture import tuiles as archives
from maillage.ogc.couche import CoucheOuverte
from maillage.ogc.mvt import keep_layer
from maillage.ogc.openapi import GRILLE, HTML, JSON, MVT, describe_property
from maillage.ogc.reperes import CRS84
from maillage.ogc.tuiles import (
    ADRESSE_GRILLE,
    REPERE_GRILLE,
    describe_grille,
    draw_tile,
    find_limits,
    read_zooms,
)
from maillage.web.publication.couches import get_couche
from maillage.web.publication.reponses import (
    RefusOuvert,
    answer,
    check_parameters,
    make_address,
    make_link,
    make_links,
    service,
    write_json,
)
from maillage.web.socle.atlas import AtlasOuvert

SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
TILEJSON = "application/json"


def _get_drawn(atlas: AtlasOuvert, name: str, grille: str = GRILLE) -> CoucheOuverte:
    couche = get_couche(atlas, name)
    if not couche.tuiles or grille != GRILLE:
        raise Http404(
            f"La couche « {name} » n’a pas de tuiles ici, ou pas dans cette grille ({GRILLE} est la seule)."
        )
    return couche


def _find_archive(atlas: AtlasOuvert, couche: CoucheOuverte) -> Path | None:
    return archives.find_archive(atlas.dossier, couche.archive[0]) if couche.archive else None


def _find_zooms(atlas: AtlasOuvert, couche: CoucheOuverte) -> tuple[int, int]:
    path = _find_archive(atlas, couche)
    return archives.read_zooms(path) if path else read_zooms()


@service
def grilles(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The tile matrix sets: one."""
    check_parameters(request)
    link = make_link(
        make_address(request, f"tileMatrixSets/{GRILLE}"), "self", JSON, "Grille des cartes du web"
    )
    one = {"id": GRILLE, "title": link["title"], "uri": ADRESSE_GRILLE, "crs": REPERE_GRILLE, "links": [link]}
    return answer(request, {"tileMatrixSets": [one], "links": make_links(request)}, "grilles", {})


@service
def grille(request: HttpRequest, atlas: AtlasOuvert, grille: str) -> HttpResponse:
    """The tile matrix set, scale by scale."""
    check_parameters(request)
    if grille != GRILLE:
        raise Http404(f"La grille « {grille} » n’est pas offerte : {GRILLE} est la seule.")
    return answer(request, describe_grille(), "grilles", {})


@service
def jeux(request: HttpRequest, atlas: AtlasOuvert, couche: str) -> HttpResponse:
    """The tilesets of a layer: one."""
    check_parameters(request)
    found = _get_drawn(atlas, couche)
    links = [
        make_link(
            make_address(request, f"collections/{couche}/tiles/{GRILLE}", f="json"), "self", JSON, found.titre
        ),
        make_link(make_address(request, f"tileMatrixSets/{GRILLE}"), SCHEME, JSON, "La grille"),
    ]
    one = {
        "title": found.titre,
        "dataType": "vector",
        "crs": REPERE_GRILLE,
        "tileMatrixSetURI": ADRESSE_GRILLE,
    }
    document = {"links": make_links(request), "tilesets": [{**one, "links": links}]}
    return answer(request, document, "jeu", {"couche": found, "modele": _template(request, found)})


def _template(request: HttpRequest, couche: CoucheOuverte) -> str:
    base = make_address(request, f"collections/{couche.id}/tiles/{GRILLE}")
    path, _, query = base.partition("?")
    end = f"?{query}&f=mvt" if query else "?f=mvt"
    return path + "/{tileMatrix}/{tileRow}/{tileCol}" + end


@service
def jeu(request: HttpRequest, atlas: AtlasOuvert, couche: str, grille: str) -> HttpResponse:
    """One tileset: its limits, what its features say, where its tiles are; as TileJSON too."""
    check_parameters(request)
    found = _get_drawn(atlas, couche, grille)
    zooms = _find_zooms(atlas, found)
    template = _template(request, found)
    if request.GET.get("f") == "tilejson":
        return write_json(_describe_tilejson(atlas, found, zooms, template))
    item = {**make_link(template, "item", MVT, "Les tuiles"), "templated": True}
    west, south, east, north = found.emprise or (-180.0, -90.0, 180.0, 90.0)
    document = {
        "title": found.titre,
        "description": found.description,
        "dataType": "vector",
        "crs": REPERE_GRILLE,
        "tileMatrixSetURI": ADRESSE_GRILLE,
        "tileMatrixSetLimits": find_limits(found, zooms),
        "boundingBox": {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84},
        "layers": [_describe_layer(atlas, found)],
        "links": [
            *make_links(request),
            make_link(make_address(request, f"tileMatrixSets/{GRILLE}"), SCHEME, JSON, "La grille"),
            make_link(
                make_address(request, f"collections/{couche}/tiles/{GRILLE}", f="tilejson"),
                "describedby",
                TILEJSON,
                "Ces tuiles en TileJSON",
            ),
            make_link(
                make_address(request, f"collections/{couche}"),
                "http://www.opengis.net/def/rel/ogc/1.0/geodata",
                JSON,
                found.titre,
            ),
            item,
        ],
    }
    return answer(request, document, "jeu", {"couche": found, "modele": template})


def _list_fields(atlas: AtlasOuvert, couche: CoucheOuverte) -> dict[str, dict[str, Any]]:
    """What the features of its tiles say: little in an archive; all that is short in those that we draw."""
    if _find_archive(atlas, couche):
        names = ["code", "nom", "population"]
    else:
        names = [name for name, one in couche.proprietes.items() if one.rendue and not one.long]
    return {name: describe_property(couche.proprietes[name]) for name in names if name in couche.proprietes}


def _find_layer(atlas: AtlasOuvert, couche: CoucheOuverte) -> str:
    return couche.archive[1] if couche.archive and _find_archive(atlas, couche) else couche.id


def _describe_layer(atlas: AtlasOuvert, couche: CoucheOuverte) -> dict[str, Any]:
    shapes = [one for one in couche.geometries[:50] if one is not None]
    dimension = max((0 if one.geom_type == "Point" else 2 for one in shapes), default=2)
    schema = {"type": "object", "properties": _list_fields(atlas, couche)}
    told = {"id": _find_layer(atlas, couche), "title": couche.titre, "dataType": "vector"}
    return told | {"geometryDimension": dimension, "propertiesSchema": schema}


def _describe_tilejson(
    atlas: AtlasOuvert, couche: CoucheOuverte, zooms: tuple[int, int], template: str
) -> dict[str, Any]:
    """TileJSON 3.0: what MapLibre reads."""
    address = template.replace("{tileMatrix}", "{z}").replace("{tileRow}", "{y}").replace("{tileCol}", "{x}")
    fields = {name: one["title"] for name, one in _list_fields(atlas, couche).items()}
    return {
        "tilejson": "3.0.0",
        "name": couche.titre,
        "description": couche.description,
        "attribution": couche.licence,
        "tiles": [address],
        "minzoom": zooms[0],
        "maxzoom": zooms[1],
        "bounds": list(couche.emprise or (-180.0, -90.0, 180.0, 90.0)),
        "vector_layers": [{"id": _find_layer(atlas, couche), "fields": fields}],
    }


@service
def tuile(
    request: HttpRequest, atlas: AtlasOuvert, couche: str, grille: str, zoom: int, row: int, col: int
) -> HttpResponse:
    """One tile: 204 where the layer has nothing, 404 outside of the zooms and of the grid."""
    check_parameters(request)
    if request.GET.get("f", "mvt") != "mvt":
        raise RefusOuvert(400, "« f » : une tuile n’a qu’une forme, mvt.")
    found = _get_drawn(atlas, couche, grille)
    first, last = _find_zooms(atlas, found)
    if not (first <= zoom <= last and row < 2**zoom and col < 2**zoom):
        raise Http404(f"Cette tuile n’existe pas : les niveaux vont de {first} à {last}.")
    path = _find_archive(atlas, found)
    if path and found.archive:
        body = keep_layer(archives.read_tile(path, zoom, row, col), found.archive[1])
    else:
        body = draw_tile(found, zoom, row, col)
    return HttpResponse(body, content_type=MVT) if body else HttpResponse(status=204)


def list_links(request: HttpRequest, couche: CoucheOuverte) -> list[dict[str, str]]:
    """The links of a layer to its tiles."""
    if not couche.tuiles:
        return []
    rel, base = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector", f"collections/{couche.id}/tiles"
    return [
        make_link(make_address(request, base, f="json"), rel, JSON, "Les tuiles"),
        make_link(make_address(request, base, f="html"), rel, HTML, "Les tuiles, à lire"),
    ]
