"""Writes on priority objectives."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from maillage.web.programme import models
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi.commands import create
from maillage.web.suivi.queries import find_free_key


def create_objectif(
    auteur: Any, objectif: models.ObjectifPrioritaire, champs: Mapping[str, Any]
) -> models.ObjectifPrioritaire:
    """A new priority objective, after the others of its fiche."""
    objectif.write(champs)
    with ecriture(auteur, objectif.MODIFIER, objectif):
        models.Referentiel.lock()
        held = models.ObjectifPrioritaire.objects.filter(fiche=objectif.fiche).order_by("-ordre")
        objectif.ordre = (held.values_list("ordre", flat=True).first() or 0) + 1
        keys = (f".{number}" for number in count(objectif.ordre))
        objectif.cle = find_free_key(objectif.fiche, keys)
        create(auteur, objectif)
    return objectif
