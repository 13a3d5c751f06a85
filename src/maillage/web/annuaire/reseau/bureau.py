"""What a desk shows of conventions: those that end soon, to whoever keeps them."""

from __future__ import annotations

from datetime import date
from typing import Any

from maillage.annuaire.conventions import EtatConvention
from maillage.francais import jour as dire_jour
from maillage.web.annuaire.reseau import queries
from maillage.web.annuaire.reseau.models import ConventionAccueil
from maillage.web.programme.taches.apports import Apport, LigneDeBureau, register

LIGNES = 20


def list_apports(personne: Any, jour: date) -> list[Apport]:
    """The section of a desk; none when nothing ends soon."""
    if not personne.has_perm(ConventionAccueil.MODIFIER):
        return []
    rows = [row for row in queries.list_all() if row.find_etat(jour) == EtatConvention.FIN_PROCHE]
    lines = [
        LigneDeBureau(str(row), row.get_absolute_url(), f"finit le {dire_jour(row.fin)}" if row.fin else "")
        for row in sorted(rows, key=lambda row: (row.fin or date.max, row.pk))
    ]
    return [Apport("conventions-fin", "Conventions qui finissent bientôt", lines[:LIGNES])] if lines else []


register(list_apports)
