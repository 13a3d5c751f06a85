"""``maillage mise-a-jour``: bring an install to this version, with a backup before and a way back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click

from maillage.cli.avancement import step


@click.command("mise-a-jour")
@click.option("--var", type=click.Path(path_type=Path, exists=True, file_okay=False), required=True,
              envvar="MAILLAGE_VAR", help="Dossier de l'installation ; sans cela, MAILLAGE_VAR.")  # fmt: skip
@click.option("--sauvegarde", "backup", type=click.Path(path_type=Path),
              help="Où garder la base d'avant ; dans le dossier de l'installation sans cela.")  # fmt: skip
def mise_a_jour(var: Path, backup: Path | None) -> None:
    """Mettre la base à la version installée : sauvegarder, migrer, vérifier ; tout remettre au moindre refus.

    Arrêtez d'abord le serveur et les travailleurs.
    """
    from maillage.web.serveur.fichiers import free_name
    from maillage.web.serveur.preparation import start
    from maillage.web.socle import verrou

    verrou.restore_alone(var)
    os.environ["MAILLAGE_VAR"] = str(var.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.web.settings.local")
    kept = backup or free_name(var, "avant-mise-a-jour-")
    with step("Sauvegarde de la base"):
        restore = save(var, kept)
    try:
        start()
        upgrade()
        close_base()
    except BaseException:
        close_base()
        with step("Remise de la base d'avant"):
            restore()
        click.echo(f"Rien n'a changé : la base d'avant est en place, et sa sauvegarde dans {kept}.", err=True)
        raise
    click.echo(f"Installation à jour. La base d'avant est dans {kept}. « maillage doctor » vérifie le reste.")


def save(var: Path, kept: Path) -> Callable[[], object]:
    """Back the base up; what puts it back."""
    from maillage.cli.sauvegarde import read_url
    from maillage.web.serveur import sauvegarde as sqlite
    from maillage.web.serveur import sauvegarde_postgresql as postgresql
    from maillage.web.socle.magasin import DOSSIER

    if url := read_url():
        postgresql.save(url, kept, var / DOSSIER)
        return lambda: postgresql.restore(kept, url, var)
    base = var / "maillage.sqlite3"
    sqlite.save(base, kept)
    return lambda: sqlite.restore(kept, base)


def close_base() -> None:
    """Let go of the base, so that another can take its place."""
    from django.db import connections

    connections.close_all()


def upgrade() -> None:
    """Migrate, put together what pages load, and make sure that the base is then whole."""
    from django.conf import settings
    from django.core.management import call_command

    from maillage.catalogue.erreurs import EntreeInvalide, Faute
    from maillage.web.serveur.preparation import migrate
    from maillage.web.serveur.verification import EtatVerifie, check_base

    with step("Mise à jour de la base"):
        migrate()
    if settings.SECURE_SSL_REDIRECT:
        with step("Feuilles de style"):
            call_command("collectstatic", verbosity=0, interactive=False)
    wrong = [one for one in check_base() if one.etat is EtatVerifie.FAUTE]
    if wrong:
        reasons = tuple(Faute(one.constat, que_faire=one.que_faire) for one in wrong)
        raise EntreeInvalide("La base n'est pas bonne après la mise à jour.", reasons)
