"""``maillage sauvegarde``: save the database of an install, or put a backup back.

The base is PostgreSQL where ``DATABASE_URL`` says so, else the SQLite file of the folder, as for the server.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

VAR = click.option("--var", type=click.Path(path_type=Path), default=Path("var"), show_default=True,
                   help="Dossier de l'installation.")  # fmt: skip


@click.group()
def sauvegarde() -> None:
    """Sauvegarder la base d'une installation, ou la restaurer."""


@sauvegarde.command()
@VAR
@click.argument("fichier", type=click.Path(path_type=Path))
def creer(var: Path, fichier: Path) -> None:
    """Copier la base dans FICHIER, même pendant que l'application sert."""
    from maillage.web.serveur import sauvegarde as sqlite
    from maillage.web.serveur import sauvegarde_postgresql as postgresql

    if url := read_url():
        postgresql.save(url, fichier)
    else:
        sqlite.save(var / "maillage.sqlite3", fichier)
    click.echo(f"Sauvegarde écrite et vérifiée : {fichier}")


@sauvegarde.command()
@VAR
@click.argument("fichier", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--sans-sceau", is_flag=True, help="Accepter une sauvegarde d'une version qui n'en posait pas.")
def restaurer(var: Path, fichier: Path, *, sans_sceau: bool) -> None:
    """Remettre FICHIER à la place de la base ; l'ancienne est gardée à côté (arrêtez l'application)."""
    from maillage.web.serveur import sauvegarde as sqlite
    from maillage.web.serveur import sauvegarde_postgresql as postgresql

    with sqlite.explain(var, "ne peut pas recevoir une base"):
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
    url = read_url()
    former = (
        postgresql.restore(fichier, url, var)
        if url
        else sqlite.restore(fichier, var / "maillage.sqlite3", sans_sceau=sans_sceau)
    )
    click.echo(f"Base restaurée.{f' L’ancienne est dans {former}.' if former else ''}")


def read_url() -> str | None:
    """The address of the PostgreSQL base, if there is one."""
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith(("postgres", "psql")) else None
