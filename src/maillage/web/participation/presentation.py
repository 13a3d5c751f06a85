"""What the pages of signalements share: frame, names of communes, the public journal."""

from __future__ import annotations

from typing import Any

from maillage.participation.signalements import NOMS_ACTES, ActeSignalement, EtapeSignalement
from maillage.web.participation.models import SignalementRecu

A = ActeSignalement
_DITS = frozenset({A.REPONDRE, A.REFUSER, A.MASQUER, A.ROUVRIR})
"""Steps whose words its author reads; those of the others are between agents."""


def frame(onglet: str = "") -> dict[str, Any]:
    """What every page has."""
    return {"section": "", "onglet": onglet}


def show_champ(model: type[Any], champ: str, value: Any) -> str:
    """A value of a field, in words."""
    if isinstance(value, list):
        return "\n".join(" · ".join(str(part) for part in one.values() if part) for one in value) or "rien"
    return str(value) if value not in (None, "") else "rien"


def list_journal(row: SignalementRecu, *, tout: bool = False) -> list[tuple[EtapeSignalement, str, str]]:
    """(step, its name, its words) in order; ``tout``: with what agents say between themselves."""
    return [
        (step, NOMS_ACTES[step.acte], step.texte if tout or step.acte in _DITS else "")
        for step in row.valeur.etapes
    ]
