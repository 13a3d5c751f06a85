"""Writes on AFOM items and votes."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from django.utils import timezone

from maillage.web.programme import models
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi.commands import create
from maillage.web.suivi.queries import find_free_key


def create_item(auteur: Any, champs: Mapping[str, Any]) -> models.ItemAfom:
    """An item of an AFOM matrix."""
    row = models.ItemAfom(**champs)
    with ecriture(auteur, "programme.contribuer_afom", row):
        models.Referentiel.lock()
        row.cle = find_free_key(f"{row.theme}/{row.arrondissement}/afom", (str(n) for n in count(1)))
        create(auteur, row)
    return row


def vote(auteur: Any, item: models.ItemAfom) -> None:
    """Give one's voice to an item, or take it back.

    Voices are no version of the item: an undo keeps them. Those that an import brought, without names, stay.
    """
    with ecriture(auteur, "programme.contribuer_afom", item):
        item = models.ItemAfom.objects.select_for_update().get(pk=item.pk)
        vote, created = models.Vote.objects.get_or_create(item=item, personne=auteur)
        if not created:
            vote.delete()
        voices = max(item.voix + (1 if created else -1), item.votes.count())
        rows = models.ItemAfom.objects.filter(pk=item.pk)
        rows.update(voix=voices, modifie_le=timezone.now())
