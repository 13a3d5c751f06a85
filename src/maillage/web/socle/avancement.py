"""Writes of the process that does a piece of background work: the other half of ``commands``."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from maillage.web.socle.models import Travail

INTERROMPU = "L’installation s’est arrêtée pendant ce travail. Rien d’autre n’est perdu : relancez-le."


def start(travail_id: int) -> bool:
    """Claim a waiting piece of work; False when it is no longer waiting."""
    waiting = Travail.objects.filter(pk=travail_id, etat=Travail.Etat.EN_ATTENTE)
    return bool(waiting.update(etat=Travail.Etat.EN_COURS, vu_le=timezone.now()))


def note_progress(travail_id: int, progression: int, etape: str) -> None:
    """How far it is."""
    Travail.objects.filter(pk=travail_id).update(
        progression=min(max(progression, 0), 100), etape=etape[:200], vu_le=timezone.now()
    )


def give_sign(travail_id: int) -> None:
    """The process that does it is alive."""
    Travail.objects.filter(pk=travail_id).update(vu_le=timezone.now())


def close_interrupted(silence: timedelta) -> int:
    """Close the work whose process has said nothing for ``silence``; how many. It can then be asked again."""
    now = timezone.now()
    lately = (now - silence, now + silence)  # a clock that went back leaves signs of life in the future
    silent = Travail.objects.filter(etat=Travail.Etat.EN_COURS).exclude(vu_le__range=lately)
    return silent.update(etat=Travail.Etat.INTERROMPU, fini_le=timezone.now(), message=INTERROMPU)


def finish(travail_id: int, etat: Travail.Etat, *, fichier: str = "", message: str = "") -> None:
    """How it ended."""
    progress = {"progression": 100} if etat == Travail.Etat.TERMINE else {}
    Travail.objects.filter(pk=travail_id).update(
        etat=etat, fichier=fichier, message=message, fini_le=timezone.now(), **progress
    )
