"""What the pages of orientations share: their steps in words, who still sees a name."""

from __future__ import annotations

from typing import Final

from maillage.annuaire.orientation import (
    ETATS_ORIENTATION,
    ActeOrientation,
    EtapeOrientation,
    SuiviOrientation,
)
from maillage.web.annuaire.accueil.models import OrientationEnvoyee

SECTION: Final = "accueil"
VISIBLES: Final = frozenset(
    ETATS_ORIENTATION[acte]
    for acte in (ActeOrientation.ENVOYER, ActeOrientation.RECEVOIR, ActeOrientation.ACCEPTER)
)
"""The states in which the structure reads the first name and how to call back."""


def may_see(suivi: SuiviOrientation) -> bool:
    """Whether the structure still needs the name: not once it has refused, nor once it has expired."""
    return suivi.etat in VISIBLES


def list_steps(row: OrientationEnvoyee) -> list[tuple[str, EtapeOrientation]]:
    """The steps, each in words."""
    return [(ETATS_ORIENTATION[step.acte].capitalize(), step) for step in row.journal]
