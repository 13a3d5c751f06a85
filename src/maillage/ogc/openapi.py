"""The OpenAPI 3.0 document of the service: every address, what it takes, what it answers, in French."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from maillage.ogc.couche import CoucheOuverte, ProprieteOuverte
from maillage.ogc.demande import LANGUES, read_limits

GEOJSON: Final = "application/geo+json"
HTML: Final = "text/html"
JSON: Final = "application/json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
GRILLE: Final = "WebMercatorQuad"
MVT: Final = "application/vnd.mapbox-vector-tile"
SCHEMA: Final = "application/schema+json"
TYPES: Final = {
    "string": "string",
    "date": "string",
    "number": "number",
    "integer": "integer",
    "boolean": "boolean",
}


def make_document(
    root: str, version: str, couches: Iterable[CoucheOuverte], reperes: tuple[str, ...]
) -> dict[str, Any]:
    """The document of a service whose landing page is ``root``."""
    held = tuple(couches)
    paths: dict[str, Any] = {
        "/": _get("Page d’accueil", JSON, "accueil"),
        "/conformance": _get("Ce à quoi ce service se conforme", JSON, "conformite"),
        "/collections": _get("Les couches", JSON, "couches"),
    }
    for couche in held:
        paths |= _describe(couche) | (_describe_tiles(couche) if couche.tuiles else {})
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Maillage : services géographiques ouverts",
            "description": "Territoires, carreaux, implantations, déficits, programme et annuaire, tels "
            "que les pages les montrent. Inconnu se dit null ; chaque chiffre a sa fiabilité et son "
            "millésime à côté de lui.",
            "version": version,
        },
        "servers": [{"url": root.rstrip("/")}],
        "paths": paths,
        "components": {"parameters": _list_parameters(reperes), "responses": ERREURS, "schemas": SCHEMAS},
    }


DIT: Final = {JSON: {"schema": {"$ref": "#/components/schemas/Refus"}}}
PAGE: Final = {HTML: {"schema": {"type": "string"}}}
"""Two refusals are also pages, for who reads pages."""
ERREURS: Final = {
    "Refus": {
        "description": "Un paramètre n’a pas une valeur permise, ou n’existe pas.",
        "content": DIT | PAGE,
    },
    "Absent": {"description": "Cette couche ou cet objet n’existe pas ici.", "content": DIT | PAGE},
    "Trop": {
        "description": "Trop de demandes en une minute ; Retry-After dit combien de secondes attendre.",
        "content": DIT,
    },
}
SCHEMAS: Final = {
    "Refus": {
        "type": "object",
        "required": ["code"],
        "properties": {"code": {"type": "string"}, "description": {"type": "string"}},
    },
}


def _list_parameters(reperes: tuple[str, ...]) -> dict[str, Any]:
    default, maximum = read_limits()
    system = {"type": "string", "format": "uri", "enum": list(reperes), "default": reperes[0]}
    text = {"type": "string"}
    texts = {"type": "array", "items": text}
    return {
        "f": _query("f", "La forme de la réponse.", {"type": "string", "enum": ["json", "html"]}),
        "atlas": _query("atlas", "L’identifiant d’un atlas ; sans lui, le plus récent.", text),
        "bbox": _query(
            "bbox",
            "Une emprise : ouest, sud, est, nord.",
            {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
        ),
        "bbox-crs": _query("bbox-crs", "Le système de coordonnées de l’emprise.", system),
        "crs": _query("crs", "Le système de coordonnées de la réponse.", system),
        "datetime": _query("datetime", "Un jour, un instant, ou un intervalle.", text),
        "limit": _query(
            "limit",
            "Le nombre d’objets de la page.",
            {"type": "integer", "minimum": 1, "maximum": maximum, "default": default},
        ),
        "offset": _query(
            "offset", "Combien d’objets sauter.", {"type": "integer", "minimum": 0, "default": 0}
        ),
        "filter": _query("filter", "Un filtre CQL2 : population > 1000 AND nom LIKE 'Saint-%'.", text),
        "filter-lang": _query(
            "filter-lang",
            "La langue du filtre.",
            {"type": "string", "enum": list(LANGUES), "default": "cql2-text"},
        ),
        "filter-crs": _query("filter-crs", "Le système de coordonnées des géométries du filtre.", system),
        "properties": _query("properties", "Les propriétés voulues, et elles seules.", texts),
        "sortby": _query(
            "sortby", "Les propriétés de tri ; - devant l’une d’elles : du plus grand au plus petit.", texts
        ),
    }


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "required": False,
        "schema": schema,
        "style": "form",
        "explode": False,
    }


def _refer(*names: str) -> list[dict[str, str]]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _get(
    summary: str, mime: str, name: str, parameters: list[dict[str, Any]] | None = None, tag: str = "service"
) -> dict[str, Any]:
    body = {"schema": {"type": "object"}}
    content = {mime: body, HTML: {"schema": {"type": "string"}}}
    answers: dict[str, Any] = {"200": {"description": "La réponse.", "content": content}}
    answers |= {
        "400": {"$ref": "#/components/responses/Refus"},
        "404": {"$ref": "#/components/responses/Absent"},
        "429": {"$ref": "#/components/responses/Trop"},
    }
    asked = (parameters or []) + _refer("f", "atlas")
    return {
        "get": {
            "tags": [tag],
            "summary": summary,
            "operationId": name,
            "parameters": asked,
            "responses": answers,
        }
    }


def _describe(couche: CoucheOuverte) -> dict[str, Any]:
    base, name = f"/collections/{couche.id}", couche.id
    common = _refer(
        "bbox",
        "bbox-crs",
        "crs",
        "datetime",
        "limit",
        "offset",
        "filter",
        "filter-lang",
        "filter-crs",
        "properties",
        "sortby",
    )
    own = [
        _query(one.nom, one.titre, describe_property(one))
        for one in couche.proprietes.values()
        if one.rendue and one.nom != "atlas"
    ]
    if couche.type_objets == "record":
        own += [
            _query(
                "q", "Des mots, séparés par des virgules.", {"type": "array", "items": {"type": "string"}}
            ),
            _query("ids", "Des identifiants.", {"type": "array", "items": {"type": "string"}}),
        ]
    item = {
        "name": "featureId",
        "in": "path",
        "required": True,
        "description": "L’identifiant de l’objet.",
        "schema": {"type": "string"},
    }
    return {
        base: _get(couche.titre, JSON, f"couche-{name}", tag=name),
        f"{base}/queryables": _get("Ce que l’on peut filtrer", SCHEMA, f"filtrables-{name}", tag=name),
        f"{base}/items": _get(f"{couche.titre} : les objets", GEOJSON, f"objets-{name}", common + own, name),
        f"{base}/items/{{featureId}}": _get(
            f"{couche.titre} : un objet", GEOJSON, f"objet-{name}", [item, *_refer("crs", "properties")], name
        ),
    }


def _describe_tiles(couche: CoucheOuverte) -> dict[str, Any]:
    base, name = f"/collections/{couche.id}/tiles", couche.id

    def place(key: str, said: str, kind: str) -> dict[str, Any]:
        schema = {"type": kind, "minimum": 0} if kind == "integer" else {"type": kind, "enum": [GRILLE]}
        return {"name": key, "in": "path", "required": True, "description": said, "schema": schema}

    grid = place("tileMatrixSetId", "La grille.", "string")
    spot = [
        place("tileMatrix", "Le niveau de zoom.", "integer"),
        place("tileRow", "La ligne.", "integer"),
        place("tileCol", "La colonne.", "integer"),
    ]
    one = _get(f"{couche.titre} : une tuile", MVT, f"tuile-{name}", [grid, *spot], name)
    one["get"]["parameters"] = [grid, *spot, *_refer("atlas")]
    one["get"]["responses"]["200"]["content"] = {MVT: {"schema": {"type": "string", "format": "binary"}}}
    one["get"]["responses"]["204"] = {"description": "Rien dans cette tuile."}
    return {
        base: _get(f"{couche.titre} : les jeux de tuiles", JSON, f"jeux-{name}", tag=name),
        f"{base}/{{tileMatrixSetId}}": _get(
            f"{couche.titre} : un jeu de tuiles", JSON, f"jeu-{name}", [grid], name
        ),
        f"{base}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": one,
    }


def describe_property(one: ProprieteOuverte) -> dict[str, Any]:
    """The JSON schema of a property.

    >>> describe_property(ProprieteOuverte("nom", "Nom"))
    {'title': 'Nom', 'type': 'string'}
    """
    told: dict[str, Any] = {"title": one.titre, "type": TYPES[one.genre]}
    if one.genre == "date":
        told["format"] = "date"
    if one.description:
        told["description"] = one.description
    if one.unite:
        told["x-ogc-unit"] = one.unite
    if one.valeurs:
        told["enum"] = list(one.valeurs)
    return told


def describe_queryables(couche: CoucheOuverte, address: str) -> dict[str, Any]:
    """What a filter of this layer may name, as a JSON schema."""
    told = {name: describe_property(one) for name, one in couche.proprietes.items()}
    shape = {"geometry": {"format": "geometry-any", "x-ogc-role": "primary-geometry"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "type": "object",
        "title": couche.titre,
        "description": couche.description,
        "properties": told | shape,
        "additionalProperties": False,
    }
