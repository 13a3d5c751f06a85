"""What residents say and what became of it, for machines: only what anyone reads, whoever asks."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router

from maillage.participation.propositions import NOMS_ACTES_PROPOSITION
from maillage.web.api.demande import REFUS
from maillage.web.api.listes import ChampsDeListe, give
from maillage.web.api.schemas_gouvernance import (
    ComiteUsagersOut,
    ConsultationOut,
    PropositionOut,
    SignalementOut,
)
from maillage.web.participation import queries
from maillage.web.participation.consultations.queries import list_consultations
from maillage.web.participation.models import (
    ComiteUsagers,
    ConsultationPublique,
    PropositionDeposee,
    SignalementRecu,
)
from maillage.web.participation.presentation import list_journal
from maillage.web.participation.usagers import queries as usagers

router = Router(tags=["participation"])


class ChampsDeParticipation(ChampsDeListe):
    """A part of what residents say."""

    theme: str = Field("", max_length=60, description="La clé d’un thème.")
    territoire: str = Field("", max_length=10, description="Le code d’un arrondissement.")


@router.get(
    "/signalements",
    response={200: list[SignalementOut], **REFUS},
    summary="Ce qui a été signalé, ce qui a été répondu",
    description="Les signalements publiés, relus et sans nom, du plus récent au plus ancien.",
)
def list_signalements(request: HttpRequest, response: HttpResponse, vue: Query[ChampsDeParticipation]) -> Any:
    """The newest first."""
    rows = queries.list_publics(vue.theme, vue.territoire)
    return give(request, response, rows, vue, SignalementOut.model_fields, _tell_signalement)


@router.get(
    "/comites-usagers",
    response={200: list[ComiteUsagersOut], **REFUS},
    summary="Les comités d’usagers",
    description="Ceux qui se réunissent d’abord.",
)
def list_comites_usagers(request: HttpRequest, response: HttpResponse, vue: Query[ChampsDeListe]) -> Any:
    """Those that meet first."""
    return give(request, response, usagers.list_comites(), vue, ComiteUsagersOut.model_fields, _tell_comite)


@router.get(
    "/propositions",
    response={200: list[PropositionOut], **REFUS},
    summary="Ce que les comités d’usagers proposent, ce qui en est gardé",
    description="Les propositions publiées, de la plus récente à la plus ancienne.",
)
def list_propositions(request: HttpRequest, response: HttpResponse, vue: Query[ChampsDeParticipation]) -> Any:
    """The newest first."""
    rows = usagers.list_propositions(vue.theme, vue.territoire)
    return give(request, response, rows, vue, PropositionOut.model_fields, _tell_proposition)


@router.get(
    "/consultations",
    response={200: list[ConsultationOut], **REFUS},
    summary="Les consultations",
    description="Celles qui sont ouvertes d’abord, puis celles dont les résultats sont publiés.",
)
def list_public_consultations(request: HttpRequest, response: HttpResponse, vue: Query[ChampsDeListe]) -> Any:
    """Those open first."""
    rows = list_consultations(AnonymousUser(), timezone.localdate())
    return give(request, response, rows, vue, ConsultationOut.model_fields, _tell_consultation)


def _tell_signalement(row: SignalementRecu) -> dict[str, Any]:
    told = _pick(row, ("cle", "depose_le", "theme", "dimension", "territoire", "commune", "fois"))
    steps = [{"acte": name, "le": step.le, "texte": said} for step, name, said in list_journal(row)]
    return told | {
        "url": row.get_absolute_url(),
        "texte": row.texte_public,
        "etat": row.get_etat_display(),
        "reponse": row.valeur.reponse,
        "etapes": steps,
        "jeu_essai": row.essai,
    }


def _tell_comite(row: ComiteUsagers) -> dict[str, Any]:
    told = _pick(row, [name for name in ComiteUsagersOut.model_fields if name not in {"url", "jeu_essai"}])
    return told | {"url": row.get_absolute_url(), "jeu_essai": row.essai}


def _tell_proposition(row: PropositionDeposee) -> dict[str, Any]:
    told = _pick(row, ("cle", "texte", "theme", "territoire", "publiee_le"))
    value = row.valeur
    steps = [
        {"acte": NOMS_ACTES_PROPOSITION[step.acte], "le": step.le, "texte": step.texte}
        for step in value.etapes
    ]
    return told | {
        "url": row.get_absolute_url(),
        "comite": row.comite.cle,
        "etat": row.get_etat_display(),
        "reponse": value.reponse.texte if value.reponse else "",
        "etapes": steps,
        "jeu_essai": row.essai,
    }


def _tell_consultation(pair: tuple[ConsultationPublique, bool]) -> dict[str, Any]:
    row, is_open = pair
    told = _pick(row, ("cle", "intitule", "objet", "amendement", "question", "suites"))
    told |= _pick(row.enquete, ("titre", "ouvre_le", "ferme_le", "publiee_le"))
    return told | {"url": row.get_absolute_url(), "ouverte": is_open}


def _pick(row: Any, names: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
