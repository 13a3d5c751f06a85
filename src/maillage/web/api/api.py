"""The figures for machines: JSON, CSV and GeoJSON, described by OpenAPI, marked by atlas."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Path, Query
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from maillage import __version__
from maillage.reports.ecrire import tableur
from maillage.sdaasp.completude.formes import to_document
from maillage.web.api import lecture
from maillage.web.api.description import DESCRIPTION, EXEMPLES, FORMES, ApiDecrite
from maillage.web.api.scenarios import router
from maillage.web.api.schemas import (
    AtlasOut,
    ChiffreOut,
    CompletudeOut,
    Erreur,
    IndicateurOut,
    ReponseOut,
    TerritoireOut,
)
from maillage.web.api.securite import Cle, Limite, sans_cle
from maillage.web.programme.couverture.queries import read_completude
from maillage.web.programme.lecture import read_programme
from maillage.web.programme.noms import get_noms
from maillage.web.socle import atlas as atlases
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.etag import mark
from maillage.web.territoires.queries import search

api: NinjaAPI = ApiDecrite(
    title="Maillage : les chiffres",
    version=__version__,
    description=DESCRIPTION,
    urls_namespace="api-1",
    docs_url=None,
    openapi_url="openapi.json",
    auth=[Cle(), sans_cle],
    throttle=Limite(),
)
api.add_router("/scenarios", router)
REFUS = {401: Erreur, 404: Erreur, 422: Erreur, 429: Erreur, 503: Erreur}
Niveaux = Literal[
    "carreau", "commune", "epci", "canton", "bassin_vie", "arrondissement", "departement", "zone"
]
NIVEAU = "Le niveau : la maille du territoire."
NiveauDemande = Annotated[Niveaux, Query(description=NIVEAU, examples=["epci"])]
NiveauChemin = Annotated[Niveaux, Path(description=NIVEAU, examples=["commune"])]
Code = Annotated[
    str, Path(description="Le code du territoire à son niveau (INSEE, SIREN…).", examples=["01001"])
]
Indicateur = Annotated[
    str, Path(description="L’identifiant de l’indicateur : voir /indicateurs.", examples=["densite"])
]
AtlasDemande = Annotated[
    str | None,
    Query(description="L’identifiant d’un atlas : voir /atlas. Sans lui, le plus récent."),
]
Mots = Annotated[
    str,
    Query(max_length=100, description="Des mots comme on les tape, ou un numéro.", examples=["st amand"]),
]
Forme = Annotated[
    Literal["json", "csv", "geojson"],
    Query(alias="format", description="La forme de la réponse."),
]


def _refuse(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    return api.create_response(request, {"detail": detail}, status=status)


@api.exception_handler(Http404)
def introuvable(request: HttpRequest, error: Http404) -> HttpResponse:
    """404 with its reason."""
    return _refuse(request, 404, str(error))


@api.exception_handler(AuthenticationError)
def cle_refusee(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """401: a key was given, and it is not one."""
    answer = _refuse(
        request, 401, "Cette clé est inconnue, échue ou révoquée. Sans clé, la lecture est libre."
    )
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(Throttled)
def trop(request: HttpRequest, error: Throttled) -> HttpResponse:
    """429 and when to come back."""
    answer = _refuse(request, 429, "Trop de requêtes en une minute : attendez la suivante.")
    answer.headers["Retry-After"] = str(error.wait)
    return answer


@api.exception_handler(ValidationError)
def mal_demande(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422: which parameter, and what it may be."""
    return _refuse(request, 422, " ".join(map(_explain, error.errors)))


def _explain(fault: dict[str, Any]) -> str:
    """One fault of a parameter in French.

    >>> _explain({"loc": ("query", "format"), "ctx": {"expected": "'json', 'csv' or 'geojson'"}})
    "Le paramètre « format » doit être l’un de : 'json', 'csv', 'geojson'."
    """
    expected = str(fault.get("ctx", {}).get("expected", "")).replace(" or ", ", ")
    allowed = f"l’un de : {expected}" if expected else "un texte"
    return f"Le paramètre « {fault['loc'][-1]} » doit être {allowed}."


def _atlas(request: HttpRequest, atlas: str | None = None) -> AtlasOuvert:
    found = atlases.choose(atlas)
    if found is None:
        raise HttpError(503, "Aucun atlas n’est ouvert.")
    return found


