"""Writes on declinaisons."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from maillage.sdaasp.programme.modele import Declinaison as DeclinaisonPure
from maillage.web.programme import models
from maillage.web.programme.conversion import to_fields
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi.commands import create


def creer_declinaison(auteur: Any, declinaison: DeclinaisonPure, motif: str = "") -> models.Declinaison:
    """A new declinaison, in the next free number of its slot."""
    row = models.Declinaison(**to_fields(declinaison))
    with ecriture(auteur, "programme.modifier_declinaison", row):
        models.Referentiel.lock()
        slot = {"theme": row.theme, "arrondissement": row.arrondissement, "annee": row.annee}
        taken = models.Declinaison.objects.filter(**slot).order_by("-numero").values_list("numero", flat=True)
        row.numero = (taken.first() or 0) + 1
        row.cle = replace(declinaison, numero=row.numero).cle
        create(auteur, row, motif or "Création")
    return row
