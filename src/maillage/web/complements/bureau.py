"""What a desk shows of partners' lines: those to read again; mine that were refused or asked about."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from maillage.francais import accord
from maillage.web.complements import queries
from maillage.web.complements.commands import PROPOSER, RELIRE
from maillage.web.complements.models import ComplementPropose
from maillage.web.programme.taches.apports import Apport, LigneDeBureau, register

Etat = ComplementPropose.Etat
LIGNES, RECENT = 20, timedelta(days=30)
DITS: Final = {Etat.QUESTION: "une question", Etat.REFUSEE: "refusée"}


def list_apports(personne: Any, jour: date) -> list[Apport]:
    """The sections of a desk; none when nothing waits."""
    found = _list_to_read(personne) if personne.has_perm(RELIRE) else []
    return found + (_list_mine(personne) if personne.has_perm(PROPOSER) else [])


def _list_to_read(personne: Any) -> list[Apport]:
    count = queries.count_a_relire(personne)
    if not count:
        return []
    words = accord(count, "ligne proposée par un partenaire", "lignes proposées par des partenaires")
    line = LigneDeBureau(words, reverse("complements:relire"))
    return [Apport("complements-a-relire", "Lieux de l’atlas : à relire", [line], urgent=True)]


def _list_mine(personne: Any) -> list[Apport]:
    """What was asked, and what was refused lately, with the reason."""
    since = timezone.now() - RECENT
    rows = [
        row
        for row in queries.list_miennes(personne)
        if row.etat == Etat.QUESTION or (row.etat == Etat.REFUSEE and row.relu_le and row.relu_le > since)
    ]
    lines = [
        LigneDeBureau(str(row), row.get_absolute_url(), f"{DITS[Etat(row.etat)]} : {row.motif}")
        for row in rows[:LIGNES]
    ]
    waiting = any(row.etat == Etat.QUESTION for row in rows)
    return (
        [Apport("complements-rendus", "Vos propositions sur des lieux", lines, urgent=waiting)]
        if lines
        else []
    )


register(list_apports)
