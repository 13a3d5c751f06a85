"""Demands by mail: one an address, with all its structures; nothing leaves a demonstration."""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from maillage.francais import accord
from maillage.web.annuaire.fraicheur import commands, queries
from maillage.web.annuaire.fraicheur.models import CampagneMenee, DemandeConfirmation

logger = logging.getLogger(__name__)


def is_demonstration() -> bool:
    """Whether this install has accounts of demonstration: then it writes to nobody."""
    return get_user_model().objects.filter(demonstration=True).exists()


def send_demandes(now: datetime, site: str) -> tuple[int, int]:
    """Send those of the campaign that somebody launched; how many left, how many will be tried again.

    Who came in the directory since the launch is taken in. Without an address of the site no link can be
    written, and nothing leaves.
    """
    today = timezone.localdate(now)
    launched = CampagneMenee.objects.filter(debut__lte=today, fin__gte=today).first()
    if launched is None or not site or is_demonstration():
        return 0, 0
    commands.launch(None, today)
    sent = refused = 0
    waiting = DemandeConfirmation.objects.filter(campagne=launched, envoyee_le=None, papier=False)
    with get_connection() as connection:
        for pk in list(waiting.values_list("pk", flat=True)):
            taken = commands.take(pk, now)
            if taken is None:
                continue
            try:
                _write(*taken, site, connection).send()
            except (smtplib.SMTPException, OSError):
                logger.exception("une demande de confirmation n’est pas partie")
                commands.settle(taken[0], None)
                refused += 1
            else:
                commands.settle(taken[0], today)
                sent += 1
    return sent, refused


def _write(demande: DemandeConfirmation, jeton: str, site: str, connection: object) -> EmailMessage:
    fiches = queries.list_fiches(demande)
    link = site + reverse("annuaire:confirmation", args=[jeton])
    stop = site + reverse("annuaire:confirmation-arreter", args=[jeton])
    context = {"fiches": fiches, "lien": link, "arreter": stop, "fin": demande.campagne.fin}
    count = accord(len(fiches), "fiche") if len(fiches) > 1 else "votre fiche"
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    return EmailMessage(
        f"Est-ce toujours vrai ? {count} dans l’annuaire des services",
        render_to_string("annuaire/fraicheur/courriel.txt", context),
        to=[demande.adresse],
        connection=connection,
        headers={
            "Message-ID": f"<{demande.identifiant}@{domain}>",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },  # type: ignore[arg-type]
    )
