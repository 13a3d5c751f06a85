"""Writes on what the zones of the schema cover in the atlas."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from maillage.web.programme import models
from maillage.web.programme.noms import get_noms
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi.commands import create


def create_correspondance(auteur: Any, zone: str) -> models.Correspondance:
    """The correspondence of a zone of the schema, empty when there was none."""
    if zone not in get_noms().zones:
        raise Http404("Le schéma n’a pas cette zone.")
    with ecriture(auteur, models.Correspondance.MODIFIER):
        found = models.Correspondance.objects.select_for_update().filter(cle=zone).first()
        row = found or models.Correspondance(cle=zone)
        if found is None:
            create(auteur, row)
    return row
