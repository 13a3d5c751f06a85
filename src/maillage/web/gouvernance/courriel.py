"""Convocations by mail: asked from the page of a meeting, sent by the timer, each once.

Read again when it leaves: a meeting called off or moved meanwhile, a mandate that has ended, and nothing is
sent.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from maillage.francais import jour, jour_de_semaine
from maillage.reports.ecrire.formes import MIMES
from maillage.reports.ecrire.pdf import write_pdf
from maillage.reports.gouvernance.seance import make_convocation
from maillage.sdaasp.gouvernance.seances import EtatSeance
from maillage.web.gouvernance import commands, models, queries
from maillage.web.gouvernance.dossier import write_seance

logger = logging.getLogger(__name__)


def send_convocations(now: datetime, site: str = "") -> tuple[int, int]:
    """Send those that wait; how many left, how many were refused and will be tried again."""
    sent = refused = 0
    rows = models.ConvocationParCourriel.objects.filter(partie_le=None, jour__gte=timezone.localdate(now))
    with get_connection() as connection:
        for pk in list(rows.values_list("pk", flat=True)):
            row = commands.take_convocation(pk, now)
            if row is None or not _is_due(row):
                continue
            try:
                _write(row, site, connection).send()
            except (smtplib.SMTPException, OSError):
                logger.exception("une convocation n’est pas partie")
                commands.settle_convocation(row, None)
                refused += 1
            else:
                commands.settle_convocation(row, now)
                sent += 1
    return sent, refused


def _is_due(row: models.ConvocationParCourriel) -> bool:
    seance = row.seance
    called = seance.etat == EtatSeance.CONVOQUEE and seance.jour == row.jour
    return called and row.personne in queries.list_called(queries.read_reperes(), seance)


def _write(row: models.ConvocationParCourriel, site: str, connection: object) -> EmailMessage:
    written = write_seance(row.seance)
    when = f"{jour_de_semaine(row.jour)} {jour(row.jour)}"
    page = f"\n\nOrdre du jour et documents : {site}{row.seance.get_absolute_url()}" if site else ""
    called = f"Vous êtes convoqué à la réunion « {written.nom} », le {when}. La convocation est jointe."
    text = f"Bonjour,\n\n{called}{page}\n"
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
    mail = EmailMessage(
        f"Convocation : {written.nom}, {when}", text, to=[row.personne.email], connection=connection,
        headers={"Message-ID": f"<{row.identifiant}@{domain}>"},
    )  # type: ignore[arg-type]  # fmt: skip
    name = f"convocation-{row.seance.comite}-{row.jour.isoformat()}.pdf"
    mail.attach(name, write_pdf(make_convocation(written)), MIMES[".pdf"])
    return mail
