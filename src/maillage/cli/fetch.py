"""``maillage fetch``: download the open data from their producers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from maillage.sources.collecte import Collecte


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--departement", required=True, help="Code du département : 59, 2A, 974…")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Dossier où poser les fichiers.",
)
@click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    help="Dossier de cache (celui du système par défaut).",
)
@click.option("--actualiser", is_flag=True, help="Télécharger à nouveau ce qui est déjà dans le cache.")
def fetch(
    sources: tuple[str, ...], departement: str, out: Path, cache: Path | None, *, actualiser: bool
) -> None:
    """Télécharger les données ouvertes chez leurs producteurs.

    Sans SOURCE, prend toutes celles dont l'adresse est confirmée et dit comment obtenir les autres.
    La liste : maillage catalogue sources.
    """
    from maillage.atlas.construction.ecriture import check_folder
    from maillage.catalogue.sources import list_sources
    from maillage.sources.collecte import explain_manual, get_address, plan

    collecte = plan(departement, out, cache=cache, refresh=actualiser)
    for folder in (collecte.out, collecte.cache):
        check_folder(folder)
    entries = list_sources()
    wanted = sources or tuple(
        name for name, entry in entries.items() if get_address(entry, collecte.departement)
    )
    fetch_each(wanted, collecte)
    if not sources:
        for name, entry in entries.items():
            if name not in wanted:
                click.echo(explain_manual(entry), err=True)


def fetch_each(names: tuple[str, ...], collecte: Collecte) -> None:
    """Fetch them all, then say every failure at once."""
    from maillage.catalogue.erreurs import EntreeInvalide

    failures: list[EntreeInvalide] = []
    for name in names:
        try:
            for path in fetch_with_bar(name, collecte):
                click.echo(f"{name} : {path.name}")
        except EntreeInvalide as error:
            failures.append(error)
    if failures:
        fautes = tuple(faute for error in failures for faute in error.fautes)
        raise EntreeInvalide("\n".join(error.message for error in failures), fautes)


def fetch_with_bar(name: str, collecte: Collecte) -> tuple[Path, ...]:
    """One source, its progress on standard error."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from maillage.sources.collecte import fetch as fetch_one

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    console = Console(stderr=True)
    if not console.is_terminal:
        click.echo(f"{name}…", err=True)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(name, total=None)
        return fetch_one(name, collecte, lambda done, total: bar.update(task, completed=done, total=total))
