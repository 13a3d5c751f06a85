"""``maillage annuaire``: files of directories, read and checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from maillage.sources.annuaire.recueil import Communes, LectureAnnuaire

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FORMATS = (
    "data_inclusion", "dila", "soliguide", "mediation_numerique", "france_services", "france_travail",
    "conseillers_numeriques", "tableur",
)  # fmt: skip


@click.group()
def annuaire() -> None:
    """L’annuaire : lire les fichiers d’autres annuaires, les vérifier."""


@annuaire.command()
@click.argument("fichier", type=FILE)
@click.option("--format", "format_", type=click.Choice(FORMATS), help="Format du fichier (reconnu sinon).")
@click.option("--json", "as_json", is_flag=True, help="Tout écrire, dans la forme de data·inclusion v1.")
@click.option("--departement", help="Ne garder que ce département : 59, 2A, 974…")
@click.option(
    "--communes",
    "communes_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Dossier de données ouvertes où sont les noms des communes.",
)
@click.option(
    "--correspondance", type=FILE, help="Colonnes de votre tableau et champs du schéma (TOML ou JSON)."
)
def lire(
    fichier: Path,
    *,
    format_: str | None,
    as_json: bool,
    departement: str | None,
    communes_folder: Path | None,
    correspondance: Path | None,
) -> None:
    """Lire un FICHIER d’annuaire et dire ce qu’il contient, ses fautes, ce qu’il laisse incertain.

    Rien n’est écrit nulle part.
    """
    from maillage.sources.annuaire.registre import read
    from maillage.sources.annuaire.tableur import read_correspondance

    found = read(
        fichier,
        format_,
        departement=departement,
        communes=read_communes(communes_folder) if communes_folder else None,
        correspondance=read_correspondance(correspondance) if correspondance else None,
    )
    if as_json:
        print_json(found.write())
    else:
        print_summary(found)


@annuaire.command()
@click.argument("fichier", type=click.Path(dir_okay=False, path_type=Path))
def modele(fichier: Path) -> None:
    """Écrire dans FICHIER (.ods ou .xlsx) un tableau à remplir : une ligne par service."""
    from maillage.reports.ecrire.classeur import write_sheets
    from maillage.sdaasp.programme.classeur import Feuille
    from maillage.sources.annuaire.tableur import list_cibles

    write_sheets([Feuille("annuaire", list_cibles(), ())], fichier, "Modèle d’annuaire")
    click.echo(f"{fichier} : une ligne par service ; la structure est répétée sur chacune.")


@annuaire.command()
@click.option("--json", "as_json", is_flag=True, help="Tout écrire, en JSON.")
def formats(*, as_json: bool) -> None:
    """Les formats lus, ceux qui ont rencontré un vrai fichier, ce que chacun laisse incertain."""
    from dataclasses import asdict

    from maillage.catalogue.annuaire import list_formats

    if as_json:
        print_json([asdict(one) for one in list_formats().values()])
        return
    for one in list_formats().values():
        met = "éprouvé sur un vrai fichier" if one.eprouve else "jamais éprouvé sur un vrai fichier"
        click.echo(f"{one.id} : {one.nom} ({met})")
        for unsure in one.incertain:
            click.echo(f"  - {unsure}")


def read_communes(folder: Path) -> Communes:
    """The names of communes of a folder of open data."""
    from maillage.catalogue.sources import list_sources
    from maillage.sources import find_sources, read
    from maillage.sources.rattachement import index_communes

    entries = list_sources()
    found = find_sources(folder)
    tables = [
        table
        for name, paths in found.items()
        if "communes" in entries[name].natures
        for table in read(name, *paths)
    ]
    return index_communes(tables)


def print_json(told: Any) -> None:
    """A document on the output, accents as they are."""
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def print_summary(found: LectureAnnuaire) -> None:
    """What was read, in a few lines."""
    records = found.annuaire
    unsure = sum(bool(one.incertain) for one in records.complements.values())
    click.echo(f"{found.fichier} : format {found.format}")
    click.echo(
        f"{len(records.structures)} structures, {len(records.prestations)} services, {unsure} avec un doute"
    )
    if found.ailleurs:
        click.echo(f"{found.ailleurs} fiches d’autres départements, laissées de côté")
    for note in found.incertain:
        click.echo(f"  à savoir : {note}")
    for fault in found.fautes:
        click.echo(f"  faute : {fault}")
