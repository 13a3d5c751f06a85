"""The figures for machines: JSON, CSV and GeoJSON, described by OpenAPI, marked by atlas."""

from __future__ import annotations

from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Query
from ninja.errors import HttpError

from maillage import __version__
from maillage.reports import tableur
from maillage.web.api import lecture
from maillage.web.api.schemas import AtlasOut, ChiffreOut, Erreur, IndicateurOut, TerritoireOut
from maillage.web.api.securite import Cle, LimiteCle, LimitePublique, sans_cle
from maillage.web.socle import atlas as atlases
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.etag import mark

api = NinjaAPI(
    title="Maillage : les chiffres",
    version=__version__,
    description="Lecture libre ; une clé (en-tête Authorization: Bearer) élève la limite de requêtes.",
    urls_namespace="api-1",
    docs_url=None,
    openapi_url="openapi.json",
    auth=[Cle(), sans_cle],
    throttle=[LimitePublique(), LimiteCle()],
)
ERREURS = {404: Erreur}
Niveau = Literal[
    "carreau", "commune", "epci", "canton", "bassin_vie", "arrondissement", "departement", "zone"
]


@api.exception_handler(Http404)
def introuvable(request: HttpRequest, error: Http404) -> HttpResponse:
    """404 with its reason."""
    return api.create_response(request, {"detail": str(error)}, status=404)


def _atlas(request: HttpRequest, atlas: str | None = None) -> AtlasOuvert:
    found = atlases.choose(atlas)
    if found is None:
        raise HttpError(503, "Aucun atlas n’est ouvert.")
    return found


@api.get("/atlas", response=list[AtlasOut], summary="Les atlas de cette installation")
def list_atlas(request: HttpRequest) -> Any:
    """Newest first."""
    return [lecture.decrire_atlas(atlas) for name in atlases.list_ids() if (atlas := atlases.choose(name))]


@api.get(
    "/territoires", response={200: list[TerritoireOut], **ERREURS}, summary="Les territoires d'un niveau"
)
def list_territoires(request: HttpRequest, niveau: Niveau = "commune", atlas: str | None = None) -> Any:
    """By code."""
    return list(_atlas(request, atlas).territoires(niveau))


@api.get("/territoires/{niveau}/{code}", response={200: TerritoireOut, **ERREURS}, summary="Un territoire")
def get_territoire(request: HttpRequest, niveau: Niveau, code: str, atlas: str | None = None) -> Any:
    """404 when the atlas does not hold it."""
    return _atlas(request, atlas).get_territoire(niveau, code)


@api.get(
    "/territoires/{niveau}/{code}/chiffres",
    response={200: list[ChiffreOut], **ERREURS},
    summary="Tous les chiffres d'un territoire",
)
def list_chiffres_territoire(
    request: HttpRequest, niveau: Niveau, code: str, atlas: str | None = None
) -> Any:
    """In the order of the atlas's index."""
    opened = _atlas(request, atlas)
    opened.get_territoire(niveau, code)
    return lecture.list_chiffres_territoire(opened, niveau, code)


@api.get("/indicateurs", response=list[IndicateurOut], summary="Les indicateurs de l'atlas")
def list_indicateurs(request: HttpRequest, atlas: str | None = None) -> Any:
    """Name, unit, meaning, vintage, sources."""
    return lecture.list_indicateurs(_atlas(request, atlas))


@api.get(
    "/chiffres/{indicateur}",
    response={200: list[ChiffreOut], **ERREURS},
    summary="Un indicateur sur tout un niveau",
)
def list_chiffres(
    request: HttpRequest,
    indicateur: str,
    niveau: Niveau = "commune",
    forme: Literal["json", "csv", "geojson"] = Query("json", alias="format"),
    atlas: str | None = None,
) -> Any:
    """JSON, CSV (séparateur « ; », virgule décimale) ou GeoJSON (contours généralisés)."""
    opened = _atlas(request, atlas)
    rows = lecture.list_chiffres(opened, niveau, indicateur)
    if forme == "csv":
        heads = list(ChiffreOut.model_fields)
        body = tableur.make_csv(heads, [[row[name] for name in heads] for row in rows])
        return HttpResponse(body, content_type="text/csv; charset=utf-8")
    if forme == "geojson":
        return JsonResponse(lecture.make_geojson(opened, niveau, rows), content_type="application/geo+json")
    return rows


def marque(request: HttpRequest) -> str | None:
    """The ETag of an API answer: code, atlas and address; none without an atlas."""
    atlas = getattr(request, "atlas", None)
    return mark(request, atlas) if atlas else None
