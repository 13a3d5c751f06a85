"""What the OpenAPI document says beyond the operations themselves: in French, complete, held by fuzzing."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

DESCRIPTION = """La lecture est libre. Une clé (en-tête `Authorization: Bearer …`, créée dans « Mon compte »)
élève la limite de 120 à 1 200 requêtes par minute. Au-delà, la réponse est 429 et `Retry-After` dit combien
de secondes attendre.

Chaque réponse porte un `ETag` qui ne change qu’avec l’atlas : renvoyez-le dans `If-None-Match`, une réponse
304 vide dit que rien n’a changé. Les scénarios et le programme, qui bougent, n’en portent pas. La clé d’un
chiffre est (niveau, code, indicateur, millesime). Inconnu se dit `null`."""

FORMES = """JSON, CSV (UTF-8, séparateur « ; », virgule décimale, une ligne d’en-tête) ou GeoJSON (contours
généralisés, en degrés, WGS 84 ; géométrie nulle quand le contour n’est pas connu). Les lignes sont par ordre
de code."""

EXEMPLE_CSV = "niveau;code;indicateur;millesime;valeur;unite\r\ncommune;01001;densite;2021;51,3;hab./km²\r\n"
EXEMPLES: dict[str, Any] = {
    "text/csv": {
        "schema": {"type": "string"},
        "example": EXEMPLE_CSV,
    },
    "application/geo+json": {
        "schema": {
            "type": "object",
            "required": ["type", "features"],
            "properties": {
                "type": {"const": "FeatureCollection"},
                "features": {"type": "array", "items": {"$ref": "#/components/schemas/Contour"}},
            },
        }
    },
}
CONTOUR = {
    "title": "Contour",
    "type": "object",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {
        "type": {"const": "Feature"},
        "id": {"type": "string", "description": "Le code du territoire."},
        "geometry": {"type": ["object", "null"], "description": "Contour généralisé ; null : inconnu."},
        "properties": {"$ref": "#/components/schemas/ChiffreOut"},
    },
}
REPONSES = {
    200: "La réponse.",
    202: "Le calcul est en cours : renvoyez la même demande.",
    401: "Une clé a été donnée, et elle est inconnue, échue ou révoquée.",
    404: "Ce territoire, cet indicateur ou cet atlas n’existe pas ici.",
    422: "Un paramètre n’a pas une valeur permise ; `detail` dit lequel et lesquelles.",
    429: "Trop de requêtes en une minute.",
    503: "L’installation n’a encore aucun atlas.",
}


class ApiDecrite(NinjaAPI):
    """An API whose document also says that a key is optional, and what each answer means."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._documents: dict[str, OpenAPISchema] = {}

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The document, completed; made once for all who ask, who only read it."""
        asked = repr(sorted(options.items()))
        if asked not in self._documents:
            self._documents[asked] = self._describe(**options)
        return self._documents[asked]

    def _describe(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"]["Contour"] = CONTOUR
        for methods in schema["paths"].values():
            for operation in methods.values():
                _complete(operation)
        return schema


def _complete(operation: dict[str, Any]) -> None:
    operation["security"] = [*operation.get("security", []), {}]
    answers = operation["responses"]
    for status, answer in answers.items():
        answer["description"] = REPONSES[int(status)]
    if "scenarios" not in operation.get("tags", []):  # those move: nobody keeps them
        answers[200]["headers"] = {
            "ETag": {"description": "Ne change qu’avec l’atlas.", "schema": {"type": "string"}}
        }
    answers[429]["headers"] = {
        "Retry-After": {"description": "Secondes à attendre.", "schema": {"type": "integer"}}
    }
