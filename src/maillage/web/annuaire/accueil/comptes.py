"""How many orientations, by month, need, structure and state: those in hand and those that were erased.

A small count is hidden, and another with it, so that it cannot be found from the total (the atlas's rule).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from maillage.catalogue.besoins import list_besoins
from maillage.participation.resultats import get_minimum
from maillage.territoires.secret import suppress
from maillage.web.annuaire.accueil.acces import LIRE, who_may
from maillage.web.annuaire.accueil.models import CompteOrientations, OrientationEnvoyee
from maillage.web.annuaire.accueil.presentation import SECTION
from maillage.web.socle.demande import read_int

COUPES: Final = ("Mois d’envoi", "Besoin", "Structure", "État")
Comptes = Counter[tuple[str, str, str, str]]


@dataclass(frozen=True)
class CoupeOrientations:
    """The orientations of a year, cut one way: (what, how many, null when hidden)."""

    nom: str
    lignes: tuple[tuple[str, int | None], ...]

    @property
    def masque(self) -> bool:
        """Whether something of it is hidden."""
        return any(count is None for _, count in self.lignes)


def hide_small(counts: dict[str, int], least: int) -> tuple[tuple[str, int | None], ...]:
    """The counts, those under ``least`` hidden (0 < c < least), with another when the total would tell them.

    >>> hide_small({"janvier": 3, "février": 8, "mars": 40}, 5)
    (('janvier', None), ('février', None), ('mars', 40))
    """
    if not counts:
        return ()
    values = np.array(list(counts.values()), np.float64)
    hidden, _ = suppress([values, np.array([values.sum()])], [np.zeros(len(values), np.int32)], least)
    return tuple(
        (name, None if hide else count) for (name, count), hide in zip(counts.items(), hidden, strict=True)
    )


def count_year(annee: int, jour: date) -> Comptes:
    """(month, need, structure, state) → how many were sent that year; 2 queries."""
    found: Comptes = Counter()
    known = list_besoins()

    def name(key: str) -> str:
        return known[key].nom if key in known else key

    for one in CompteOrientations.objects.filter(mois__year=annee).select_related("accueillante__fiche"):
        found[f"{one.mois:%m/%Y}", name(one.besoin), str(one.accueillante), one.etat] += one.nombre
    rows = OrientationEnvoyee.objects.filter(envoyee_le__year=annee, essai=False)
    for row in rows.select_related("accueillante__fiche"):
        state = row.follow(jour).etat
        found[f"{row.envoyee_le:%m/%Y}", name(row.besoin), str(row.accueillante), state] += 1
    return found


def cut(found: Comptes, least: int) -> list[CoupeOrientations]:
    """The counts cut each way."""
    cuts = []
    for place, title in enumerate(COUPES):
        counts: Counter[str] = Counter()
        for key, count in found.items():
            counts[key[place]] += count
        cuts.append(CoupeOrientations(title, hide_small(dict(sorted(counts.items())), least)))
    return cuts


@who_may("annuaire.compter_orientations", LIRE)
def comptes(request: HttpRequest) -> HttpResponse:
    """The counts of a year, without any name, small ones hidden."""
    today = timezone.localdate()
    annee = read_int(request.GET.get("annee"), 2000, 2199) or today.year
    found, least = count_year(annee, today), get_minimum()
    total = sum(found.values())
    context = {
        "section": SECTION,
        "onglet": "comptes",
        "annee": annee,
        "total": total,
        "assez": total >= least,
        "minimum": least,
        "coupes": cut(found, least) if total >= least else [],
    }
    return render(request, "annuaire/accueil/comptes.html", context)
