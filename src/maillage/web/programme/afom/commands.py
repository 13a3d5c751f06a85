"""Writes on AFOM items and votes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from maillage.web.programme import models
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi.commands import create


def ajouter_item(auteur: Any, champs: Mapping[str, Any]) -> models.ItemAfom:
    """An item of an AFOM matrix."""
    row = models.ItemAfom(**champs)
    with ecriture(auteur, "programme.contribuer_afom", row):
        models.Referentiel.lock()
        number = models.ItemAfom.objects.filter(arrondissement=row.arrondissement, theme=row.theme).count()
        row.cle = f"{row.theme}/{row.arrondissement}/afom{number + 1}"
        create(auteur, row)
    return row


def voter(auteur: Any, item: models.ItemAfom) -> None:
    """Give one's voice to an item, or take it back."""
    with ecriture(auteur, "programme.contribuer_afom", item):
        item = models.ItemAfom.objects.select_for_update().get(pk=item.pk)
        vote, created = models.Vote.objects.get_or_create(item=item, personne=auteur)
        if not created:
            vote.delete()
        item.voix = item.votes.count()
        item.save()
