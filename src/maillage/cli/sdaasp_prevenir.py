"""``maillage sdaasp prevenir``: what changed, by e-mail, to those who asked for it."""

from __future__ import annotations

import click

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.sdaasp_base import open_base


@click.command()
@click.option("--site", default="", help="Adresse du site, mise devant celle des pages : https://…")
def prevenir(site: str) -> None:
    """Envoyer par courriel, à qui l’a demandé, ce qui a changé dans ce qu’il suit depuis le dernier envoi."""
    open_base()
    from django.urls import reverse
    from django.utils import timezone

    from maillage.web.annuaire.fraicheur.courriel import send_demandes
    from maillage.web.bilan.commands import remind
    from maillage.web.gouvernance.courriel import send_convocations
    from maillage.web.participation.courriel import send_weeks
    from maillage.web.suivi.courriel import is_mail_configured, send_digests

    if not is_mail_configured():
        raise EntreeInvalide(
            "Aucun serveur de courriel n’est indiqué : donnez MAILLAGE_COURRIEL_SERVEUR "
            "(docs/exploitation.md)."
        )
    remind(timezone.localdate())
    now, root = timezone.now(), site.rstrip("/")
    called, held = send_convocations(now, root)
    sent, refused = send_digests(now, root, bureau=reverse("programme:taches"))
    asked, waiting = send_demandes(now, root)
    weeks, late = send_weeks(now, root)
    refused += held + waiting + late
    click.echo(
        f"{sent} courriels envoyés, {called} convocations, {asked} demandes de confirmation, "
        f"{weeks} points de la semaine."
    )
    if refused:
        raise EntreeInvalide(f"{refused} courriels refusés : ils seront tentés de nouveau au prochain envoi.")
