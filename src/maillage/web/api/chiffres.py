"""The atlas for machines: its territories, its indicators, its figures."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Path, Query, Router

from maillage.web.api import lecture
from maillage.web.api.demande import MIMES, REFUS, REFUS_ATLAS, AtlasDemande, choose_form, open_atlas
from maillage.web.api.description import EXEMPLES, FORMES
from maillage.web.api.listes import ChampsDeListe, give, pick
from maillage.web.api.schemas import AtlasOut, ChiffreOut, IndicateurOut, ReponseOut, TerritoireOut
from maillage.web.socle import atlas as atlases
from maillage.web.territoires.queries import search

router = Router(tags=["atlas"])
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
Mots = Annotated[
    str,
    Query(max_length=100, description="Des mots comme on les tape, ou un numéro.", examples=["st amand"]),
]
Vue = Query[ChampsDeListe]


class ChampsDeChiffres(ChampsDeListe):
    """The same, of figures, which are also drawn."""

    format: Literal["json", "csv", "geojson"] | None = Field(  # type: ignore[assignment]
        None, description=ChampsDeListe.model_fields["format"].description
    )


@router.get(
    "/atlas",
    response={200: list[AtlasOut], **REFUS},
    summary="Les atlas de cette installation",
    description="Du plus récent au plus ancien.",
)
def list_atlas(request: HttpRequest, response: HttpResponse, vue: Vue) -> Any:
    """Newest first."""
    held = [atlas for name in atlases.list_ids() if (atlas := atlases.choose(name))]
    return give(request, response, held, vue, AtlasOut.model_fields, lecture.decrire_atlas, None)


@router.get(
    "/territoires",
    response={200: list[TerritoireOut], **REFUS_ATLAS},
    summary="Les territoires d’un niveau",
    description="Par ordre de code. Liste vide si l’atlas ne connaît pas ce niveau.",
)
def list_territoires(
    request: HttpRequest,
    response: HttpResponse,
    vue: Vue,
    niveau: NiveauDemande = "commune",
    atlas: AtlasDemande = None,
) -> Any:
    """By code."""
    rows = open_atlas(atlas).territoires(niveau)
    return give(request, response, rows, vue, TerritoireOut.model_fields, pick(TerritoireOut), None)


@router.get(
    "/territoires/{niveau}/{code}",
    response={200: TerritoireOut, **REFUS_ATLAS},
    summary="Un territoire",
    description="Son nom, sa population, où il est, et les territoires qui le contiennent.",
)
def get_territoire(request: HttpRequest, niveau: NiveauChemin, code: Code, atlas: AtlasDemande = None) -> Any:
    """404 when the atlas does not hold it."""
    return open_atlas(atlas).get_territoire(niveau, code)


@router.get(
    "/territoires/{niveau}/{code}/chiffres",
    response={200: list[ChiffreOut], **REFUS_ATLAS},
    summary="Tous les chiffres d’un territoire",
    description="Dans l’ordre de l’index de l’atlas ; un chiffre inconnu a une valeur nulle.",
)
def list_chiffres_territoire(
    request: HttpRequest,
    response: HttpResponse,
    niveau: NiveauChemin,
    code: Code,
    vue: Vue,
    atlas: AtlasDemande = None,
) -> Any:
    """In the order of the atlas's index."""
    opened = open_atlas(atlas)
    opened.get_territoire(niveau, code)
    rows = lecture.list_chiffres_territoire(opened, niveau, code)
    return give(request, response, rows, vue, ChiffreOut.model_fields, defaut=None)


@router.get(
    "/recherche",
    response={200: list[ReponseOut], **REFUS_ATLAS},
    summary="Chercher par des mots",
    description="Ce que répond la recherche des pages : la meilleure réponse d’abord, quarante au plus.",
)
def search_words(
    request: HttpRequest, response: HttpResponse, q: Mots, vue: Vue, atlas: AtlasDemande = None
) -> Any:
    """The same answers as the page and the command line."""
    rows = [found.objet for found in search(open_atlas(atlas), q)]
    return give(request, response, rows, vue, ReponseOut.model_fields, defaut=None)


@router.get(
    "/indicateurs",
    response={200: list[IndicateurOut], **REFUS_ATLAS},
    summary="Les indicateurs de l’atlas",
    description="Nom, unité, sens, millésime, sources, et les niveaux où chacun est connu.",
)
def list_indicateurs(
    request: HttpRequest, response: HttpResponse, vue: Vue, atlas: AtlasDemande = None
) -> Any:
    """Name, unit, meaning, vintage, sources."""
    rows = lecture.list_indicateurs(open_atlas(atlas))
    return give(request, response, rows, vue, IndicateurOut.model_fields, defaut=None)


@router.get(
    "/chiffres/{indicateur}",
    response={200: list[ChiffreOut], **REFUS_ATLAS},
    summary="Un indicateur sur tout un niveau",
    description=FORMES,
    openapi_extra={"responses": {200: {"content": EXEMPLES}}},
)
def list_chiffres(
    request: HttpRequest,
    response: HttpResponse,
    indicateur: Indicateur,
    vue: Query[ChampsDeChiffres],
    niveau: NiveauDemande = "commune",
    atlas: AtlasDemande = None,
) -> Any:
    """JSON, CSV (semicolons, decimal commas) or GeoJSON (generalised outlines, never cut in pages)."""
    opened = open_atlas(atlas)
    rows = lecture.list_chiffres(opened, niveau, indicateur)
    if choose_form(request, vue.format, ("json", "csv", "geojson")) == "geojson":
        return JsonResponse(lecture.make_geojson(opened, niveau, rows), content_type=MIMES["geojson"])
    return give(request, response, rows, vue, ChiffreOut.model_fields, defaut=None)
