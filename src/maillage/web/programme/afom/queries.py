"""Reads of AFOM items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from maillage.francais import accord
from maillage.web.programme import models


def list_afom(arrondissement: str, theme: str) -> QuerySet[models.ItemAfom]:
    """The items of one matrix, most voted first."""
    rows = models.ItemAfom.objects.all()
    if arrondissement:
        rows = rows.filter(arrondissement=arrondissement)
    return rows.filter(theme=theme) if theme else rows


def list_suites(objectifs: Iterable[str]) -> dict[str, tuple[str, str]]:
    """What an AFOM item leads to: OP → (its label, its declinaisons and indicators counted in words)."""
    keys = sorted(set(objectifs))
    rows = models.ObjectifPrioritaire.objects.filter(cle__in=keys) if keys else []
    measured = Counter(models.IndicateurSuivi.objects.filter(objet__in=keys).values_list("objet", flat=True))
    found = {}
    for row in rows:
        served = models.Declinaison.objects.filter(cles_op__contains=f" {row.cle} ").count()
        words = f"{accord(served, 'déclinaison')}, {accord(measured[row.cle], 'indicateur')}"
        found[row.cle] = (row.libelle, words)
    return found


def list_votes(personne: Any, items: Iterable[models.ItemAfom]) -> set[str]:
    """The items that a person has voted for."""
    if not personne.is_authenticated:
        return set()
    votes = models.Vote.objects.filter(personne=personne, item__in=list(items))
    return set(votes.values_list("item__cle", flat=True))
