"""What governance does that a signalement follows: a comité's answer, and the head of a remontée's trace."""

from __future__ import annotations

from typing import Any

from maillage.web.gouvernance import commands as gouvernance
from maillage.web.gouvernance import trace
from maillage.web.gouvernance.models import RemonteeDeposee
from maillage.web.participation import commands
from maillage.web.participation.models import SignalementRecu


def list_origins(personne: Any, up: RemonteeDeposee) -> list[trace.Maillon]:
    """The signalement that a remontée carries, as it was published, and where it stands."""
    rows = SignalementRecu.objects.filter(remontee=up.cle).order_by("pk")
    return [
        trace.Maillon(
            f"{row}, {row.get_etat_display()}",
            row.get_absolute_url() if row.is_public or row.is_lisible(personne) else "",
            row.texte_public,
        )
        for row in rows
    ]


gouvernance.SUITES_DE_REMONTEE.append(commands.follow_remontee)
trace.ORIGINES.append(list_origins)
