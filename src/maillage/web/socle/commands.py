"""Writes of those who ask for background work, and counts of use."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from maillage.web.socle import queries, taches
from maillage.web.socle.ecriture import ecriture
from maillage.web.socle.models import Compteur, Travail


def request_travail(auteur: Any, genre: str, titre: str, parametres: dict[str, Any]) -> Travail:
    """Ask for a piece of work; the same question, already answered or under way, is not asked twice."""
    cle = make_key(genre, parametres)
    with ecriture(auteur, "socle.demander_travail"):
        existing = queries.find_travail(cle)
        if existing is not None:
            return existing
        travail = Travail.objects.create(
            genre=genre,
            titre=titre,
            cle=cle,
            parametres=parametres,
            demandeur=auteur if auteur.is_authenticated else None,
            jeton=secrets.token_urlsafe(32),
        )
        # Queued in the same transaction: a crash leaves both, or neither.
        taches.executer.enqueue(travail.pk)
    return travail


def make_key(genre: str, parametres: dict[str, Any]) -> str:
    """What two pieces of work share when they answer the same question."""
    return hashlib.sha256(json.dumps([genre, parametres], sort_keys=True).encode()).hexdigest()


def retry_travail(auteur: Any, travail: Travail) -> Travail:
    """Ask again the question of a piece of work that ended without an answer; the former row stays."""
    return request_travail(auteur, travail.genre, travail.titre, travail.parametres)


def cancel_travail(auteur: Any, travail: Travail) -> None:
    """Ask a piece of work to stop; whoever holds its address may."""
    with ecriture(auteur, "socle.annuler_travail", travail):
        waiting = Travail.objects.filter(pk=travail.pk, etat=Travail.Etat.EN_ATTENTE)
        if not waiting.update(etat=Travail.Etat.ANNULE, fini_le=timezone.now(), annulation_demandee=True):
            Travail.objects.filter(pk=travail.pk, etat=Travail.Etat.EN_COURS).update(annulation_demandee=True)


COMPTER = """
INSERT INTO socle_compteur (cle, fenetre, nombre) VALUES (%s, %s, 1)
ON CONFLICT (cle) DO UPDATE SET fenetre = excluded.fenetre,
  nombre = CASE WHEN socle_compteur.fenetre = excluded.fenetre THEN socle_compteur.nombre + 1 ELSE 1 END
RETURNING nombre
"""


def forget_travaux(before: datetime) -> int:
    """Forget the work that ended before a time, and its files; how many were forgotten."""
    old = list(Travail.objects.filter(fini_le__lt=before))
    for travail in old:
        shutil.rmtree(settings.EXPORTS / travail.jeton, ignore_errors=True)
        travail.delete()
    return len(old)


def count_use(cle: str, fenetre: int, maintenant: int | None = None) -> int:
    """Count once more, in one statement that two processes cannot both win; the count in this window.

    A window is named by the last minute it holds (``maintenant``: that of the clock, when it is another):
    those that are over are forgotten.
    """
    with connection.cursor() as cursor:
        cursor.execute(COMPTER, [cle, fenetre])
        nombre = int(cursor.fetchone()[0])
    if nombre == 1:
        Compteur.objects.filter(fenetre__lt=(fenetre if maintenant is None else maintenant) - 1).delete()
    return nombre
