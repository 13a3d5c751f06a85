"""What a desk shows of bilans: the contributions that this person is asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from maillage.web.bilan import queries
from maillage.web.gouvernance.queries import read_reperes
from maillage.web.programme.taches.apports import Apport, LigneDeBureau, register

LIGNES = 12


def list_apports(personne: Any, jour: date) -> list[Apport]:
    """Contributions to write; nothing when none is owed."""
    rows = queries.list_owed_by(personne, jour) if personne.has_perm("bilan.lire") else []
    if not rows:
        return []
    reperes = read_reperes()
    lines = [
        LigneDeBureau(
            f"Bilan {row.bilan.annee} : {queries.name_part(row, reperes)}",
            row.get_absolute_url(),
            f"pour le {row.echeance:%d/%m/%Y}",
        )
        for row in rows[:LIGNES]
    ]
    return [Apport("contributions", "Contributions à écrire", lines, urgent=True)]


register(list_apports)
