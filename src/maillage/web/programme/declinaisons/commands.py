"""Writes on declinaisons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from maillage.sdaasp.programme.modele import Declinaison as DeclinaisonPure
from maillage.web.programme import models
from maillage.web.programme.conversion import to_fields
from maillage.web.programme.edition.commands import annuler, create, modifier, number_alone
from maillage.web.socle.ecriture import ecriture


def creer_declinaison(auteur: Any, declinaison: DeclinaisonPure, motif: str = "") -> models.Declinaison:
    """A new declinaison, in the next free number of its slot."""
    row = models.Declinaison(**to_fields(declinaison))
    with ecriture(auteur, "programme.modifier_declinaison", row):
        number_alone()
        slot = {"theme": row.theme, "arrondissement": row.arrondissement, "annee": row.annee}
        taken = models.Declinaison.objects.filter(**slot).order_by("-numero").values_list("numero", flat=True)
        row.numero = (taken.first() or 0) + 1
        row.cle = replace(declinaison, numero=row.numero).cle
        create(auteur, row, motif or "Création")
    return row


def modifier_en_lot(
    auteur: Any, cles_versions: Mapping[str, int], champs: Mapping[str, Any], motif: str
) -> list[models.Declinaison]:
    """The same change on several declinaisons: all of them, or none."""
    with ecriture(auteur):
        rows = models.Declinaison.objects.filter(cle__in=cles_versions).order_by("pk")
        return [modifier(auteur, row, cles_versions[row.cle], champs, motif) for row in rows]


def annuler_en_lot(auteur: Any, cles_versions: Mapping[str, int]) -> int:
    """Undo one's own bulk change: on all the declinaisons, or none; how many."""
    with ecriture(auteur):
        rows = list(models.Declinaison.objects.filter(cle__in=cles_versions).order_by("pk"))
        for row in rows:
            annuler(auteur, row, cles_versions[row.cle])
    return len(rows)
