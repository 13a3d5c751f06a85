"""What the rule of deficits says of each territory that it judged."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Query, Router

from maillage.atlas.lecture.deficits import Deficit
from maillage.atlas.lecture.territoires import Territoire
from maillage.web.api.chiffres import Code, NiveauChemin, NiveauDemande
from maillage.web.api.demande import REFUS_ATLAS, AtlasDemande, open_atlas
from maillage.web.api.listes import ChampsDeListe, give
from maillage.web.api.schemas import DeficitOut
from maillage.web.socle.atlas import AtlasOuvert

router = Router(tags=["deficits"])


class ChampsDeDeficits(ChampsDeListe):
    """A part of the territories judged."""

    en_deficit: bool | None = Field(None, description="Seulement ceux que la règle retient, ou les autres.")


@router.get(
    "",
    response={200: list[DeficitOut], **REFUS_ATLAS},
    summary="Les déficits d’accès d’un niveau",
    description="Ce que dit la règle de chaque territoire jugé : retenu ou non, palier, motifs, solidité. "
    "Les retenus d’abord, du plus fort au moins fort, puis par code. Liste vide si rien n’y est jugé.",
)
def list_deficits(
    request: HttpRequest,
    response: HttpResponse,
    vue: Query[ChampsDeDeficits],
    niveau: NiveauDemande = "commune",
    atlas: AtlasDemande = None,
) -> Any:
    """Kept first, by rank."""
    opened = open_atlas(atlas)
    held = opened.deficits(niveau)
    places = {one.code: one for one in opened.territoires(niveau)}
    rows = [
        (places[code], one)
        for code, one in held.items()
        if code in places and vue.en_deficit in (None, one.en_deficit)
    ]
    rows.sort(key=lambda row: (row[1].rang is None, row[1].rang, row[0].code))
    return give(
        request, response, rows, vue, DeficitOut.model_fields, lambda row: _describe(opened, *row), None
    )


@router.get(
    "/{niveau}/{code}",
    response={200: DeficitOut, **REFUS_ATLAS},
    summary="Le déficit d’accès d’un territoire",
    description="404 quand la règle n’a pas jugé ce territoire.",
)
def get_deficit(request: HttpRequest, niveau: NiveauChemin, code: Code, atlas: AtlasDemande = None) -> Any:
    """404 when the rule did not judge it."""
    opened = open_atlas(atlas)
    place, found = opened.get_territoire(niveau, code), opened.deficits(niveau).get(code)
    if found is None:
        raise Http404("La règle des déficits n’a pas jugé ce territoire.")
    return _describe(opened, place, found)


def _describe(atlas: AtlasOuvert, place: Territoire, one: Deficit) -> dict[str, Any]:
    whole = {
        "niveau": place.niveau,
        "code": place.code,
        "nom": place.nom,
        "population": place.population,
        "millesime": atlas.manifeste.millesime,
        "temps_fiabilite": atlas.fiabilite_temps,
    }
    return {name: whole[name] if name in whole else getattr(one, name) for name in DeficitOut.model_fields}
