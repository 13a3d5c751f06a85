"""``maillage annuaire campagne``: tried first, then sent."""

from __future__ import annotations

import click

from maillage.catalogue.erreurs import EntreeInvalide


def run(*, send: bool, site: str) -> None:
    """Say what the campaign of the day would ask; with ``send``, launch it and send what waits."""
    from django.core.exceptions import ValidationError
    from django.utils import timezone

    from maillage.annuaire.fraicheur import is_open
    from maillage.francais import accord, jour
    from maillage.web.annuaire.fraicheur import commands, queries
    from maillage.web.annuaire.fraicheur.courriel import is_demonstration, send_demandes
    from maillage.web.suivi.courriel import is_mail_configured

    now = timezone.now()
    today = timezone.localdate(now)
    told = queries.read_campagne(today)
    state = "ouverte" if is_open(told.campagne, today) else "fermée"
    click.echo(f"Campagne du {jour(told.campagne.debut)} au {jour(told.campagne.fin)}, {state}.")
    counts = told.count()
    for key, words in queries.ETATS.items():
        click.echo(f"  {counts[key]} {words}")
    click.echo(f"{accord(told.adresses, 'adresse')} à qui écrire.")
    if not send:
        click.echo("Essai à blanc : rien n’a été écrit ni envoyé. Ajoutez --envoyer.")
        return
    if is_demonstration():
        raise EntreeInvalide("Cette base a des comptes de démonstration : rien n’en part.")
    if not (site and is_mail_configured()):
        raise EntreeInvalide(
            "Il faut --site https://… pour écrire les liens, et un serveur de courriel : "
            "MAILLAGE_COURRIEL_SERVEUR (docs/exploitation.md)."
        )
    try:
        commands.launch(None, today)
    except ValidationError as error:
        raise EntreeInvalide(" ".join(error.messages)) from error
    sent, refused = send_demandes(now, site)
    click.echo(f"{sent} courriels envoyés.")
    if refused:
        raise EntreeInvalide(f"{refused} courriels refusés : ils seront tentés de nouveau au prochain envoi.")
