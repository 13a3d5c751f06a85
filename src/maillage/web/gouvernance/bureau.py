"""What a desk shows of governance: meetings to call, to write up, to come; what waits for an answer."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from maillage.sdaasp.gouvernance.seances import (
    LIBELLES,
    EtatCompteRendu,
    EtatSeance,
    find_convocation_day,
    is_to_call,
)
from maillage.sdaasp.programme.amendements import EN_DEBAT
from maillage.web.gouvernance import models, queries
from maillage.web.programme.discussion import list_amendements
from maillage.web.programme.taches.apports import Apport, LigneDeBureau, register
from maillage.web.suivi.queries import find_objets

SEANCES, LIGNES = 3, 10


def list_apports(personne: Any, jour: date) -> list[Apport]:
    """The sections of a desk, the most urgent first; empty ones are left out."""
    if not personne.has_perm("gouvernance.lire"):
        return []
    reperes = queries.read_reperes()
    places = _list_places(personne)
    found = [
        Apport("a-convoquer", "Réunions à convoquer", _list_to_call(personne, jour, reperes), urgent=True),
        Apport("comptes-rendus", "Comptes rendus à finir", _list_to_write(personne, reperes), urgent=True),
        Apport("remontees", "Remontées à répondre", _list_to_answer(personne, jour, reperes), urgent=True),
        Apport("decisions-retard", "Décisions en retard", _list_late(jour, places), urgent=True),
        Apport("engagements", "Engagements en retard", _list_promises(personne, jour, reperes), urgent=True),
        Apport("avis-amendements", "Amendements : dire votre avis", _list_to_judge(personne)),
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


def _list_to_call(personne: Any, jour: date, reperes: queries.Reperes) -> list[LigneDeBureau]:
    """The meetings that this person calls, whose convocation should soon leave, or is late."""
    coming = models.Seance.objects.filter(etat=EtatSeance.PREVUE, jour__gte=jour).order_by("jour", "pk")
    lines = []
    for row in coming:
        if is_to_call(row.jour, jour) and personne.has_perm("gouvernance.organiser", row):
            last = find_convocation_day(row.jour)
            late = " : c’est en retard" if last < jour else ""
            when = f"le {row.jour:%d/%m/%Y}, à convoquer avant le {last:%d/%m/%Y}{late}"
            lines.append(LigneDeBureau(reperes.name_seance(row), row.get_absolute_url(), when))
    return lines[:LIGNES]


def _list_to_write(personne: Any, reperes: queries.Reperes) -> list[LigneDeBureau]:
    """The meetings held that this person runs, whose minutes are not approved."""
    held = models.Seance.objects.filter(etat=EtatSeance.TENUE).exclude(
        etat_compte_rendu=EtatCompteRendu.APPROUVE
    )
    return [
        LigneDeBureau(
            reperes.name_seance(row), row.get_absolute_url(), f"tenue le {row.jour:%d/%m/%Y}, compte rendu "
            f"{LIBELLES[EtatCompteRendu(row.etat_compte_rendu)]}",
        )
        for row in held.order_by("jour", "pk")
        if personne.has_perm("gouvernance.organiser", row)
    ][:LIGNES]  # fmt: skip


def _list_late(jour: date, places: list[str] | None) -> list[LigneDeBureau]:
    rows = [r for r in queries.list_decisions_en_retard(jour) if places is None or r.territoire in places]
    return [
        LigneDeBureau(r.texte[:120], r.get_absolute_url(), f"pour le {r.echeance:%d/%m/%Y}")
        for r in rows[:LIGNES]
    ]


def _list_promises(personne: Any, jour: date, reperes: queries.Reperes) -> list[LigneDeBureau]:
    """What the road maps that this person writes promised for a day that has passed."""
    rows = models.FeuilleDeRoute.objects.filter(annee__lte=jour.year)
    mine = [row for row in rows if personne.has_perm(row.MODIFIER, row)]
    late = [(row, one) for row in mine for one in row.valeurs if one.is_late(jour)]
    late.sort(key=lambda pair: pair[1].echeance or jour)
    return [
        LigneDeBureau(
            one.quoi[:120],
            row.get_absolute_url(),
            f"pour le {one.echeance:%d/%m/%Y}, {reperes.noms.arrondissements.get(row.territoire, '')}",
        )
        for row, one in late[:LIGNES]
    ]


def _list_to_judge(personne: Any) -> list[LigneDeBureau]:
    """The amendments under discussion on what this person's mandates cover, and of which she said nothing."""
    rows = list_amendements(personne).filter(etat__in=EN_DEBAT).exclude(auteur=personne).order_by("pk")
    waiting = [row for row in rows if all(one["personne"] != personne.pk for one in row.avis)]
    objects = find_objets(row.objet for row in waiting)
    return [
        LigneDeBureau(
            f"N° {row.pk}, {objets}"[:120],
            f"{reverse('programme:amendements')}#amendement-{row.pk}",
            row.motif[:80],
        )
        for row in waiting
        if (objets := objects.get(row.objet)) and _covers(personne, objets)
    ][:LIGNES]


def _covers(personne: Any, objet: Any) -> bool:
    """Whether one of this person's mandates bears on an object."""
    return any(mandat.portee.couvre(objet.perimetre) for mandat in personne.mandats_en_cours)


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
