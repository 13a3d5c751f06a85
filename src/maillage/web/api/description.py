"""What the OpenAPI document says beyond the operations themselves: in French, complete, held by fuzzing."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from maillage.sdaasp.programme.schema_json import make_schema
from maillage.web.api.demande import choose_form

DESCRIPTION = """Ce qui est public se lit sans clé. Une clé (en-tête `Authorization: Bearer …`, créée dans
« Mon compte ») élève la limite de requêtes et lit en plus ce qu’elle coche (le programme, la gouvernance,
les scénarios, l’annuaire), jamais plus que la personne qui l’a créée. Chaque opération dit ce qu’une clé lui
ajoute (`security`, `x-droit`) ; sans clé, elle répond ce que tout le monde lit, sauf la gouvernance, qui n’a
rien de public.

Les en-têtes `RateLimit` et `RateLimit-Policy` disent ce qui reste ; au-delà, la réponse est 429 et
`Retry-After` dit combien de secondes attendre.

Une liste se lit par pages (`page`, `limit`) que relie l’en-tête `Link` (first, prev, next, last) ;
`X-Total-Count` dit combien de lignes elle a. Elle existe en JSON et en CSV : demandez-le par
`Accept: text/csv` ou par `format=csv`. Une forme qui n’existe pas est refusée (406). En JSON, les listes de
l’atlas sont entières tant que `limit` n’est pas donné, les autres vont par cent ; un CSV est entier tant que
`limit` n’est pas donné.

Une réponse dont l’état est connu porte un `ETag`, qui ne change qu’avec l’atlas, le programme ou
l’annuaire : renvoyez-le dans `If-None-Match`, une réponse 304 vide dit que rien n’a changé, et ne compte pas.
Ce qui est lu pour une personne, la participation et les scénarios n’en portent pas.

La version est dans l’adresse (`/api/1/`). Dans une version, des champs, des paramètres et des opérations
s’ajoutent ; rien n’est retiré ni renommé. Ce qui doit l’être est d’abord marqué `deprecated` ici, et répond
encore un an.

La clé d’un chiffre est (niveau, code, indicateur, millesime). Inconnu se dit `null`."""

FORMES = """JSON, CSV (UTF-8, séparateur « ; », virgule décimale, une ligne d’en-tête) ou GeoJSON (contours
généralisés, en degrés, WGS 84 ; géométrie nulle quand le contour n’est pas connu ; toujours entier). Les
lignes sont par ordre de code."""

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
    401: "Une clé a été donnée, et elle est inconnue, échue ou révoquée ; ou il en faut une.",
    403: "Cette clé n’ouvre pas cette lecture, ou aucun mandat de sa personne.",
    404: "Ce territoire, cet indicateur, cet atlas, cet objet ou cette page n’existe pas ici.",
    406: "Aucune forme de cette réponse ne convient à l’en-tête `Accept`.",
    422: "Un paramètre n’a pas une valeur permise ; `detail` dit lequel et lesquelles.",
    429: "Trop de requêtes en une minute, ou en un jour.",
    503: "L’installation n’a encore aucun atlas.",
}
SALLES: Final = {
    "atlas": "L’atlas",
    "deficits": "Les déficits d’accès",
    "programme": "Le programme",
    "gouvernance": "La gouvernance",
    "participation": "Ce que disent les habitants",
    "annuaire": "L’annuaire",
    "scenarios": "Les scénarios",
}
DROITS: Final = {
    "programme": "ce qui est réservé aux comptes",
    "gouvernance": "toute la réponse : rien n’y est public",
    "scenarios": "les scénarios ouverts à votre compte, et vos brouillons",
    "annuaire": "le nom des contacts",
}
"""Part of the API → what a key that opens it reads besides; the name of the part is that of the right."""
FERMEES: Final = {"gouvernance"}
"""Parts that have nothing public."""
MOUVANTES: Final = {"scenarios", "gouvernance", "participation"}
"""Parts whose state nothing tells in advance: they have no mark."""


class ApiDecrite(NinjaAPI):
    """An API whose document also says what a key opens, and what each answer means."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._documents: dict[str, OpenAPISchema] = {}

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The document, completed; made once for all who ask, who only read it."""
        asked = repr(sorted(options.items()))
        if asked not in self._documents:
            self._documents[asked] = self._describe(**options)
        return self._documents[asked]

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Its name, wherever its function stands: what programs made from the document call it by."""
        return operation.view_func.__name__

    def create_response(self, request: HttpRequest, data: Any, **options: Any) -> HttpResponse:
        """An answer in JSON; 406 to who accepts none."""
        response = super().create_response(request, data, **options)
        if response.status_code < 300 and "format" not in request.GET:
            try:
                choose_form(request, None, ("json",))
            except HttpError as error:
                return super().create_response(request, {"detail": str(error)}, status=error.status_code)
        return response

    def _describe(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        schema["components"]["schemas"] |= {"Contour": CONTOUR, **describe_programme()}
        for methods in schema["paths"].values():
            for operation in methods.values():
                _complete(operation)
        return schema


def describe_programme() -> dict[str, Any]:
    """The objects of the programme, as its exchange format describes them (docs/schema-programme.json).

    >>> sorted(describe_programme()["Cible"]["properties"])
    ['annee', 'indicateur', 'texte', 'valeur']
    """
    whole = _refer(make_schema())
    held: dict[str, Any] = whole.pop("$defs")
    measured = deepcopy(held["IndicateurSuivi"])
    for name, item in (("cibles", "Cible"), ("valeurs", "Valeur")):
        measured["properties"][name] = {"type": "array", "items": {"$ref": f"#/components/schemas/{item}"}}
    exchange = {name: whole[name] for name in ("type", "required", "additionalProperties", "properties")}
    return {**held, "IndicateurMesure": measured, "Echange": exchange}


def _refer(part: Any) -> Any:
    """The same, referring to components; without the words that are for who reads the code."""
    if isinstance(part, list):
        return [_refer(one) for one in part]
    if isinstance(part, str):
        return part.replace("#/$defs/", "#/components/schemas/")
    if not isinstance(part, dict):
        return part
    return {
        name: _refer(one)
        for name, one in part.items()
        if not (name == "description" and isinstance(one, str))
    }


def _complete(operation: dict[str, Any]) -> None:
    (tag,) = operation["tags"]
    named = {"Cle": [tag] if tag in DROITS else []}
    operation["security"] = [named] if tag in FERMEES else [named, {}]
    if tag in DROITS:
        operation["x-droit"] = {"droit": tag, "ajoute": DROITS[tag]}
    answers = operation["responses"]
    for status, answer in answers.items():
        answer["description"] = REPONSES[int(status)]
    found = answers[200]
    if any(one["name"] == "page" for one in operation.get("parameters", [])):
        found["content"].setdefault("text/csv", {"schema": {"type": "string"}})
        found["headers"] = {
            "Link": _header("Les autres pages : first, prev, next, last (RFC 8288)."),
            "X-Total-Count": _header("Combien de lignes en tout.", "integer"),
        }
    if tag not in MOUVANTES:  # nobody keeps those
        found.setdefault("headers", {})["ETag"] = _header("Absent de ce qui est lu pour une personne.")
    answers[429]["headers"] = {"Retry-After": _header("Secondes à attendre.", "integer")}


def _header(description: str, kind: str = "string") -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}}
