"""What a desk shows: signalements to read, to answer, of the week, one's own; propositions, comments."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from maillage.francais import accord
from maillage.web.participation import queries
from maillage.web.participation.consultations import queries as consultations
from maillage.web.participation.usagers import queries as usagers
from maillage.web.programme.noms import get_noms
from maillage.web.programme.taches.apports import Apport, LigneDeBureau, register

LIGNES = 10


def list_apports(personne: Any, jour: date) -> list[Apport]:
    """The sections; empty ones are left out."""
    found = [
        Apport("signalements-a-lire", "Signalements à relire", _list_to_read(personne), urgent=True),
        Apport("signalements-a-repondre", "Signalements à répondre", _list_to_answer(personne), urgent=True),
        Apport("signalements-semaine", "Signalements : la semaine", _list_week(personne, jour)),
        Apport("usagers-a-animer", "Comités d’usagers à animer", _list_to_animate(personne)),
        Apport(
            "propositions", "Propositions d’usagers à répondre", _list_propositions(personne), urgent=True
        ),
        Apport("avis-a-trier", "Avis de consultations à trier", _list_to_sort(personne)),
        Apport("mes-signalements", "Ce que vous avez signalé", _list_mine(personne)),
    ]
    return [one for one in found if one.lignes]


def _list_to_read(personne: Any) -> list[LigneDeBureau]:
    count = queries.list_a_lire(personne).count()
    words = accord(count, "signalement attend d’être relu", "signalements attendent d’être relus")
    return [LigneDeBureau(words, reverse("participation:a-traiter"))] if count else []


def _list_to_answer(personne: Any) -> list[LigneDeBureau]:
    return [
        LigneDeBureau(row.texte_public[:120], row.get_absolute_url(), f"reçu le {row.depose_le:%d/%m/%Y}")
        for row in queries.list_a_repondre(personne)[:LIGNES]
    ]


def _list_week(personne: Any, jour: date) -> list[LigneDeBureau]:
    if not personne.has_perm("participation.repondre"):
        return []
    week = queries.count_week(personne, jour)
    names = get_noms().themes if week else {}
    return [
        LigneDeBureau(
            names.get(theme, theme) or "Sans thème",
            f"{reverse('participation:signalements')}?theme={theme}",
            f"{accord(received, 'reçu', 'reçus')}, {accord(answered, 'réponse')}",
        )
        for theme, received, answered in week[:LIGNES]
    ]


def _list_mine(personne: Any) -> list[LigneDeBureau]:
    return [
        LigneDeBureau(str(row), row.get_absolute_url(), row.get_etat_display())
        for row in queries.list_miens(personne)[:LIGNES]
    ]


def _list_to_animate(personne: Any) -> list[LigneDeBureau]:
    """Propositions to read before they are public, accounts that ask to sit."""
    read = [
        LigneDeBureau(row.texte[:120], row.get_absolute_url(), f"à relire, {row.comite}")
        for row in usagers.list_to_read(personne)
    ]
    asked = [
        LigneDeBureau(str(one.personne), one.comite.get_absolute_url(), f"demande à siéger, {one.comite}")
        for one in usagers.list_to_confirm(personne)
    ]
    return (read + asked)[:LIGNES]


def _list_propositions(personne: Any) -> list[LigneDeBureau]:
    return [
        LigneDeBureau(
            row.texte[:120], row.get_absolute_url(), f"publiée le {row.publiee_le:%d/%m/%Y}, {row.comite}"
        )
        for row in usagers.list_to_answer(personne)[:LIGNES]
    ]


def _list_to_sort(personne: Any) -> list[LigneDeBureau]:
    return [
        LigneDeBureau(
            str(row),
            reverse("consultations:une", args=[row.cle]),
            accord(count, "avis à lire", "avis à lire"),
        )
        for row, count in consultations.list_to_sort(personne)[:LIGNES]
    ]


register(list_apports)
