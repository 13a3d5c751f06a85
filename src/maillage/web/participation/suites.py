"""What a signalement or a proposition follows in governance: a comité's answer, the head of a trace."""

from __future__ import annotations

from typing import Any

from maillage.web.gouvernance import commands as gouvernance
from maillage.web.gouvernance import trace
from maillage.web.gouvernance.models import RemonteeDeposee
from maillage.web.participation import commands
from maillage.web.participation.models import PropositionDeposee, SignalementRecu
from maillage.web.participation.usagers import commands as usagers


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


def list_propositions(personne: Any, up: RemonteeDeposee) -> list[trace.Maillon]:
    """The proposition of a comité d'usagers that a remontée carries, and where it stands."""
    rows = PropositionDeposee.objects.filter(remontee=up.cle).select_related("comite").order_by("pk")
    return [
        trace.Maillon(
            f"{row}, {row.get_etat_display()}",
            row.get_absolute_url() if row.is_public or row.is_lisible(personne) else "",
            row.texte if row.is_public else "",
        )
        for row in rows
    ]


gouvernance.SUITES_DE_REMONTEE.append(commands.follow_remontee)
trace.ORIGINES.append(list_origins)
gouvernance.SUITES_DE_REMONTEE.append(usagers.follow_remontee)
trace.ORIGINES.append(list_propositions)
