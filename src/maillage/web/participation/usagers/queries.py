"""Reads of comités d'usagers: all of them, what each proposes, what waits for whom, what a year counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from maillage.participation.propositions import (
    EN_ATTENTE,
    PUBLIEES,
    TRANCHENT,
    ActeProposition,
    PropositionUsagers,
    cut_at,
)
from maillage.web.participation.models import (
    ComiteUsagers,
    MembreUsagers,
    PropositionDeposee,
    ReunionUsagers,
)
from maillage.web.participation.queries import read_mandats

A = ActeProposition
SORTS = {
    "": "toutes",
    "gardees": "retenues, en tout ou en partie",
    "non_retenues": "non retenues",
    "attente": "sans réponse, ou à l’étude",
}
_ETATS = {
    "gardees": [A.RETENIR.value, A.RETENIR_EN_PARTIE.value],
    "non_retenues": [A.NE_PAS_RETENIR.value],
    "attente": [acte.value for acte in PUBLIEES - TRANCHENT],
}


def list_comites() -> QuerySet[ComiteUsagers]:
    """All of them, those that meet first, with how many propositions are public (``publiees``)."""
    public = Q(propositions__etat__in=[acte.value for acte in PUBLIEES])
    rows = ComiteUsagers.objects.annotate(publiees=Count("propositions", filter=public))
    return rows.order_by(F("ferme_le").desc(nulls_first=True), "nom", "pk")


def list_propositions(theme: str = "", territoire: str = "", sort: str = "") -> QuerySet[PropositionDeposee]:
    """What all may read, the newest first, of a theme, an arrondissement, a fate (``SORTS``)."""
    states = _ETATS.get(sort) or [acte.value for acte in PUBLIEES]
    rows = PropositionDeposee.objects.filter(etat__in=states).select_related("comite")
    if theme:
        rows = rows.filter(theme=theme)
    if territoire:
        rows = rows.filter(territoire=territoire)
    return rows.order_by("-publiee_le", "-pk")


def get_comite(cle: str) -> ComiteUsagers:
    """One comité, which all may read."""
    return get_object_or_404(ComiteUsagers, cle=cle)


def get_reunion(cle: str) -> ReunionUsagers:
    """One meeting, which all may read."""
    return get_object_or_404(ReunionUsagers.objects.select_related("comite"), cle=cle)


def get_proposition(personne: Any, cle: str) -> PropositionDeposee:
    """One that this person may read: public, of her comité, or hers to treat; else it does not exist."""
    row = get_object_or_404(PropositionDeposee.objects.select_related("comite", "reunion"), cle=cle)
    if not (row.is_public or row.is_lisible(personne) or is_membre(personne, row.comite)):
        raise Http404("Cette proposition n’existe pas, ou n’est pas publiée.")
    return row


def get_to_treat(personne: Any, cle: str) -> PropositionDeposee:
    """One that this person answers, or whose comité she animates; 404 for others."""
    row = get_object_or_404(PropositionDeposee.objects.select_related("comite", "reunion"), cle=cle)
    if not row.is_lisible(personne):
        raise Http404("Cette proposition n’existe pas, ou n’est pas publiée.")
    return row


def is_membre(personne: Any, comite: ComiteUsagers) -> bool:
    """Whether this account is a member that who animates the comité has confirmed."""
    if not personne.is_authenticated:
        return False
    held = MembreUsagers.objects.filter(comite=comite, personne_id=personne.pk, confirme_le__isnull=False)
    return held.exists()


def list_of(comite: ComiteUsagers, *, tout: bool) -> list[PropositionDeposee]:
    """Its propositions, the newest first; ``tout``: with those that wait to be read, or were withdrawn."""
    rows = PropositionDeposee.objects.filter(comite=comite).select_related("comite")
    rows = rows if tout else rows.filter(etat__in=[acte.value for acte in PUBLIEES])
    return list(rows.order_by("-publiee_le", "-pk"))


def list_to_read(personne: Any) -> list[PropositionDeposee]:
    """What members of a comité that she animates have written, and nobody has read yet."""
    rows = PropositionDeposee.objects.filter(etat=A.DEPOSER.value).select_related("comite").order_by("pk")
    if not personne.has_perm("participation.animer"):
        return []
    return [row for row in rows if personne.has_perm("participation.animer", row.comite)]


def list_to_answer(personne: Any) -> list[PropositionDeposee]:
    """What this person is asked to answer by one of her mandates, the oldest first."""
    if not personne.has_perm("participation.repondre"):
        return []
    rows = PropositionDeposee.objects.filter(etat__in=[acte.value for acte in EN_ATTENTE])
    rows = rows.select_related("comite").order_by("publiee_le", "pk")
    asked = read_mandats() if rows else None
    return [row for row in rows if asked and any(m.personne_id == personne.pk for m in asked.pick(row))]


def list_to_confirm(personne: Any) -> list[MembreUsagers]:
    """Accounts that ask to sit at a comité that she animates."""
    if not personne.has_perm("participation.animer"):
        return []
    rows = MembreUsagers.objects.filter(confirme_le=None).select_related("comite", "personne")
    return [row for row in rows if personne.has_perm("participation.animer", row.comite)]


def list_year(annee: int, jour: date) -> Sequence[tuple[PropositionDeposee, PropositionUsagers]]:
    """(row, value) of those published in a year, as they stood at the end of a day, the first first."""
    rows = PropositionDeposee.objects.filter(publiee_le__year=annee, publiee_le__lte=jour)
    rows = rows.select_related("comite").order_by("publiee_le", "pk")
    held = [(row, cut_at(row.valeur, jour)) for row in rows]
    return [(row, value) for row, value in held if value.is_public]
