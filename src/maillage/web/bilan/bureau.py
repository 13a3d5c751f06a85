"""What a desk shows of bilans: the contributions that this person is asked for, the parts to consolidate."""

from __future__ import annotations

from datetime import date
from typing import Any

from maillage.francais import accord
from maillage.web.bilan import queries
from maillage.web.gouvernance.queries import Reperes, read_reperes
from maillage.web.programme.taches.apports import Apport, LigneDeBureau, register

LIGNES = 12


def list_apports(personne: Any, jour: date) -> list[Apport]:
    """Contributions to write, arrondissements to consolidate; nothing when none is owed."""
    if not personne.has_perm("bilan.lire"):
        return []
    reperes = read_reperes()
    found = [
        Apport(
            "contributions", "Contributions à écrire", _list_to_write(personne, jour, reperes), urgent=True
        ),
        Apport("consolider", "Bilan à consolider", _list_to_read(personne, reperes), urgent=True),
    ]
    return [one for one in found if one.lignes]


def _list_to_write(personne: Any, jour: date, reperes: Reperes) -> list[LigneDeBureau]:
    return [
        LigneDeBureau(
            f"Bilan {row.bilan.annee} : {queries.name_part(row, reperes)}",
            row.get_absolute_url(),
            f"pour le {row.echeance:%d/%m/%Y}",
        )
        for row in queries.list_owed_by(personne, jour)[:LIGNES]
    ]


def _list_to_read(personne: Any, reperes: Reperes) -> list[LigneDeBureau]:
    """The arrondissements that this person may consolidate and nobody has, and what is awaited there."""
    return [
        LigneDeBureau(
            f"Bilan {row.annee} : {reperes.noms.arrondissements.get(place, place)}",
            row.get_absolute_url(),
            f"{accord(owed, 'contribution attendue', 'contributions attendues')}"
            if owed
            else "toutes les contributions sont rendues",
        )
        for row, place, owed in queries.list_to_read(personne)
    ][:LIGNES]


register(list_apports)
