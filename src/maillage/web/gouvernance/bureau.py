"""What a desk shows of governance: the next meetings, remontées to answer, decisions that are late."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from maillage.web.gouvernance import queries
from maillage.web.programme.taches.apports import Apport, LigneDeBureau, register

SEANCES, LIGNES = 3, 10


def list_apports(personne: Any, jour: date) -> list[Apport]:
    """The sections of a desk, the most urgent first; empty ones are left out."""
    if not personne.has_perm("gouvernance.lire"):
        return []
    reperes = queries.read_reperes()
    places = _list_places(personne)
    found = [
        Apport("remontees", "Remontées à répondre", _list_to_answer(personne, jour, reperes), urgent=True),
        Apport("decisions-retard", "Décisions en retard", _list_late(jour, places), urgent=True),
        Apport("seances", "Prochaines réunions", _list_next(jour, places, reperes)),
    ]
    return [one for one in found if one.lignes]


def _list_places(personne: Any) -> list[str] | None:
    """The arrondissements that the mandates name; null when one covers the whole département."""
    mandats = personne.mandats_en_cours
    if personne.is_superuser or any(not m.territoire for m in mandats):
        return None
    return [m.territoire.removeprefix("arrondissement:") for m in mandats]


def _list_next(jour: date, places: list[str] | None, reperes: queries.Reperes) -> list[LigneDeBureau]:
    rows = queries.list_prochaines(jour, places)[:SEANCES]
    return [
        LigneDeBureau(reperes.name_seance(r), r.get_absolute_url(), f"le {r.jour:%d/%m/%Y}") for r in rows
    ]


def _list_late(jour: date, places: list[str] | None) -> list[LigneDeBureau]:
    rows = [r for r in queries.list_decisions_en_retard(jour) if places is None or r.territoire in places]
    return [
        LigneDeBureau(r.texte[:120], r.get_absolute_url(), f"pour le {r.echeance:%d/%m/%Y}")
        for r in rows[:LIGNES]
    ]


def _list_to_answer(personne: Any, jour: date, reperes: queries.Reperes) -> list[LigneDeBureau]:
    mine = [
        (row, wait)
        for row, wait in queries.list_attentes(jour)
        if personne.has_perm("gouvernance.traiter", row)
    ]
    return [
        LigneDeBureau(
            row.texte[:120],
            reverse("gouvernance:remontee", args=[row.cle]),
            f"devant {reperes.name_comite(row.comite)}, depuis {wait.jours} jours",
        )
        for row, wait in mine[:LIGNES]
    ]


register(list_apports)
