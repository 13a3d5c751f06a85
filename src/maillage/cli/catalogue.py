"""``maillage catalogue``: what the catalogue holds, as a table, JSON or CSV."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maillage.cli.avancement import step

if TYPE_CHECKING:
    from maillage.catalogue.tableaux import Ligne

FORMATS = click.Choice(["texte", "json", "csv"])
COLONNES = {  # what a terminal has room for; json and csv give every column
    "types": ("id", "libelle", "domaine", "gamme", "eloigne_min", "bpe_codes", "bpe2013"),
    "paniers": ("panier", "service", "libelle", "types"),
    "indicateurs": ("id", "nom", "unite", "sens", "niveau", "confirme"),
    "seuils": ("id", "nom", "valeur", "unite", "date", "confirme"),
    "vitesses": ("cle", "valeur"),
    "sources": ("id", "nom", "producteur", "licence", "eprouve", "confirme"),
}


@click.group()
def catalogue() -> None:
    """Le catalogue : types de service, paniers, indicateurs, seuils, vitesses, sources."""


def show(kind: str, output: str) -> None:
    """Print one part of the catalogue."""
    from maillage.catalogue.tableaux import tabulate

    rows = tabulate(kind)
    if output == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif output == "csv":
        write_csv(rows)
    else:
        print_table(rows, COLONNES[kind])


def write_csv(rows: list[Ligne]) -> None:
    """Comma-separated values on standard output, empty where unknown."""
    writer = csv.DictWriter(sys.stdout, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)


def print_table(rows: list[Ligne], columns: tuple[str, ...]) -> None:
    """A table for people; true and false as oui and non, unknown as a dash."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*columns, header_style="bold")
    for row in rows:
        table.add_row(*(write_cell(row[name]) for name in columns))
    width = None if sys.stdout.isatty() else 200
    Console(width=width).print(table)


def write_cell(value: object) -> str:
    """One cell.

    >>> write_cell(True), write_cell(None), write_cell(7)
    ('oui', '–', '7')
    """
    if isinstance(value, bool):
        return "oui" if value else "non"
    return "–" if value is None or value == "" else str(value)


def add_command(kind: str, text: str) -> None:
    """The subcommand that prints one part."""

    @catalogue.command(kind, help=text)
    @click.option(
        "--format", "output", type=FORMATS, default="texte", show_default=True, help="Forme de la sortie."
    )
    def command(output: str) -> None:
        show(kind, output)


add_command("types", "Les types de service : domaine, gamme, codes de la BPE.")
add_command("paniers", "Les paniers de services : le quotidien, celui de l'INSEE, celui du département.")
add_command("indicateurs", "Les indicateurs : définition, unité, formule, limites.")
add_command("seuils", "Les seuils, datés et sourcés.")
add_command("vitesses", "Les vitesses et pénalités par mode.")
add_command("sources", "Les sources : producteur, licence, adresse, éprouvée ou non.")


@catalogue.command()
@click.argument("dossier", type=click.Path(file_okay=False, path_type=Path))
def pages(dossier: Path) -> None:
    """Écrire dans DOSSIER une page par indicateur : formule, exemple calculé, limites, sources."""
    from maillage.reports.methodes import write_pages

    with step("Pages des méthodes"):
        written = write_pages(dossier)
    click.echo(f"{len(written)} fichiers écrits dans {dossier}.")


@catalogue.command()
@click.argument("nom", default="neutre")
def profil(nom: str) -> None:
    """Imprimer une règle de déficit, à modifier puis à donner à « maillage atlas build --profil ».

    Sans NOM, la règle neutre.
    """
    from maillage.atlas.construction.parametres import check_choice
    from maillage.catalogue.lecture import read_text
    from maillage.diagnostic.profil import DOSSIER, load_profils

    check_choice("Profil de déficit", nom, load_profils())
    click.echo(read_text(f"{DOSSIER}/{nom}.toml"), nl=False)
