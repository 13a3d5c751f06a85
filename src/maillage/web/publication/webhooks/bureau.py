"""What a desk says of webhooks to who keeps them: those that were suspended."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.text import Truncator

from maillage.web.programme.taches.apports import Apport, LigneDeBureau, register
from maillage.web.publication.rules import TENIR
from maillage.web.publication.webhooks.commands import A_LA_MAIN
from maillage.web.publication.webhooks.models import Webhook


def list_apports(personne: Any, jour: date) -> list[Apport]:
    """The addresses that Maillage suspended, with why; not those that somebody suspended."""
    if not personne.has_perm(TENIR):
        return []
    rows = Webhook.objects.filter(actif=False).exclude(motif=A_LA_MAIN).order_by("nom", "pk")
    lines = [LigneDeBureau(row.nom, row.get_absolute_url(), Truncator(row.motif).chars(120)) for row in rows]
    return [Apport("webhooks", "Webhooks suspendus", lines, urgent=True)] if lines else []


register(list_apports)
