"""What changed, by e-mail: only when the install has a mail server, only to those who asked for it.

Each digest is read again at the moment of sending, for one person. It bears an identifier that stays the same
until it is marked as sent, so that one tried again after a crash is the same message, which mail servers and
readers tell from another by its Message-ID.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.urls import reverse

from maillage.catalogue.constantes import read_constant
from maillage.web.suivi import commands, queries
from maillage.web.suivi.models import Abonnement, EnvoiEnCours

SEL: Final = "suivi.courriel"
logger = logging.getLogger(__name__)


def is_mail_configured() -> bool:
    """Whether the install names a mail server."""
    return bool(settings.EMAIL_HOST)


def send_digests(now: datetime, site: str = "", *, bureau: str) -> tuple[int, int]:
    """Send to each person who asked for it what changed; how many left, how many were refused.

    What happened in the last moments waits for the next time: a write under way then is not lost between two
    digests. One that is refused is kept, and stops no other. ``site`` is put before the addresses of pages;
    ``bureau`` is that of the page where one stops.
    """
    until = now - timedelta(seconds=read_constant("recul_du_courriel"))
    sent = refused = 0
    with get_connection() as connection:
        for personne in _list_people():
            envoi = commands.take_sending(personne, until, now)
            if envoi is None:
                continue
            try:
                sent += _send(envoi, site, bureau, connection)
            except (smtplib.SMTPException, OSError):
                logger.exception("un courriel n’est pas parti")
                commands.give_back(envoi)
                refused += 1
    return sent, refused


def _list_people() -> list[Any]:
    wanted = Abonnement.objects.filter(par_courriel=True).values("personne")
    return list(get_user_model().objects.filter(pk__in=wanted, is_active=True).order_by("pk"))


def _send(envoi: EnvoiEnCours, site: str, bureau: str, connection: object) -> int:
    """Send one, if there is anything to tell, then mark it; how many left."""
    held = queries.list_nouveautes(envoi.personne, "envoye_le", envoi.jusqu_au)
    if held:
        _write(envoi, held, site, bureau, connection).send()
    commands.note_sent(envoi)
    return int(bool(held))


def make_jeton(personne: Any) -> str:
    """What lets whoever received a message stop them, and nothing else."""
    return signing.dumps(personne.pk, salt=SEL)


def read_jeton(jeton: str) -> Any:
    """The person that a token names; null when it is not ours, or she has gone."""
    try:
        number = signing.loads(jeton, salt=SEL)
    except signing.BadSignature:
        return None
    return get_user_model().objects.filter(pk=number).first()


def _write(
    envoi: EnvoiEnCours, held: list[queries.Nouveautes], site: str, bureau: str, connection: object
) -> EmailMessage:
    lines = [(n, site + n.objet.get_absolute_url() if n.objet else "") for n in held]
    count = sum(len(n.mouvements) for n in held)
    stop = site + reverse("courriel-arreter", args=[make_jeton(envoi.personne)])
    more = count >= queries.MOUVEMENTS_DITS
    context = {"lignes": lines, "bureau": site + bureau, "arreter": stop if site else "", "de_plus": more}
    subject = f"Maillage : {count} nouveauté{'s' if count > 1 else ''} dans ce que vous suivez"
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    headers = {"Message-ID": f"<{envoi.identifiant}@{domain}>"}
    if site:
        headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    text = render_to_string("suivi/courriel.txt", context)
    return EmailMessage(
        subject,
        text,
        to=[envoi.personne.email],
        connection=connection,
        headers=headers,  # type: ignore[arg-type]
    )
