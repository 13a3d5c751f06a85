"""Writes of training: a session announced, a session called off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.web.annuaire.ambassadeurs.models import SeanceFormation
from maillage.web.socle.ecriture import ecriture

FORMER: Final = "annuaire.former"


def announce(auteur: Any, champs: Mapping[str, Any]) -> SeanceFormation:
    """Announce a session, from today on.

    Raises:
        ValidationError: by field, what does not hold.
    """
    with ecriture(auteur, FORMER):
        if champs["jour"] < timezone.localdate():
            raise ValidationError({"jour": "Ce jour est passé."})
        if champs["debut"] and champs["fin"] and champs["fin"] <= champs["debut"]:
            raise ValidationError({"fin": "Elle finit avant de commencer."})
        return SeanceFormation.objects.create(auteur=auteur, **champs)


def call_off(auteur: Any, row: SeanceFormation) -> None:
    """Call a session off: it stays in the calendar, said so, for who had noted it."""
    with ecriture(auteur, FORMER):
        row.annulee_le = row.annulee_le or timezone.localdate()
        row.save()
