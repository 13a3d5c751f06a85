"""The programme in the database of the application: ``maillage sdaasp charger`` and ``completer``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.cli.options import option_depuis, option_programme

if TYPE_CHECKING:
    from maillage.sdaasp.programme.modele import Programme


def open_base() -> None:
    """Start Django on the database of this install, up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.web.settings.local")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def read_base() -> Programme:
    """The programme in the database; refuses a database that has none."""
    open_base()
    from maillage.web.programme import models
    from maillage.web.programme.lecture import read

    if not models.Referentiel.objects.exists():
        raise EntreeInvalide("La base n’a pas encore de programme : lancez « maillage sdaasp charger ».")
    return read()


@click.command()
@option_programme
@option_depuis
def charger(name: str, source: Path | None) -> None:
    """Mettre un programme dans la base de l’application, si elle n’en a pas."""
    from maillage.cli.sdaasp_import import read_any
    from maillage.sdaasp.reprise.chargement import load_programme

    programme = read_any(source) if source else load_programme(name)
    open_base()
    from maillage.web.programme.reprise.commands import load_if_empty

    if not load_if_empty(programme):
        raise EntreeInvalide(
            "La base a déjà un programme. Pour le compléter : maillage sdaasp completer FICHIER."
        )
    click.echo(f"Chargé : {programme.schema.nom}")


@click.command()
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--ecrire", is_flag=True, help="Écrire ; sans cette option, essai à blanc.")
def completer(fichier: Path, *, ecrire: bool) -> None:
    """Remplir les blancs du programme de la base depuis un fichier, sans jamais écraser le travail fait."""
    from maillage.cli.sdaasp_import import read_any
    from maillage.sdaasp.reprise.fusion import check_fusion, merge

    imported = read_any(fichier)
    base = read_base()
    merged = merge(base, imported)
    check_fusion(base, merged.programme)
    click.echo(
        f"{merged.objets} objets à compléter ({len(merged.repris)} champs), "
        f"{len(merged.desaccords)} désaccords laissés tels quels."
    )
    if not ecrire:
        click.echo("Essai à blanc : rien n’a été écrit. Ajoutez --ecrire pour garder le résultat.")
        return
    from maillage.web.programme.reprise.commands import complete

    click.echo(f"{complete(None, imported)} objets complétés.")
