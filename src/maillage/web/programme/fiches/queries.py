"""Reads of fiches and objectives."""

from __future__ import annotations

from django.db.models import QuerySet

from maillage.web.programme import models


def list_objectifs(fiche: str | None = None) -> QuerySet[models.ObjectifPrioritaire]:
    """The OP, of one fiche or all."""
    rows = models.ObjectifPrioritaire.objects.all()
    return rows.filter(fiche=fiche) if fiche else rows


def list_fiches() -> QuerySet[models.FicheAction]:
    """The fiches in the order of the programme."""
    return models.FicheAction.objects.all()
