"""The link to a new password, by e-mail; written in a background task, so that asking takes the same time."""

from __future__ import annotations

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django_tasks import task

from maillage.catalogue.constantes import read_constant
from maillage.web.comptes.acces.commands import open_recovery_by_mail
from maillage.web.comptes.identifiant import normalize_address
from maillage.web.comptes.models import Personne


def ask_recovery(courriel: str, site: str) -> None:
    """Send a link to the account of this address; nothing, in the same time, when there is none."""
    found = Personne.objects.filter(email=normalize_address(courriel), is_active=True).first()
    send_recovery.enqueue(found.pk if found is not None and found.has_usable_password() else 0, site)


@task()
def send_recovery(personne_id: int, site: str) -> None:
    """Make the link, here and not before: its secret is in no queue."""
    personne = Personne.objects.filter(pk=personne_id, is_active=True).first()
    if personne is None:
        return
    link = site + reverse("comptes:recuperation", args=[open_recovery_by_mail(personne)])
    context = {"personne": personne, "lien": link, "heures": read_constant("lien_par_courriel")}
    text = render_to_string("comptes/courriel_recuperation.txt", context)
    EmailMessage("Maillage : choisir un nouveau mot de passe", text, to=[personne.email]).send()
