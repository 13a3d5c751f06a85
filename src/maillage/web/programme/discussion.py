"""Reads of amendments."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from maillage.web.programme import models
from maillage.web.suivi.queries import read_discussion as read_generic


def list_amendements(personne: Any = None, objet: str | None = None) -> QuerySet[models.Amendement]:
    """Amendments, newest first; what was never proposed only for its author, ``personne``."""
    mine = Q(auteur=personne) if personne is not None and personne.pk else Q(pk__in=[])
    rows = models.Amendement.objects.select_related("auteur").filter(Q(propose_le__isnull=False) | mine)
    return rows.filter(objet=objet) if objet else rows


def read_discussion(personne: Any, objet: models.ObjetProgramme) -> dict[str, Any]:
    """What the pages of an object say of it: its discussion, and the amendments proposed on it."""
    return read_generic(personne, objet) | {
        "amendements": list(list_amendements(personne, objet.cle)),
        "peut_pratique": personne.has_perm("programme.contribuer_pratique"),
    }