@api.get(
    "/atlas",
    response={200: list[AtlasOut], 401: Erreur, 422: Erreur, 429: Erreur},
    summary="Les atlas de cette installation",
    description="Du plus récent au plus ancien.",
)
def list_atlas(request: HttpRequest) -> Any:
    """Newest first."""
    return [lecture.decrire_atlas(atlas) for name in atlases.list_ids() if (atlas := atlases.choose(name))]


@api.get(
    "/territoires",
    response={200: list[TerritoireOut], **REFUS},
    summary="Les territoires d’un niveau",
    description="Par ordre de code. Liste vide si l’atlas ne connaît pas ce niveau.",
)
def list_territoires(
    request: HttpRequest, niveau: NiveauDemande = "commune", atlas: AtlasDemande = None
) -> Any:
    """By code."""
    return list(_atlas(request, atlas).territoires(niveau))


@api.get(
    "/territoires/{niveau}/{code}",
    response={200: TerritoireOut, **REFUS},
    summary="Un territoire",
    description="Son nom, sa population, où il est, et les territoires qui le contiennent.",
)
def get_territoire(request: HttpRequest, niveau: NiveauChemin, code: Code, atlas: AtlasDemande = None) -> Any:
    """404 when the atlas does not hold it."""
    return _atlas(request, atlas).get_territoire(niveau, code)


@api.get(
    "/territoires/{niveau}/{code}/chiffres",
    response={200: list[ChiffreOut], **REFUS},
    summary="Tous les chiffres d’un territoire",
    description="Dans l’ordre de l’index de l’atlas ; un chiffre inconnu a une valeur nulle.",
)
def list_chiffres_territoire(
    request: HttpRequest, niveau: NiveauChemin, code: Code, atlas: AtlasDemande = None
) -> Any:
    """In the order of the atlas's index."""
    opened = _atlas(request, atlas)
    opened.get_territoire(niveau, code)
    return lecture.list_chiffres_territoire(opened, niveau, code)


@api.get(
    "/recherche",
    response={200: list[ReponseOut], **REFUS},
    summary="Chercher par des mots",
    description="Ce que répond la recherche des pages : la meilleure réponse d’abord, quarante au plus.",
)
def search_words(request: HttpRequest, q: Mots, atlas: AtlasDemande = None) -> Any:
    """The same answers as the page and the command line."""
    return [found.objet for found in search(_atlas(request, atlas), q)]


@api.get(
    "/indicateurs",
    response={200: list[IndicateurOut], **REFUS},
    summary="Les indicateurs de l’atlas",
    description="Nom, unité, sens, millésime, sources, et les niveaux où chacun est connu.",
)
def list_indicateurs(request: HttpRequest, atlas: AtlasDemande = None) -> Any:
    """Name, unit, meaning, vintage, sources."""
    return lecture.list_indicateurs(_atlas(request, atlas))


@api.get(
    "/chiffres/{indicateur}",
    response={200: list[ChiffreOut], **REFUS},
    summary="Un indicateur sur tout un niveau",
    description=FORMES,
    openapi_extra={"responses": {200: {"content": EXEMPLES}}},
)
def list_chiffres(
    request: HttpRequest,
    indicateur: Indicateur,
    niveau: NiveauDemande = "commune",
    forme: Forme = "json",
    atlas: AtlasDemande = None,
) -> Any:
    """JSON, CSV (semicolons, decimal commas) or GeoJSON (generalised outlines)."""
    opened = _atlas(request, atlas)
    rows = lecture.list_chiffres(opened, niveau, indicateur)
    if forme == "csv":
        heads = list(ChiffreOut.model_fields)
        body = tableur.make_csv(heads, [[row[name] for name in heads] for row in rows])
        return HttpResponse(body, content_type="text/csv; charset=utf-8")
    if forme == "geojson":
        return JsonResponse(lecture.make_geojson(opened, niveau, rows), content_type="application/geo+json")
    return rows


@api.get(
    "/programme/completude",
    response={200: CompletudeOut, **REFUS},
    summary="Ce que la loi demande au programme",
    description="Pour chaque exigence : les territoires en déficit attendus, servis et manquants, par clé.",
)
def get_completude(request: HttpRequest, atlas: AtlasDemande = None) -> Any:
    """The answer of the pages and documents; 404 while no programme is loaded."""
    get_noms()  # 404
    return to_document(read_completude(read_programme(), atlases.choose(atlas)))


def marque(request: HttpRequest) -> str | None:
    """The ETag of an API answer: code, atlas and address; none without an atlas, nor of what moves."""
    moves = "/programme/" in request.path or "/scenarios" in request.path
    atlas = None if moves else getattr(request, "atlas", None)
    return mark(request, atlas) if atlas else None
