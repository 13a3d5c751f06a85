"""The directory of the embedded example, the first time: invented, and said so in each name."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from maillage.web.annuaire.commands import FichierLu, import_annuaire
from maillage.web.annuaire.models import FicheTenue
from maillage.web.annuaire.reseau.commands import find_partner
from maillage.web.annuaire.reseau.models import ConventionAccueil
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi.commands import create

CONVENTIONS: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    (
        "CCAS d’Avesnes-sur-Helpe (jeu d’essai)",
        "Prestations familiales, agence de Maubeuge (jeu d’essai)",
        {"objets": ["ouvrir_dossier", "visio"], "themes": ["droits"], "debut": date(2026, 1, 1)},
    ),
    (
        "Espace public numérique de Solre-le-Château (jeu d’essai)",
        "Emploi, agence de Valenciennes (jeu d’essai)",
        {
            "objets": ["permanence"],
            "themes": ["emploi"],
            "debut": date(2024, 1, 1),
            "fin": date(2025, 12, 31),
        },
    ),
)


def load_if_empty(files: Iterable[FichierLu]) -> int:
    """Write these files where the directory has no record; how many records it then has, 0 if it had some."""
    if FicheTenue.objects.exists():
        return 0
    for one in files:
        import_annuaire(None, one)
    keep_conventions()
    return FicheTenue.objects.count()


def keep_conventions() -> None:
    """What two structures of the example can do together: one that goes on, one that ended."""
    for nom, partenaire, terms in CONVENTIONS:
        structure, partner = find_partner(nom), find_partner(partenaire)
        if structure is None:
            continue
        row = ConventionAccueil(
            cle=f"convention-{secrets.token_hex(5)}", structure=structure, partenaire=partenaire,
            fiche_partenaire=partner, precisions="Inventée, pour montrer.", **terms,
        )  # fmt: skip
        with ecriture(None):
            create(None, row, "Exemple livré avec l’application")
