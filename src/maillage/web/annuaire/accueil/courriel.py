"""The mail that tells a structure that an orientation waits: never of whom, nor for what."""

from __future__ import annotations

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django_tasks import task

from maillage.web.annuaire.accueil.commands import make_mailed_link, note_told
from maillage.web.annuaire.accueil.models import OrientationEnvoyee
from maillage.web.suivi.courriel import is_mail_configured


def tell_structure(row: OrientationEnvoyee, site: str) -> bool:
    """Have the structure told by mail; whether there is a mail server, and an address to write to."""
    if not is_mail_configured() or not row.accueillante.courriel:
        return False
    send_notice.enqueue(row.pk, site)
    return True


@task()
def send_notice(orientation_id: int, site: str) -> None:
    """Make the link, here and not before: its secret is in no queue; then write down that the mail left."""
    rows = OrientationEnvoyee.objects.select_related("accueillante__fiche").filter(pk=orientation_id)
    row = rows.first()
    if row is None or not row.accueillante.courriel:
        return
    link = site + reverse("annuaire:reponse", args=[make_mailed_link(row)])
    context = {"structure": str(row.accueillante), "lien": link}
    text = render_to_string("annuaire/accueil/courriel_orientation.txt", context)
    EmailMessage("Maillage : une orientation vous attend", text, to=[row.accueillante.courriel]).send()
    note_told(row, timezone.now())
