"""The week of signalements, by e-mail: to who answers them and asked for mail, once, numbers only.

What people wrote is on the site, behind an account: a mailbox is read by others, and kept by others.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import date, datetime, timedelta
from typing import Any

from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from maillage.web.comptes.models import Personne
from maillage.web.participation import commands, queries
from maillage.web.programme.noms import get_noms
from maillage.web.suivi.courriel import make_jeton
from maillage.web.suivi.models import Abonnement

logger = logging.getLogger(__name__)


def send_weeks(now: datetime, site: str = "") -> tuple[int, int]:
    """Send the last whole week, Monday to Sunday, to each who has it to hear; how many left, were refused.

    A week without signalement, answer or anything that waits is not told.
    """
    today = timezone.localdate(now)
    monday = today - timedelta(days=today.weekday() + 7)
    sent = refused = 0
    with get_connection() as connection:
        for personne in list_people():
            lines, waiting = queries.count_week(personne, monday + timedelta(days=6)), count_waiting(personne)
            if not (lines or waiting) or not commands.take_week(personne, monday):
                continue
            try:
                _write(personne, monday, lines, waiting, site, connection).send()
                sent += 1
            except (smtplib.SMTPException, OSError):
                logger.exception("un point de la semaine n’est pas parti")
                commands.give_week_back(personne, monday)
                refused += 1
    return sent, refused


def list_people() -> list[Personne]:
    """Who may answer signalements, and asked to receive mail."""
    wanted = Abonnement.objects.filter(par_courriel=True).values("personne")
    rows = Personne.objects.filter(pk__in=wanted, is_active=True).order_by("pk")
    return [one for one in rows if one.has_perm("participation.repondre")]


def count_waiting(personne: Personne) -> int:
    """How many signalements wait for her answer."""
    return len(queries.list_a_repondre(personne))


def _write(
    personne: Personne, monday: date, lines: list[Any], waiting: int, site: str, connection: object
) -> EmailMessage:
    stop = reverse("courriel-arreter", args=[make_jeton(personne)])
    themes = get_noms().themes
    context = {
        "lundi": monday,
        "dimanche": monday + timedelta(days=6),
        "lignes": [(themes.get(theme, theme) or "Sans thème", got, told) for theme, got, told in lines],
        "attendent": waiting,
        "page": site + reverse("participation:signalements"),
        "arreter": site + stop if site else reverse("programme:taches"),
    }
    headers = {}
    if site:
        headers = {
            "List-Unsubscribe": f"<{site}{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    return EmailMessage(
        f"Maillage : signalements, semaine du {monday:%d/%m/%Y}",
        render_to_string("participation/semaine.txt", context),
        to=[personne.email],
        connection=connection,
        headers=headers,  # type: ignore[arg-type]
    )
