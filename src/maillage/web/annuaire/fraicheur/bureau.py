"""What a desk shows of campaigns: what structures said of themselves, to be read again."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from maillage.francais import accord
from maillage.web.annuaire.commands import SUIVRE
from maillage.web.annuaire.fraicheur import queries
from maillage.web.programme.taches.apports import Apport, LigneDeBureau, register


def list_apports(personne: Any, jour: date) -> list[Apport]:
    """One line, for who says where corrections stand; nothing when nothing waits."""
    if not personne.has_perm(SUIVRE):
        return []
    count = queries.count_recues()
    if not count:
        return []
    words = accord(
        count,
        "correction dite par une structure est à relire",
        "corrections dites par des structures sont à relire",
    )
    line = LigneDeBureau(words, reverse("annuaire:corrections"))
    return [Apport("corrections-a-relire", "Annuaire : corrections à relire", [line], urgent=True)]


register(list_apports)
