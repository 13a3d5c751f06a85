"""The programme in the database of the application: ``maillage sdaasp charger`` and ``completer``."""

from __future__ import annotations

import os
import shlex
import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.cli.avancement import step
from maillage.cli.options import option_depuis
from maillage.francais import accord

if TYPE_CHECKING:
    from maillage.sdaasp.programme.modele import Programme


def open_base(base: str | None = None) -> None:
    """Start Django on a database: that of this install, brought up to date, or ``base``, address or path.

    A base that is named is not migrated: it may be that of an install, whose update saves it first.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.web.settings.local")
    if base is not None:
        os.environ["DATABASE_URL"] = base if "://" in base else find_url(Path(base))
    from maillage.web.serveur.preparation import migrate, start

    start()
    if base is not None:
        _check_address()
        _check_version()
        return
    with step("Préparation de la base"):
        migrate()


def find_url(path: Path) -> str:
    """The address of a SQLite base of ours, a file or the folder that holds it; nothing is written before."""
    from maillage.web.serveur.fichiers import say

    file = path / "maillage.sqlite3" if path.is_dir() else path
    if not file.is_file():
        raise EntreeInvalide(f"Aucune base à {path} : donnez un fichier SQLite ou l’adresse d’une base.")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            held = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError as error:
        raise EntreeInvalide(f"La base {path} ne s’ouvre pas.", (say(error),)) from error
    _check_ours(held)
    return f"sqlite:///{quote(str(file.resolve()))}"


def _check_ours(tables: Collection[str]) -> None:
    if "programme_referentiel" not in tables:
        raise EntreeInvalide("Cette base n’est pas celle de l’application : elle n’a pas de programme.")


def _check_address() -> None:
    """Nothing is written in a database that is not one of ours."""
    from django.db import DatabaseError, connection

    try:
        tables = connection.introspection.table_names()
    except DatabaseError as error:
        raise EntreeInvalide(f"Cette base ne s’ouvre pas : {error}") from error
    _check_ours(tables)


def _check_version() -> None:
    """Refuse a base that this version would first have to migrate."""
    from django.conf import settings

    from maillage.web.serveur.preparation import explain_base
    from maillage.web.socle.queries import list_pending_migrations

    with explain_base():
        pending = list_pending_migrations()
    if pending:
        name = settings.DATABASES["default"]["NAME"]
        raise EntreeInvalide(
            f"La base {name} est d’une version plus ancienne du logiciel : rien n’y a été lu ni écrit.",
            (
                Faute(
                    f"Il lui manque {accord(len(pending), 'changement')} de structure",
                    que_faire="Mettez son installation à jour : « maillage mise-a-jour » la sauvegarde avant",
                ),
            ),
        )


def say_base() -> str:
    """Which base of this install is open, and what serves it: commands are run anywhere."""
    from django.conf import settings
    from django.db import connection

    name = settings.DATABASES["default"]["NAME"]
    if connection.vendor != "sqlite":
        return f"Base : {name}."
    return f"Base : {name} ; « maillage serve --var {shlex.quote(str(settings.VAR))} » la sert."


def read_base(base: str | None = None) -> Programme:
    """The programme in the database; refuses a database that has none."""
    open_base(base)
    from maillage.web.programme import models
    from maillage.web.programme.lecture import read

    if not models.Referentiel.objects.exists():
        advice = "« maillage sdaasp nouveau » le commence, « maillage sdaasp charger » reprend un fichier"
        raise EntreeInvalide(f"La base n’a pas encore de programme : {advice}.")
    return read()


@click.command()
@click.option("--programme", "name", help="Programme embarqué : nord-2025-2030.")
@option_depuis
def charger(name: str | None, source: Path | None) -> None:
    """Mettre un programme dans la base de l’application, si elle n’en a pas."""
    if (name is None) == (source is None):
        raise click.UsageError(
            "Dites lequel : --depuis FICHIER, ou --programme NOM pour un programme embarqué, l’un des deux."
        )
    from maillage.cli.sdaasp_import import read_any
    from maillage.sdaasp.reprise.chargement import load_programme

    programme = read_any(source) if source else load_programme(name or "")
    open_base()
    from maillage.web.programme.reprise.commands import load_if_empty

    if not load_if_empty(programme):
        raise EntreeInvalide(
            "La base a déjà un programme. Pour le compléter : maillage sdaasp completer FICHIER."
        )
    click.echo(f"Chargé : {programme.schema.nom}")
    click.echo(say_base(), err=True)


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
