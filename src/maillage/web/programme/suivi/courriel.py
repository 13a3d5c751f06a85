"""What changed, by e-mail: only when the install has a mail server, only to those who asked for it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string

from maillage.web.comptes.models import Personne
from maillage.web.programme import models
from maillage.web.programme.adresses import get_adresse
from maillage.web.programme.suivi import commands, queries


def is_mail_configured() -> bool:
    """Whether the install names a mail server."""
    return bool(settings.EMAIL_HOST)


def send_digests(moment: datetime, site: str = "") -> int:
    """Send to each person who asked for it what changed until ``moment``; the number of messages sent.

    ``site`` is put before the addresses of pages. A message that cannot be sent raises, and what it held is
    kept for the next time.
    """
    sent = 0
    with get_connection() as connection:
        for personne in _list_people():
            held = queries.list_nouveautes(personne, "envoye_le")
            if held:
                _write(personne, held, site, connection).send()
                sent += 1
            commands.noter_envoi(personne, moment)
    return sent


def _list_people() -> list[Personne]:
    wanted = models.Abonnement.objects.filter(par_courriel=True).values("personne")
    return list(Personne.objects.filter(pk__in=wanted, is_active=True).order_by("pk"))


def _write(personne: Personne, held: list[queries.Nouveautes], site: str, connection: object) -> EmailMessage:
    lines = [(n, site + get_adresse(n.objet) if n.objet else "") for n in held]
    count = sum(len(n.mouvements) for n in held)
    text = render_to_string(
        "programme/suivi/courriel.txt", {"personne": personne, "lignes": lines, "site": site}
    )
    subject = f"Maillage : {count} nouveauté{'s' if count > 1 else ''} dans ce que vous suivez"
    return EmailMessage(subject, text, to=[personne.email], connection=connection)  # type: ignore[arg-type]
