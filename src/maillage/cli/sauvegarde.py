"""``maillage sauvegarde``: save the database of an install, or put a backup back."""

from __future__ import annotations

from pathlib import Path

import click

VAR = click.option("--var", type=click.Path(path_type=Path), default=Path("var"), show_default=True,
                   help="Dossier de l'installation.")  # fmt: skip


@click.group()
def sauvegarde() -> None:
    """Sauvegarder la base d'une installation (SQLite), ou la restaurer."""


@sauvegarde.command()
@VAR
@click.argument("fichier", type=click.Path(path_type=Path))
def creer(var: Path, fichier: Path) -> None:
    """Copier la base dans FICHIER, même pendant que l'application sert."""
    from maillage.web.serveur.sauvegarde import save

    save(var / "maillage.sqlite3", fichier)
    click.echo(f"Sauvegarde écrite et vérifiée : {fichier}")


@sauvegarde.command()
@VAR
@click.argument("fichier", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restaurer(var: Path, fichier: Path) -> None:
    """Remettre FICHIER à la place de la base ; l'ancienne est gardée à côté (arrêtez l'application)."""
    from maillage.web.serveur.sauvegarde import restore

    former = restore(fichier, var / "maillage.sqlite3")
    click.echo(f"Base restaurée.{f' L’ancienne est dans {former}.' if former else ''}")
