"""Reads of amendments."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from maillage.web.programme import models


def list_amendements(personne: Any = None, objet: str | None = None) -> QuerySet[models.Amendement]:
    """Amendments, newest first; drafts only of ``personne``."""
    mine = Q(auteur=personne) if personne is not None and personne.pk else Q(pk__in=[])
    rows = models.Amendement.objects.select_related("auteur").filter(~Q(etat="brouillon") | mine)
    return rows.filter(objet=objet) if objet else rows
