"""What the base knows of the programme on the day a document of it is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db.models import Count, Max
from django.utils import timezone

from maillage.reports.programme.edition import Edition
from maillage.sdaasp.parcours.modele import Parcours
from maillage.web.programme.models import SORTES
from maillage.web.suivi.models import Mouvement

Nature = Mouvement.Nature
ECRITURES = (Nature.CREATION, Nature.CHANGEMENT, Nature.VALEUR, Nature.CIBLE)
"""What changes the programme; comments and amendments speak of it."""

LecteurDeParcours = Callable[[], Parcours | None]
_lecteurs: list[LecteurDeParcours] = []


def read_parcours_with(reader: LecteurDeParcours) -> None:
    """Let the app above that keeps the legal course say how it is read."""
    _lecteurs[:] = [reader]


def read_edition(today: date) -> Edition:
    """The changes since the schema was loaded, counted, the day of the last one; the legal course."""
    return Edition(today, *count_changes(), next((reader() for reader in _lecteurs), None))


def count_changes() -> tuple[int, date | None]:
    """How many changes since the schema was loaded, and the day of the last one, null when none."""
    moves = Mouvement.objects.filter(sorte__in=SORTES, nature__in=ECRITURES)
    found = moves.aggregate(n=Count("pk"), last=Max("le"))
    return found["n"], found["last"] and timezone.localtime(found["last"]).date()
