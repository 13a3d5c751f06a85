"""Writes on declinaisons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from maillage.sdaasp.programme.modele import Declinaison as DeclinaisonPure
from maillage.web.programme import models
from maillage.web.programme.conversion import to_fields
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi.commands import create


def create_declinaison(
    auteur: Any, declinaison: DeclinaisonPure, champs: Mapping[str, Any], motif: str = "Création"
) -> models.Declinaison:
    """A new declinaison in the next free number of its slot, filled at once: whole, or not at all."""
    row = models.Declinaison(**to_fields(declinaison))
    row.write(champs)
    with ecriture(auteur, "programme.modifier_declinaison", row):
        models.Referentiel.lock()
        slot = {"theme": row.theme, "arrondissement": row.arrondissement, "annee": row.annee}
        taken = models.Declinaison.objects.filter(**slot).order_by("-numero").values_list("numero", flat=True)
        row.numero = (taken.first() or 0) + 1
        row.cle = replace(declinaison, numero=row.numero).cle
        create(auteur, row, motif)
    return row
