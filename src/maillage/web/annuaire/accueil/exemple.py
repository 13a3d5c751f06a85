"""Structures that accept orientations and a few simulated ones, for who discovers the application."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from maillage.annuaire.orientation import ActeOrientation, EtapeOrientation
from maillage.web.annuaire.accueil import commands
from maillage.web.annuaire.accueil.models import OrientationEnvoyee, StructureAccueillante
from maillage.web.annuaire.models import FicheTenue
from maillage.web.comptes.models import Organisation

A = ActeOrientation
ACCUEILLENT: Final = ("jeu-d-essai--1", "jeu-d-essai--2", "jeu-d-essai--5")
"""Ids of the structures of the example that accept orientations."""
# (structure, need, days ago, what follows: (step, days ago, why))
ORIENTATIONS: Final[tuple[tuple[str, str, int, tuple[tuple[ActeOrientation, int, str | None], ...]], ...]] = (
    ("jeu-d-essai--1", "demarche_en_ligne", 2, ()),
    ("jeu-d-essai--2", "argent", 9, ((A.RECEVOIR, 8, None), (A.ACCEPTER, 6, None))),
    ("jeu-d-essai--5", "manger", 12, ((A.REFUSER, 11, "Complet cette semaine : rappeler lundi."),)),
)


def keep_if_none(equipe: Organisation, jour: date) -> int:
    """Keep them when no structure accepts orientations yet; how many orientations were kept."""
    if StructureAccueillante.objects.exists():
        return 0
    rows = FicheTenue.objects.filter(sorte=FicheTenue.Sorte.STRUCTURE, ident__in=ACCUEILLENT)
    held = {row.ident: commands.keep_example_structure(row, equipe) for row in rows.order_by("pk")}
    for ident, besoin, ago, suite in ORIENTATIONS:
        if ident in held:
            steps = [EtapeOrientation(acte, jour - timedelta(days=when), why) for acte, when, why in suite]
            commands.keep_example(held[ident], equipe, besoin, jour - timedelta(days=ago), steps)
    return OrientationEnvoyee.objects.count()
