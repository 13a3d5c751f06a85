"""Governance for machines, to who may read it: comités, meetings, decisions, remontées, what came of them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Query, Router

from maillage.sdaasp.gouvernance.remontees import NOMS
from maillage.web.api.demande import REFUS
from maillage.web.api.listes import ChampsDeListe, give
from maillage.web.api.schemas import Erreur
from maillage.web.api.schemas_gouvernance import (
    ComiteOut,
    DecisionOut,
    EtapeDeTraceOut,
    RemonteeOut,
    SeanceOut,
)
from maillage.web.api.securite import require_reader
from maillage.web.comptes.models import Jeton
from maillage.web.gouvernance import models, queries, trace

router = Router(tags=["gouvernance"])
FERME = {**REFUS, 403: Erreur}
LIRE = "gouvernance.lire"


class ChampsDeGouvernance(ChampsDeListe):
    """A part of what a comité has before it."""

    comite: str | None = Field(
        None, max_length=60, description="La clé d’un comité : voir /gouvernance/comites."
    )
    territoire: str | None = Field(None, max_length=10, description="Le code d’un arrondissement.")


class ChampsDeSeances(ChampsDeGouvernance):
    """A part of the meetings."""

    annee: int | None = Field(None, ge=1, le=9999, description="L’année de la séance.")


class ChampsDeRemontees(ChampsDeGouvernance):
    """A part of the remontées."""

    close: bool | None = Field(None, description="Seulement celles qui ont leur réponse, ou les autres.")


def require(request: HttpRequest) -> Any:
    """Who reads governance, by the rule of its pages."""
    return require_reader(request, Jeton.Droit.GOUVERNANCE, LIRE)


@router.get(
    "/comites",
    response={200: list[ComiteOut], **FERME},
    summary="Les comités",
    description="Ceux que le département a décrits, sinon ceux du schéma de référence.",
)
def list_comites(request: HttpRequest, response: HttpResponse, vue: Query[ChampsDeListe]) -> Any:
    """In their order."""
    require(request)
    rows = list(queries.read_reperes().comites.values())
    return give(request, response, rows, vue, ComiteOut.model_fields, asdict)


@router.get(
    "/seances",
    response={200: list[SeanceOut], **FERME},
    summary="Les séances",
    description="De la plus récente à la plus ancienne : jour, ordre du jour, présences, compte rendu.",
)
def list_seances(request: HttpRequest, response: HttpResponse, vue: Query[ChampsDeSeances]) -> Any:
    """The newest first."""
    require(request)
    asked = {"comite": vue.comite, "territoire": vue.territoire, "jour__year": vue.annee}
    rows = models.Seance.objects.filter(**_given(asked)).order_by("-jour", "comite", "territoire", "pk")
    return give(request, response, rows, vue, SeanceOut.model_fields, _tell_seance)


@router.get(
    "/decisions",
    response={200: list[DecisionOut], **FERME},
    summary="Les décisions",
    description="De la plus récente à la plus ancienne : ce qu’elles disent, où elles en sont.",
)
def list_decisions(request: HttpRequest, response: HttpResponse, vue: Query[ChampsDeGouvernance]) -> Any:
    """The newest first."""
    require(request)
    asked = _given({"seance__comite": vue.comite, "territoire": vue.territoire})
    rows = models.Decision.objects.filter(**asked).select_related("seance")
    rows = rows.order_by("-seance__jour", "rang", "pk")
    return give(request, response, rows, vue, DecisionOut.model_fields, _tell_decision)


@router.get(
    "/remontees",
    response={200: list[RemonteeOut], **FERME},
    summary="Les remontées",
    description="De la plus récente à la plus ancienne : ce qui remonte, son chemin, sa réponse.",
)
def list_remontees(request: HttpRequest, response: HttpResponse, vue: Query[ChampsDeRemontees]) -> Any:
    """The newest first."""
    require(request)
    asked = _given({"comite": vue.comite, "territoire": vue.territoire, "close": vue.close})
    rows = models.RemonteeDeposee.objects.filter(**asked).order_by("-deposee_le", "-pk")
    return give(request, response, rows, vue, RemonteeOut.model_fields, _tell_remontee)


@router.get(
    "/remontees/{cle}/trace",
    response={200: list[EtapeDeTraceOut], **FERME},
    summary="Ce qu’est devenue une remontée",
    description="De bout en bout : ce qui l’a fait remonter, son chemin, les décisions, les amendements, les "
    "déclinaisons, les mesures, le bilan.",
)
def get_trace(
    request: HttpRequest,
    response: HttpResponse,
    cle: Annotated[str, Path(description="La clé de la remontée : voir /gouvernance/remontees.")],
    vue: Query[ChampsDeListe],
) -> Any:
    """The chain of its page."""
    reader = require(request)
    rows = trace.list_etapes(reader, queries.get(reader, "remontee", cle))
    return give(request, response, rows, vue, EtapeDeTraceOut.model_fields, asdict)


def _given(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value is not None}


def _tell_seance(row: models.Seance) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in SeanceOut.model_fields}
    return told | {"presences": [asdict(one) for one in row.list_presences()]}


def _tell_decision(row: models.Decision) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in DecisionOut.model_fields if name not in {"comite", "jour"}}
    return told | {"seance": row.seance.cle, "comite": row.seance.comite, "jour": row.seance.jour}


def _tell_remontee(row: models.RemonteeDeposee) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in RemonteeOut.model_fields if hasattr(row, name)}
    said = ("le", "comite", "seance", "texte")
    steps = [
        {"acte": NOMS[step.acte]} | {name: getattr(step, name) for name in said} for step in row.valeur.etapes
    ]
    return told | {"etat": row.etat_dit, "etapes": steps}
