"""What changed, by e-mail: only when the install has a mail server, only to those who asked for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

from maillage.web.suivi import commands, queries
from maillage.web.suivi.models import Abonnement


def is_mail_configured() -> bool:
    """Whether the install names a mail server."""
    return bool(settings.EMAIL_HOST)


def send_digests(moment: datetime, site: str = "", *, bureau: str) -> int:
    """Send to each person who asked for it what changed until ``moment``; the number of messages sent.

    ``site`` is put before the addresses of pages; ``bureau`` is that of the page where one stops. A message
    that cannot be sent raises, and what it held is kept for the next time.
    """
    sent = 0
    with get_connection() as connection:
        for personne in _list_people():
            held = queries.list_nouveautes(personne, "envoye_le")
            if held:
                _write(personne, held, site, site + bureau, connection).send()
                sent += 1
            commands.note_sent(personne, moment)
    return sent


def _list_people() -> list[Any]:
    wanted = Abonnement.objects.filter(par_courriel=True).values("personne")
    return list(get_user_model().objects.filter(pk__in=wanted, is_active=True).order_by("pk"))


def _write(
    personne: Any, held: list[queries.Nouveautes], site: str, bureau: str, connection: object
) -> EmailMessage:
    lines = [(n, site + n.objet.get_absolute_url() if n.objet else "") for n in held]
    count = sum(len(n.mouvements) for n in held)
    text = render_to_string("suivi/courriel.txt", {"lignes": lines, "bureau": bureau})
    subject = f"Maillage : {count} nouveauté{'s' if count > 1 else ''} dans ce que vous suivez"
    return EmailMessage(subject, text, to=[personne.email], connection=connection)  # type: ignore[arg-type]
