"""What every page of an object of the programme reads, amendments among them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from maillage.web.programme import models
from maillage.web.programme.noms import get_noms
from maillage.web.suivi.queries import read_discussion


def list_amendements(personne: Any = None, objet: str | None = None) -> QuerySet[models.Amendement]:
    """Amendments, newest first; what was never proposed only for its author, ``personne``."""
    mine = Q(auteur=personne) if personne is not None and personne.pk else Q(pk__in=[])
    rows = models.Amendement.objects.select_related("auteur").filter(Q(propose_le__isnull=False) | mine)
    return rows.filter(objet=objet) if objet else rows


def read_page(personne: Any, objet: models.ObjetProgramme) -> dict[str, Any]:
    """What the page of any object says: its names, its discussion, and the amendments proposed on it."""
    proposed = list_amendements(personne, objet.cle)
    return read_discussion(personne, objet) | {
        "section": "programme",
        "noms": get_noms(),
        "objet": objet,
        "amendements": list(proposed) if personne.is_authenticated else [],
        "peut_pratique": personne.has_perm("programme.contribuer_pratique"),
    }
