"""``maillage mise-a-jour``: bring an install to this version, with a backup before and a way back."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click

from maillage.catalogue.erreurs import EntreeInvalide, Faute
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
    from maillage.web.serveur.preparation import find_base, start
    from maillage.web.socle import verrou

    base = find_base(var)
    verrou.restore_alone(var)
    check(base)
    os.environ["MAILLAGE_VAR"] = str(var.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.web.settings.local")
    start()
    kept = backup or free_name(var, "avant-mise-a-jour-")
    with step("Sauvegarde de la base"):
        restore = save(base, var, kept)
    try:
        upgrade()
        close_base()
    except BaseException as error:
        close_base()
        try:
            with step("Remise de la base d'avant"):
                restore()
        except BaseException as again:  # noqa: BLE001 - whatever stops it, the base is neither one nor the other
            tell_both(error, again, var, kept)
        click.echo(f"Rien n'a changé : la base d'avant est en place, et sa sauvegarde dans {kept}.", err=True)
        raise
    click.echo(f"Installation à jour. La base d'avant est dans {kept}. « maillage doctor » vérifie le reste.")


def check(base: Path | str) -> None:
    """Refuse, before anything is written, a base that is not there or that could not be put back."""
    from maillage.web.serveur import sauvegarde as sqlite
    from maillage.web.serveur import sauvegarde_postgresql as postgresql

    if isinstance(base, Path):
        sqlite.check_there(base)
    else:
        postgresql.check_alone(base)


def save(base: Path | str, var: Path, kept: Path) -> Callable[[], object]:
    """Back the base up; what puts it back."""
    from maillage.web.serveur import sauvegarde as sqlite
    from maillage.web.serveur import sauvegarde_postgresql as postgresql
    from maillage.web.socle.magasin import DOSSIER

    if isinstance(base, Path):
        sqlite.save(base, kept, var)
        return lambda: sqlite.restore(kept, base, var)
    postgresql.save(base, kept, var / DOSSIER)
    return lambda: postgresql.restore(kept, base, var)


def tell_both(error: BaseException, again: BaseException, var: Path, kept: Path) -> NoReturn:
    """Say that the upgrade failed, then its undoing: the base is between two versions until a restore."""
    command = shlex.join(["maillage", "sauvegarde", "restaurer", "--var", str(var), str(kept)])
    advice = f"N’ouvrez pas l’application. La cause ôtée, remettez la base d’avant : {command}"
    raise EntreeInvalide(
        "La mise à jour a échoué, et la base d’avant n’a pas pu être remise : la base est à moitié changée.",
        (
            *_list_reasons("la mise à jour", error),
            *_list_reasons("la remise en place", again),
            Faute(f"la base d’avant est gardée, entière, dans {kept}", que_faire=advice),
        ),
    ) from error


def _list_reasons(what: str, error: BaseException) -> tuple[Faute, ...]:
    """Why it stopped; the head of an error in words says what was left, which is no longer so."""
    if isinstance(error, EntreeInvalide) and error.fautes:
        return tuple(Faute(f"{what} : {one}") for one in error.fautes)
    return (Faute(f"{what} : {str(error) or type(error).__name__}"),)


def close_base() -> None:
    """Let go of the base, so that another can take its place."""
    from django.db import connections

    connections.close_all()


def upgrade() -> None:
    """Migrate, put together what pages load, and make sure that the base is then whole."""
    from django.conf import settings
    from django.core.management import call_command

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
